"""activate and deactivate, on every interpreter found, both ways, in environments of each kind."""
import json

import pytest

from . import environments
from .environments import ROWS

VERIFIED = (1, 0)
FEW = [row for row in ROWS if row.name in ("2.6.9", "2.7.18", "3.3.2", "3.6.15", "3.13.0")]
# What a way does depends on the interpreter; what a kind does with the second way is seen on some.
KINDS = [(row, kind, way) for row in ROWS for kind, way in (
    ("copied", "pth"), ("copied", "sitecustomize"), ("virtual", "pth"), ("virtual", "sitecustomize"), ("user", "pth"),
    ("user", "sitecustomize")) if (kind == "copied" or way == "pth" or row in FEW)
    and (kind != "virtual" or environments.can_be_virtual(row))]


@pytest.mark.parametrize("row,kind,way", KINDS, ids=["%s-%s-%s" % kind for kind in KINDS])
def test_on_and_off(row, kind, way, tmp_path, judged):
    environment = getattr(environments, kind)(row, tmp_path / "env")
    before = environment.files()
    assert environment.state() == (False, "")
    dry = environment.activate("--via", way, "--dry-run")
    assert "would write" in dry.out and environment.files() == before
    assert "active in" in environment.activate("--via", way).out
    active = environment.files()
    assert environment.state() == (True, ""), "something was imported at start-up"
    assert judged(environment, "%s-%s-%s" % (row.name, kind, way)) == VERIFIED
    assert "nothing changed" in environment.activate("--via", way).out
    assert environment.files() == active

    status = environment.verb("status")
    assert status.status == 0 and "mode enforce" in status.out, status
    assert "not active any more" in environment.deactivate().out
    assert environment.files() == before and environment.state() == (False, "")
    assert environment.verb("status").status == 1


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_what_changed_is_said_for_machines(row, tmp_path):
    environment = environments.copied(row, tmp_path / "env")

    def told(verb, *arguments):
        done = getattr(environment, verb)(*arguments + ("--json",))
        assert not done.lines, done
        return json.loads(done.out)
    first = told("activate", "--mode", "audit", "--dry-run")
    assert first["changed"] and first["dry_run"] and first["steps"] and not environment.state()[0]
    assert dict(first, dry_run=False) == told("activate", "--mode", "audit")
    assert first["folder"] == str(environment.site_packages) and first["settings"] == {
        "mode": "audit", "config": None, "fail_closed": False}
    again = told("activate", "--mode", "audit")
    assert not again["changed"] and again["steps"] == [] and environment.state()[0]
    # What was read is renewed by programs too: that is no change for somebody who compares.
    environment.activate("--mode", "audit", "--fail-closed")
    assert not told("activate", "--mode", "audit", "--fail-closed", "--dry-run")["changed"]
    (environment.site_packages / "_verifyshim_activation.proof").write_text("old")
    assert "nothing changed" in environment.activate("--mode", "audit", "--fail-closed").out
    assert (environment.site_packages / "_verifyshim_activation.proof").read_text() != "old"
    assert told("activate", "--mode", "strict", "--dry-run")["changed"]

    would = told("deactivate", "--dry-run")
    assert would["changed"] and would["folders"] == [str(environment.site_packages)] and environment.state()[0]
    assert dict(would, dry_run=False) == told("deactivate")
    assert told("deactivate") == {"changed": False, "dry_run": False, "folders": [], "steps": []}


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_the_doctor_of_an_activated_environment(row, tmp_path, farm):
    """Exit status 0 where all is fine, 1 for a problem, 2 where it could not look; the same with --json."""
    environment = environments.copied(row, tmp_path / "env")
    environment.activate("--mode", "strict")
    places = ["127.0.0.1:%d" % farm.servers[name].server_address[1] for name in ("ipv4", "unknown-root")]

    def told(*arguments):
        done = environment.verb("doctor", "--json", *arguments, SSL_CERT_FILE=farm.pki.roots_file)
        said = json.loads(done.out)
        problems = [finding for part in [said] + said["hosts"] for finding in part["findings"]
                    if finding["level"] == "problem"]
        assert done.status == bool(problems) and all(finding["to_do"] for finding in problems), done
        assert said["active"] and said["active_by"] == str(environment.site_packages / "_verifyshim_activation.py")
        return [finding for part in said["hosts"] for finding in part["findings"]], problems, said
    # An old interpreter may be a problem by itself, as where it knows no TLS 1.2.
    findings, problems, said = told(places[0])
    assert {"resolve", "connect", "handshake", "chain", "name", "expiry"} <= {one["topic"] for one in findings}
    assert not [finding for finding in findings if finding["level"] == "problem"], findings
    assert said["starts"]["python"] and not said["starts"]["python -S"]
    assert [value for name, value, origin in said["settings"] if name == "mode"] == ["strict"]
    others = [finding["topic"] for finding in problems]
    problems = told(*places)[1]
    assert [finding["topic"] for finding in problems] == others + ["chain", "issuer"], problems
    assert "unknown-issuer" in problems[-2]["text"] and ".pem" in problems[-1]["to_do"], problems
    for wrong in ("https://example.org/", "localhost:0"):
        done = environment.verb("doctor", "--json", wrong)
        assert done.status == 2 and not done.out and len(done.lines) == 1, done


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_the_last_options_count(row, tmp_path, judged):
    environment = environments.copied(row, tmp_path / "env")
    config = tmp_path / "v.cfg"
    config.write_text("[verifyshim]\nmode = strict\nlog = %s\n" % (tmp_path / "log"))
    environment.activate("--config", config)
    assert '"mode": "strict"' in environment.verb("status", "--json").out
    environment.activate("--config", config, "--mode", "audit", "--via", "sitecustomize")
    told = environment.verb("status", "--json").out
    assert '"mode": "audit"' in told and "activate --mode" in told
    assert not (environment.site_packages / "verifyshim-activation.pth").exists()
    # The environment comes after, as everywhere.
    assert '"mode": "strict"' in environment.verb("status", "--json", VERIFYSHIM_MODE="strict").out
    environment.activate("--fail-closed")
    assert '"fail_closed": true' in environment.verb("status", "--json").out
    assert not (environment.site_packages / "sitecustomize.py").exists()


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_another_environment(row, tmp_path):
    """--python and --prefix: by that interpreter, with its own verifyshim."""
    here = environments.copied(ROWS[-1], tmp_path / "here")
    there = environments.copied(row, tmp_path / "there")
    for target in (("--prefix", tmp_path / "there"), ("--python", there.python)):
        done = here.verb("activate", "--mode", "audit", *target)
        assert done.status == 0 and str(there.site_packages) in done.out, done
        assert there.state()[0] and not here.state()[0]
        assert '"mode": "audit"' in here.verb("status", "--json", *target).out
        assert here.verb("deactivate", *target).status == 0 and not there.state()[0]


