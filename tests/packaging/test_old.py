"""Wheelhouses on the interpreters that they are for, with the pips of their time. tox -e packaging-old

Such interpreters are named in VERIFYSHIM_PYTHONS; virtualenv 15.2.0 brings pip 9.0.3, 1.11.6 brings 1.5.6.
"""
import sys
import zipfile

import pytest

from .conftest import PYTHONS, RIGHT, environment, run
from .test_wheelhouse import make

OLD = [row for row in PYTHONS if row["python"] < [2, 7, 9] and row["wide_unicode"]]
OFFLINE = environment(PIP_CONFIG_FILE="/dev/null", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/")


# The pip that came with it knows no manylinux wheels and compares no hashes.
PIP_1_5 = "1.11.6"
CASES = ([(row, "15.2.0", tls) for row in OLD for tls in (False, True)]
         + [(row, PIP_1_5, False) for row in OLD])


@pytest.fixture(scope="session")
def virtualenvs(tmp_path_factory):
    """``virtualenvs(release)`` is a folder with that release of virtualenv."""
    def unpacked(release, made={}):
        if release not in made:
            folder = made[release] = tmp_path_factory.mktemp("virtualenv")
            run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
                "virtualenv==" + release)
            zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(folder)
        return made[release]
    return unpacked


@pytest.mark.parametrize("interpreter, release, tls", CASES, ids=lambda value: str(value))
def test_installed_from_a_wheelhouse_with_an_old_pip(interpreter, release, tls, virtualenvs, built, tmp_path):
    status, told = make(built, tmp_path / "house", "--python", ".".join(map(str, interpreter["python"])),
                        "--package", built[1], *["--tls"] * tls)
    assert status == 0, told
    run(interpreter.executable, virtualenvs(release) / "virtualenv.py", "--quiet",
        *["--no-download"] * (release != PIP_1_5), tmp_path / "env", env=OFFLINE)
    folder = tmp_path / "env" / "bin"
    wanted = ["verifyshim"] if release == PIP_1_5 else ["-r", "requirements.txt"]
    run(folder / "pip", "install", "--no-index", "--find-links", ".", *wanted, cwd=tmp_path / "house", env=OFFLINE)
    elsewhere = dict(cwd=tmp_path, env=environment())
    assert RIGHT in run(folder / "python", "-m", "verifyshim.__main__", "demo", **elsewhere)
    engine = run(folder / "python", "-c", "import verifyshim; print(verifyshim.status()['engine'])", **elsewhere)
    assert engine.strip().endswith("pyOpenSSL" if tls else "ssl.wrap_socket")
    assert RIGHT in run(interpreter.executable, tmp_path / "house" / "verifyshim.zip", "demo", **elsewhere)
