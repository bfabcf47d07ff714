"""Other users of the machine, and what they can write: the policy, roots, the log, site-packages while it is
activated. Other owners are played by a stand-in for this user's number, so that no test needs root."""
import os
import subprocess
import sys
import threading

import pytest

from ..activation import environments
from ..conformance.harness import PACKAGE_FOLDER
from ..conformance.interpreters import clean_environment
from .rows import EDGES, NEWEST

POLICY = "[verifyshim]\nmode = strict\n"
# What one process did with each log: whether it was written, and what it says about it.
LOG = """
import os, sys
sys.path.insert(0, sys.argv[1])
from verifyshim.events.filesink import FileSink, LogTrouble
if sys.argv[3] == "stranger":
    os.geteuid = lambda real=os.geteuid: real() + 1
sink = FileSink(sys.argv[2], 0, 1)
sink.start()
try:
    sink.write("line\\n", True)
    print("written")
except (LogTrouble, EnvironmentError) as error:
    print(error)
"""


@pytest.fixture
def open_to_all(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_a_policy_that_others_can_change_is_not_activated(row, tmp_path, open_to_all):
    """The file, its folder, and links on the way to it: who can turn one elsewhere decides the policy."""
    environment = environments.copied(row, tmp_path / "env")
    own = tmp_path / "own"
    own.mkdir(mode=0o755)
    for folder in (own, open_to_all):
        (folder / "policy.cfg").write_text(POLICY)
        (folder / "policy.cfg").chmod(0o644)
    (own / "writable.cfg").write_text(POLICY)
    (own / "writable.cfg").chmod(0o664)
    (own / "link.cfg").symlink_to("policy.cfg")
    (open_to_all / "link").symlink_to(own)
    (own / "there").symlink_to(open_to_all / "link")
    (tmp_path / "mine").symlink_to(own)
    for path in (own / "writable.cfg", own / "link.cfg", open_to_all / "policy.cfg",
                 open_to_all / "link" / "policy.cfg", own / "there" / "policy.cfg"):
        done = environment.verb("activate", "--config", path, "--dry-run")
        assert done.status == 2 and "decides whom every program trusts" in done.err, (path, done)
    for path in (own / "policy.cfg", tmp_path / "mine" / "policy.cfg"):
        done = environment.verb("activate", "--config", path, "--dry-run")
        assert done.status == 0 and "would write" in done.out, (path, done)


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_a_policy_that_became_writable_is_used_and_told(row, tmp_path):
    """By design: not to use it would be to verify by the defaults, or to stop; status and doctor say it."""
    environment = environments.copied(row, tmp_path / "env")
    policy = tmp_path / "policy.cfg"
    policy.write_text(POLICY)
    environment.activate("--config", policy)
    policy.chmod(0o666)
    told = " ".join(environment.verb("status").out.split())
    assert "Anybody can write" in told and "mode strict" in told, told


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_a_log_that_another_user_put_there_is_not_written(row, open_to_all):
    """In a folder like /tmp: a file, a pipe, a link. The twins are this user's own, and a folder of one's own."""
    outside = open_to_all.parent / "outside"
    outside.write_text("")

    def written(path, who):
        done = environments.Done([row.executable, "-c", LOG, PACKAGE_FOLDER, path, who], clean_environment())
        return done.out.strip()
    file, pipe, link = [open_to_all / name for name in ("file", "pipe", "link")]
    file.write_text("")
    os.mkfifo(str(pipe))
    link.symlink_to(outside)
    reader = os.open(str(pipe), os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert written(file, "owner") == written(pipe, "owner") == "written"
        for path in (file, pipe):
            assert "made by another user" in written(path, "stranger"), path
        assert os.read(reader, 100) == b"line\n"
    finally:
        os.close(reader)
    assert "symbolic link" in written(link, "owner") and outside.read_text() == ""
    hard = open_to_all / "hard"
    os.link(str(outside), str(hard))
    assert "made by another user" in written(hard, "owner") and outside.read_text() == ""
    own = open_to_all.parent / "own-link"
    own.symlink_to(outside)
    assert written(own, "owner") == "written" and outside.read_text() == "line\n"


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_rotation_waits_for_no_pipe(row, open_to_all):
    """Put in the place of the log while it is open: to open it for the lock must neither hang nor follow."""
    code = """
import os, sys
sys.path.insert(0, sys.argv[1])
from verifyshim.events.filesink import FileSink, LogTrouble
sink = FileSink(sys.argv[2], 4096, 1)
sink.start()
sink.write("x" * 4000 + "\\n", True)
os.remove(sys.argv[2]); os.mkfifo(sys.argv[2])
try:
    sink.write("x" * 4000 + "\\n", True)
except (LogTrouble, EnvironmentError):
    print("not written")
try:
    sink._rotate()
except (LogTrouble, EnvironmentError):
    print("not rotated")
"""
    done = environments.Done([row.executable, "-c", code, PACKAGE_FOLDER, open_to_all / "log"], clean_environment())
    assert done.out.split("\n")[:2] == ["not written", "not rotated"] and not done.err, done


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_activations_at_once_leave_one_of_them(row, tmp_path):
    """Four at a time, in two modes: each program that starts meanwhile is silent, and in the end all is whole."""
    environment = environments.copied(row, tmp_path / "env")
    environment.activate("--mode", "audit")
    command = [environment.python, "-m", "verifyshim.__main__", "activate", "--mode"]
    running = [subprocess.Popen(command + [mode], env=environment.environ, cwd="/", stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE) for mode in ("audit", "strict", "audit", "strict")]
    ended = threading.Event()
    starts = []

    def look():
        while not ended.is_set():
            starts.append(environment.state()[0])
    looking = threading.Thread(target=look)
    looking.start()
    errors = [process.communicate()[1].decode() for process in running]
    ended.set()
    looking.join()
    assert starts and all(starts) and environment.state()[0]
    assert not [error for error in errors if "Traceback" in error], errors
    module = (environment.site_packages / "_verifyshim_activation.py").read_text()
    assert ("'mode': 'audit'" in module) != ("'mode': 'strict'" in module)
    assert not [name for name in os.listdir(str(environment.site_packages)) if ".new-" in name]
    environment.deactivate()
    assert not environment.state()[0]


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX's")
@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_files_of_an_activation_are_its_owners_alone_to_write(row, tmp_path):
    """Whatever the umask: they are code that each start runs."""
    environment = environments.copied(row, tmp_path / "env")
    mask = os.umask(0)
    try:
        environment.activate("--mode", "strict")
    finally:
        os.umask(mask)
    modes = {path.name: path.stat().st_mode & 0o777 for path in environment.site_packages.iterdir()
             if path.is_file() and "verifyshim" in path.name}
    assert len(modes) >= 4 and set(modes.values()) == {0o644}, modes
