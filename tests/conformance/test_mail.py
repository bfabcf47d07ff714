"""Mail, FTP and news: every entry point x certificate x mode x interpreter.

    python3.11 -m pytest tests/conformance/test_mail.py -n 2

One client process for an interpreter and a mode visits all servers, one after the other.
"""

import json

import pytest

from . import interpreters
from .cases import ACCEPT, REFUSE
from .harness import Silent, ask
from .mail_columns import CERTIFICATES, NONE, PLAIN, VERIFIED, VISITS, expected, logged, names_are_matched
from .mail_servers import MailFarm

TIMEOUT = 240       # seconds for one client, all its cells together
# A stand-in for 2.7.8 has 2.7.18's sockets, which know nothing of what 2.7.8's do underneath.
INTERPRETERS = [row for row in interpreters.find() if not row.job.get("hide_ssl_features")]
INSTALL_FIRST, INSTALL_LATE = ["install", "make"], ["make", "install"]
RUNS = [("off", INSTALL_FIRST), ("audit", INSTALL_LATE), ("audit", INSTALL_FIRST), ("enforce", INSTALL_FIRST),
        ("enforce", INSTALL_LATE), ("strict", INSTALL_FIRST)]


@pytest.fixture(scope="session")
def mail_farm(tmp_path_factory):
    from .pki import Pki
    farm = MailFarm(Pki(tmp_path_factory.mktemp("mail")), CERTIFICATES)
    yield farm
    farm.close()


class Cell:
    """A visit to the server with one certificate, and what came of it."""

    def __init__(self, farm, label, visit, case):
        self.visit, self.case, self.server = visit, case, farm.servers[visit.kind, case.name]
        self.id = "cell-%s-%s-%s" % (label, visit.name, case.name)
        self.job = {"id": self.id, "visit": visit.name, "host": case.host, "port": self.server.port, "path": ""}

    def __repr__(self):
        return "%s to %s" % (self.visit, self.case)

    def verdict(self):
        """What the server saw, in one word; the client has no say in it."""
        if any(self.id in line for said in self.server.conversations for line in said.plain):
            return PLAIN
        return ACCEPT if any(self.id in said.users for said in self.server.conversations) else REFUSE


def run(farm, interpreter, label, steps, install, visits=VISITS):
    """Visit them all; return the cells, the answers by id, and the client's standard error."""
    cells = [Cell(farm, label, visit, case) for visit in visits for case in CERTIFICATES]
    farm.forget()
    job = {"entry": "mail", "steps": steps, "cells": [cell.job for cell in cells],
           "roots": farm.pki.roots_file, "install": dict(install, roots=farm.pki.roots_file),
           "key_file": farm.pki.client_key_file, "cert_file": farm.pki.client_certificate_file}
    lines, stderr = ask(interpreter, "client.py", job, TIMEOUT)
    farm.settle()
    answers = {line["id"]: line for line in lines}
    if set(answers) != {cell.id for cell in cells} | {"end"}:
        raise Silent("client left answers out: %s\n%s" % (sorted(answers), stderr))
    return cells, answers, stderr


def complaints(cell, answer, mode, interpreter):
    wanted, seen = expected(cell.visit, cell.case, mode, interpreter), cell.verdict()
    if seen != wanted:
        return ["the server says %s, expected %s" % (seen, wanted)]
    if wanted == ACCEPT:
        return [] if answer["outcome"] == "ok" else ["the login arrived, but the client failed"]
    if answer["outcome"] != "error":
        return ["refused, but the client noticed nothing"]
    if cell.visit.context == VERIFIED and (mode != "strict" or names_are_matched(cell.visit, interpreter)):
        return []       # refused by the program's own context: its error is its own
    if not answer["is_verification_error"]:
        return ["no VerificationError"]
    # Data connections have no second connection to learn from what ssl below 3.7 does not tell.
    reasons = cell.case.reasons + (("other",) if cell.visit.kind == "ftp-data" else ())
    found = [] if answer["reason"] in reasons else ["reason is %r" % answer["reason"]]
    if (answer["host"], answer["port"]) != (cell.case.host, cell.server.port):
        found.append("it names %s:%s" % (answer["host"], answer["port"]))
    return found


def said_by(answer):
    return answer.get("body") or "%(type)s: %(message)s\n    %(trace)s" % answer


