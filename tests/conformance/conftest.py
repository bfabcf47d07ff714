"""Fixtures, and the table at the end of a run.

Written so that 2.7's pytest can import it: `pytest tests` under an old interpreter then finds nothing to do
here, because the harness itself needs 3.8 and cryptography. (Old interpreters are this suite's clients.)
"""

import pytest

from . import CAN_RUN

if not CAN_RUN:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def farm(tmp_path_factory):
    """The servers, one set per xdist worker, all through the session."""
    from .cases import CASES
    from .pki import Pki
    from .servers import Farm
    servers = Farm(Pki(tmp_path_factory.mktemp("pki")), CASES)
    yield servers
    servers.close()


def pytest_terminal_summary(terminalreporter):
    """Works under xdist too: workers send the numbers along as user properties of their reports."""
    if not CAN_RUN:
        return
    results = [value for reports in terminalreporter.stats.values() for report in reports
               for name, value in getattr(report, "user_properties", ()) if name == "conformance"
               if report.when == "call"]
    if results:
        from .table import lines
        terminalreporter.section("conformance: cells as expected, of cells run")
        for line in lines(results):
            terminalreporter.write_line(line)
