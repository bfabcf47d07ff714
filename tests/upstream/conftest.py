"""The table at the end of a run."""


def pytest_terminal_summary(terminalreporter):
    """Works under xdist too: workers send the numbers along as user properties of their reports."""
    results = [value for reports in terminalreporter.stats.values() for report in reports
               for name, value in getattr(report, "user_properties", ()) if name == "upstream"
               if report.when == "call"]
    if results:
        from .table import lines
        terminalreporter.section("CPython's own tests: compared with a bare run")
        for line in lines(results):
            terminalreporter.write_line(line)