def failures_of(farm, cells, answers, mode, interpreter):
    """One string per cell that is not as it should be, and per conversation that should not have been."""
    failures = []
    for cell in cells:
        found = complaints(cell, answers[cell.id], mode, interpreter)
        if found:
            failures.append("%s: %s; client: %s" % (cell, "; ".join(found), said_by(answers[cell.id])))
    accepted = {cell.id for cell in cells if expected(cell.visit, cell.case, mode, interpreter) == ACCEPT}
    for (kind, name), server in farm.servers.items():
        for said in server.conversations:
            if said.secure and not said.users & accepted and kind != "ftp-data":
                failures.append("%s, %s: after a refused handshake came %s" % (kind, name, said.secure))
    return failures


@pytest.mark.parametrize("interpreter,mode,steps", [(row, mode, steps) for row in INTERPRETERS
                                                    for mode, steps in RUNS],
                         ids=["%s-%s-%s-first" % (row, mode, steps[0]) for row in INTERPRETERS
                              for mode, steps in RUNS])
def test_mail(mail_farm, record_property, tmp_path, interpreter, mode, steps):
    """The server's verdict and the log's are the expected ones for every entry point there is."""
    label = ("%s-%s-%s" % (interpreter, mode, steps[0])).replace(" ", "-")
    visits = [visit for visit in VISITS if visit.exists(interpreter)]
    total = len(visits) * len(CERTIFICATES)
    result = {"row": "%s %s" % (interpreter, mode), "passed": 0, "total": total}
    record_property("mail", result)
    log = tmp_path / "log"
    cells, answers, stderr = run(mail_farm, interpreter, label, steps, {"mode": mode, "log": str(log)}, visits)
    absent = sorted({cell.visit.name for cell in cells if answers[cell.id].get("body") == "absent"})
    assert not absent, "this interpreter does not have %s" % ", ".join(absent)
    failures = failures_of(mail_farm, cells, answers, mode, interpreter)
    result["passed"] = total - len(failures)
    assert not failures, "%d of %d:\n%s\n%s" % (len(failures), total, "\n".join(failures), stderr)
    wrong = wrong_in_log(log, cells, mode, interpreter)
    assert not wrong, "%d wrong in the log:\n%s\n%s" % (len(wrong), "\n".join(wrong), stderr)


def wrong_in_log(log, cells, mode, interpreter):
    """Compare the log with what the cells, visited in this order, must have left there."""
    wanted = []
    for cell in cells if mode != "off" else ():
        if cell.visit.kind == "ftp-data":
            control = "unverified" if mode == "enforce" and cell.visit.context != NONE else "verified"
            wanted.append((cell, "FTP_TLS.auth", control))
        wanted.append((cell, cell.visit.entry_point, logged(cell.visit, cell.case, mode, interpreter)))
    lines = log.read_text().splitlines() if log.exists() else []
    events = [event for event in map(json.loads, lines) if event["event"] == "connection"]
    wrong = []
    for (cell, entry_point, verdict), event in zip(wanted, events):
        seen = event["entry_point"], event["host"], event["port"], event["verdict"], event["mode"]
        if seen != (entry_point, cell.case.host, cell.server.port, verdict, mode):
            wrong.append("%s: %r, expected %s" % (cell, seen, verdict))
        elif verdict == "let-through" and event["failure"] not in cell.case.reasons:
            wrong.append("%s: the failure is %s" % (cell, event["failure"]))
    if len(events) != len(wanted):
        wrong.append("%d events for %d handshakes" % (len(events), len(wanted)))
    return wrong


@pytest.mark.parametrize("interpreter", INTERPRETERS[:1] + INTERPRETERS[-1:], ids=repr)
def test_protocols_that_the_policy_leaves_out(mail_farm, interpreter):
    """protocols = http, pop: only POP of all these is verified."""
    visits = [visit for visit in VISITS if visit.exists(interpreter) and visit.context == NONE]
    cells, _, stderr = run(mail_farm, interpreter, "protocols", INSTALL_FIRST,
                           {"mode": "enforce", "protocols": ["http", "pop"]}, visits)
    for cell in cells:
        wanted = cell.case.verdict if cell.visit.kind in ("pop", "pops") else ACCEPT
        assert (cell, cell.verdict()) == (cell, wanted), stderr


@pytest.mark.parametrize("interpreter", interpreters.find(), ids=repr)
def test_what_is_there(mail_farm, interpreter):
    """The table's idea of what each interpreter has is right in both directions."""
    missing = [visit for visit in VISITS if not visit.exists(interpreter)]
    cells, answers, _ = run(mail_farm, interpreter, "absent", ["make"], {}, missing)
    there = {cell.visit.name for cell in cells if answers[cell.id].get("body") != "absent"}
    assert not there or interpreter.job.get("hide_ssl_features")
