"""Virtual environments as they were made before virtualenv 20: with a site.py of their own, and sys.real_prefix.

tox -e coexistence: the old releases come from an index.
"""
import subprocess
import sys

import pytest

from . import environments
from .environments import ROWS, Environment, library

# The last release that makes each of them.
RELEASES = {(2, 6): "15.2.0", (3, 3): "15.2.0"}
ROWS = [row for row in ROWS if row.name in ("2.6.9", "2.7.8", "2.7.18", "3.3.2", "3.6.15")]


@pytest.fixture(scope="module")
def virtualenv(tmp_path_factory):
    """Return a function: the path of virtualenv.py of a release."""
    folders = {}

    def of(release):
        if release not in folders:
            folders[release] = tmp_path_factory.mktemp("virtualenv")
            subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target",
                            str(folders[release]), "virtualenv==" + release], check=True, timeout=300)
        return folders[release] / "virtualenv.py"
    return of


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_on_and_off(row, tmp_path, virtualenv, judged):
    system, folder = environments.bare(row, tmp_path / "system"), tmp_path / "env"
    script = virtualenv(RELEASES.get(tuple(row["python"][:2]), "16.7.12"))
    done = environments.Done([system, script, "-q", "--no-download", "--no-pip",
                              "--no-setuptools", "--no-wheel", folder],
                             environments.interpreters.clean_environment())
    assert done.status == 0, done
    environment = Environment(row, folder / "bin" / "python", library(row, folder) / "site-packages")
    assert "True" in environment.run("-c", "import sys; print(hasattr(sys, 'real_prefix'))").out
    before = environment.files(), environments.snapshot(library(row, tmp_path / "system"))
    for way in ("pth", "sitecustomize"):
        environment.activate("--via", way)
        assert environment.state()[0]
        assert judged(environment, "old-%s-%s" % (row.name, way)) == (1, 0)
        done = environment.verb("activate", "--user")
        assert done.status == 2 and "leave --user out" in done.err, done
    assert environments.Done([system, "-c", environments.PROBE], environment.environ).out.startswith("False")
    environment.deactivate()
    assert not environment.state()[0]
    assert (environment.files(), environments.snapshot(library(row, tmp_path / "system"))) == before
