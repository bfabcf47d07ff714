"""Many events summed up, in memory that does not grow with their number."""
import calendar
import time

from .timeline import Timeline
from . import EXEMPT, LET_THROUGH, PINNED, REFUSED, UNCHECKED, UNVERIFIED, VERIFIED

VERDICTS = (REFUSED, LET_THROUGH, UNVERIFIED, UNCHECKED, EXEMPT, PINNED, VERIFIED)      # worst first
TROUBLE = frozenset((REFUSED, LET_THROUGH, UNVERIFIED, UNCHECKED))

_KEPT = 5000        # rows of a table
_EXAMPLES = 5       # hosts that are named in a row of another table
_DAY = 86400.0


class Table(object):
    """Counted rows by key. Where there are too many, the rarest go, and ``others`` says how many events
    they stood for."""

    def __init__(self, kept=_KEPT):
        self._kept = kept
        self._rows = {}
        self.others = 0

    def row(self, key):
        """Return the row of *key*, a dict, with ``count`` one higher than before."""
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= 2 * self._kept:
                self._shrink()
            row = self._rows[key] = {"count": 0}
        row["count"] += 1
        return row

    def _shrink(self):
        ordered = sorted(self._rows.items(), key=lambda item: item[1]["count"], reverse=True)
        self._rows = dict(ordered[:self._kept])
        self.others += sum(row["count"] for _, row in ordered[self._kept:])

    def items(self):
        return self._rows.items()

    def __len__(self):
        return len(self._rows)


class Summary(object):
    """The tables of a report. `add` each record, then ask `plain`."""

    def __init__(self, kept=_KEPT):
        self.first = self.last = ""
        self.events, self.modes, self.entry_points = Table(kept), Table(kept), Table(kept)
        self.hosts, self.failures, self.call_sites = Table(kept), Table(kept), Table(kept)
        self.certificates, self.programs, self.tampering = Table(kept), Table(kept), Table(kept)
        self.connections = Table(kept)      # by verdict
        self.timeline = Timeline()

    def add(self, record):
        """Count one record, as `reading.parse` makes them."""
        when, event, verdict = record["time"], record["event"], record["verdict"]
        self.first = min(self.first or when, when)
        self.last = max(self.last, when)
        self.events.row(event)
        program = self.programs.row((record["machine"], record["program"]))
        _note(program, "versions", record["version"])
        _span(program, when)
        if event == "connection":
            # Only known words: whoever writes nonsense into a log must not fill the memory of who reads it.
            verdict = verdict if verdict in VERDICTS else "other"
            _tally(program, verdict)
            self._add_connection(record, when, verdict)
        elif event == "tampering":
            row = self.tampering.row((record["detail"], record["call_site"]))
            _note(row, "programs", record["program"])
            _span(row, when)

    def _add_connection(self, record, when, verdict):
        failure, peer = record["failure"], (record["host"], record["port"])
        shown = peer_text(*peer)
        self.connections.row(verdict)
        self.timeline.add(when, verdict)
        _tally(self.modes.row(record["mode"]), verdict)
        _tally(self.entry_points.row(record["entry_point"]), verdict)
        host = self.hosts.row(peer)
        _tally(host, verdict)
        _span(host, when)
        if not record["name_checked"]:
            host["name_not_checked"] = host.get("name_not_checked", 0) + 1
        _note(host, "machines", record["machine"])
        _note(host, "call_sites", record["call_site"])
        site = self.call_sites.row(record["call_site"])
        _tally(site, verdict)
        _note(site, "entry_points", record["entry_point"])
        _note(site, "hosts", shown)
        _note(site, "machines", record["machine"])
        if failure:
            _note(host, "failures", failure)
            _note(host, "fingerprints", record["fingerprint"])
            _note(site, "failures", failure)
            row = self.failures.row(failure)
            _tally(row, verdict)
            _note(row, "hosts", shown)
            _note(row, "details", record["detail"])
        if record["fingerprint"]:
            row = self.certificates.row(record["fingerprint"])
            row.update((key, record[key]) for key in ("subject", "issuer", "expires"))
            _note(row, "hosts", shown)
            _span(row, when)

    def plain(self, now=None):
        """Return everything as plain lists and dicts, in a fixed order, worst or most frequent first.

        ``first`` and ``last`` (times, RFC 3339); ``connections`` (how many); ``verdicts``, ``events``
        ({name: count}); ``would_refuse`` (how many connections audit let through); ``timeline``: ``step``
        (seconds) and ``rows`` (time at which each begins, verdicts), without the empty ones; and tables,
        lists of dicts that each have a ``count``: ``hosts`` (host, port, verdicts, failures, first, last,
        name_not_checked, call_sites, machines; fingerprints: of what failed), ``failures`` (failure,
        verdicts, hosts, details), ``call_sites`` (call_site, verdicts, failures, entry_points, hosts,
        machines), ``certificates`` (fingerprint, subject, issuer, expires, days_left, hosts, first, last),
        ``programs`` (machine, program, verdicts, versions, first, last), ``modes`` (mode, verdicts),
        ``entry_points`` (entry_point, verdicts), ``tampering`` (what, call_site, programs, first, last).
        Lists inside a row name the first few. ``left_out`` has for each table that grew too long how many
        events its missing rows stood for.

        :param now: seconds since 1970 from which the days are counted; by default the present.
        """
        now = time.time() if now is None else now
        verdicts = _counts(self.connections)
        told = {"first": self.first, "last": self.last, "verdicts": verdicts, "events": _counts(self.events),
                "connections": sum(verdicts.values()), "would_refuse": verdicts.get(LET_THROUGH, 0),
                "hosts": _rows(self.hosts, ("host", "port")), "failures": _rows(self.failures, ("failure",)),
                "call_sites": _rows(self.call_sites, ("call_site",)),
                "programs": _rows(self.programs, ("machine", "program")),
                "modes": _rows(self.modes, ("mode",)),
                "entry_points": _rows(self.entry_points, ("entry_point",)),
                "tampering": _rows(self.tampering, ("what", "call_site")), "timeline": self.timeline.plain()}
        told["certificates"] = sorted(_rows(self.certificates, ("fingerprint",)),
                                      key=lambda row: (row["expires"] or "~", row["fingerprint"]))
        for row in told["certificates"]:
            row["days_left"] = days_left(row["expires"], now)
        told["left_out"] = dict((name, getattr(self, name).others) for name in sorted(told)
                                if isinstance(getattr(self, name, None), Table) and getattr(self, name).others)
        return told


