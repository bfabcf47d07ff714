"""Run a client against the servers and judge what came of it."""

import fcntl
import functools
import json
import os
import shutil
import subprocess
import sys

from .cases import ACCEPT, CASES, LIBRARY, REFUSE
from .columns import DIRECT, URLLIB
from .interpreters import HERE, clean_environment

REPOSITORY = HERE.parent.parent
PACKAGE_FOLDER = REPOSITORY / "compat"
LIBRARIES = REPOSITORY / ".tox" / "conformance-clientlibs"
# What setup.py's requirements come to, by the oldest version they are for. Not one set for all: six newer
# than 1.13 is not made for 2.6, and six before 1.16 has no import hook that 3.12 would still call.
_BACKPORT = "backports.ssl_match_hostname==3.7.0.1"
REQUIREMENTS = {
    (2, 6): ["six==1.13.0", "certifi==2021.10.8", _BACKPORT],
    (2, 7): ["six==1.16.0", "certifi==2021.10.8", _BACKPORT],
    (3, 3): ["six==1.16.0", "certifi==2021.10.8"],
    (3, 7): ["six==1.17.0", "certifi==2026.10.18"],
}
TIMEOUT = 120  # seconds for one client, all its cells together


@functools.lru_cache(maxsize=None)
def client_libraries(since):
    """The folder with what verifyshim needs at run time, made once; safe when xdist workers race for it."""
    folder, wanted = LIBRARIES / ("%d.%d" % since), REQUIREMENTS[since]
    LIBRARIES.mkdir(parents=True, exist_ok=True)
    marker = folder / "requirements.json"
    with open(str(folder) + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists() or json.loads(marker.read_text()) != wanted:
            shutil.rmtree(str(folder), ignore_errors=True)
            subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile",
                            "--target", str(folder)] + wanted, check=True)
            marker.write_text(json.dumps(wanted))
    return folder


def python_path(interpreter):
    """PYTHONPATH of a client: the package as it is in the repository, and its requirements."""
    since = max(version for version in REQUIREMENTS if version <= tuple(interpreter["python"]))
    return os.pathsep.join([str(PACKAGE_FOLDER), str(client_libraries(since))])