def test_refusals(tmp_path):
    row = ROWS[-1]
    bare = environments.copied(ROWS[-2], tmp_path / "bare")
    environments.shutil.rmtree(str(bare.site_packages / "verifyshim"))
    here = environments.user(row, tmp_path / "here")
    others = tmp_path / "others.cfg"
    others.write_text("[verifyshim]\n")
    others.chmod(0o666)
    broken = tmp_path / "broken.cfg"
    broken.write_text("[verifyshim]\nmoed = strict\n")
    for arguments, words in ((("--user", "--config", others), "can be written by others"),
                             (("--user", "--config", broken), "moed is unknown"),
                             (("--user", "--config", tmp_path / "none"), "No such file"),
                             (("--python", bare.python), "install it there first"),
                             (("--prefix", tmp_path), "there is no bin/python"),
                             (("--python", "/nonexistent"), "cannot be run"),
                             (("extra",), "is no option")):
        done = here.verb("activate", *arguments)
        assert done.status == 2 and words in done.err and "Traceback" not in done.err, done
    # With the package on PYTHONPATH alone, programs would not find it.
    done = bare.verb("activate", PYTHONPATH=str(environments.PACKAGE_FOLDER))
    assert done.status == 2 and "without PYTHONPATH" in done.err and not bare.state()[0], done
    # Two versions: programs would find the one that is installed, and not the one that was asked.
    two = environments.copied(row, tmp_path / "two")
    done = two.verb("activate", PYTHONPATH=str(environments.PACKAGE_FOLDER))
    assert done.status == 2 and "another verifyshim" in done.err and not two.state()[0], done
    # Nor what is in this user's site-packages, for other users.
    copy = environments.copied(row, tmp_path / "copy")
    environments.shutil.rmtree(str(copy.site_packages / "verifyshim"))
    done = copy.verb("activate", PYTHONUSERBASE=str(tmp_path / "here"))
    assert done.status == 2 and "for another user" in done.err, done
    # Not the user's folder, unless --user is said; and not what is outside of a virtual environment.
    here.activate()
    assert "--user takes away" in here.verb("deactivate").err and here.state()[0]
    venv = environments.virtual(row, tmp_path / "venv")
    done = venv.verb("activate", "--user")
    assert done.status == 2 and "leave --user out" in done.err
    outside = tmp_path / "outside"
    environments.shutil.move(str(venv.site_packages), str(outside))
    venv.site_packages.symlink_to(outside)
    done = venv.verb("activate")
    assert done.status == 2 and not list(outside.glob("*activation*")), done
