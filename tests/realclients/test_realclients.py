"""Every client of versions.py under every mode: one process for a client, a mode and an order of imports."""

import pytest

from ..conformance import interpreters
from ..conformance.harness import python_path
from . import virtualenvs, versions
from .harness import NO_PROXY_ON_3, PORTLESS, PORTLESS_BELOW_3_7, Run

MODES = ("off", "audit", "enforce", "strict")


def rows():
    """Pairs of an interpreter and the name of its sets in versions.SETS."""
    for row in interpreters.find():
        if row["implementation"] != "cpython" or row.job.get("pyopenssl"):
            continue
        short = "%d.%d" % tuple(row["python"][:2])
        if short in versions.SETS and (row["SSLContext"] or row["python"] >= [2, 7]):
            yield row, short


def lender():
    """The interpreter whose virtualenvs the old builds and the stand-in borrow from."""
    return [row for row, short in rows() if short == "2.7" and row["SSLContext"]][-1]


def cases():
    for row, short in rows():
        for kind in versions.SETS[short]:
            for client in kind.clients if row["SSLContext"] else kind.borrowed:
                if not (row.job.get("hide_ssl_features") and client == "websocket-client"):
                    yield pytest.param(row, kind, client, id="%s-%s-%s" % (row, kind, client))


@pytest.fixture(scope="session")
def installed():
    """``installed(row, kind)`` returns ``(python, path, target)`` for a client process."""
    def get(row, kind):
        if row["SSLContext"]:
            made = virtualenvs.make(row, kind)
            return made.python, [], made.target if kind.target else None
        made = virtualenvs.make(lender(), kind)
        return (row.executable, [made.site_packages()] + python_path(row).split(":")[1:],
                made.target if kind.target else None)
    return get


@pytest.mark.parametrize("mode", MODES + ("strict-early",))
@pytest.mark.parametrize("row, kind, client", list(cases()))
def test_real_client(farm, installed, tmp_path, record_property, row, kind, client, mode):
    python, path, target = installed(row, kind)
    mode, _, early = mode.partition("-")
    run = Run(farm, python, path, "%s-%s" % (row, kind), client, mode, bool(early), target, row.job,
              tmp_path / "log", client in (PORTLESS if row["python"] >= [3, 7] else PORTLESS_BELOW_3_7),
              NO_PROXY_ON_3 if row["python"] >= [3] else ())
    bad = set(failure.split(":")[0] for failure in run.failures)
    record_property("realclients", {
        "row": row.name, "set": kind.name, "client": client, "mode": mode + ("-early" if early else ""),
        "total": len(run.cells), "passed": len(run.cells) - len(bad), "accepted": run.accepted,
        "refused": run.refused, "named": run.named})
    assert not run.failures, "%d of %d\n%s\n%s" % (len(bad), len(run.cells), "\n".join(run.failures),
                                                  run.stderr)
