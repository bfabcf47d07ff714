"""The stubs, as a type checker finds them in the wheel, against the program that they describe."""
import os
import re
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import NEWEST, environment, run
from ..conformance import libraries

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def stubs(built, tmp_path_factory):
    """Return a folder with the stubs of the wheel and no source."""
    folder = tmp_path_factory.mktemp("stubs")
    wheel = zipfile.ZipFile(built[1])
    wheel.extractall(folder, [name for name in wheel.namelist() if name.endswith((".pyi", "py.typed"))])
    return folder


def mypy(*arguments, **more):
    return run(sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, *arguments,
               env=environment(**more))


def test_the_stubs_and_a_program_that_uses_every_name_are_strictly_typed(stubs, built):
    program = HERE / "typed" / "program.py"
    mypy(program, *sorted(stubs.rglob("*.pyi")), MYPYPATH=str(stubs))
    exported = re.findall(r'"(\w+)"', (stubs / "verifyshim" / "__init__.pyi").read_text().partition("__all__")[2])
    assert [name for name in exported if not re.search(r"\b%s\b" % name, program.read_text())] == []


def test_the_checker_uses_the_stubs_of_an_installed_wheel(built, tmp_path):
    zipfile.ZipFile(built[1]).extractall(tmp_path)
    mypy(HERE / "typed" / "program.py", MYPYPATH=str(tmp_path))


def test_the_checker_finds_the_mistakes(stubs):
    with pytest.raises(AssertionError) as told:
        mypy(HERE / "typed" / "mistakes.py", MYPYPATH=str(stubs))
    found = re.findall(r"mistakes.py:(\d+): error: .*\[(.+)\]", str(told.value))
    lines = (HERE / "typed" / "mistakes.py").read_text().splitlines()
    marked = [(str(number), line.split("  # ")[1]) for number, line in enumerate(lines, 1) if "  # " in line]
    assert marked and set(found) >= set(marked)


def test_the_stubs_say_what_is_there(stubs, built, tmp_path):
    zipfile.ZipFile(built[1]).extractall(tmp_path)
    path = os.pathsep.join([str(tmp_path), str(libraries.client_libraries(NEWEST[0]))])
    run(sys.executable, "-m", "mypy.stubtest", "verifyshim", "--ignore-missing-stub", "--allowlist",
        HERE / "stubtest.allowlist", cwd=tmp_path.parent, env=environment(MYPYPATH=str(stubs), PYTHONPATH=path))
