"""The folder for machines without a network: what is in it, that it installs, and what is said when it cannot be
made. The really old interpreters and pips are in test_old.py."""
import hashlib
import json
import subprocess
import sys
import zipfile

import pytest
from packaging.requirements import Requirement

from .conftest import OLDEST, RIGHT, environment, run

VERSIONS = ["2.6.9", "2.7.3", "2.7.8", "2.7.9", "2.7.18", "3.3.7", "3.4.2", "3.5.10", "3.6.15"]
FILES = ("README.txt", "SHA256SUMS", "requirements.txt", "verifyshim.zip")


def make(built, folder, *arguments):
    """Run the command from the wheel itself; return ``(status, what it printed)``."""
    done = subprocess.run([sys.executable, "-m", "verifyshim", "wheelhouse", folder] + list(arguments),
                          env=environment(PYTHONPATH=str(built[1])), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def house(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("house") / "for27"
    status, told = make(built, folder, "--python", "2.7", "--package", built[1])
    assert status == 0, told
    return folder


def is_old(version):
    """Whether that is a Python for which the extra "tls" brings something."""
    return tuple(int(part) for part in version.split(".")) < (2, 7, 9)


@pytest.fixture(scope="module")
def held(built):
    """``{version, extra: {name: release}}``, as the command has it."""
    wanted = [(version, extra) for version in VERSIONS for extra in ("", "tls")]
    calls = [[[int(part) for part in version.split(".")], extra != "" and is_old(version)] for version, extra in wanted]
    told = run(sys.executable, "-c", "import json; from verifyshim.cli.wheelhouse import requirements\n"
               "print(json.dumps([sum(requirements(tuple(version), tls), []) for version, tls in %r]))" % calls,
               env=environment(PYTHONPATH=str(built[1])))
    return {pair: dict(item.split("==") for item in items) for pair, items in zip(wanted, json.loads(told))}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("extra", ["", "tls"])
def test_it_holds_what_the_package_asks_for_on_that_python(built, held, version, extra):
    markers = {"python_version": ".".join(version.split(".")[:2]), "python_full_version": version, "extra": extra}
    wheel = zipfile.ZipFile(built[1])
    metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))).decode()
    wanted = [Requirement(line.split(":", 1)[1]) for line in metadata.splitlines()
              if line.startswith("Requires-Dist:")]
    wanted = {item.name: item.specifier for item in wanted if item.marker.evaluate(markers)}
    here = held[version, extra]
    assert {name: here.get(name) for name in wanted if here.get(name) not in wanted[name]} == {}
    # What pyOpenSSL asks for in its turn is tried in test_old.py.
    assert set(here) == set(wanted) or extra and is_old(version)


def test_every_file_is_there_with_its_hash(house):
    names = {path.name for path in house.iterdir()}
    assert {name.split("-")[0] for name in names - set(FILES)} == {
        "verifyshim", "six", "certifi", "backports.ssl_match_hostname"}
    sums = dict(reversed(line.split("  ")) for line in (house / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == names - {"SHA256SUMS"}
    assert [name for name in sums if hashlib.sha256((house / name).read_bytes()).hexdigest() != sums[name]] == []
    listed = (house / "requirements.txt").read_text()
    assert [name for name in names - set(FILES) if sums[name] not in listed] == []


@pytest.mark.parametrize("interpreter", OLDEST, ids=repr)
def test_pip_installs_from_it_without_a_network_and_only_what_has_the_hash(interpreter, house, tmp_path):
    run(sys.executable, "-m", "virtualenv", "-q", "--no-periodic-update", "-p", interpreter.executable,
        tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--no-index", "--find-links", ".", "-r", "requirements.txt"]
    run(*install, cwd=house, env=environment(PIP_CONFIG_FILE="/dev/null", PIP_FIND_LINKS=""))
    assert RIGHT in run(python, "-m", "verifyshim", "demo", cwd=tmp_path, env=environment())

    broken = tmp_path / "house"
    broken.mkdir()
    for path in house.iterdir():
        (broken / path.name).write_bytes(path.read_bytes() + b"\0" * path.name.startswith("six-"))
    refused = subprocess.run(install + ["--target", tmp_path / "target"], cwd=broken, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, universal_newlines=True,
                             env=environment(PIP_CONFIG_FILE="/dev/null", PIP_FIND_LINKS=""))
    assert refused.returncode and "DO NOT MATCH THE HASHES" in refused.stdout


@pytest.mark.parametrize("interpreter", OLDEST, ids=repr)
def test_without_pip_the_archive_runs(interpreter, house, tmp_path):
    assert RIGHT in run(interpreter.executable, house / "verifyshim.zip", "demo", cwd=tmp_path, env=environment())


def test_what_pip_cannot_get_leaves_no_half_filled_folder(built, tmp_path):
    status, told = make(built, tmp_path / "new", "--python", "2.7", "--package", "verifyshim==0.0.0.never")
    assert status == 1 and "--package" in told
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("arguments, said", [
    (["--python", "3.9"], "pip download"), ([], "--python is missing"),
    (["--python", "2.7.18", "--tls"], "leave it out"),
    (["another", "--python", "2.7"], "one folder")])
def test_arguments_that_cannot_be_used(built, tmp_path, arguments, said):
    status, told = make(built, tmp_path / "new", *arguments)
    assert status == 2 and said in told
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_left_alone(built, tmp_path):
    (tmp_path / "mine").write_text("")
    status, told = make(built, tmp_path, "--python", "2.7")
    assert status == 2 and "not empty" in told
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
