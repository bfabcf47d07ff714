"""Each module of CPython's tests under each interpreter: bare, then in each column, compared test by test."""
import pytest

from ..conformance import interpreters
from . import modules, runs
from .comparing import Compared


def rows():
    """Every CPython; twins with other libraries run the same tests."""
    return [row for row in interpreters.find() if row["implementation"] == "cpython" and not row.job]


def cases():
    smoke = modules.smoke()
    for row in rows():
        runner = runs.Runner(row)
        if smoke and "%d.%d" % tuple(row["python"][:2]) not in modules.SMOKE_VERSIONS:
            continue
        if not runner.has("test_ssl"):      # Debian leaves most of them out
            continue
        for module in modules.SMOKE_MODULES if smoke else modules.MODULES:
            if runner.has(module):
                yield pytest.param(runner, module, id="%s-%s" % (row, module))


@pytest.mark.parametrize("runner, module", list(cases()))
def test_ends_as_it_does_without_verifyshim(runner, module, keeper, record_property):
    unexplained = []
    for column in modules.columns(module):
        compared = Compared(runner, module, column, keeper)
        record_property("upstream", compared.counts)
        unexplained += compared.complaints()
    assert not unexplained, "\n\n".join(unexplained)
