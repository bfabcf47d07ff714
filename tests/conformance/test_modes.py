"""The four modes against programs that say nothing, and against those that switch verification off.

    python3.11 -m pytest tests/conformance/test_modes.py -n 2

One client process for each interpreter and mode goes through every entry point and certificate below. The
verdict is the server's, as everywhere here; the log has to tell the same story.
"""

import json

import pytest

from . import interpreters
from .cases import ACCEPT, CASES, REFUSE
from .harness import ask

MODES = ("off", "audit", "enforce", "strict")
NAMES = ("good", "ipv4", "wrong-host", "expired", "self-signed", "unknown-root")
GOOD = ("good", "ipv4")
VISITED = [case for case in CASES if case.name in NAMES]
TIMEOUT = 240       # seconds for one client

has_context = lambda row: row["context"]        # noqa: E731
ENTRIES = {
    # name: (applies to an interpreter?, does the program switch verification off?)
    "HTTPSConnection": (lambda row: True, False),
    "urlopen": (lambda row: True, False),
    "early-context": (has_context, True),
    "bare-context": (has_context, True),
    "bare-context-nameless": (has_context, True),
    "cert-none-later": (lambda row: row["create_default_context"], True),
    "client-auth-by-mistake": (lambda row: row["create_default_context"] and row["python"] < [3, 10], True),
    "chain-alone": (has_context, "chain"),
    "chain-alone-before-connect": (has_context, "chain"),
    "connection-with-context": (has_context, True),
    "resolved-by-hand": (lambda row: True, True),
    "wrapped-before-connect": (lambda row: True, True),
    "handshake-by-the-first-write": (lambda row: True, True),
    "not-blocking": (lambda row: True, True),
    "ssl.wrap_socket": (lambda row: row["wrap_socket"], True),
    "ssl.SSLSocket": (lambda row: row["python"] < [3, 7], True),
    "sslwrap_simple": (lambda row: row["sslwrap_simple"], True),
    "wrap_bio": (lambda row: row["wrap_bio"], True),
    "asyncio": (lambda row: row["asyncio"], True),
}
# Who wraps a socket before it is connected is told as much as others are: here which entry tells it.
LATE = {"wrapped-before-connect": "handshake-by-the-first-write", "chain-alone-before-connect": "chain-alone"}
ROWS = interpreters.find()


def expected(row, mode, entry, name):
    """Whether a request may arrive."""
    on_purpose = ENTRIES[entry][1]
    if name == "ipv4" and not on_purpose and mode in ("off", "audit") and blind_to_addresses(row):
        return REFUSE
    if name in GOOD or (mode == "strict") or (mode == "enforce" and not on_purpose):
        return ACCEPT if name in GOOD else REFUSE
    if on_purpose == "chain":
        return ACCEPT if name == "wrong-host" else REFUSE
    if on_purpose:
        return ACCEPT
    return REFUSE if row["_create_default_https_context"] else ACCEPT


def blind_to_addresses(row):
    """2.7.9-2.7.18's own check refuses every address, and audit leaves that as it is."""
    return row["_create_default_https_context"] and row["python"] < [3, 5]


def logged(row, mode, entry, name):
    """The verdict that the log has for it, and the failure."""
    on_purpose, arrives = ENTRIES[entry][1], expected(row, mode, entry, name) == ACCEPT
    if mode == "enforce" and on_purpose:
        return "unverified" if arrives else "refused"
    if not arrives:
        return "verified" if name in GOOD else "refused"
    # No socket that could be asked, and before 3.7 no way to know what a task connects to.
    if mode == "audit" and (entry == "wrap_bio" or (entry == "asyncio" and [3, 5] <= row["python"] < [3, 7])):
        return "unchecked"
    return "verified" if name in GOOD else "let-through"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_modes(farm, tmp_path, record_property, row, mode):
    entries = [name for name, (applies, _) in ENTRIES.items() if applies(row)]
    cells = [(entry, case) for entry in entries for case in VISITED if case.name in farm.servers]
    label = "%s-%s" % (row.name.replace(" ", "-"), mode)
    ids = {cell: "cell-modes-%s-%s-%s" % (label, cell[0], cell[1].name) for cell in cells}
    log = tmp_path / "log"
    job = {"entry": entries, "steps": ["make", "install"], "roots": farm.pki.roots_file,
           "install": {"mode": mode, "log": str(log)},
           "cells": [{"id": ids[cell], "entry": cell[0], "host": cell[1].host, "path": "/" + ids[cell],
                      "port": farm.servers[cell[1].name].port} for cell in cells]}
    answers, stderr = ask(row, "client.py", job, TIMEOUT, SSL_CERT_FILE=farm.pki.roots_file)
    farm.settle()
    answers = {answer["id"]: answer for answer in answers}
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    lines = [line for line in lines if line["event"] == "connection"]
    failures, told = [], {}
    for cell in cells:
        entry, case = cell
        server, answer = farm.servers[case.name], answers[ids[cell]]
        seen = ACCEPT if server.requests.count(ids[cell]) else REFUSE
        if server.requests.count(ids[cell]) > 1:
            failures.append("%s %s: the request arrived more than once" % (entry, case))
        if seen != expected(row, mode, entry, case.name):
            failures.append("%s %s: the server says %s; client: %s" % (entry, case, seen, answer))
        if seen == ACCEPT and answer["outcome"] != "ok":
            failures.append("%s %s: arrived, but the client failed: %s" % (entry, case, answer))
        # One event each, in the order of the connections.
        line = lines.pop(0) if lines else {"verdict": None}
        wanted = None if mode == "off" else logged(row, mode, entry, case.name)
        if line["verdict"] != wanted:
            failures.append("%s %s: logged %s, expected %s" % (entry, case, line, wanted))
        told[cell] = [line.get(key) for key in ("host", "port", "failure", "detail", "subject")]
    for late, usual in LATE.items():
        failures += ["%s %s: logged %s, and %s where connected first" % (
            late, case, told[late, case], told[usual, case])
            for entry, case in cells if entry == late and told[late, case] != told[usual, case]]
    failures += ["logged without a connection: %s" % line for line in lines]
    assert not failures, "%d of %d\n%s\n%s" % (len(failures), len(cells), "\n".join(failures), stderr)
