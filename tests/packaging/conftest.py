"""The package as it is released, built once; the interpreters it is tried on; and what they need beside it."""
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ..conformance import interpreters, libraries

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PYTHONS = [row for row in interpreters.find() if row["implementation"] == "cpython" and not row.job]
NEWEST, OLDEST = PYTHONS[-1:], [row for row in PYTHONS if row.name == "2.7.18"]
ROOTS = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
RIGHT = "With verifyshim only the good certificate got the request."


def run(*command, **settings):
    """Run a command that must succeed and return what it prints."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, timeout=600, **settings)
    assert done.returncode == 0, done.stdout
    return done.stdout


def environment(**more):
    """The environment without roots and packages of this machine's, and without what tox tells newer virtualenvs."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ROOTS + ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
            and not name.startswith(("VERIFYSHIM_", "VIRTUALENV_"))}
    return dict(kept, **more)


def copy_of_repository(folder):
    """What git has, or would take, as a newcomer clones it."""
    for name in run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=REPOSITORY).splitlines():
        if (REPOSITORY / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    return folder


def build(source, target):
    """Return ``(sdist, wheel)``, the wheel made from the sdist.

    With the setuptools of this environment, the newest: to fetch it for each build takes longer than the build.
    """
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", target, source)
    return next(target.glob("*.tar.gz")), next(target.glob("*.whl"))


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    return copy_of_repository(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def built(checkout, tmp_path_factory):
    return build(checkout, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def installed(built, tmp_path_factory):
    """``installed(interpreter)`` is a folder with the wheel and what it needs there."""
    def install(interpreter):
        folder = tmp_path_factory.mktemp("site")
        shutil.copytree(libraries.client_libraries(interpreter), folder, dirs_exist_ok=True)
        zipfile.ZipFile(built[1]).extractall(folder)
        return folder
    return install
