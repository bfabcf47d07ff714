"""Fixtures, and the table at the end of a run."""

import pytest

from ..conformance import CAN_RUN

if not CAN_RUN:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def farm(tmp_path_factory):
    """The servers, one set per xdist worker, all through the session."""
    from .servers import Farm
    servers = Farm(tmp_path_factory.mktemp("pki"))
    yield servers
    servers.close()


def pytest_terminal_summary(terminalreporter):
    """Works under xdist too: workers send the numbers along as user properties of their reports."""
    results = [value for reports in terminalreporter.stats.values() for report in reports
               for name, value in getattr(report, "user_properties", ()) if name == "realclients"
               if report.when == "call"]
    if results:
        from .table import lines
        terminalreporter.section("real clients: cells as expected, of cells run")
        for line in lines(results):
            terminalreporter.write_line(line)
