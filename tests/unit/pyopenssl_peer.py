"""Fixtures of the pyOpenSSL engine's tests: the engine, and servers that do anything behind a handshake.

2.x only, and only where pyOpenSSL is: test modules skip before they import this.
"""
import socket
import ssl
import threading

import pytest

from verifyshim import policy, roots as sources, tls
from verifyshim.tls import pyopenssl

from .conftest import issue


@pytest.fixture
def context(roots):
    return pyopenssl.create(sources.resolve(roots))


@pytest.fixture
def engine(monkeypatch):
    """The guard with this engine."""
    monkeypatch.setattr(tls, "engine", pyopenssl)


@pytest.fixture
def peer(authority, tmpdir):
    """Return a function that starts ``serve(stream)`` behind a TLS handshake; it returns a connected socket
    and what will be the list of serve's one result."""
    path = tmpdir.join("peer.pem")
    path.write_binary(issue(authority, u"localhost").private_key_and_cert_chain_pem.bytes())
    listeners = []

    def wrapped(sock):
        server = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        server.load_cert_chain(str(path))
        return server.wrap_socket(sock, server_side=True)

    def start(serve, wrap=wrapped, timeout=20):
        listener = socket.socket()
        listeners.append(listener)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        results = []

        def run():
            sock = listener.accept()[0]
            sock.settimeout(20)
            results.append(serve(wrap(sock)))

        thread = threading.Thread(target=run)
        thread.daemon = True
        thread.start()
        return socket.create_connection(listener.getsockname(), timeout), Results(results, thread)

    start.certificate = str(path)
    yield start
    for listener in listeners:
        listener.close()


class Results(object):
    def __init__(self, results, thread):
        self._results, self._thread = results, thread

    def get(self):
        self._thread.join(20)
        return self._results[0]


def shake(sock, context, **options):
    roots = context._recipe.roots or policy.current().roots
    return pyopenssl.handshake(sock, context, "localhost", options, roots, True)


def receive(stream):
    """What arrives until the end."""
    parts = []
    while True:
        data = stream.recv(65536)
        if not data:
            return b"".join(parts)
        parts.append(data)


def raw(server):
    return socket.create_connection(("127.0.0.1", server.port), 20)
