"""Running a client under an interpreter, and judging how its attempts ended."""
import json
import subprocess

from pathlib import Path

from ..conformance import interpreters
from ..conformance.harness import python_path

CLIENTS = Path(__file__).resolve().parent / "clients"
# Where VERIFYSHIM_PYTHONS names none: the last 2.7, one without names compared by OpenSSL, one between, the
# newest.
USUAL = ["2.7.", "3.6.", "3.9.", "3.13."]
TIMEOUT = 0.5           # seconds: the client's own
HANGS = 240             # seconds after which one process is said to hang


def chosen():
    """The interpreters to run: those named by hand, else one for each of USUAL."""
    import os
    found = [row for row in interpreters.find() if row["implementation"] == "cpython"]
    if os.environ.get("VERIFYSHIM_PYTHONS"):
        named = {facts["executable"] for facts in interpreters.named_by_hand()}
        return [row for row in found if row.executable in named and not row.job.get("hide_ssl_features")
                and not row.job.get("pyopenssl")]
    plain = [row for row in found if not row.job]
    return [row for row in plain if any(row["version"].startswith(start) for start in USUAL)]


def ask(interpreter, script, job, timeout=HANGS, **environment):
    """Return the lines that a client said, as objects, and its standard error; a hang or a death is an
    AssertionError."""
    process = subprocess.Popen([interpreter.executable, str(CLIENTS / script)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE,
                               env=interpreters.clean_environment(PYTHONPATH=python_path(interpreter),
                                                                  **environment))
    try:
        out, err = process.communicate(json.dumps(job).encode(), timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError("hangs after:\n%s\n%s" % (out.decode()[-2000:], err.decode()[-4000:]))
    assert process.returncode == 0, (process.returncode, out.decode()[-2000:], err.decode()[-4000:])
    return [json.loads(line) for line in out.decode().splitlines()], err.decode()


class Fetched:
    """One client process in one mode: `answers` to `cells`, pairs of entry point and Fault."""

    def __init__(self, peers, pki, interpreter, mode, cells, folder):
        self.cells = {"cell-%d-%s" % (at, folder.name): cell for at, cell in enumerate(cells)}
        job = {"mode": mode, "roots": pki.roots_file, "log": str(folder / ("%s.jsonl" % mode)),
               "timeout": TIMEOUT,
               "cells": [{"id": cell, "port": fault.port, "entry": entry} for cell,
                         (entry, fault) in self.cells.items()]}
        # Without the shim the interpreter itself has to know the good server's root.
        bare = {"SSL_CERT_FILE": pki.roots_file} if mode == "off" else {}
        said, self.stderr = ask(interpreter, "fetch.py", job, **bare)
        peers.settle()
        assert said.pop()["id"] == "end"
        self.answers = {answer["id"]: answer for answer in said}
        assert set(self.answers) == set(self.cells)
        self.mode = mode

    def complaints(self, peers):
        """One line for each attempt that did not end in the documented way."""
        found = []
        for cell, (entry, fault) in self.cells.items():
            for complaint in judged(self.answers[cell], peers.requests(fault, cell), entry, fault, self.mode):
                found.append("%s, %s, %s: %s; %r" % (self.mode, entry, fault.name, complaint,
                                                     self.answers[cell]))
        return found


def judged(answer, requests, entry, fault, mode):
    """Yield what is wrong with the end of one attempt."""
    verified = mode == "strict" or mode == "enforce" and entry in ("urlopen", "connection")
    if "body" in answer:
        yield "a spoilt answer was taken for a whole one"
    elif not answer["documented"]:
        yield "an undocumented exception"
    elif fault.action == "stall" and not answer["timeout"] and (
            fault.server == "good" or mode in ("off", "enforce") and entry in ("own", "select")):
        yield "no timeout"
    if answer.get("refused"):
        if not verified or fault.server == "good" and not fault.changes_certificate:
            yield "a fault of the transport is called a refusal"
    if requests > 1:
        yield "%d requests" % requests
    if requests and verified and fault.server != "good":
        yield "a request to a server that is not verified"
    if fault.in_handshake and requests:
        yield "a request before the end of the handshake"
    if "verified" in answer["verdicts"] and (fault.in_handshake or fault.server != "good"):
        yield "logged as verified"
    if answer["left"]:
        yield "%d files are left open" % answer["left"]
    if answer["seconds"] > 30:      # many times the client's timeout; a loaded machine takes some
        yield "it took %d s" % answer["seconds"]
