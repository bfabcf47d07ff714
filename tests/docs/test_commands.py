"""Every command of README.md and MIGRATION.md is run, on 2.7 and on the newest Python here, and what is shown
is compared: each page in a copy of the checkout and a virtual environment that it makes itself.

A command that is new is run like the others; what cannot be run as it stands is in a table of environments.py.
"""
import configparser
import os
import re
import socket
import sys

import pytest

from . import blocks, environments
from .environments import ELSEWHERE, REPOSITORY, STANDS_FOR, STATUS, Place
from .shell import Shell
from ..conformance import interpreters

PAGES = {"README.md": ".", "MIGRATION.md": "docs/example"}
FOUND = [row for row in interpreters.find() if row["implementation"] == "cpython" and not row.job]
PYTHONS = [row for row in FOUND if row.name == "2.7.18"] + FOUND[-1:]
# README.md's "program.py" is the reader's own.
PROGRAM = (environments.EXAMPLE / "fetch.py").read_text()


def steps(page):
    return blocks.steps((REPOSITORY / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("python", PYTHONS, ids=repr)
@pytest.mark.parametrize("page", PAGES)
def test_every_command_runs_and_prints_what_the_page_shows(page, python, tmp_path):
    place = Place(tmp_path, python.executable, has_venv=python["python"][0] > 2)
    place.copy_checkout()
    folder = tmp_path / PAGES[page]
    (tmp_path / "program.py").write_text(place.here(PROGRAM))
    shell = Shell(folder, place.environment())
    try:
        found = [step for step in steps(page) if step.kind != "inline"]
        for step in found:
            _run(step, place, shell, folder)
        # Inline code is said beside the course of things: each once, in the state after an installation. No
        # index has this package; what is installed is enough for "pip install verifyshim".
        status, printed = shell.run("python -c 'import verifyshim' 2>/dev/null || pip install -q '%s'"
                                    % place.root)
        assert status == 0, printed
        known = set(step.text for step in found)
        for step in steps(page):
            if step.kind == "inline" and step.text not in known:
                known.add(step.text)
                _run(step, place, shell, folder)
    finally:
        shell.close()
        place.close()


def _run(step, place, shell, folder):
    if step.text in ELSEWHERE or step.text.startswith("tox -e "):
        return
    command, text = step.text, place.here(step.text)
    if step.kind in ("python", "ini"):
        (folder / ("block." + step.kind)).write_text(text)
        text = {"python": "python block.python", "ini": "VERIFYSHIM_CONFIG=$PWD/block.ini python -c "
                "'import verifyshim; verifyshim.install()'"}[step.kind]
    status, printed = shell.run(text)
    printed = place.back(printed)
    if text.endswith("&"):
        place.wait_for_servers()
    wanted = (status in STATUS.get(command, (0,)) and "Traceback" not in printed
              and (step.expected is None or environments.same(step.expected, printed, place.root)))
    if not wanted:
        pytest.fail("line %d: %s\nended with %s and printed:\n%s\nThe page shows:\n%s"
                    % (step.line, command, status, printed, step.expected), pytrace=False)


@pytest.mark.parametrize("page", PAGES)
def test_names_of_tox_environments_are_in_tox_ini(page):
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(REPOSITORY / "tox.ini")
    numbers = re.search(r"\{(.+?)\}", settings["tox"]["envlist"]).group(1).split(",")
    known = {section.partition(":")[2] for section in settings.sections()} | {"py" + text for text in numbers}
    named = {step.text.split()[2] for step in steps(page) if step.text.startswith("tox -e ")}
    assert named <= known


def test_what_is_run_elsewhere_and_what_stands_for_something_is_in_a_page():
    texts = "".join((REPOSITORY / page).read_text(encoding="utf-8") for page in PAGES)
    everything = [step.text for page in PAGES for step in steps(page)]
    assert [command for command in ELSEWHERE if command not in everything] == []
    assert [name for name in STANDS_FOR if name not in texts] == []
    assert [command for command in STATUS if command not in everything] == []


def test_the_command_that_ci_runs_is_the_one_in_the_readme():
    line = next(line for line in ELSEWHERE if ".check" in line)
    assert "    %s\n" % line in (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "python3 -m venv \\.check" in (REPOSITORY / ".ci" / "run").read_text()


def test_two_places_do_not_get_the_same_ports(tmp_path):
    """Each takes its ports long before its servers listen there."""
    first, second = Place(tmp_path, sys.executable), Place(tmp_path, sys.executable)
    try:
        assert not set(map(first.here, environments.PORTS)) & set(map(second.here, environments.PORTS))
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", int(first.here(environments.PORTS[0]))))
            server.listen(1)
    finally:
        first.close()
        second.close()


@pytest.mark.parametrize("command, expected", [
    ("python3 -m no_such_module", None), ("echo other", "one"), ("false", None), ("nonsense --now", None)])
def test_a_command_that_fails_or_prints_something_else_is_told(command, expected, tmp_path):
    shell, place = Shell(tmp_path, {"PATH": os.environ["PATH"]}), Place(tmp_path, sys.executable)
    try:
        _run(blocks.Step("command", "echo one", "one", 1), place, shell, tmp_path)
        with pytest.raises(pytest.fail.Exception):
            _run(blocks.Step("command", command, expected, 1), place, shell, tmp_path)
    finally:
        shell.close()
        place.close()
