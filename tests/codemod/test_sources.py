"""Reading columns as an editor counts them, and writing a file so that it is never half there."""
import os
import stat

import pytest

from verifyshim.codemod import sources
from verifyshim.codemod.sources import Source, SourceProblem, write


@pytest.mark.parametrize("data, needle, place", [
    (b"a\nbc X", b"X", (2, 4)),
    (b"a\r\nb X", b"X", (2, 3)),
    (b"a\rb X", b"X", (2, 3)),
    (b"\tX", b"X", (1, 2)),
    (u"x = '\u00e9\u20ac' X".encode("utf-8"), b"X", (1, 10)),
    (u"x = '\U0001f600' X".encode("utf-8"), b"X", (1, 9)),
    (b"\xef\xbb\xbfX", b"X", (1, 1)),
    (b"# coding: latin-1\n'\xe9\xe9' X", b"X", (2, 6)),
    (b"# -*- coding: koi8-r -*-\n'\xe9\xe9' X", b"X", (2, 6)),
    (b"# coding: rot13\n'\xe9\xe9' X", b"X", (2, 6)),
    (b"# coding: no-such-thing\n'\xc3\xa9' X", b"X", (2, 5)),
    (b"'\xe9\xe9' X", b"X", (1, 6)),       # not UTF-8, and says nothing
    (b"a\x0cb\x0bc X", b"X", (1, 7)),
    (b"a\xc2\x85b X", b"X", (1, 5)),       # no line break for Python
])
def test_line_and_column(data, needle, place):
    assert Source("a.py", data).line_column(data.index(needle)) == place


def test_the_text_of_a_line_for_people():
    source = Source("a.py", b"\xef\xbb\xbfx = '\xc3\xa9'\r\ny = 1\r\n")
    assert source.line_text(1) == u"x = '\u00e9'"
    assert Source("a.py", b"# coding: latin-1\nx = '\xe9'").line_text(2) == u"x = '\u00e9'"


def listed(tmpdir):
    return sorted(os.path.basename(str(path)) for path in tmpdir.listdir())


def test_mode_stays_and_nothing_is_left_behind(tmpdir):
    path = tmpdir.join("a.py")
    path.write_binary(b"old")
    for mode in (0o755, 0o600, 0o664, 0o4755):
        path.write_binary(b"old")
        os.chmod(str(path), mode)
        write(str(path), b"new", b"old")
        assert stat.S_IMODE(os.stat(str(path)).st_mode) == mode
        assert path.read_binary() == b"new"
    assert listed(tmpdir) == ["a.py"]


def test_owner_and_group_stay(tmpdir):
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can give files away")
    path = tmpdir.join("a.py")
    path.write_binary(b"old")
    os.chown(str(path), 12345, 23456)
    write(str(path), b"new", b"old")
    status = os.stat(str(path))
    assert (status.st_uid, status.st_gid) == (12345, 23456)


def test_extended_attributes_stay(tmpdir):
    path = tmpdir.join("a.py")
    path.write_binary(b"old")
    try:
        os.setxattr(str(path), "user.note", b"mine")
    except (AttributeError, EnvironmentError):
        pytest.skip("no extended attributes here")
    write(str(path), b"new", b"old")
    assert os.getxattr(str(path), "user.note") == b"mine"


def test_a_link_is_never_written_through(tmpdir):
    target = tmpdir.join("target")
    target.write_binary(b"old")
    link = tmpdir.join("link.py")
    link.mksymlinkto(target)
    with pytest.raises(SourceProblem) as caught:
        write(str(link), b"new", b"old")
    assert "symbolic link" in str(caught.value)
    assert target.read_binary() == b"old" and os.path.islink(str(link))


def test_what_changed_meanwhile_is_left_alone(tmpdir):
    path = tmpdir.join("a.py")
    path.write_binary(b"newer")
    with pytest.raises(SourceProblem) as caught:
        write(str(path), b"new", b"old")
    assert "changed it meanwhile" in str(caught.value)
    assert path.read_binary() == b"newer"


@pytest.mark.parametrize("step", ["fsync", "fchmod", "rename"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_any_step_leaves_the_old_file_alone(tmpdir, monkeypatch, step, error):
    path = tmpdir.join("a.py")
    path.write_binary(b"old")

    def fail(*_):
        raise error
    for name in ("rename", "replace") if step == "rename" else (step,):
        monkeypatch.setattr(sources.os, name, fail, raising=False)
    with pytest.raises((SourceProblem, KeyboardInterrupt)):
        write(str(path), b"new", b"old")
    monkeypatch.undo()
    assert path.read_binary() == b"old"
    assert listed(tmpdir) == ["a.py"]


def test_the_content_is_on_disk_before_it_has_the_name(tmpdir, monkeypatch):
    path = tmpdir.join("a.py")
    path.write_binary(b"old")
    steps = []

    def noting(name, real):
        def noted(*arguments):
            steps.append(name)
            return real(*arguments)
        return noted
    for name in ("fsync", "replace" if hasattr(os, "replace") else "rename"):
        monkeypatch.setattr(sources.os, name, noting(name, getattr(os, name)))
    write(str(path), b"new", b"old")
    assert [step.replace("rename", "replace") for step in steps] == ["fsync", "replace", "fsync"]


def test_a_folder_that_cannot_be_written_to(tmpdir):
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    path = tmpdir.join("a.py")
    path.write_binary(b"old")
    os.chmod(str(tmpdir), 0o555)
    try:
        with pytest.raises(SourceProblem) as caught:
            write(str(path), b"new", b"old")
        assert "permission denied" in str(caught.value)
    finally:
        os.chmod(str(tmpdir), 0o755)
