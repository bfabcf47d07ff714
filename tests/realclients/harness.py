"""Run one client under one mode against the servers, and say what is not as it should be."""

import json
import os
import subprocess
from pathlib import Path

from ..conformance.harness import PACKAGE_FOLDER
from ..conformance.interpreters import clean_environment
from .servers import GOOD, VISITED

RUN = str(Path(__file__).resolve().parent / "clients" / "run.py")
TIMEOUT = 180       # seconds for one client, all its cells together
SESSION = 3         # requests of one session

# These leave it to urllib; what switches verification off for them is the line that is pasted everywhere.
NO_SWITCH = ("mechanize", "suds", "feedparser", "pip-1.0")
NO_PROXY = ("tornado", "tornado-websocket")
NO_PROXY_ON_3 = ("boto",)       # it sends text where 3.x wants bytes
# It has a switch, and passes no context where it is off: that is left to httplib, but not behind a proxy.
DIRECT_TO_HTTPLIB = ("boto",)
KEEP_ALIVE = ("requests", "urllib3", "urllib3-pool", "httplib2", "boto", "aiohttp", "httpx", "httpx-async",
              "websocket-client")
# Their TLS is asyncio's or that of sockets that do not block: audit finds out in the background.
IN_THE_BACKGROUND = ("aiohttp", "httpx-async", "tornado", "tornado-websocket")
# What shakes hands over memory, for a connection made in another task, or before 3.7 in any: the log can have
# no port, and audit cannot find out.
PORTLESS = ("httpx-async",)
PORTLESS_BELOW_3_7 = ("httpx-async", "aiohttp")
MONKEYS = ("gevent", "eventlet", "truststore")


def steps(client, early):
    """In which order the client process goes about it.

    :param early: whether the client is imported before install().
    """
    monkey, _, when = client.partition("-")
    if monkey in MONKEYS:
        return [monkey, "install", "make"] if when == "before" else ["install", monkey, "make"]
    hack = ["hack"] if client in NO_SWITCH + DIRECT_TO_HTTPLIB else []
    return hack + (["make", "install"] if early else ["install", "make"])


class Cell:
    """One certificate case, visited directly or through the proxy."""

    def __init__(self, label, case, proxied, number):
        self.case, self.proxied, self.number = case, proxied, number
        self.id = "cell-%s-%s-%s" % (label, case.name, "proxy" if proxied else "direct")
        self.shown = "%s %s" % (case, "through the proxy" if proxied else "direct")


