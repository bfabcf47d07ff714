"""``python -m verifyshim report``: what the logs say, summed up.

With ``--html FILE`` one page is written that needs nothing else, see `verifyshim.report`.
With ``--format json`` one object is written: what `verifyshim.events.summary.Summary.plain` documents, and
``files`` (how many were read), ``unreadable`` (how many lines and files were not) and ``unreadable_at``
(the first of those: ``FILE:LINE: why``). Keys may be added in later versions; none changes its meaning.
"""
from __future__ import print_function

import json
import os
import sys
import time

from . import manual, progress
from .. import der
from ..errors import VerifyshimError
from ..events import reading, summary

USAGE = "python -m verifyshim report [--format text|json] [--html FILE] [--top N] LOG ..."
DESCRIPTION = ("Sums up logs: LOG is a file, a rotated one, one that gzip packed, a folder with all the files "
               "below it, or - for standard input; those of several machines go together. Lines that cannot be "
               "read are counted and named.")
_HEADINGS = {"let-through": "let through"}


def main(arguments):
    """Print a report or write a page; return 0, or 2 where nothing could be read."""
    from . import TROUBLE
    options, paths = _parser().parse_args(arguments)
    if not paths:
        print("verifyshim report: no log was named; usage: %s" % USAGE, file=sys.stderr)
        return TROUBLE
    if options.html is not None:
        _require_page(options.html)
    reader, found = reading.Reader(paths, options.html), summary.Summary()
    for record in progress.shown(reader):
        found.add(record)
    now = time.time()
    told = found.plain(now)
    told.update(files=reader.files, unreadable=reader.unreadable, unreadable_at=reader.places)
    read = reader.records or not reader.unreadable
    if options.format == "json":
        print(json.dumps(told, indent=1, sort_keys=True))
    elif options.html is None or options.format == "text":
        print("\n".join(text(told, options.top or None)))
    if options.html is not None and read:
        _write_page(options.html, told, now, options.format is None)
    for place in reader.places:
        print("verifyshim report: %s" % der.plain(place), file=sys.stderr)
    return 0 if read else TROUBLE


def _parser():
    parser = manual.Parser(
        "report", USAGE, DESCRIPTION,
        files=(("LOG", "what VERIFYSHIM_LOG or the setting log named when the programs ran"),),
        status=(("0", "a report was made; an empty log makes an empty one"),
                ("2", "nothing could be read, or the page cannot be written")),
        examples=("python -m verifyshim report events.jsonl", "python -m verifyshim report --format json logs/",
                  "python -m verifyshim report events.jsonl --html page.html"))
    parser.add_option("--format", type="choice", choices=("text", "json"),
                      help="text (the default, without --html) or json, on standard output")
    parser.add_option("--html", metavar="FILE",
                      help="write one page to look at, which needs no network; - for standard output "
                           "(pip install verifyshim[report])")
    parser.add_option("--top", type="int", default=20, metavar="N",
                      help="rows of each table in the text; 0 for all (default: 20)")
    return parser


def _require_page(target):
    """Find out before an hour of reading whether the page can be made, and does not go over a log."""
    from .. import report
    report.require()
    if target == "-":
        return
    folder = os.path.dirname(os.path.abspath(target))
    if os.path.isdir(target) or not os.path.isdir(folder):
        raise VerifyshimError("%s cannot be written (%s); name a file in a folder that exists with --html" % (
            target, "it is a folder" if os.path.isdir(target) else "there is no folder %s" % folder))
    if os.path.isfile(target) and not _is_page(target):
        raise VerifyshimError("%s is there already and is no report, perhaps a log; name another file with "
                              "--html" % target)


def _is_page(path):
    try:
        with open(path, "rb") as handle:
            return handle.read(15) in (b"", b"<!DOCTYPE html>")
    except EnvironmentError:
        return False