class Run:
    """One client process: `answers` by cell id, the client's closing line in `end`."""

    def __init__(self, farm, interpreter, label, entry, steps, cases, environment=None):
        self.cases = [case for case in cases if case.name in farm.servers]
        self.ids = {case.name: "cell-%s-%s" % (label, case.name) for case in self.cases}
        stray = {case.name: farm.servers[case.name].stray for case in self.cases}
        del farm.proxy.targets[:]
        self._start(farm, interpreter, entry, steps, environment or {})
        farm.settle()
        self.requests = {case.name: farm.servers[case.name].requests.count(self.ids[case.name])
                         for case in self.cases}
        self.stray = {case.name: farm.servers[case.name].stray - stray[case.name] for case in self.cases}
        self.targets = list(farm.proxy.targets)

    def _start(self, farm, interpreter, entry, steps, environment):
        pki = farm.pki
        cells = [{"id": self.ids[case.name], "host": case.host, "port": farm.servers[case.name].port,
                  "path": "/" + self.ids[case.name]} for case in self.cases]
        job = {"entry": entry, "steps": steps, "cells": cells, "roots": pki.roots_file,
               "install": {"roots": pki.roots_file}, "proxy_port": farm.proxy.port,
               "key_file": pki.client_key_file, "cert_file": pki.client_certificate_file}
        job.update(interpreter.job)
        environment = {name: value.replace("{roots}", pki.roots_file) for name, value in environment.items()}
        environment = clean_environment(PYTHONPATH=python_path(interpreter), **environment)
        command = [interpreter.executable, str(HERE / "clients" / "client.py")]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(json.dumps(job).encode(), timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError("client still running after %d s\n%s\n%s" % (TIMEOUT, tail(out), tail(err)))
        self.stderr = tail(err)
        try:
            lines = [json.loads(line) for line in out.decode().splitlines()]
            self.answers = {line["id"]: line for line in lines}
            self.end = self.answers.pop("end")
            assert set(self.answers) == set(self.ids.values())
        except (ValueError, KeyError, AssertionError):
            raise AssertionError("client ended with status %s and said:\n%s\n%s"
                                 % (process.returncode, tail(out), self.stderr)) from None

    def verdict(self, case):
        """What the server saw, in one word; the client has no say in it."""
        if self.requests[case.name]:
            return ACCEPT
        return "stray bytes" if self.stray[case.name] else REFUSE


def tail(data):
    return data.decode(errors="replace")[-4000:]


@functools.lru_cache(maxsize=None)
def library_verdicts(farm, interpreter):
    """What this interpreter's ssl module says to the LIBRARY cases by itself; it must accept the good one."""
    cases = [case for case in CASES if case.verdict == LIBRARY or case.name == "good"]
    run = Run(farm, interpreter, "library-" + interpreter.name.replace(" ", "-"), "library", ["make"], cases)
    verdicts = {case.name: run.verdict(case) for case in run.cases}
    assert verdicts["good"] == ACCEPT, run.answers
    return verdicts


def expected(farm, interpreter, case):
    return library_verdicts(farm, interpreter)[case.name] if case.verdict == LIBRARY else case.verdict


def judge(farm, interpreter, column, run):
    """Failures of a run, one string per cell that is not as it should be."""
    failures = {}
    for case in run.cases:
        wanted, seen = expected(farm, interpreter, case), run.verdict(case)
        answer = run.answers[run.ids[case.name]]
        if seen != wanted:
            complaints = ["the server says %s, expected %s" % (seen, wanted)]
        elif wanted == ACCEPT:
            complaints = complaints_accepted(column, run, case, answer)
        else:
            complaints = complaints_refused(farm, interpreter, column, case, answer)
        if complaints:
            said = answer.get("body") or "%(type)s: %(message)s" % answer
            failures[case.name] = "%s: %s; client: %s" % (case.name, "; ".join(complaints), said)
            if answer["outcome"] == "error" and not answer["is_verification_error"]:
                failures[case.name] += "\n    " + answer["trace"].strip().replace("\n", "\n    ")
    return failures


def complaints_accepted(column, run, case, answer):
    if answer["outcome"] != "ok":
        complaints = ["the request arrived, but the client failed"]
    elif column.reads_body and answer["body"] != "verified":
        complaints = ["the client did not get the answer's body"]
    else:
        complaints = []
    if column.tunnel and case.host not in [host for host, _ in run.targets]:
        complaints.append("it did not go through the proxy: %r" % run.targets)
    return complaints


def complaints_refused(farm, interpreter, column, case, answer):
    """The client's side of a refusal: the right classes, the right reason, at the right place."""
    if answer["outcome"] != "error":
        return ["refused, but the client noticed nothing"]
    complaints = []
    if column.error == URLLIB and not answer["is_urlerror"]:
        complaints.append("not a URLError")
    if not answer["is_ioerror"]:
        complaints.append("not an IOError or socket.error")
    # A handshake that fails for another reason than the certificate is not ours to name.
    if not case.make:
        return complaints
    if not answer["is_verification_error"]:
        return complaints + ["no VerificationError"]
    if column.error == DIRECT and not answer["is_direct"]:
        complaints.append("VerificationError is wrapped")
    if not answer["is_sslerror"]:
        complaints.append("not an ssl.SSLError")
    if interpreter["CertificateError"] and not answer["is_certerror"]:
        complaints.append("not an ssl.CertificateError")
    reasons = case.reasons + (() if interpreter["SSLCertVerificationError"] else case.reasons_guessed)
    if answer["reason"] not in reasons:
        complaints.append("reason is %r, expected %s" % (answer["reason"], " or ".join(reasons)))
    # Through a proxy, too, it is the target that was refused.
    if answer["port"] != farm.servers[case.name].port:
        complaints.append("port is %r, expected %r" % (answer["port"], farm.servers[case.name].port))
    # u"b\xfccher" may be named by its A-label; no refused case has such a name.
    if (answer["host"] or "").lower() != case.host.lower():
        complaints.append("host is %r, expected %r" % (answer["host"], case.host))
    return complaints
