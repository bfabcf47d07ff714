"""Verdicts counted by time, in memory that grows neither with the events nor with the time they span."""
import calendar
import time

# Seconds of a bucket. Each is a multiple of the one before, so that buckets can be put together.
_STEPS = (1, 5, 15, 60, 300, 900, 3600, 10800, 43200, 86400, 604800)


class Timeline(object):
    """Counts by bucket of time; only buckets with events are kept, so that one machine whose clock says 1970
    costs the others no precision.

    :param kept: how many buckets there may be; where there are more, they become longer.
    """

    def __init__(self, kept=1500):
        self._kept = kept
        self._buckets = {}
        self._minute = ("", 0)
        self.step = _STEPS[0]

    def add(self, when, verdict):
        """Count an event at *when*, RFC 3339 in UTC as `reading.parse` lets it through."""
        minute, second = self._minute
        if minute != when[:16]:
            minute = when[:16]
            try:
                second = calendar.timegm((int(when[:4]), int(when[5:7]), int(when[8:10]), int(when[11:13]),
                                          int(when[14:16]), 0))
            except ValueError:      # there is no such day
                second = None
            self._minute = minute, second
        if second is None:
            return
        key = (second + int(when[17:19])) // self.step
        row = self._buckets.get(key)
        if row is None:
            row = self._buckets[key] = {}
            if len(self._buckets) > self._kept:
                row[verdict] = 1
                self._coarsen()
                return
        row[verdict] = row.get(verdict, 0) + 1

    def _coarsen(self):
        while len(self._buckets) > self._kept:
            longer = [step for step in _STEPS if step > self.step]
            factor = (longer[0] if longer else self.step * 4) // self.step
            merged = {}
            for key, row in self._buckets.items():
                into = merged.setdefault(key // factor, {})
                for verdict, count in row.items():
                    into[verdict] = into.get(verdict, 0) + count
            self._buckets, self.step = merged, self.step * factor

    def plain(self):
        """Return ``step`` (seconds) and ``rows``, the first time first: time (RFC 3339), verdicts."""
        rows = [(_text(key * self.step), self._buckets[key]) for key in sorted(self._buckets)]
        return {"step": self.step,
                "rows": [{"time": when, "verdicts": dict(row)} for when, row in rows if when]}


def _text(seconds):
    # Not strftime: below 3.3 it knows no year before 1900. gmtime has limits of its own on 32 bits.
    try:
        return "%04d-%02d-%02dT%02d:%02d:%02dZ" % time.gmtime(seconds)[:6]
    except (ValueError, OverflowError, OSError):
        return ""