def _write_page(target, told, now, with_head):
    from .. import report
    data = report.page(told, now).encode("utf-8")
    if target == "-":
        getattr(sys.stdout, "buffer", sys.stdout).write(data)
        return
    try:
        # In its place and with the rights that are usual here; whoever makes it again wants it overwritten.
        with open(target, "wb") as handle:
            handle.write(data)
    except EnvironmentError as error:
        raise VerifyshimError("%s cannot be written (%s); name another file with --html"
                              % (target, error.strerror or error))
    if with_head:
        print("\n".join(_head(told) + ["The page is %s (%d KiB)." % (target, (len(data) + 1023) // 1024)]))


def text(told, top=None):
    """Return the lines of a report for people.

    :param told: what ``plain`` returned, with what `main` adds.
    :param top: how many rows of each table, None for all.
    """
    lines = _head(told)
    for title, name, columns in (
            ("Hosts", "hosts", _host_columns), ("Failures", "failures", _failure_columns),
            ("Call sites", "call_sites", _site_columns),
            ("Certificates, by expiry", "certificates", _certificate_columns),
            ("Attempts to switch verification off", "tampering", _tampering_columns),
            ("Programs", "programs", _program_columns)):
        rows = told[name]
        if rows:
            shown = rows[:top]
            more = len(rows) - len(shown)
            lines += ["", "%s (%s)" % (title, "%d, the first %d" % (len(rows), top) if more else len(rows))]
            lines += _table(columns(shown))
            if name in told["left_out"]:
                lines.append("  and rows too rare to be kept, %d events in all" % told["left_out"][name])
    return lines


def _head(told):
    lines = ["%s to %s by %s, in %s"
             % (_many(told["connections"], "connection"),
                ("more than " if "hosts" in told["left_out"] else "") + _many(len(told["hosts"]), "host"),
                _many(len(told["programs"]), "program"), _many(told["files"], "log file"))]
    if told["first"]:
        lines.append("from %s to %s" % (told["first"], told["last"]))
    if told["connections"]:
        lines.append("verdicts: " + _counted(told["verdicts"]))
        lines.append("modes: " + "; ".join("%s %d" % (der.plain(row["mode"]) or "?", row["count"])
                                           for row in told["modes"]))
    if told["would_refuse"]:
        hosts = sum(1 for row in told["hosts"] if "let-through" in row["verdicts"])
        lines.append("Let through by audit, and refused in enforce or strict: %s to %s"
                     % (_many(told["would_refuse"], "connection"), _many(hosts, "host")))
    if told["unreadable"]:
        lines.append("NOT READ: %s; the first is %s"
                     % (_many(told["unreadable"], "line or file"), der.plain(told["unreadable_at"][0])))
    return lines


def _many(count, what):
    return "%d %s" % (count, what if count == 1 else what.replace("line", "lines") + "s")


def _counted(verdicts):
    known = [name for name in summary.VERDICTS if name in verdicts]
    return ", ".join("%s %d" % (_HEADINGS.get(name, name), verdicts[name])
                     for name in known + sorted(set(verdicts) - set(known)))


def _host_columns(rows):
    used = [name for name in summary.VERDICTS + ("other",) if any(name in row["verdicts"] for row in rows)]
    yield ["host"] + [_HEADINGS.get(name, name) for name in used] + ["failures", "last seen"]
    for row in rows:
        failures = row.get("failures", []) + (
            ["%d without a name to check" % row["name_not_checked"]] if "name_not_checked" in row else [])
        yield ([summary.peer_text(row["host"], row["port"])] + [row["verdicts"].get(name, "") for name in used]
               + [", ".join(failures), row["last"][:10]])


def _failure_columns(rows):
    yield ["failure", "count", "hosts"]
    for row in rows:
        yield [row["failure"], row["count"], _some(row["hosts"])]


def _site_columns(rows):
    yield ["count", "not verified", "call site", "through", "failures"]
    for row in rows:
        yield [row["count"], summary.trouble(row) or "", row["call_site"], ", ".join(row["entry_points"]),
               ", ".join(row.get("failures", []))]


def _certificate_columns(rows):
    yield ["expires", "days", "subject", "issuer", "hosts"]
    for row in rows:
        days = row["days_left"]
        yield [row["expires"][:10] or "unknown", "" if days is None else days, row["subject"][:60],
               "itself" if row["issuer"] == row["subject"] else row["issuer"][:60], _some(row["hosts"])]


def _tampering_columns(rows):
    yield ["count", "what", "call site", "last seen"]
    for row in rows:
        yield [row["count"], row["what"], row["call_site"], row["last"][:10]]


def _program_columns(rows):
    yield ["machine", "program", "events", "verdicts", "verifyshim"]
    for row in rows:
        yield [row["machine"], row["program"], row["count"], _counted(row.get("verdicts", {})),
               ", ".join(row["versions"])]


def _some(values, most=3):
    return ", ".join(values[:most]) + (", ..." if len(values) > most else "")


def _table(rows):
    """Return lines of aligned columns; numbers stand to the right. Logs are input: nothing in them reaches
    a terminal as more than visible ASCII."""
    rows = [[der.plain(cell) if not isinstance(cell, int) else str(cell) for cell in row]
            + [[isinstance(cell, int) for cell in row]] for row in rows]
    numbers = [any(row[-1][at] for row in rows) for at in range(len(rows[0]) - 1)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(numbers))]
    return [("  " + "  ".join(cell.rjust(width) if number else cell.ljust(width)
                              for cell, width, number in zip(row, widths, numbers))).rstrip()
            for row in rows]
