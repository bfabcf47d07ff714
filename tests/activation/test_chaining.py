"""The sitecustomize that are there already: kept and run, with us and after us (interpreters.md, Start-up)."""
import pytest

from . import environments
from .environments import ROWS
from ..conformance.harness import REPOSITORY

SEEN = "import sys; print('%s %s' % (getattr(sys, 'apport_was_here', None), __import__('sitecustomize').__file__))"
# As Debian's does it, where apport is installed; the other names are looked up at run time, in globals.
APPORT = '''"""theirs"""
import sys
def install():
    sys.apport_was_here = NAME
NAME = "yes"
install()
if getattr(sys, "verifyshim_test_path", None):
    sys.path.append(sys.verifyshim_test_path)
'''
FEW = [row for row in ROWS if row.name in ("2.6.9", "2.7.18", "3.3.2", "3.13.0")]
DROP_IN = REPOSITORY / "contrib" / "sitecustomize"


def seen(environment, *flags, **environ):
    done = environment.run(*(flags + ("-c", SEEN)), **environ)
    assert done.status == 0 and not done.lines, done
    return done.out.split()[0]


def test_the_drop_in_is_what_the_package_says():
    import sys
    sys.path.insert(0, str(environments.PACKAGE_FOLDER))
    from verifyshim.startup import files
    assert (DROP_IN / "sitecustomize.py").read_text() == files.drop_in()


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_one_in_the_same_folder(row, tmp_path):
    environment = environments.copied(row, tmp_path / "env")
    theirs = environment.site_packages / "sitecustomize.py"
    theirs.write_text(APPORT)
    theirs.chmod(0o640)
    before, number = environment.files(), theirs.stat().st_ino
    assert seen(environment) == "yes"
    for way in ("pth", "sitecustomize", "pth", "sitecustomize"):
        environment.activate("--via", way)
        assert environment.state() == (True, "") and seen(environment) == "yes"
    environment.deactivate()
    assert environment.files() == before and seen(environment) == "yes" and environment.state() == (False, "")
    assert theirs.stat().st_ino == number and theirs.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_a_link_that_leads_nowhere(row, tmp_path):
    """Python passes it over; and what it leads to later counts from then on."""
    environment = environments.copied(row, tmp_path / "env")
    theirs, target = environment.site_packages / "sitecustomize.py", tmp_path / "target.py"
    theirs.symlink_to(target)
    before = environment.files()
    environment.activate("--via", "sitecustomize")
    assert environment.state() == (True, "") and seen(environment) == "None"
    target.write_text(APPORT)
    assert environment.state() == (True, "") and seen(environment) == "yes"
    environment.deactivate()
    assert environment.files() == before


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_one_beside_the_standard_library(row, tmp_path):
    """Debian's, a link into /etc; Homebrew's, a file."""
    environment = environments.copied(row, tmp_path / "env")
    library, etc = environments.library(row, tmp_path / "env"), tmp_path / "etc"
    etc.mkdir()
    (etc / "sitecustomize.py").write_text(APPORT)
    theirs = library / "sitecustomize.py"
    for make in (lambda: theirs.symlink_to(etc / "sitecustomize.py"), lambda: theirs.write_text(APPORT)):
        make()
        before = environments.snapshot(library), environment.files()
        for way in ("pth", "sitecustomize"):
            environment.activate("--via", way)
            assert environment.state() == (True, "") and seen(environment) == "yes", way
        assert (library / "_verifyshim_activation.py").exists() and not (
            environment.site_packages / "_verifyshim_activation.py").exists()
        environment.deactivate()
        assert (environments.snapshot(library), environment.files()) == before and seen(environment) == "yes"
        assert (etc / "sitecustomize.py").read_text() == APPORT
        theirs.unlink()


