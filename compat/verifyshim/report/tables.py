"""The tables of the page, as columns and rows of plain values; template and script show both alike.

Columns have ``key``, ``title``, ``type`` and perhaps ``verdict`` (whose count they are). Types: text, code,
count (a number, perhaps none), list (texts), time (RFC 3339), days (a number that is good or bad).
"""
from __future__ import unicode_literals

from . import fixes, shown, suggest
from ..events import summary

VERDICT_TITLES = {
    "refused": "refused", "let-through": "let through", "unverified": "unverified", "unchecked": "unchecked",
    "exempt": "exempt", "pinned": "pinned", "verified": "verified", "other": "other",
}
SOON = 30       # days


def all_of(told):
    """Return the tables: dicts with id, title, about, columns, rows, left_out (events of rows not kept)."""
    made = []
    for name, short, title, about, build in (
            ("hosts", "Hosts", "Hosts by verdict", "Whom the programs connected to. Worst first.", _hosts),
            ("failures", "Failures", "Failures by reason", "Why certificates were not accepted.", _failures),
            ("call_sites", "Call sites", "Call sites", "Lines of code that made the connections: the first "
             "outside the standard library, and the codemod's rules that may repair them.", _call_sites),
            ("certificates", "Certificates", "Certificates by days left", "As the servers showed them.",
             _certificates),
            ("tampering", "Switching off", "Attempts to switch verification off",
             "They had no effect in enforce and strict.", _tampering),
            ("programs", "Machines", "Machines and programs", "Who wrote these logs.", _programs)):
        columns, rows = build(told[name])
        made.append({"id": name, "title": title, "short": short, "about": about, "columns": columns,
                     "rows": rows, "left_out": told["left_out"].get(name, 0)})
    made.append(_timeline(told["timeline"]["rows"]))
    return made


def verdicts_of(rows):
    """Return the verdicts that occur in *rows*, worst first."""
    return [name for name in summary.VERDICTS + ("other",)
            if any(row.get("verdicts", {}).get(name) for row in rows)]


def cards(told):
    """Return ``(number, words, kind)`` of what to see first; kind is good, bad, warn or plain."""
    verdicts, days = told["verdicts"], [row["days_left"] for row in told["certificates"]]
    soon = sum(1 for left in days if left is not None and left < SOON)
    refused, unverified = verdicts.get("refused", 0), verdicts.get("unverified", 0)
    made = [(told["connections"], "connections" if told["connections"] != 1 else "connection", "plain"),
            (verdicts.get("verified", 0) + verdicts.get("pinned", 0), "verified", "good"),
            (told["would_refuse"], "let through by audit, would be refused", "bad"),
            (refused, "refused", "bad"),
            (unverified, "unverified: the program asked for that", "warn"),
            (verdicts.get("unchecked", 0), "could not be checked", "warn"),
            (verdicts.get("exempt", 0), "exempt by the policy", "warn"),
            (soon, "certificates expired or with less than %d days" % SOON, "warn"),
            (sum(row["count"] for row in told["tampering"]), "attempts to switch verification off", "warn")]
    return [card for at, card in enumerate(made) if card[0] or at < 3]


def ages(certificates):
    """Return ``(words, how many, kind)`` of the certificates by the days they have left."""
    steps = (("expired", -1, "bad"), ("less than 7 days", 6, "bad"), ("7 to 29 days", SOON - 1, "warn"),
             ("30 to 89 days", 89, "good"), ("90 to 365 days", 365, "good"), ("more than a year", None, "good"))
    counts = dict((words, 0) for words, _, _ in steps)
    unknown = 0
    for row in certificates:
        left = row["days_left"]
        if left is None:
            unknown += 1
            continue
        counts[[words for words, most, _ in steps if most is None or left <= most][0]] += 1
    made = [(words, counts[words], kind) for words, _, kind in steps]
    return (made + [("unknown", unknown, "plain")] if unknown else made) if certificates else []


def number(value):
    """Return a number with a thin space between thousands."""
    return "{0:,}".format(value).replace(",", "\u202f")


def many(count, what):
    """Return the count with its noun."""
    return "%s %s%s" % (number(count), what, "" if count == 1 else "s")


def _column(key, title, type_="text", **more):
    return dict(more, key=key, title=title, type=type_)


