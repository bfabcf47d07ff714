"""activate and deactivate, on every interpreter found, both ways, in environments of each kind."""
import pytest

from . import environments
from .environments import ROWS

VERIFIED = (1, 0)
KINDS = [(row, kind, way) for row in ROWS for kind in ("virtual", "user", "copied") for way in ("pth", "sitecustomize")
         if (kind != "virtual" or environments.can_be_virtual(row))]


@pytest.mark.parametrize("row,kind,way", KINDS, ids=["%s-%s-%s" % kind for kind in KINDS])
def test_on_and_off(row, kind, way, tmp_path, judged):
    environment = getattr(environments, kind)(row, tmp_path / "env")
    before = environment.files()
    active, early = environment.state()     # a .pth of the system's may import things too
    assert not active
    dry = environment.verb("activate", *environment.options + ["--via", way, "--dry-run"])
    if kind != "copied" and way == "sitecustomize" and dry.status == 2 and "use --via pth" in dry.err:
        pytest.skip("the system's sitecustomize comes first: test_chaining")

    dry = environment.activate("--via", way, "--dry-run")
    assert "would write" in dry.out and environment.files() == before
    assert "active in" in environment.activate("--via", way).out
    active = environment.files()
    assert environment.state() == (True, early), "something was imported at start-up"
    assert judged(environment, "%s-%s-%s" % (row.name, kind, way)) == VERIFIED
    assert "nothing changed" in environment.activate("--via", way).out
    assert environment.files() == active

    status = environment.verb("status")
    assert status.status == 0 and "mode enforce" in status.out, status
    assert "not active any more" in environment.deactivate().out
    assert environment.files() == before and environment.state() == (False, early)
    assert "nothing is active" in environment.deactivate().out
    assert environment.verb("status").status == 1


FEW = [row for row in ROWS if row.name in ("2.6.9", "2.7.18", "3.3.2", "3.6.15", "3.13.0")]


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
    here = environments.user(ROWS[-1], tmp_path / "here")
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
