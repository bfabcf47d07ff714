"""One client process: makes connections to a list of servers in one way and says how each one went.

Reads a job (JSON) on stdin, writes one JSON object a line on stdout. Valid on 2.6 to 3.15, Jython included;
needs nothing but the standard library and, unless the job is a bare one, verifyshim.

The job:
    entry   name of a function in entry_points.py, or a list of them; then each cell names its own
    steps   what to do in which order: "make" (create the entry point's objects), "install", "hack-context",
            "hack-flag". "make" before "install" is a program that captured names or primed openers early.
    cells   list of {"id", "host", "port", "path"}
    roots, proxy_port, key_file, cert_file   what the entry points need
    install keyword arguments of verifyshim.install
    hide_ssl_features   be a stand-in for 2.7.8

The last line out is {"id": "end", "warnings": [...]} with every InsecureConnectionWarning that was shown.
"""

import json
import sys

JOB = json.loads(sys.stdin.read())
if JOB.get("hide_ssl_features"):
    import stand_in_2_7_8  # noqa: F401  before anything else sees the ssl module

import socket  # noqa: E402
import traceback  # noqa: E402
import warnings  # noqa: E402

OUT = sys.stdout
sys.stdout = sys.stderr  # nothing a library prints may be taken for an answer


def native(value):
    """json gives unicode on 2.x, where programs pass str; keep unicode only where it is not ASCII."""
    if isinstance(value, dict):
        return dict((native(key), native(item)) for key, item in value.items())
    if isinstance(value, list):
        return [native(item) for item in value]
    if sys.version_info[0] == 2 and isinstance(value, type(u"")):
        try:
            return value.encode("ascii")
        except UnicodeError:
            return value
    return value


def resolve_without_dns():
    """Every name under example.test is this machine: no server of the run is ever looked up."""
    original = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **options):
        name = host
        if not isinstance(name, str):
            # bytes on 3.x, unicode on 2.x: IDNA is how the real function sends it to the resolver.
            name = name.decode("ascii") if hasattr(name, "decode") and sys.version_info[0] > 2 else name
            name = name.encode("idna") if sys.version_info[0] == 2 and name is not None else name
        if name and name.lower().endswith(".example.test"):
            host = "127.0.0.1"
        return original(host, *arguments, **options)

    socket.getaddrinfo = getaddrinfo
    try:
        # Jython's create_connection lives in _socket and looks there.
        import _socket
        if hasattr(_socket, "create_connection"):
            _socket.getaddrinfo = getaddrinfo
    except ImportError:
        pass


def chain_of(error):
    """The error, and the errors inside it: URLError.reason, and py2 urllib's IOError('socket error', e)."""
    seen = []
    queue = [error]
    while queue:
        one = queue.pop(0)
        if isinstance(one, BaseException) and not [other for other in seen if other is one]:
            seen.append(one)
            queue.append(getattr(one, "reason", None))
            queue.extend(getattr(one, "args", ()))
    return seen


def described(error):
    """What the program's except clauses would see."""
    import ssl
    try:
        from urllib.error import URLError
    except ImportError:
        from urllib2 import URLError
    verifyshim = sys.modules.get("verifyshim")
    kind = getattr(verifyshim, "VerificationError", ())
    refusals = [one for one in chain_of(error) if kind and isinstance(one, kind)]
    certificate_error = getattr(ssl, "CertificateError", None)
    answer = {
        "outcome": "error",
        "type": type(error).__name__,
        "message": ascii_text(error),
        "is_urlerror": isinstance(error, URLError),
        "is_ioerror": isinstance(error, (IOError, socket.error)),
        "is_direct": bool(kind) and isinstance(error, kind),
        "is_verification_error": bool(refusals),
        "trace": traceback.format_exc()[-3000:],
    }
    for one in refusals[:1]:
        answer.update({
            "is_sslerror": isinstance(one, ssl.SSLError),
            "is_certerror": isinstance(one, certificate_error) if certificate_error else None,
            "reason": one.reason,
            "host": ascii_text(one.host),
            "port": one.port,
            "message": ascii_text(one),
        })
    return answer


def ascii_text(value):
    """Text that survives any console and any of the two Pythons' ideas of str."""
    try:
        text = u"%s" % (value,)
    except Exception:
        text = u"%r" % (value,)
    return text.encode("ascii", "backslashreplace").decode("ascii")


def step(name, job, entry_points):
    """Carry out one of the job's steps; returns the entry point's function for "make"."""
    if name == "make":
        return make(job, entry_points)
    if name == "install":
        import verifyshim
        verifyshim.install(**job["install"])
    elif name == "hack-context":
        # The line that has been pasted everywhere.
        import ssl
        ssl._create_default_https_context = ssl._create_unverified_context
    elif name == "hack-flag":
        # PEP 493's own switch.
        import ssl
        ssl._https_verify_certificates(False)
    return None


def make(job, entry_points):
    if not isinstance(job["entry"], list):
        return entry_points.ENTRY_POINTS[job["entry"]](job)
    made = dict((name, entry_points.ENTRY_POINTS[name](job)) for name in job["entry"])
    return lambda cell: made[cell["entry"]](cell)


def say(answer):
    OUT.write(json.dumps(answer) + "\n")
    OUT.flush()


def main():
    job = native(JOB)
    socket.setdefaulttimeout(30)
    resolve_without_dns()
    import entry_points
    fetch = None
    with_warnings = warnings.catch_warnings(record=True)
    caught = with_warnings.__enter__()
    warnings.simplefilter("always")
    for name in job["steps"]:
        fetch = step(name, job, entry_points) or fetch
    for cell in job["cells"]:
        try:
            body = fetch(cell)
            if isinstance(body, bytes):
                body = body.decode("latin-1")
            answer = {"outcome": "ok", "body": body}
        except Exception:
            answer = described(sys.exc_info()[1])
        if "verifyshim.tls.probe" in sys.modules:       # what audit finds out in the background
            sys.modules["verifyshim.tls.probe"].wait()
        answer["id"] = cell["id"]
        say(answer)
    insecure = [one for one in caught if one.category.__name__ == "InsecureConnectionWarning"]
    say({"id": "end", "warnings": [str(one.message) for one in insecure]})


main()
