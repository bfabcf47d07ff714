"""``bundle``: roots shown, checked, compared and brought up to date."""
import base64
import hashlib
import json
import os
import time
import zipfile

import certifi
import pytest

from verifyshim import cli, roots
from verifyshim.errors import ConfigurationError
from verifyshim.roots import distrusted, pem, updated

NEWER = time.strftime("%Y.%m.%d")


@pytest.fixture(autouse=True)
def home(monkeypatch, tmpdir):
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "VERIFYSHIM_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmpdir.join("home")))
    monkeypatch.setattr(certifi, "__version__", "2020.01.01")


@pytest.fixture
def bundle(capsys):
    """Return a function that runs the verb and returns ``(status, standard output, standard error)``."""
    def run(*arguments):
        status = cli.main(["bundle"] + [str(argument) for argument in arguments])
        return (status,) + tuple(capsys.readouterr())
    return run


@pytest.fixture
def wheel(tmpdir):
    """Return a function that makes a certifi wheel."""
    def make(version=NEWER, data=None, recorded=None, extra=()):
        if data is None:
            with open(certifi.where(), "rb") as handle:
                data = handle.read()
        path = tmpdir.join("certifi-%s-py3-none-any.whl" % version)
        digest = base64.urlsafe_b64encode(hashlib.sha256(recorded or data).digest()).decode().rstrip("=")
        archive = zipfile.ZipFile(str(path), "w")
        archive.writestr("certifi/__init__.py", "raise SystemExit('the wheel was run')")
        archive.writestr("certifi/cacert.pem", data)
        archive.writestr("certifi-%s.dist-info/RECORD" % version,
                         "certifi/cacert.pem,sha256=%s,%d\n" % (digest, len(data)))
        archive.close()
        return path
    return make


@pytest.fixture
def place(tmpdir):
    return tmpdir.join("home", ".config", "verifyshim", "cacert.pem")


def test_show(bundle, roots, authority):
    status, out, _ = bundle("show", roots)
    assert status == 0 and roots in out and "until " in out and "trustme" in out
    told = json.loads(bundle("show", roots, "--json")[1])
    assert told["count"] == 1 and told["left_out"] == [] and told["date"] is None
    assert told["roots"][0]["sha256"] == \
        hashlib.sha256(pem.parsed(authority.cert_pem.bytes(), "")[0][0]).hexdigest()
    assert bundle("show", "certifi")[0] == 0


def test_check(bundle, roots, authority, monkeypatch, tmpdir):
    assert bundle("check", roots)[:2] == (0, "roots: %s (1): nothing is wrong\n" % roots)
    status, out, _ = bundle("check", "certifi")
    assert status == 1 and "2020-01" in out
    tmpdir.join("twice.pem").write_binary(authority.cert_pem.bytes() * 2)
    status, out, _ = bundle("check", tmpdir.join("twice.pem"), "--json")
    assert status == 1 and "duplicate" in json.loads(out)["problems"][0]
    encoded = pem.parsed(authority.cert_pem.bytes(), "")[0][0]
    monkeypatch.setitem(distrusted.FINGERPRINTS, hashlib.sha256(encoded).hexdigest(), "a test")
    status, out, _ = bundle("check", roots)
    assert status == 1 and "distrusted: a test" in out and "you named the file" in out
    status, out, err = bundle("check", tmpdir.join("none.pem"))
    assert (status, out) == (2, "") and "none.pem" in err


def test_diff(bundle, roots, stranger, tmpdir):
    other = tmpdir.join("other.pem")
    other.write_binary(stranger.cert_pem.bytes())
    assert bundle("diff", roots, roots)[0] == 0
    status, out, _ = bundle("diff", roots, other)
    assert status == 1 and [line[:2] for line in out.splitlines()] == ["--", "++", "- ", "+ "]
    told = json.loads(bundle("diff", roots, other, "--json")[1])
    assert len(told["added"]) == len(told["removed"]) == 1


@pytest.mark.parametrize("arguments", [(), ("explode",), ("show", "a", "b"), ("diff", "a"), ("update", "a")])
def test_arguments_that_make_no_command(bundle, arguments):
    status, out, err = bundle(*arguments)
    assert (status, out) == (2, "") and "usage" in err


def test_update_from_a_wheel_and_back(bundle, wheel, place):
    before = roots.resolve("certifi")
    path = wheel()
    digest = hashlib.sha256(path.read_binary()).hexdigest()
    status, out, _ = bundle("update", "--from", path, "--sha256", digest.upper())
    assert status == 0 and str(place) in out and digest in out
    found = roots.resolve("certifi")
    assert "certifi %s" % NEWER in found.description and found.key == before.key and found.age_note() is None
    assert NEWER in str(roots.resolve()) and NEWER in str(roots.resolve("certifi+%s" % place))
    told = json.loads(place.new(basename="cacert.pem.json").read())
    assert told["count"] >= len(found) and told["sha256"] == hashlib.sha256(place.read_binary()).hexdigest()
    assert (told["source"], told["date"]) == ("certifi %s" % NEWER, NEWER.replace(".", "-"))
    assert bundle("update", "--undo")[0] == 0
    assert roots.resolve("certifi").description == "certifi 2020.01.01" and not place.dirpath().listdir()
    status, _, err = bundle("update", "--undo")
    assert status == 2 and "nothing can be undone" in err


