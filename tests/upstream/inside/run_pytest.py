"""Run a suite with pytest and write one JSON line for each test: pytest 4.6 to 9.

    python run_pytest.py ANSWERS CHOICE ARGUMENTS-FOR-PYTEST...

ANSWERS and CHOICE are those of run_module.py.
"""
import fnmatch
import json
import os
import sys

import pytest

import run_module


class Listener(object):
    """A plugin that tells how each test ends."""

    def __init__(self, answers, choice):
        self._answers, self._choice = answers, choice

    def pytest_collection_modifyitems(self, config, items):
        """Pass over what is not to be run."""
        items[:] = [item for item in items if self._is_wanted(item.nodeid)]

    def _is_wanted(self, name):
        only = self._choice["only"]
        return (only is None or name in only) \
            and not [each for each in self._choice["skipped"] if fnmatch.fnmatchcase(name, each)]

    def pytest_collectreport(self, report):
        """A file that cannot be imported."""
        if report.failed:
            self._answers.tell(report.nodeid, "error", _text(report))

    def pytest_runtest_logstart(self, nodeid, location):
        """So that a test that does not end has a line too."""
        self._answers.tell(nodeid, "started")

    def pytest_runtest_logreport(self, report):
        """The three phases; who reads the lines takes the worst."""
        expected = hasattr(report, "wasxfail")
        if report.failed:
            self._answers.tell(report.nodeid, "failure" if report.when == "call" else "error", _text(report))
        elif report.skipped:
            self._answers.tell(report.nodeid, "expected failure" if expected else "skipped", _text(report))
        elif report.when == "call":
            self._answers.tell(report.nodeid, "unexpected success" if expected else "passed")


def _text(report):
    try:
        return str(report.longrepr)
    except Exception:       # what 2.x raises may not be ASCII
        return repr(report.longrepr)


def main(path, choice, *arguments):
    answers = run_module.Answers(path)
    with open(choice) as stream:
        listener = Listener(answers, json.load(stream))
    pytest.main(list(arguments), plugins=[listener])
    answers.tell("pytest", "ended")
    # Some of urllib3's tests leave a thread that waits for ever, without verifyshim too.
    os._exit(0)


if __name__ == "__main__":
    del sys.path[0]
    main(*sys.argv[1:])
