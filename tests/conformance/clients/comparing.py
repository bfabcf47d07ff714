"""One client process that lets verifyshim be compared with the interpreter it runs on.

Reads a job (JSON) on stdin, writes one JSON object a line on stdout. Valid on 2.6 to 3.15. The job:
    task    "record": run this interpreter's own test of ssl.match_hostname and report what it asks
            "names": what verifyshim.tls.names says about rows {"id", "certificate" (base64 DER), "host"}
            "connect": shake hands, once for each of the cells {"id", "client", "name", "host", "port",
            "roots"}, and send a request with the cell's id where the handshake lets it
    rows, cells     as above
    hide_ssl_features   be a stand-in for 2.7.8

The clients are "stock" (the interpreter's best: ssl.create_default_context where there is one, else the
chain alone), "trusted-first" (that, with OpenSSL's VERIFY_X509_TRUSTED_FIRST), "shim"
(verifyshim.create_context) and "unverified"; "name" is whether the host name counts.
"""

import base64
import json
import sys

JOB = json.loads(sys.stdin.read())
if JOB.get("hide_ssl_features"):
    import stand_in_2_7_8  # noqa: F401  before anything else sees the ssl module

import socket  # noqa: E402
import ssl  # noqa: E402
import warnings  # noqa: E402

PATIENCE = 20  # seconds that a connection may take
OUT = sys.stdout
sys.stdout = sys.stderr  # nothing a library prints may be taken for an answer


def say(**answer):
    OUT.write(json.dumps(answer) + "\n")
    OUT.flush()


def text_of(error):
    return "%s: %s" % (type(error).__name__, error)


def native(text):
    """json gives unicode on 2.x, where programs pass str."""
    return text if isinstance(text, str) else text.encode("ascii")


# --- record -------------------------------------------------------------------------------------------------

def record(job):
    """What the test asks and what it is content with: rows are only good where the test passed."""
    import unittest
    try:
        from test import test_ssl
    except ImportError as error:    # Debian's and many others leave Lib/test out
        return say(id="end", passed=False, why=str(error))
    cases = [value("test_match_hostname") for value in vars(test_ssl).values()
             if isinstance(value, type) and issubclass(value, unittest.TestCase)
             and hasattr(value, "test_match_hostname")]
    if not cases:
        return say(id="end", passed=False, why="its test_ssl has no test_match_hostname")
    genuine = ssl.match_hostname

    def recording(certificate, host):
        row = {"certificate": certificate, "host": host, "matches": False}
        try:
            genuine(certificate, host)
            row["matches"] = True
        except ssl.CertificateError:
            pass
        except ValueError:
            row["matches"] = None   # there is nothing to compare
        say(**row)
        return genuine(certificate, host)

    ssl.match_hostname = recording
    outcome = unittest.TestResult()
    cases[0].run(outcome)
    problems = [trouble for _, trouble in outcome.errors + outcome.failures]
    say(id="end", passed=outcome.wasSuccessful() and not outcome.skipped, why="\n".join(problems))


# --- names --------------------------------------------------------------------------------------------------

def names(job):
    """Twice each: by names.check alone, and the way a connection goes, through names.tidy first."""
    from verifyshim.tls import names as ours

    def decide(encoded, host, tidied):
        try:
            ours.check(encoded, ours.tidy(host) if tidied else host)
        except ours.Mismatch:
            return False
        except ValueError:
            if not tidied:      # only tidy may
                raise
            return False
        return True

    for row in job["rows"]:
        encoded, host = base64.b64decode(row["certificate"].encode("ascii")), native(row["host"])
        try:
            say(id=row["id"], checked=decide(encoded, host, False), connected=decide(encoded, host, True))
        except Exception as error:
            say(id=row["id"], error=text_of(error))


# --- connect ------------------------------------------------------------------------------------------------

def stock(cell, sock, flags=0):
    if hasattr(ssl, "create_default_context"):
        context = ssl.create_default_context(cafile=cell["roots"])
        context.verify_flags |= flags
        context.check_hostname = cell["name"]
        return context.wrap_socket(sock, server_hostname=cell["host"])
    if hasattr(ssl, "SSLContext"):
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cell["roots"])
        return context.wrap_socket(sock)
    if pyopenssl():
        return by_pyopenssl(cell, sock)
    return ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs=cell["roots"])


def trusted_first(cell, sock):
    return stock(cell, sock, flags=0x8000)     # ssl.VERIFY_X509_TRUSTED_FIRST came after 3.4.2


def pyopenssl():
    """OpenSSL.SSL where it is installed beside an interpreter without SSLContext, as verifyshim uses it."""
    if hasattr(ssl, "SSLContext"):
        return None
    try:
        from OpenSSL import SSL
    except ImportError:
        return None
    return SSL


def by_pyopenssl(cell, sock, verified=True):
    """As its documentation has it: verify the peer, keep the library's verdict on each certificate."""
    SSL = pyopenssl()
    context = SSL.Context(SSL.SSLv23_METHOD)
    if verified:
        context.load_verify_locations(cell["roots"])
        context.set_verify(SSL.VERIFY_PEER, lambda *arguments: bool(arguments[-1]))
    sock.settimeout(None)   # its sockets know no time-outs; the server's ends a connection that hangs
    connection = SSL.Connection(context, sock._sock)
    connection.set_connect_state()
    connection.do_handshake()
    return connection


def shim(cell, sock):
    import verifyshim
    context = verifyshim.create_context(cafile=cell["roots"])
    if cell["name"]:
        return context.wrap_socket(sock, server_hostname=cell["host"])
    if hasattr(ssl, "SSLContext"):
        context.check_hostname = False
        return context.wrap_socket(sock, server_hostname=cell["host"])
    # No public way to leave the name out here; what is wanted is the verdict on the chain by itself.
    from verifyshim.tls import names as ours
    genuine = ours.check_socket
    ours.check_socket = lambda wrapped, host: None
    try:
        return context.wrap_socket(sock, server_hostname=cell["host"])
    finally:
        ours.check_socket = genuine


def unverified(cell, sock):
    if pyopenssl():
        return by_pyopenssl(cell, sock, verified=False)
    if not hasattr(ssl, "SSLContext"):
        return ssl.wrap_socket(sock)
    context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_CLIENT", None) or ssl.PROTOCOL_SSLv23)
    if hasattr(context, "check_hostname"):
        context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(sock)


CLIENTS = {"stock": stock, "trusted-first": trusted_first, "shim": shim, "unverified": unverified}


def connect(job):
    warnings.simplefilter("ignore")
    for cell in job["cells"]:
        cell = dict((key, native(value) if isinstance(value, type(u"")) else value)
                    for key, value in cell.items())
        sock = socket.create_connection(("127.0.0.1", cell["port"]), PATIENCE)
        wrapped = None
        try:
            wrapped = CLIENTS[cell["client"]](cell, sock)
            wrapped.sendall(("GET /%s HTTP/1.0\r\n\r\n" % cell["id"]).encode("ascii"))
        except Exception as error:
            say(id=cell["id"], error=text_of(error), reason=getattr(error, "reason", None))
        else:
            say(id=cell["id"], error=None)
            try:
                while wrapped.recv(1024):
                    pass
            except Exception as error:
                # The verdict is out; 3.4's getpeercert leaves errors behind that the next call stumbles on.
                sys.stderr.write("%s, afterwards: %s\n" % (cell["id"], text_of(error)))
        finally:
            (wrapped or sock).close()
            sock.close()
    say(id="end")


{"record": record, "names": names, "connect": connect}[JOB["task"]](JOB)