@pytest.mark.parametrize("row", [row for row in ROWS if environments.can_be_virtual(row)], ids=repr)
def test_one_that_is_not_this_environments(row, tmp_path):
    """In a virtual environment the standard library's belongs to the system."""
    system = environments.copied(row, tmp_path / "system")
    (environments.library(row, tmp_path / "system") / "sitecustomize.py").write_text(APPORT)
    row = environments.of(row, system.python)
    environment = environments.virtual(row, tmp_path / "env")
    if seen(environment) != "yes":
        pytest.skip("this virtualenv does not see it")
    done = environment.verb("activate", "--via", "sitecustomize")
    assert done.status == 2 and "use --via pth" in done.err, done
    environment.activate()
    assert environment.state() == (True, "") and seen(environment) == "yes"


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_one_of_the_system_is_not_a_users_to_change(row, tmp_path):
    """Not for root either, who could: --user means the user's folder and no other."""
    system = environments.copied(row, tmp_path / "system")
    theirs = environments.library(row, tmp_path / "system") / "sitecustomize.py"
    theirs.write_text(APPORT)
    row = environments.of(row, system.python)
    environment = environments.user(row, tmp_path / "user")
    before = environments.snapshot(theirs.parent), environment.files()
    done = environment.verb("activate", "--user", "--via", "sitecustomize")
    assert done.status == 2 and "use --via pth" in done.err, done
    assert (environments.snapshot(theirs.parent), environment.files()) == before
    assert theirs.read_text() == APPORT
    environment.activate()
    assert environment.state()[0] and seen(environment) == "yes"


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_one_that_only_a_variable_leads_to(row, tmp_path):
    """Its folder may be in this environment's prefix, as pyenv has virtual environments there, and another's all
    the same."""
    environment = environments.copied(row, tmp_path / "env")
    other = tmp_path / "env" / "envs" / "other" / "site-packages"
    other.mkdir(parents=True)
    (other / "sitecustomize.py").write_text(APPORT)
    before = environments.snapshot(other)
    done = environment.verb("activate", "--via", "sitecustomize", PYTHONPATH=str(other))
    assert done.status == 2 and "use --via pth" in done.err, done
    # Whatever is active there is not this environment's to take away, nor to end.
    environment.activate()
    for path in environment.site_packages.glob("*verifyshim?activation*"):
        environments.shutil.copy2(str(path), str(other))
    both = environments.snapshot(other)
    assert len(both) > len(before)
    environment.activate("--mode", "audit", PYTHONPATH=str(other))
    done = environment.verb("deactivate", PYTHONPATH=str(other))
    assert done.status == 0 and "left alone: %s" % other in done.err and environments.snapshot(other) == both, done
    assert environment.state() == (False, "")


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_one_later_on_the_path_and_one_on_pythonpath(row, tmp_path):
    environment = environments.user(environments.alone(row, tmp_path / "system"), tmp_path / "env")
    environment.activate("--via", "sitecustomize")
    later, first = tmp_path / "later", tmp_path / "first"
    for folder in (later, first):
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(APPORT)
    (environment.site_packages / "zzz.pth").write_text("%s\n" % later)
    assert environment.state()[0] and seen(environment) == "yes"
    # Theirs first, and it does not chain: Python never runs ours. The doctor says so.
    assert environment.state(PYTHONPATH=str(first))[0] is False
    told = environment.verb("doctor", PYTHONPATH=str(first))
    assert told.status == 1 and "comes before" in told.out and "--via pth" in told.out, told
    environment.activate("--via", "pth")
    assert environment.state(PYTHONPATH=str(first))[0]


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_the_drop_in_runs_the_next_one(row, tmp_path, judged):
    environment = environments.copied(row, tmp_path / "env")
    assert environment.state(PYTHONPATH=str(DROP_IN)) == (True, "")
    assert judged(environment, "dropin-%s" % row.name, PYTHONPATH=str(DROP_IN)) == (1, 0)
    (environment.site_packages / "sitecustomize.py").write_text(APPORT)
    assert seen(environment, PYTHONPATH=str(DROP_IN)) == "yes"
    assert environment.state(PYTHONPATH=str(DROP_IN)) == (True, "")
    # Theirs may fail as it always did: we add nothing to that.
    (environment.site_packages / "sitecustomize.py").write_text("import nothing_of_that_name")
    bare, ours = (environment.run("-c", "print('runs')", **environ) for environ in ({}, {"PYTHONPATH": str(DROP_IN)}))
    assert (bare.status, bare.out) == (ours.status, ours.out) == (0, "runs\n")
    assert environment.run("-c", "pass", PYTHONPATH=str(DROP_IN), VERIFYSHIM_MODE="x",
                           VERIFYSHIM_FAIL_CLOSED="1").status == 78
    assert environment.run("-E", "-c", environments.PROBE, PYTHONPATH=str(DROP_IN)).out.startswith("False")
