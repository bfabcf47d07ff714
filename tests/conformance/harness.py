"""Run a client against the servers and judge what came of it."""

import functools
import json
import os
import subprocess

from .cases import ACCEPT, CASES, LIBRARY, REFUSE
from .columns import DIRECT, URLLIB
from .interpreters import HERE, clean_environment
from .libraries import client_libraries

REPOSITORY = HERE.parent.parent
PACKAGE_FOLDER = REPOSITORY / "compat"
ACTIVATION = REPOSITORY / "contrib" / "sitecustomize"
TIMEOUT = 120  # seconds for one client, all its cells together


def python_path(interpreter):
    """PYTHONPATH of a client: the package as it is in the repository, and its requirements."""
    folders = [PACKAGE_FOLDER, client_libraries(interpreter.facts)] + interpreter.libraries
    return os.pathsep.join(map(str, folders))


class Silent(AssertionError):
    """The client died, hung, or left answers out."""


def ask(interpreter, script, job, timeout, bare=False, **environment):
    """Run one of clients/ under an interpreter; return its answers and what it said on standard error.

    job:      as the script describes it.
    timeout:  seconds for all of it.
    bare:     the interpreter's own library and nothing else, for what is not about verifyshim.
    """
    if not bare:
        environment["PYTHONPATH"] = python_path(interpreter)
    if os.environ.get("VERIFYSHIM_CONFORMANCE") == "activation":
        job = activated(interpreter, job, environment)
    process = subprocess.Popen([interpreter.executable, str(HERE / "clients" / script)],
                               env=clean_environment(**environment), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = process.communicate(json.dumps(dict(job, **interpreter.job)).encode(), timeout=timeout)
        problem = "ended with status %s" % process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        problem = "was still running after %d s" % timeout
    try:
        answers = [json.loads(line) for line in out.decode().splitlines()]
    except ValueError:
        answers = []
    if process.returncode or not answers:
        raise Silent("client %s and said:\n%s\n%s" % (problem, _tail(out), _tail(err)))
    return answers, _tail(err)


def activated(interpreter, job, environment):
    """VERIFYSHIM_CONFORMANCE=activation: have the client's install() done by the sitecustomize.py of contrib,
    before its first line runs; return the job without it.

    The stand-in for 2.7.8 hides what ssl has after it has started, and host rules are no variables.
    """
    settings = job.get("install", {})
    if "install" not in job.get("steps", ()) or interpreter.job.get("hide_ssl_features") or "hosts" in settings:
        return job
    environment["PYTHONPATH"] = os.pathsep.join([str(ACTIVATION), environment["PYTHONPATH"]])
    environment["VERIFYSHIM_FAIL_CLOSED"] = "1"
    for name, value in settings.items():
        environment["VERIFYSHIM_" + name.upper()] = ",".join(value) if isinstance(value, list) else str(value)
    return dict(job, steps=[step for step in job["steps"] if step != "install"])


def _tail(data):
    return data.decode(errors="replace")[-4000:]


class Run:
    """One client process: `answers` by cell id, the client's closing line in `end`."""

    def __init__(self, farm, interpreter, label, entry, steps, cases, environment=None, install=None):
        self.cases = [case for case in cases if case.name in farm.servers]
        self.ids = {case.name: "cell-%s-%s" % (label, case.name) for case in self.cases}
        stray = {case.name: farm.servers[case.name].stray for case in self.cases}
        del farm.proxy.targets[:]
        self._start(farm, interpreter, entry, steps, environment or {}, install or {})
        farm.settle()
        self.requests = {case.name: farm.servers[case.name].requests.count(self.ids[case.name])
                         for case in self.cases}
        self.stray = {case.name: farm.servers[case.name].stray - stray[case.name] for case in self.cases}
        self.targets = list(farm.proxy.targets)

    def _start(self, farm, interpreter, entry, steps, environment, install):
        pki = farm.pki
        cells = [{"id": self.ids[case.name], "host": case.host, "port": farm.servers[case.name].port,
                  "path": "/" + self.ids[case.name]} for case in self.cases]
        job = {"entry": entry, "steps": steps, "cells": cells, "roots": pki.roots_file,
               "install": dict(install, roots=pki.roots_file), "proxy_port": farm.proxy.port,
               "key_file": pki.client_key_file, "cert_file": pki.client_certificate_file}
        environment = {name: value.replace("{roots}", pki.roots_file) for name, value in environment.items()}
        lines, self.stderr = ask(interpreter, "client.py", job, TIMEOUT, **environment)
        self.answers = {line["id"]: line for line in lines}
        self.end = self.answers.pop("end", None)
        if self.end is None or set(self.answers) != set(self.ids.values()):
            raise Silent("client left answers out: %s\n%s" % (sorted(self.answers), self.stderr))

    def verdict(self, case):
        """What the server saw, in one word; the client has no say in it."""
        if self.requests[case.name]:
            return ACCEPT
        return "stray bytes" if self.stray[case.name] else REFUSE


@functools.lru_cache(maxsize=None)
def library_verdicts(farm, interpreter):
    """What this interpreter's TLS library says to the LIBRARY cases by itself; it must accept the good one."""
    cases = [case for case in CASES if case.verdict == LIBRARY or case.name == "good"]
    run = Run(farm, interpreter, "library-" + interpreter.name.replace(" ", "-"), "library", ["make"], cases)
    verdicts = {case.name: run.verdict(case) for case in run.cases}
    assert verdicts["good"] == ACCEPT, run.answers
    return verdicts


def expected(farm, interpreter, case):
    if case.verdict == LIBRARY:
        return library_verdicts(farm, interpreter)[case.name]
    return case.verdict(interpreter) if callable(case.verdict) else case.verdict


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
    # Where the old interpreter is the cause, the text has to say what would help.
    missing = [word for word in case.says if not interpreter["sni"] and word not in answer["message"]]
    if missing:
        complaints.append("the message lacks %s" % " and ".join(missing))
    # A handshake that fails for another reason than the certificate is not ours to name.
    if not case.reasons:
        return complaints + (["a VerificationError"] if answer["is_verification_error"] else [])
    if not answer["is_verification_error"]:
        return complaints + ["no VerificationError"]
    if column.error == DIRECT and not answer["is_direct"]:
        complaints.append("VerificationError is wrapped")
    if not answer["is_sslerror"]:
        complaints.append("not an ssl.SSLError")
    if interpreter["CertificateError"] and not answer["is_certerror"]:
        complaints.append("not an ssl.CertificateError")
    told = interpreter["SSLCertVerificationError"] or interpreter.job.get("pyopenssl")
    reasons = case.reasons + (() if told else case.reasons_guessed)
    if answer["reason"] not in reasons:
        complaints.append("reason is %r, expected %s" % (answer["reason"], " or ".join(reasons)))
    # Through a proxy, too, it is the target that was refused.
    if answer["port"] != farm.servers[case.name].port:
        complaints.append("port is %r, expected %r" % (answer["port"], farm.servers[case.name].port))
    # u"b\xfccher" may be named by its A-label; no refused case has such a name.
    if (answer["host"] or "").lower() != case.host.lower():
        complaints.append("host is %r, expected %r" % (answer["host"], case.host))
    return complaints
