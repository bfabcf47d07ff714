"""The package as users get it: built, installed by real pips into fresh environments, and tried.

Runs on a modern interpreter (tox -e packaging); the environments are made for 2.7 and for the newest 3.x
found, with the pip that belongs to each. Nothing here is imported from the repository by those.
"""
import subprocess
import sys
import tarfile
import zipfile

import pytest

from .conftest import NEWEST, OLDEST, environment, run


def test_one_wheel_for_2_and_3_and_metadata_that_pypi_takes(built):
    sdist, wheel = built
    assert wheel.name.endswith("-py2.py3-none-any.whl")
    run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)


def test_the_wheel_is_the_package_and_its_licence_and_nothing_else(built, checkout):
    names = zipfile.ZipFile(built[1]).namelist()
    own = {str(path.relative_to(checkout / "compat")) for path in (checkout / "compat" / "verifyshim").rglob("*")
           if path.is_file()}
    assert {name for name in names if ".dist-info/" not in name} == own
    assert {"verifyshim/py.typed", "verifyshim/__init__.pyi", "verifyshim/cli/certificates/root.pem"} <= own
    assert {name.split(".dist-info/")[1] for name in names if ".dist-info/" in name} == {
        "licenses/LICENSE", "METADATA", "WHEEL", "entry_points.txt", "top_level.txt", "RECORD"}


def test_the_sdist_is_what_git_has_and_so_can_be_tested(built, checkout):
    entries = tarfile.open(built[0]).getmembers()
    packed = {entry.name.split("/", 1)[1] for entry in entries if entry.isfile()}
    made = {name for name in packed if "verifyshim.egg-info/" in name} | {"PKG-INFO"}
    there = {str(path.relative_to(checkout)) for path in checkout.rglob("*") if path.is_file()}
    assert packed - made - {"setup.cfg"} == {name for name in there if not name.startswith("build/")
                                             and "egg-info/" not in name} - {".gitignore", "setup.cfg"}


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
        markers = {"python_version": ".".join(version.split(".")[:2]), "python_full_version": version}
        here = {item.name: item.specifier for item in wanted if item.marker.evaluate(markers)}
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
    told = run(python, "-m", "verifyshim", "demo", cwd=tmp_path, env=environment(PIP_NO_INDEX="1"))
    assert "only the good certificate got the request" in told
    assert "verifyshim 0" in run(tmp_path / "env" / "bin" / "verifyshim", "--version", cwd=tmp_path)
    (tmp_path / "pasted.py").write_text("import requests\nrequests.get('https://a.example/', verify=False)\n")
    found = subprocess.run([tmp_path / "env" / "bin" / "verifyshim-codemod", "--check", "pasted.py"], cwd=tmp_path,
                           stdout=subprocess.PIPE, universal_newlines=True)
    assert found.returncode == 1 and "VS201" in found.stdout
    run(python, "-m", "pip", "uninstall", "-y", "verifyshim")
    run(python, "-c", "import ssl")


def test_the_first_command_of_the_readme(checkout):
    command = next(line.strip() for line in (checkout / "README.md").read_text().splitlines()
                   if line.startswith("    python3 -m venv .try"))
    told = run("bash", "-c", command, cwd=checkout)
    assert "only the good certificate got the request" in told
