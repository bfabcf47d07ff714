"""The suites of requests, urllib3 and httplib2: bare, then in each column, compared test by test."""
import pytest

from . import modules, suites
from .comparing import Compared

# Their servers are theirs, and most make a certificate at each start that no policy could name.
COLUMNS = ("audit", "enforce", "strict")


def cases():
    return [runner for runner in suites.cases()
            if not modules.smoke() or runner.suite.package in modules.SMOKE_SUITES]


@pytest.mark.parametrize("runner", cases(), ids=lambda runner: runner.name.replace(" ", "-"))
def test_ends_as_it_does_without_verifyshim(runner, keeper, record_property):
    unexplained = []
    for column in COLUMNS:
        compared = Compared(runner, str(runner.suite), column, keeper)
        record_property("upstream", compared.counts)
        unexplained += compared.complaints()
    assert not unexplained, "\n\n".join(unexplained)
