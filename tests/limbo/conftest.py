"""Fixtures, and the counts at the end of a run.

Like tests/conformance, written so that `pytest tests` under an old interpreter finds nothing to do here.
"""

import os
import pytest

from ..conformance import CAN_RUN

if not CAN_RUN:
    collect_ignore_glob = ["test_*.py"]

DATA = "VERIFYSHIM_LIMBO"


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    """The servers, one set per xdist worker."""
    path = os.environ.get(DATA)
    if not path:
        pytest.skip("%s does not name a limbo.json; how to make one: tests/limbo/test_limbo.py" % DATA)
    from .stage import Stage
    served = Stage(path, tmp_path_factory.mktemp("limbo"))
    yield served
    served.close()


def pytest_terminal_summary(terminalreporter):
    """Works under xdist too: workers send the lines along as user properties of their reports."""
    lines = [line for reports in terminalreporter.stats.values() for report in reports
             if getattr(report, "when", None) == "call"
             for name, line in report.user_properties if name == "limbo"]
    if lines:
        terminalreporter.section("x509-limbo: verifyshim and the interpreter's own verification")
        shown = set()
        for line in "\n".join(lines).splitlines():
            if line not in shown:
                terminalreporter.write_line(line)
            # What all runs have in common is said once.
            shown.update([line] if line.startswith("all:") else [])
