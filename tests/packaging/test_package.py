"""The package as users get it: built, installed by real pips into fresh environments, and tried.

Runs on a modern interpreter (tox -e packaging); the environments are made for 2.7 and for the newest 3.x
found, with the pip that belongs to each. Nothing here is imported from the repository by those.
"""
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from ..conformance import interpreters

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PYTHONS = [row for row in interpreters.find() if row["implementation"] == "cpython" and not row.job]
NEWEST, OLDEST = PYTHONS[-1:], [row for row in PYTHONS if row.name == "2.7.18"]
ROOTS = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def run(*command, **settings):
    """Run a command that must succeed and return what it prints."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, timeout=600, **settings)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what git has, as a newcomer clones it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in run("git", "ls-files", cwd=REPOSITORY).splitlines():
        if (REPOSITORY / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(checkout, tmp_path_factory):
    """Return ``(sdist, wheel)``."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, checkout)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def test_one_wheel_for_2_and_3_and_metadata_that_pypi_takes(built):
    sdist, wheel = built
    assert wheel.name.endswith("-py2.py3-none-any.whl")
    run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)
    names = zipfile.ZipFile(wheel).namelist()
    assert "verifyshim/__init__.py" in names and "verifyshim/cli/certificates/root.pem" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "compat"))]
    in_sdist = {name.split("/", 1)[-1] for name in tarfile.open(sdist).getnames()}
    assert {"setup.py", "tox.ini", "MIGRATION.md", "tests/unit/test_front.py"} <= in_sdist


def test_each_interpreter_gets_what_works_on_it(built):
    metadata = zipfile.ZipFile(built[1]).read(
        next(name for name in zipfile.ZipFile(built[1]).namelist() if name.endswith("METADATA"))).decode()
    from packaging.requirements import Requirement
    wanted = [Requirement(line.split(":", 1)[1]) for line in metadata.splitlines()
              if line.startswith("Requires-Dist:")]
    for version, expected in {
            "2.6.9": {"six": "1.13.0", "certifi": "2021.10.8", "backports.ssl_match_hostname": "3.7.0.1"},
            "2.7.8": {"six": "1.16.0", "certifi": "2021.10.8", "backports.ssl_match_hostname": "3.7.0.1"},
            "2.7.18": {"six": "1.17.0", "certifi": "2021.10.8"},
            "3.3.7": {"six": "1.16.0", "certifi": "2021.10.8"},
            "3.5.10": {"six": "1.17.0", "certifi": "2021.10.8"},
            "3.6.15": {"six": "1.17.0", "certifi": "2025.4.26"},
            "3.13.0": {"six": "1.17.0", "certifi": "2026.10.18"}}.items():
        environment = {"python_version": ".".join(version.split(".")[:2]), "python_full_version": version}
        here = {item.name: item.specifier for item in wanted if item.marker.evaluate(environment)}
        assert set(here) == set(expected), version
        for name, release in expected.items():
            assert release in here[name], (version, name)


@pytest.mark.parametrize("interpreter", OLDEST + NEWEST, ids=repr)
def test_pip_install_and_demo(interpreter, checkout, tmp_path):
    """`pip install .` with that interpreter's own pip, then the demo, offline and from elsewhere."""
    if interpreter["python"][0] > 2:
        run(interpreter.executable, "-m", "venv", tmp_path / "env")
    else:       # without what virtualenv fetches in the background: not the same from day to day
        run(sys.executable, "-m", "virtualenv", "-q", "--no-periodic-update", "-p", interpreter.executable,
            tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", ".", cwd=checkout)
    run(python, "-m", "pip", "check")
    environment = {name: value for name, value in os.environ.items() if name not in ROOTS}
    told = run(python, "-m", "verifyshim", "demo", cwd=tmp_path, env=dict(environment, PIP_NO_INDEX="1"))
    assert "only the good certificate got the request" in told
    assert "verifyshim" in run(tmp_path / "env" / "bin" / "verifyshim", "--version", cwd=tmp_path)
    run(python, "-m", "pip", "uninstall", "-y", "verifyshim")
    run(python, "-c", "import ssl")


def test_the_first_command_of_the_readme(checkout):
    command = next(line.strip() for line in (checkout / "README.md").read_text().splitlines()
                   if line.startswith("    python3 -m venv .try"))
    told = run("bash", "-c", command, cwd=checkout)
    assert "only the good certificate got the request" in told
