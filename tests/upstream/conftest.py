"""Options, and the table at the end of a run."""
import pytest


def pytest_addoption(parser):
    group = parser.getgroup("upstream")
    group.addoption("--redo", action="store_true", help="measure again what there is a result of")
    group.addoption("--any-code", action="store_true", help="take results that were measured with other sources too")


@pytest.fixture(scope="session")
def keeper(request):
    from . import kept
    yield kept.Kept(request.config.getoption("--redo"), request.config.getoption("--any-code"))
    kept.forget_shim()


def pytest_terminal_summary(terminalreporter):
    """Works under xdist too: workers send the numbers along as user properties of their reports."""
    results = [value for reports in terminalreporter.stats.values() for report in reports
               for name, value in getattr(report, "user_properties", ()) if name == "upstream"
               if report.when == "call"]
    if results:
        from . import kept, table
        terminalreporter.section("the suites of others: compared with a bare run")
        for line in table.lines(results):
            terminalreporter.write_line(line)
        terminalreporter.write_line("kept in %s, with those of earlier runs" % kept.counts(results))
