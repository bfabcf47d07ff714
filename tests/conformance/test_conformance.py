"""The table: every interpreter found x every entry point, each against every certificate case.

    python3.11 -m pytest tests/conformance -n 2

needs pytest and cryptography (and pytest-xdist for -n). The clients' interpreters need nothing; others than
those found under pyenv and on PATH are named in VERIFYSHIM_PYTHONS.
"""

import pytest

from . import interpreters
from .cases import ACCEPT, CASES, GOOD
from .columns import COLUMNS
from .harness import Run, judge

INTERPRETERS = interpreters.find()
CELLS = [(interpreter, column) for interpreter in INTERPRETERS for column in COLUMNS
         if column.applies(interpreter)]


def label_of(*parts):
    """A cell id's middle, fit for a URL path."""
    return "-".join(parts).replace(" ", "-").replace(":", "-").replace("=", "-")


@pytest.mark.parametrize("interpreter,column", CELLS, ids=["%s-%s" % pair for pair in CELLS])
def test_certificates(farm, record_property, interpreter, column):
    """The server's verdict is the expected one, and a refusal reaches the program as promised."""
    cases = [case for case in CASES if column.runs(case, interpreter)]
    total = sum(case.name in farm.servers for case in cases)
    # Recorded first: a client that dies has to show up in the table as 0 of n.
    result = {"row": interpreter.name, "column": column.name, "passed": 0, "total": total,
              "skipped": {name: why for name, why in farm.skipped.items()}}
    record_property("conformance", result)
    run = Run(farm, interpreter, label_of(interpreter.name, column.name), column.entry, column.steps, cases,
              column.environment, {"crl": farm.pki.crl_file} if column.revocation else None)
    failures = judge(farm, interpreter, column, run)
    result["passed"] = total - len(failures)
    assert not failures, "%d of %d cells of %s under %s:\n%s\n%s" % (
        len(failures), total, column, interpreter, "\n".join(failures.values()), run.stderr)


EXPLICIT = [row for row in INTERPRETERS if row["context"] and row["_create_unverified_context"]]


@pytest.mark.parametrize("interpreter", EXPLICIT, ids=repr)
def test_unverified_on_purpose(farm, interpreter):
    """Mode enforce lets a context that the program made unverified through, and warns once per call site."""
    names = ("good", "wrong-host", "expired", "self-signed", "unknown-root", "ipv4")
    cases = [case for case in CASES if case.name in names]
    run = Run(farm, interpreter, label_of(interpreter.name, "explicit"), "explicit-context",
              ["install", "make"], cases)
    assert {case.name: run.verdict(case) for case in cases} == dict.fromkeys(names, ACCEPT), run.answers
    # The entry point connects from two lines, three times each.
    assert len(run.end["warnings"]) == 2, (run.end, run.stderr)


def test_every_refusal_has_a_twin():
    """Every name that is visited to be refused is, by the right certificate, visited to be accepted."""
    accepted = {case.host for case in CASES if case.verdict == ACCEPT and not case.needs}
    # These three are refused under names that no certificate of the run is for: `wildcard` and `idna-a-label`
    # are their twins, one label away.
    accepted |= {"a.b.wild.example.test", "wild.example.test", "xn--bcher-jua.example.test"}
    assert GOOD in accepted
    assert {case.host for case in CASES} - accepted <= {u"b\xfccher.example.test"}
