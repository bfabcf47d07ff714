"""Verdicts over time, and the bar that shows how far a report is."""
from __future__ import unicode_literals

import sys

import pytest

from verifyshim.events import reading, timeline
from .reported import line


def test_time_is_kept_by_the_second_while_there_is_room():
    line_ = timeline.Timeline(kept=10)
    for second in (0, 0, 9):
        line_.add("2026-01-01T00:00:%02d.5Z" % second, "verified")
    line_.add("2026-01-01T00:00:09Z", "refused")
    assert line_.plain() == {"step": 1, "rows": [
        {"time": "2026-01-01T00:00:00Z", "verdicts": {"verified": 2}},
        {"time": "2026-01-01T00:00:09Z", "verdicts": {"verified": 1, "refused": 1}}]}


def test_time_becomes_coarser_and_loses_nothing():
    line_ = timeline.Timeline(kept=50)
    for minute in range(600):
        line_.add("2026-01-01T%02d:%02d:00Z" % divmod(minute, 60), "verified")
    told = line_.plain()
    assert len(told["rows"]) <= 50 and told["step"] == 900
    assert sum(row["verdicts"]["verified"] for row in told["rows"]) == 600


def test_a_clock_that_is_wrong_costs_no_precision():
    line_ = timeline.Timeline(kept=50)
    for when in ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00Z",
                 "2026-01-01T00:00:01Z", "2026-13-99T00:00:00Z", "0000-00-00T00:00:00Z"):
        line_.add(when, "verified")
    assert line_.plain()["step"] == 1
    assert [row["time"][:10] for row in line_.plain()["rows"]] == [
        "1970-01-01", "2026-01-01", "2026-01-01", "9999-12-31"]


def test_time_that_spans_everything_is_bounded():
    line_ = timeline.Timeline(kept=20)
    for year in range(1, 9999, 7):
        line_.add("%04d-06-01T00:00:00Z" % year, "verified")
    assert len(line_.plain()["rows"]) <= 20


class _Bar(object):
    """What tqdm would be."""
    made = []

    def __init__(self, **values):
        self.values, self.n, self.closed = values, 0, False
        self.made.append(self)

    def update(self, count):
        self.n += count

    def close(self):
        self.closed = True


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_bar_on_a_terminal_only(tmpdir, monkeypatch, is_terminal):
    from verifyshim.cli import progress
    module = type(sys)(str("tqdm"))
    module.tqdm = _Bar
    monkeypatch.setitem(sys.modules, "tqdm", module)
    monkeypatch.setattr(_Bar, "made", [])

    class Terminal(object):
        isatty = staticmethod(lambda: is_terminal)
    monkeypatch.setattr(sys, "stderr", Terminal())
    path = tmpdir.join("log")
    path.write(line() * 5000)
    reader = reading.Reader([str(path)])
    assert len(list(progress.shown(reader))) == 5000
    assert len(_Bar.made) == is_terminal
    for bar in _Bar.made:
        assert bar.closed and bar.n == bar.values["total"] == path.size()
    assert reading.Reader(["-"]).size() is None