def test_undo_restores_the_bundle_before(bundle, wheel):
    assert bundle("update", "--from", wheel("2023.01.01"))[0] == 0
    assert bundle("update", "--from", wheel())[0] == 0
    assert NEWER in str(roots.resolve("certifi"))
    assert bundle("update", "--undo")[0] == 0
    assert "certifi 2023.01.01" in str(roots.resolve("certifi"))
    assert bundle("update", "--undo")[0] == 0
    assert roots.resolve("certifi").description == "certifi 2020.01.01"


def test_update_from_a_file(bundle, tmpdir, place):
    path = tmpdir.join("mozilla.pem")
    with open(certifi.where(), "rb") as handle:
        path.write_binary(handle.read())
    assert bundle("update", "--from", path)[0] == 0
    assert "mozilla.pem" in str(roots.resolve("certifi")) and roots.resolve("certifi").date > 0


def test_what_update_refuses(bundle, wheel, tmpdir, authority, place):
    few = wheel(data=authority.cert_pem.bytes())
    assert "cut short" in bundle("update", "--from", few)[2]
    assert bundle("update", "--from", few, "--force")[0] == 0
    assert bundle("update", "--undo")[0] == 0
    wheels = [(dict(version="2019.01.01"), "not newer"), (dict(version="2099.01.01"), "clock"),
              (dict(version="1.0"), "no date"), (dict(recorded=b"other"), "RECORD"),
              (dict(data=b"no roots"), "no certificate")]
    for settings, said in wheels:
        status, out, err = bundle("update", "--from", wheel(**settings))
        assert (status, out) == (2, "") and said in err and "Traceback" not in err
    for arguments, said in [(("--from", wheel(), "--sha256", "00"), "--sha256"), ((), "--from"),
                            (("--from", tmpdir.join("none.whl")), "none.whl")]:
        status, out, err = bundle("update", *arguments)
        assert (status, out) == (2, "") and said in err and "Traceback" not in err
    assert not place.exists()


def test_a_wheel_that_is_none(bundle, tmpdir, wheel):
    path = tmpdir.join("other.whl")
    archive = zipfile.ZipFile(str(path), "w")
    archive.writestr("other/cacert.pem", "")
    archive.close()
    assert "not a wheel of certifi" in bundle("update", "--from", path)[2]
    whole = wheel().read_binary()
    start = whole.index(b"BEGIN CERTIFICATE")
    path.write_binary(whole[:start] + b"X" + whole[start + 1:])
    assert "cannot be read as a wheel" in bundle("update", "--from", path)[2]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs owners and modes")
@pytest.mark.parametrize("harm, said", [("content", "is not what"), ("mode", "written by others"),
                                        ("folder", "written by others"), ("json", "cannot be read")])
def test_an_updated_bundle_that_somebody_touched_is_not_used(bundle, wheel, place, harm, said):
    bundle("update", "--from", wheel())
    if harm == "content":
        place.write(place.read() + "\n")
    elif harm == "mode":
        place.chmod(0o666)
    elif harm == "folder":
        place.dirpath().chmod(0o777)
    else:
        place.new(basename="cacert.pem.json").write("[1]")
    found = roots.resolve("certifi")
    assert found.description.startswith("certifi 2020.01.01 (not the updated bundle") and said in str(found)


def test_a_bundle_named_by_the_variable_must_be_good(bundle, wheel, monkeypatch, tmpdir):
    path = tmpdir.join("ours.pem")
    monkeypatch.setenv("VERIFYSHIM_BUNDLE", str(path))
    assert "ours.pem" in bundle("show", "certifi")[2]
    assert bundle("update", "--from", wheel())[0] == 0 and path.exists()
    assert str(path) in bundle("show", "certifi")[1]
    path.write("")
    assert "ours.pem" in bundle("check", "certifi")[2] and "ours.pem" in bundle("show")[2]
    assert "not newer" in bundle("update", "--from", wheel("2019.01.01"))[2]
    assert bundle("update", "--from", wheel())[0] == 0 and bundle("show", "certifi")[0] == 0


def test_a_working_directory_that_was_removed_takes_no_bundle_away(bundle, wheel, place, monkeypatch, tmpdir):
    """As of a daemon whose release was replaced. A path that is relative to it leads nowhere."""
    bundle("update", "--from", wheel())
    gone = tmpdir.mkdir("gone")
    monkeypatch.chdir(gone)
    gone.remove()
    assert str(place) in roots.resolve("certifi").description
    monkeypatch.setenv("VERIFYSHIM_BUNDLE", "ours.pem")
    with pytest.raises(ConfigurationError) as caught:
        roots.resolve("certifi")
    assert "ours.pem" in str(caught.value) and "whole path" in str(caught.value)


def test_where_the_bundle_is():
    assert updated.place({"HOME": "/home/me"}) == "/home/me/.config/verifyshim/cacert.pem"
    assert updated.place({"HOME": "/h", "XDG_CONFIG_HOME": "/c"}) == "/c/verifyshim/cacert.pem"
    assert updated.place({"VERIFYSHIM_BUNDLE": "/b.pem"}) == "/b.pem" and updated.place({}) is None