class Run:
    """One client process and what came of it.

    :ivar failures: one text for each cell that is not as it should be.
    :ivar accepted: how many cells' requests arrived, of those in `cells`; `refused`, how many did not.
    :ivar named: how many refusals reached the program with verifyshim's sentence in the error's text.
    """

    def __init__(self, farm, python, path, label, client, mode, early=False, target=None, job=None, log=None,
                 portless=False, no_proxy=()):
        self.farm, self.client, self.mode, self.log, self.portless = farm, client, mode, str(log), portless
        proxied = [False] if client in NO_PROXY + no_proxy else [False, True]
        label = label.replace(" ", "-")
        self.cells = [Cell("%s-%s-%s%s" % (label, client, mode, "-early" if early else ""), case, through,
                           SESSION if case.name in GOOD else 1) for through in proxied for case in VISITED]
        before = dict((case.name, farm.servers[case.name].stray) for case in VISITED)
        self._start(python, path, dict(job or {}, client=client, steps=steps(client, early), target=target))
        farm.settle()
        self.stray = dict((name, farm.servers[name].stray - count) for name, count in before.items())
        self.lines = self._logged()
        self.failures, self.accepted, self.refused, self.named = [], 0, 0, 0
        for cell in self.cells:
            self.failures += ["%s: %s; client: %s" % (cell.shown, said, self._shown(cell))
                              for said in self._complaints(cell)]
        self.failures += ["%s: %d stray bytes" % pair for pair in self.stray.items() if pair[1]]
        # boto cannot be told to use another port behind a proxy.
        self.failures += list(self._about_all_of_the_log())

    def _start(self, python, path, job):
        farm = self.farm
        job["install"] = {"mode": self.mode, "roots": farm.pki.roots_file, "log": self.log}
        job["cells"] = [{"id": cell.id, "host": cell.case.host, "path": "/" + cell.id, "times": cell.number,
                         "port": farm.servers[cell.case.name].port,
                         "proxy": farm.proxies[cell.case.name].port if cell.proxied else None}
                        for cell in self.cells]
        environment = clean_environment(PYTHONPATH=os.pathsep.join([str(PACKAGE_FOLDER)] + path),
                                        EVENTLET_NO_GREENDNS="yes")
        process = subprocess.Popen([python, RUN], env=environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(json.dumps(job).encode(), timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            err += b"\nwas still running after %d s" % TIMEOUT
        self.stderr = err.decode(errors="replace")[-2500:]
        self.answers = {one["id"]: one for one in map(json.loads, out.decode().splitlines())}
        assert "end" in self.answers, "client died with status %s:\n%s" % (process.returncode, self.stderr)

    def _logged(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log) as log:
            lines = [json.loads(line) for line in log]
        return [line for line in lines if line["event"] == "connection"]

    def expects(self, cell):
        """Whether the cell's requests may arrive."""
        if self.mode == "strict" or (self.mode == "enforce" and self.is_default(cell)):
            return cell.case.name in GOOD
        return True

    def is_default(self, cell):
        """Whether the client leaves it to the standard library how to verify."""
        return self.client in NO_SWITCH or (self.client in DIRECT_TO_HTTPLIB and not cell.proxied)

    def _complaints(self, cell):
        answer = self.answers[cell.id]
        server = self.farm.servers[cell.case.name]
        arrived = [port for name, port in server.requests if name == cell.id]
        if bool(arrived) != self.expects(cell):
            yield "the server saw %d requests" % len(arrived)
        self.accepted += bool(arrived)
        self.refused += not arrived
        if arrived:
            if answer["outcome"] != "ok" or len(answer["bodies"]) != cell.number:
                yield "the request arrived, but the client failed"
            elif any("verified" not in body for body in answer["bodies"]):
                yield "the client did not get the answer"
            if self.client in KEEP_ALIVE and cell.number > 1 and len(set(arrived)) > 1:
                yield "a session of %d connections" % len(set(arrived))
        elif answer["outcome"] != "error":
            yield "refused, but the client noticed nothing"
        else:
            self.named += answer["named"] or answer["reason"] is not None
        asked_for = [host for host, _ in self.farm.proxies[cell.case.name].targets]
        if cell.proxied and cell.case.host not in asked_for:
            yield "it did not go through the proxy"
        for said in self._about_the_log(cell):
            yield said

    def _about_the_log(self, cell):
        port = self.farm.servers[cell.case.name].port
        # Both visits of a case have the same port; a connection's own number is not in the log.
        if self.portless or (cell.proxied and self.client in DIRECT_TO_HTTPLIB):
            return
        lines = [line for line in self.lines if line["port"] == port]
        if self.mode == "off":
            return
        # Enforce does not follow sockets: whom they lead to it knows only where the client says so.
        unfollowed = self.mode == "enforce" and not self.is_default(cell)
        if not lines and not unfollowed:
            yield "nothing in the log"
        for line in lines:
            if line["host"] != cell.case.host and not unfollowed:
                yield "logged with another host: %s" % shown(line)
            elif line["verdict"] not in self.verdicts(cell):
                yield "logged as %s, expected %s" % (shown(line), " or ".join(self.verdicts(cell)))

    def _about_all_of_the_log(self):
        if self.mode == "enforce":
            verdicts = [line["verdict"] for line in self.lines]
            unverified = [cell for cell in self.cells if not self.is_default(cell)]
            if unverified and verdicts.count("unverified") < len(unverified):
                yield "%d connections logged as unverified" % verdicts.count("unverified")
            if unverified and not any(answer.get("warned") for answer in self.answers.values()):
                yield "no warning"
            return
        ports = [server.port for server in self.farm.servers.values()] + [443] + [None] * self.portless
        for line in self.lines:
            if line["port"] not in ports:
                yield "logged with another port: %s" % shown(line)

    def verdicts(self, cell):
        """What the log may say of it."""
        good = cell.case.name in GOOD
        if self.mode == "enforce" and not self.is_default(cell):
            return ("unverified",)
        if self.mode == "audit":
            return ("verified",) if good else ("let-through",)
        return ("verified",) if good else ("refused",)

    def _shown(self, cell):
        answer = self.answers[cell.id]
        if answer["outcome"] == "ok":
            return repr(answer["bodies"])
        return "%(type)s: %(message)s" % answer + ("" if answer["reason"] else
                                                     "\n    " + answer["trace"].strip().replace("\n", "\n    "))


def shown(line):
    return " ".join(str(line.get(key)) for key in ("verdict", "failure", "detail", "host", "port",
                                                   "entry_point", "call_site"))
