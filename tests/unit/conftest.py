"""Fixtures for the unit tests: a certificate authority, TLS servers on loopback, and a clean shim.

Runs on 2.7 and on 3.6 up, in one process with the code under test; what needs other interpreters is in
tests/conformance.
"""
import os
import socket
import ssl
import threading

import pytest
import trustme

import verifyshim

ROOT_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def issue(authority, *names, **settings):
    """Issue a certificate with an RSA key: the oldest interpreters here know nothing else."""
    if hasattr(trustme, "KeyType"):
        settings.setdefault("key_type", trustme.KeyType.RSA)
    return authority.issue_cert(*names, **settings)


class Listener(object):
    """Listens on a port of this machine; each connection is answered in a thread, by a subclass's `answer`."""

    def __init__(self):
        self.connections = 0
        self._closed = threading.Event()
        self._listener = self.bound()
        self._listener.listen(64)
        self.port = self._listener.getsockname()[1]
        self._accepting = self._thread(self._serve)

    @staticmethod
    def bound():
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        return listener

    @staticmethod
    def _thread(target, *args):
        thread = threading.Thread(target=target, args=args)
        thread.daemon = True
        thread.start()
        return thread

    def _serve(self):
        while True:
            try:
                sock = self._listener.accept()[0]
            except (OSError, socket.error):
                return
            self.connections += 1
            self._thread(self.answer, sock)

    def answer(self, sock):
        raise NotImplementedError

    def close(self):
        self._closed.set()
        # A thread that is left in accept() may begin it again, after SIGCONT for one, when the number it waits on
        # has become another server's listener: it then answers that one's clients.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()


def serving(folder, certificate):
    """Return the context of a TLS server with *certificate*."""
    path = folder.join("server-%s.pem" % id(certificate))
    path.write_binary(certificate.private_key_and_cert_chain_pem.bytes())
    context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_SERVER", ssl.PROTOCOL_SSLv23))
    context.load_cert_chain(str(path))
    return context


class Server(Listener):
    """One TLS server with one certificate. ``requests`` are the paths that arrived after a handshake."""

    def __init__(self, folder, certificate, client_root=None, silent=False):
        self.requests = []
        self.client_names = []
        self._silent = silent
        self._context = serving(folder, certificate)
        if client_root:
            self._context.verify_mode = ssl.CERT_REQUIRED
            self._context.load_verify_locations(client_root)
        Listener.__init__(self)

    def answer(self, sock):
        try:
            sock.settimeout(20)
            if self._silent:
                self._closed.wait(60)       # the connection is not ended from here
                return
            tls = self._context.wrap_socket(sock, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                data = tls.recv(4096)
                if not data:
                    return
                request += data
            certificate = tls.getpeercert()
            if certificate:
                self.client_names.append(dict(pair[0] for pair in certificate["subject"])
                                         .get("organizationalUnitName"))
            self.requests.append(request.split(b" ")[1].decode("ascii"))
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nverified")
            tls.close()
        except (ssl.SSLError, socket.error, OSError, ValueError):
            pass        # the client refused; the tests look at `requests`
        finally:
            sock.close()

    def url(self, path="/", host="localhost"):
        return "https://%s:%d%s" % (host, self.port, path)


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def stranger():
    """A certificate authority that nobody trusts."""
    return trustme.CA()


@pytest.fixture
def roots(authority, tmpdir):
    path = tmpdir.join("roots.pem")
    path.write_binary(authority.cert_pem.bytes())
    return str(path)


@pytest.fixture
def serve(tmpdir):
    """Return a function that starts a server with a certificate; all end with the test."""
    servers = []

    def start(certificate, **settings):
        servers.append(Server(tmpdir, certificate, **settings))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def good(serve, authority):
    return serve(issue(authority, u"localhost", u"127.0.0.1", u"good.example"))


@pytest.fixture
def wrong_host(serve, authority):
    return serve(issue(authority, u"other.example"))


@pytest.fixture
def unknown(serve, stranger):
    return serve(issue(stranger, u"localhost", u"127.0.0.1"))


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """No roots and settings from the machine, and nothing installed before or after."""
    for name in list(os.environ):
        # pytest-cov's would have each process that a test starts measured, which imports socket.
        if name in ROOT_VARIABLES or name == "VIRTUAL_ENV" or name.startswith(("VERIFYSHIM_", "COV_CORE_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr("verifyshim.policy.settings.SYSTEM_FILE", "/nonexistent/verifyshim.cfg")
    monkeypatch.setattr("verifyshim.policy._State.default", None)
    verifyshim.uninstall()
    yield
    verifyshim.uninstall()