def peer_text(host, port):
    """Return ``host:port`` as people write it."""
    shown = u"[%s]" % host if u":" in host and not host.startswith(u"[") else host
    return shown if port is None else u"%s:%d" % (shown, port)


def days_left(expires, now):
    """Return whole days from *now* (seconds since 1970) until the RFC 3339 text *expires*, or None.

    Negative where it is past.
    """
    try:
        parts = time.strptime(expires, "%Y-%m-%dT%H:%M:%SZ")
        return int((calendar.timegm(parts) - now) // _DAY)
    except ValueError:
        return None


def trouble(row):
    """Return how many connections of a row were not as they should be."""
    return sum(count for verdict, count in row.get("verdicts", {}).items() if verdict in TROUBLE)


def _tally(row, verdict):
    verdicts = row.setdefault("verdicts", {})
    verdicts[verdict] = verdicts.get(verdict, 0) + 1


def _note(row, name, value):
    values = row.setdefault(name, [])
    if value and value not in values and len(values) < _EXAMPLES:
        values.append(value)


def _span(row, when):
    if "first" not in row:
        row["first"] = row["last"] = when
    elif when > row["last"]:
        row["last"] = when
    elif when < row["first"]:
        row["first"] = when


def _counts(table):
    return dict((key, row["count"]) for key, row in table.items())


def _rows(table, names):
    rows = []
    for key, row in table.items():
        rows.append(dict(row, **dict(zip(names, key if isinstance(key, tuple) else (key,)))))
    # None and numbers do not compare on 3.x: the text of the key decides among equals.
    return sorted(rows, key=lambda row: (-trouble(row), -row["count"],
                                         [u"%s" % (row[name],) for name in names]))
