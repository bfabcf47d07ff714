"""Runs the codemod once over every release that the corpus names and keeps what came of it.

VERIFYSHIM_CORPUS is the table (../shared/corpus-train.tsv); VERIFYSHIM_CORPUS_CACHE is where the releases are
kept unpacked (/tmp/corpus).
"""
import collections
import os

import pytest

from . import rows, runs

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.abspath(os.environ.get("VERIFYSHIM_CORPUS") or os.path.join(
    HERE, "..", "..", "..", "shared", "corpus-train.tsv"))
CACHE = os.environ.get("VERIFYSHIM_CORPUS_CACHE") or "/tmp/corpus"

_report = []


@pytest.fixture(scope="session")
def releases(tmp_path_factory):
    """A list of (Release, Rows)."""
    if not os.path.exists(TABLE):
        pytest.skip("no corpus at %s; name one with VERIFYSHIM_CORPUS" % TABLE)
    wanted = collections.OrderedDict()
    for row in rows.read(TABLE):
        wanted.setdefault((row.package, row.version), []).append(row)
    folder = str(tmp_path_factory.mktemp("corpus"))
    return [(runs.Release(name, version, CACHE, folder), held) for (name, version), held in wanted.items()]


@pytest.fixture(scope="session")
def outcomes(releases):
    """All rows' Outcomes, by verdict; also told at the end of the run."""
    found = [outcome for release, wanted in releases for outcome in release.outcomes(wanted)]
    by_verdict = collections.OrderedDict((verdict, []) for verdict in rows.VERDICTS)
    for outcome in found:
        by_verdict[outcome.row.verdict].append(outcome)
    _report.extend(_told(by_verdict))
    return by_verdict


def _told(by_verdict):
    lines = []
    for verdict, found in by_verdict.items():
        held = sum(1 for outcome in found if outcome.held)
        lines.append("%s: %d of %d" % (verdict, held, len(found)))
        ways = collections.Counter(outcome.how for outcome in found if outcome.held and verdict == "rewrite")
        lines.extend("    %s: %d" % pair for pair in sorted(ways.items()))
        lines.extend("    MISS %s" % _shown(outcome) for outcome in found if not outcome.held)
        lines.extend("    note %s" % _shown(outcome) for outcome in found if outcome.held and (
            verdict == "report-only" and "with --unsafe" in outcome.how))
    return lines


def _shown(outcome):
    row = outcome.row
    return "%s-%s/%s:%d %s: %s [%s]" % (
        row.package, row.version, row.path, row.line, row.shape, outcome.how, row.note)


def pytest_terminal_summary(terminalreporter):
    if _report:
        terminalreporter.section("corpus %s" % TABLE)
        for line in _report:
            terminalreporter.write_line(line)
