"""Folders as distributions lay them out, and the start files of interpreters to come."""
import pytest

from . import environments
from .environments import ROWS
from .test_chaining import seen

# As Homebrew's: site-packages are outside of the interpreter's folder, reached through a link; a sitecustomize
# beside the standard library has sys.path name them by their own path.
HOMEBREW = '''"""theirs"""
import sys
sys.apport_was_here = "yes"
sys.path[:] = [%r if item.endswith("site-packages") else item for item in sys.path]
'''
# PEP 829, which 3.15 has: each line of a .start file names a module and a function, called without arguments.
# From 3.18 on, the import line of a .pth file is passed over.
START = """
import os, sys
for line in open(os.path.join(sys.argv[1], "verifyshim-activation.start")):
    line = line.strip()
    if line and not line.startswith("#"):
        module, function = line.split(":")
        __import__(module)
        getattr(sys.modules[module], function)()
sys.stdout.write("after\\n")
""" + environments.PROBE
FEW = [row for row in ROWS if row.name in ("2.7.18", "3.3.2", "3.6.15", "3.13.0")]


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_homebrew(row, tmp_path):
    environment = environments.copied(row, tmp_path / "Cellar")
    library, brew = environments.library(row, tmp_path / "Cellar"), tmp_path / "lib" / "site-packages"
    brew.parent.mkdir()
    environment.site_packages.rename(brew)
    environment.site_packages.symlink_to(brew)
    (library / "sitecustomize.py").write_text(HOMEBREW % str(brew))
    before = environments.snapshot(library), environments.snapshot(brew)
    for way in ("pth", "sitecustomize"):
        assert str(brew if way == "pth" else library) in environment.activate("--via", way).out
        assert environment.state() == (True, "") and seen(environment) == "yes"
        assert environment.verb("status").status == 0
    environment.deactivate()
    assert environment.state() == (False, "") and seen(environment) == "yes"
    assert (environments.snapshot(library), environments.snapshot(brew)) == before


@pytest.mark.parametrize("row", [row for row in ROWS if row.executable == "/usr/bin/python3.11"], ids=repr)
def test_debian(row, tmp_path):
    """Its own folder for what pip installs, and a sitecustomize that is a link into /etc."""
    environment = environments.copied(row, tmp_path / "env")
    assert environment.site_packages.name == "dist-packages"
    assert str(environment.site_packages) in environment.activate().out
    venv = environments.virtual(row, tmp_path / "venv")
    assert environments.library(row, tmp_path / "venv-system").joinpath("sitecustomize.py").is_symlink()
    assert venv.state() == (False, "") and environment.state() == (True, "")


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_start_files(row, tmp_path):
    environment = environments.copied(row, tmp_path / "env")
    done = environment.activate("--dry-run")
    assert "verifyshim-activation.start" in done.out
    for options, status in (((), 0), (("--fail-closed",), 78)):
        environment.activate(*options)
        (environment.site_packages / "verifyshim-activation.pth").unlink()
        assert environment.state() == (False, "")
        done = environment.run("-c", START, environment.site_packages)
        assert (done.status, done.out, done.lines) == (0, "after\nTrue|\n", []), done
        package = environment.site_packages / "verifyshim"
        package.rename(tmp_path / "away")
        done = environment.run("-c", START, environment.site_packages)
        assert done.status == status and ("after" in done.out) == (not status) and len(done.lines) == 1, done
        assert "NOT verified" in done.err, done
        (tmp_path / "away").rename(package)
    environment.deactivate()
    assert not (environment.site_packages / "verifyshim-activation.start").exists()