def _verdict_columns(rows):
    return [_column(name, VERDICT_TITLES[name], "count", verdict=name) for name in verdicts_of(rows)]


def _verdict_cells(row, columns):
    return [row.get("verdicts", {}).get(column["verdict"]) for column in columns if "verdict" in column]


def _texts(values):
    return [shown.text(value) for value in values]


def _hosts(rows):
    nameless = [_column("nameless", "Name not checked", "count")] if any(
        row.get("name_not_checked") for row in rows) else []
    columns = ([_column("host", "Host", "code"), _column("failures", "Failures", "list")]
               + _verdict_columns(rows)
               + [_column("last", "Last seen", "time"), _column("sites", "Call sites", "list"),
                  _column("machines", "Machines", "list")] + nameless)
    return columns, [
        [shown.text(summary.peer_text(row["host"], row["port"])) or "(unnamed)",
         _texts(row.get("failures", []))] + _verdict_cells(row, columns)
        + [row["last"], _texts(row["call_sites"]), _texts(row["machines"])]
        + ([row.get("name_not_checked")] if nameless else []) for row in rows]


def _failures(rows):
    columns = [_column("failure", "Reason"), _column("count", "Connections", "count", bar=True),
               _column("means", "What it means"), _column("todo", "What to do"),
               _column("hosts", "Hosts", "list"), _column("details", "Details", "list")]
    return columns, [[shown.text(row["failure"]), row["count"]] + list(suggest.meaning(row["failure"]))
                     + [_texts(row["hosts"]), _texts(row["details"])] for row in rows]


def _call_sites(rows):
    columns = [_column("site", "File and line", "code"), _column("function", "Function", "code"),
               _column("trouble", "Not verified", "count", bar=True), _column("count", "All", "count"),
               _column("rules", "Codemod rules"), _column("failures", "Failures", "list"),
               _column("through", "Through", "list"), _column("hosts", "Hosts", "list"),
               _column("machines", "Machines", "list")]
    made = []
    for row in rows:
        path, line, function = fixes.split(row["call_site"])
        made.append([shown.text("%s:%d" % (path, line) if line else path) or "(unknown)", shown.text(function),
                     summary.trouble(row), row["count"], ", ".join(fixes.rules(row)),
                     _texts(row.get("failures", [])), _texts(row["entry_points"]), _texts(row["hosts"]),
                     _texts(row["machines"])])
    return columns, made


def _certificates(rows):
    columns = [_column("days", "Days left", "days"), _column("expires", "Expires", "time"),
               _column("subject", "Subject"), _column("issuer", "Issuer"), _column("hosts", "Hosts", "list"),
               _column("last", "Last seen", "time"), _column("fingerprint", "SHA-256", "code")]
    return columns, [[row["days_left"], shown.text(row["expires"]), shown.text(row["subject"]),
                      "itself" if row["issuer"] == row["subject"] else shown.text(row["issuer"]),
                      _texts(row["hosts"]), row["last"], shown.text(row["fingerprint"])] for row in rows]


def _tampering(rows):
    columns = [_column("what", "What", "code"), _column("site", "Call site", "code"),
               _column("count", "Times", "count"), _column("programs", "Programs", "list"),
               _column("last", "Last seen", "time")]
    return columns, [[shown.text(row["what"]), shown.text(row["call_site"]), row["count"],
                      _texts(row["programs"]), row["last"]] for row in rows]


def _programs(rows):
    verdicts = _verdict_columns(rows)
    columns = [_column("machine", "Machine"), _column("program", "Program", "code"),
               _column("count", "Events", "count")] + verdicts + [
        _column("versions", "verifyshim", "list"), _column("first", "First seen", "time"),
        _column("last", "Last seen", "time")]
    return columns, [[shown.text(row["machine"]), shown.text(row["program"]), row["count"]]
                     + _verdict_cells(row, columns) + [_texts(row["versions"]), row["first"], row["last"]]
                     for row in rows]


def _timeline(rows):
    columns = [_column("time", "From", "time")] + _verdict_columns(rows)
    return {"id": "timeline", "title": "Verdicts over time", "about": "", "columns": columns, "left_out": 0,
            "rows": [[row["time"]] + _verdict_cells(row, columns) for row in rows]}
