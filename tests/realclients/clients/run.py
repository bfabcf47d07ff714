"""One client process: a real client, with its verification switched off, visits the servers it is told to.

Reads a job (JSON) on stdin, writes one JSON object a line on stdout. Valid on 2.6 to 3.15.

The job:
    client   of which of the three modules beside this one: its function makes what a program would make
             early and returns ``fetch(cell)``, which returns the list of what was answered
    steps    in which order: "make", "install", and "hack", the pasted line, for clients without a switch
    install  keyword arguments of verifyshim.install, or null to leave it out
    cells    list of {"id", "host", "port", "path", "times", "proxy"}; proxy is a port on this machine or null
    target   folder with a package of its own, or null
    hide_ssl_features   be a stand-in for 2.7.8
"""

import json
import os
import sys

JOB = json.loads(sys.stdin.read())
CONFORMANCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "conformance", "clients")
if JOB.get("hide_ssl_features"):
    sys.path.append(CONFORMANCE)
    import stand_in_2_7_8  # noqa: F401  before anything else sees the ssl module

import _socket  # noqa: E402
import socket  # noqa: E402
import traceback  # noqa: E402
import warnings  # noqa: E402

OUT = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)       # nothing a client prints, nor what it starts, may be taken for an answer


def native(value):
    """json gives unicode on 2.x, where programs pass str."""
    if isinstance(value, dict):
        return dict((native(key), native(item)) for key, item in value.items())
    if isinstance(value, list):
        return [native(item) for item in value]
    if sys.version_info[0] == 2 and isinstance(value, type(u"")):
        return value.encode("ascii")
    return value


def resolve_without_dns():
    """Every name under example.test is this machine, for gevent too, which asks _socket."""
    def resolving(original):
        def resolve(host, *arguments, **options):
            name = host.decode("ascii") if isinstance(host, bytes) and bytes is not str else host
            if name and name.lower().endswith(".example.test"):
                host = "127.0.0.1"
            return original(host, *arguments, **options)
        return resolve
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        replacement = resolving(getattr(_socket, name))
        setattr(_socket, name, replacement)
        if sys.version_info[0] == 2 or name != "getaddrinfo":       # which is Python on 3.x
            setattr(socket, name, replacement)
    original = socket.socket.connect

    def connect(self, address):     # old httplib2 leaves it to connect()
        if isinstance(address, tuple) and address[0].lower().endswith(".example.test"):
            address = ("127.0.0.1",) + tuple(address[1:])
        return original(self, address)
    socket.socket.connect = connect


def step(name, job):
    """Carry out one step; returns the client's function for "make"."""
    if name == "make":
        for module in ("sync_clients", "pip_clients", "async_clients"):     # the last is Python 3 alone
            found = __import__(module).CLIENTS.get(job["client"])
            if found is not None:
                return found(job)
    if name == "install" and job["install"]:
        import verifyshim
        verifyshim.install(**job["install"])
    elif name == "hack":
        import ssl
        if hasattr(ssl, "_create_unverified_context"):
            ssl._create_default_https_context = ssl._create_unverified_context
    elif name == "gevent":
        import gevent.monkey
        gevent.monkey.patch_all()
    elif name == "eventlet":
        import eventlet
        eventlet.monkey_patch()
    elif name == "truststore":
        import truststore
        truststore.inject_into_ssl()
    return None


def described(error):
    """The error as a person would see it, and the VerificationError in it, if there is one."""
    kind = getattr(sys.modules.get("verifyshim"), "VerificationError", ())
    seen, queue, found = [], [error], None
    while queue:
        one = queue.pop(0)
        if isinstance(one, BaseException) and not [other for other in seen if other is one]:
            seen.append(one)
            found = found or (one if kind and isinstance(one, kind) else None)
            queue.extend([getattr(one, name, None) for name in
                          ("reason", "__cause__", "__context__", "os_error", "certificate_error")])
            queue.extend(getattr(one, "args", ()))
    answer = {"outcome": "error", "type": type(error).__name__, "message": text(error), "reason": None,
              "named": "certificate verify failed for " in text(error), "trace": traceback.format_exc()[-1500:]}
    if found is not None:
        answer.update(reason=found.reason, refused_host=text(found.host), port=found.port)
    return answer


def text(value):
    try:
        shown = u"%s" % (value,)
    except Exception:
        shown = u"%r" % (value,)
    return shown.encode("ascii", "backslashreplace").decode("ascii")


def say(answer):
    OUT.write(json.dumps(answer) + "\n")
    OUT.flush()


def main():
    job = native(JOB)
    if job.get("target"):
        sys.path.insert(0, job["target"])
    resolve_without_dns()
    socket.setdefaulttimeout(20)
    fetch = None
    warnings.catch_warnings(record=True).__enter__()
    warnings.simplefilter("always")
    caught, warnings.showwarning = [], lambda message, *others, **more: caught.append(message)
    for name in job["steps"]:
        fetch = step(name, job) or fetch
    for cell in job["cells"]:
        del caught[:]
        try:
            bodies = [body.decode("latin-1") if isinstance(body, bytes) else body for body in fetch(cell)]
            answer = {"outcome": "ok", "bodies": bodies}
        except (Exception, SystemExit):
            answer = described(sys.exc_info()[1])
        if "verifyshim.tls.probe" in sys.modules:       # what audit finds out in the background
            sys.modules["verifyshim.tls.probe"].wait()
        answer["id"] = cell["id"]
        answer["warned"] = len([one for one in caught
                                if type(one).__name__ == "InsecureConnectionWarning"])
        say(answer)
    say({"id": "end"})


main()
