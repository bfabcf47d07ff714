"""Each module of CPython's tests under each interpreter: bare, then in each column, compared test by test."""
import os

import pytest

from ..conformance import interpreters
from . import differences, modules, runs

# How often a difference must be seen before it is believed: some of these tests depend on timing.
_TIMES = 3


def rows():
    """Every CPython that ships its tests; twins with other libraries run the same ones."""
    for row in interpreters.find():
        if row["implementation"] == "cpython" and not row.job:
            yield row


def cases():
    smoke = os.environ.get("VERIFYSHIM_UPSTREAM") == "smoke"
    for row in rows():
        runner = runs.Runner(row)
        if smoke and "%d.%d" % tuple(row["python"][:2]) not in modules.SMOKE_VERSIONS:
            continue
        for module in modules.SMOKE_MODULES if smoke else modules.MODULES:
            if runner.has(module):
                yield pytest.param(runner, module, id="%s-%s" % (row, module))


@pytest.mark.parametrize("runner, module", list(cases()))
def test_upstream(runner, module, record_property):
    bare = runner.run(module, None, differences.left_out(runner.row, "bare", module))
    unexplained = []
    for column in modules.columns(module):
        left_out = differences.left_out(runner.row, column, module) + runs.fails(bare)
        found = runner.run(module, column, left_out)
        differs = list(runs.compare(bare, found, left_out))
        new = [one for one in differs if not differences.reason(runner.row, column, one[0], one[2])]
        lasting = list(_lasting(runner, module, column, new))
        unexplained += ["%s in %s: %s bare, %s here: %s" % (test, column, before, after, after.text.strip()[-1500:])
                        for test, before, after in lasting]
        record_property("upstream", {
            "row": str(runner.row), "column": column, "tests": len(bare) - 1 - len(left_out), "left out": len(left_out),
            "explained": len(differs) - len(new), "flaky": len(new) - len(lasting), "unexplained": len(lasting)})
    assert not unexplained, "\n\n".join(unexplained)


def _lasting(runner, module, column, new):
    """Yield those of the differences that are there each time."""
    names = [test for test, _, _ in new]
    for _ in range(_TIMES - 1):
        if not names:
            return
        again = list(runs.compare(runner.run(module, None, (), names), runner.run(module, column, (), names)))
        names = [name for name in names if name in [test for test, _, _ in again]]
    for one in new:
        if one[0] in names:
            yield one
