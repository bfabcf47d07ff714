"""``python -m verifyshim demo``: bad certificates on loopback, bare and with the shim, as a table.

The servers are in this process, the clients in others of the same interpreter. What counts is what the
server saw: a request that arrived was sent to whoever showed that certificate.
"""
from __future__ import print_function

import os
import pkgutil
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

from . import manual

CASES = ("good", "wrong-host", "expired", "not-yet-valid", "self-signed", "unknown-root")
SWITCHED_OFF = "verification switched off"
COLUMNS = (("bare", "as it is"), ("hack", SWITCHED_OFF), ("shim", "with verifyshim"))

EPILOG = ("'%s' is the line that programs paste: ssl._create_default_https_context = "
          "ssl._create_unverified_context. It stays pasted under verifyshim here." % SWITCHED_OFF)


class Server(object):
    """One TLS server on loopback with one certificate. ``requests`` has the paths that arrived."""

    def __init__(self, case, folder):
        self.case = case
        self.requests = []
        self._certificate = os.path.join(folder, case + ".pem")
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(5)
        self.port = self._listener.getsockname()[1]
        thread = threading.Thread(target=self._serve)
        thread.daemon = True
        thread.start()

    def _serve(self):
        while True:
            try:
                sock = self._listener.accept()[0]
            except (OSError, socket.error):
                return
            try:
                self._answer(sock)
            except (ssl.SSLError, socket.error, OSError, ValueError):
                pass        # the client refused: that is what is being shown
            finally:
                sock.close()

    def _answer(self, sock):
        sock.settimeout(10)
        if hasattr(ssl, "create_default_context"):
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self._certificate)
            tls = context.wrap_socket(sock, server_side=True)
        elif hasattr(ssl, "SSLContext"):        # 3.3
            context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
            context.load_cert_chain(self._certificate)
            tls = context.wrap_socket(sock, server_side=True)
        else:
            tls = ssl.wrap_socket(sock, self._certificate, self._certificate, server_side=True)
        request = b""
        while b"\r\n\r\n" not in request:
            data = tls.recv(4096)
            if not data:
                return
            request += data
        self.requests.append(request.split(b" ")[1].decode("ascii"))
        tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        tls.close()

    def close(self):
        self._listener.close()


def main(arguments):
    """Print the table; 0 where the shim refused every bad certificate and accepted the good one."""
    parser = manual.Parser(
        "demo", "python -m verifyshim demo", "Shows what this interpreter sends to servers with bad "
        "certificates, as it is and with the shim. Works offline: servers and clients are on this machine.",
        status=(("0", "with the shim only the good certificate got the request"),
                ("1", "the shim did not do what it is for"), ("2", "it was given arguments")),
        examples=("python -m verifyshim demo",))
    _, rest = parser.parse_args(arguments)
    if rest:
        parser.error("demo takes no arguments")
    folder, servers = tempfile.mkdtemp(), []
    try:
        _write_certificates(folder)
        servers = [Server(case, folder) for case in CASES]
        verdicts = dict((column, _verdicts(column, servers, folder)) for column, _ in _columns())
    finally:
        for server in servers:
            server.close()
        shutil.rmtree(folder)
    print(_table(verdicts))
    right = all((server.case == "good") == verdicts["shim"][server.case][0] for server in servers)
    print("\n" + ("With verifyshim only the good certificate got the request." if right else
                  "THE SHIM DID NOT DO WHAT IT IS FOR: please report this table."))
    return 0 if right else 1


def _columns():
    return [column for column in COLUMNS
            if column[0] != "hack" or hasattr(ssl, "_create_default_https_context")]


def _write_certificates(folder):
    """OpenSSL reads files only; the package may be in an archive."""
    for case in CASES + ("root",):
        with open(os.path.join(folder, case + ".pem"), "wb") as handle:
            handle.write(pkgutil.get_data(__name__, "certificates/%s.pem" % case))


def _verdicts(column, servers, folder):
    """Return ``{case: (whether the request arrived, what the client said)}`` for one way of running."""
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    environ = dict(os.environ, SSL_CERT_FILE=os.path.join(folder, "root.pem"), NO_PROXY="*",
                   no_proxy="*", PYTHONPATH=os.pathsep.join([home] + [entry for entry in sys.path if entry]))
    for name in ("SSL_CERT_DIR", "PYTHONHTTPSVERIFY"):
        environ.pop(name, None)
    command = [sys.executable, "-m", "verifyshim.cli.demo_client", column]
    client = subprocess.Popen(command + ["%s=%d" % (server.case, server.port) for server in servers],
                              stdout=subprocess.PIPE, env=environ)
    output = client.communicate()[0].decode("ascii", "replace")
    said = dict(line.split(" ", 1) for line in output.splitlines() if " " in line)
    return dict((server.case, ("/" + column in server.requests, said.get(server.case, "no answer")))
                for server in servers)


def _table(verdicts):
    rows = [["certificate"] + [title for _, title in _columns()]]
    for case in CASES:
        row = [case.replace("-", " ")]
        for column, _ in _columns():
            arrived, said = verdicts[column][case]
            row.append(("REQUEST SENT" if case != "good" else "request sent") if arrived else said)
        rows.append(row)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    version = "Python %s, %s" % (sys.version.split()[0],
                                 getattr(ssl, "OPENSSL_VERSION", "OpenSSL of unknown version"))
    return "\n".join([version, ""] + lines + ["", EPILOG] if len(_columns()) == 3 else
                     [version, ""] + lines)
