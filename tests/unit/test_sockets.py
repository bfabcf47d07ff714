"""Sockets of other kinds than most, and used in other ways: under audit they work as without verifyshim."""
import select
import socket
import ssl
import threading

import pytest

import verifyshim
from verifyshim.tls import opened, probe, refusal

from .conftest import Listener, Server, issue
from .test_modes import log, speak, unverified, verdicts        # noqa: F401  log is a fixture

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")


@pytest.fixture
def unix(tmpdir):
    """Return a function that starts a server at a path, and what connects to it."""
    servers = []

    def start(certificate):
        path = str(tmpdir.join("%d.sock" % len(servers)))

        class UnixServer(Server):
            @staticmethod
            def bound():
                listener = socket.socket(socket.AF_UNIX)
                listener.bind(path)
                return listener

        def connect():
            sock = socket.socket(socket.AF_UNIX)
            sock.connect(path)
            return sock
        servers.append(UnixServer(tmpdir, certificate))
        return servers[-1], connect

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize("trusted", [True, False])
def test_audit_lets_tls_over_a_unix_socket_through(trusted, roots, authority, stranger, unix, log):
    server, connect = unix(issue(authority if trusted else stranger, u"localhost"))
    verifyshim.install(mode="audit", roots=roots)
    assert speak(unverified().wrap_socket(connect()), "/unix").startswith(b"HTTP/1.1 200")
    assert server.requests == ["/unix"]
    assert verdicts(log) == [("unchecked", "")]


def test_strict_verifies_tls_over_a_unix_socket(roots, authority, stranger, unix):
    verifyshim.install(mode="strict", roots=roots)
    server, connect = unix(issue(authority, u"localhost"))
    assert speak(unverified().wrap_socket(connect(), server_hostname="localhost")).startswith(b"HTTP/1.1 200")
    server, connect = unix(issue(stranger, u"localhost"))
    with pytest.raises(verifyshim.VerificationError):
        unverified().wrap_socket(connect(), server_hostname="localhost")
    assert server.requests == []


@pytest.mark.parametrize("trusted", [True, False])
def test_audit_lets_tls_between_a_pair_of_sockets_through(trusted, roots, good, unknown):
    """Where nobody could connect once more."""
    verifyshim.install(mode="audit", roots=roots)
    server = good if trusted else unknown
    ours, theirs = socket.socketpair()
    if not isinstance(theirs, socket.socket):       # on 2.x, what it has inside
        ours, theirs = socket.socket(_sock=ours), socket.socket(_sock=theirs)
    server._thread(server.answer, theirs)
    assert speak(unverified().wrap_socket(ours), "/pair").startswith(b"HTTP/1.1 200")
    assert server.requests == ["/pair"]


@pytest.mark.skipif(not hasattr(select, "epoll"), reason="what forgets a socket that is exchanged")
@pytest.mark.parametrize("trusted", [True, False])
def test_a_loop_that_has_a_socket_not_block_once_it_is_wrapped_goes_on_under_audit(trusted, roots, good, unknown, log):
    verifyshim.install(mode="audit", roots=roots)
    server = good if trusted else unknown
    stream = unverified().wrap_socket(socket.create_connection(("localhost", server.port)),
                                      do_handshake_on_connect=False, server_hostname="localhost")
    stream.setblocking(False)
    watched = select.epoll()
    watched.register(stream.fileno(), select.EPOLLIN)
    steps, answer = [stream.do_handshake, lambda: stream.send(b"GET /epoll HTTP/1.0\r\n\r\n"),
                     lambda: stream.recv(4096)], None
    while steps:
        try:
            answer = steps[0]()
            del steps[0]
        except ssl.SSLError as error:
            assert error.args[0] == ssl.SSL_ERROR_WANT_READ
            assert watched.poll(20)
    stream.close()
    watched.close()
    probe.wait(20)
    assert answer.startswith(b"HTTP/1.1 200") and server.requests == ["/epoll"]
    assert verdicts(log) == [("verified", "") if trusted else ("let-through", "unknown-issuer")]


def test_strict_refuses_where_the_socket_does_not_block_once_it_is_wrapped(roots, good, unknown):
    verifyshim.install(mode="strict", roots=roots)
    for server in (good, unknown):
        stream = unverified().wrap_socket(socket.create_connection(("localhost", server.port)),
                                          do_handshake_on_connect=False, server_hostname="localhost")
        stream.setblocking(False)
        while True:
            try:
                stream.do_handshake()
                assert server is good
                break
            except verifyshim.VerificationError:
                assert server is unknown
                break
            except ssl.SSLError as error:
                assert error.args[0] == ssl.SSL_ERROR_WANT_READ
                select.select([stream], [], [], 20)
        stream.close()
    assert unknown.requests == []


@pytest.mark.parametrize("mode", ["audit", "strict"])
def test_sockets_whose_addresses_are_numbers_connect_as_ever(mode, roots):
    verifyshim.install(mode=mode, roots=roots)
    if hasattr(socket, "AF_NETLINK"):
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        sock.connect((0, 0))
        sock.close()
    sock = socket.socket()
    with opened.coming((2, 1024)):      # vsock, which not each machine has
        assert opened.of(sock) is None
    sock.close()


@pytest.mark.parametrize("mode", ["audit", "strict"])
def test_a_name_in_other_letters_is_looked_up_and_connected_to_as_ever(mode, roots, good):
    """Which the codec of such names (RFC 3490) makes localhost of."""
    name = u"\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54"
    verifyshim.install(mode=mode, roots=roots)
    assert socket.getaddrinfo(name, good.port)
    sock = socket.socket()
    sock.connect((name, good.port))
    assert speak(unverified().wrap_socket(sock), "/name").startswith(b"HTTP/1.1 200")
    assert good.requests == ["/name"]


@pytest.fixture
def no_tls():
    """The port of a server that answers one connection, in plain text, and never looks at another."""
    listener = Listener.bound()
    listener.listen(5)

    def serve():
        sock = listener.accept()[0]
        sock.recv(1)
        sock.sendall(b"HTTP/1.0 400 this is not for TLS\r\n\r\n")
        sock.close()
    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    thread.join()
    listener.close()


@pytest.mark.parametrize("settings", [{}, {"minimum_tls": "1.2"}])
def test_audit_waits_for_nobody_who_speaks_no_tls(settings, roots, no_tls, monkeypatch):
    monkeypatch.setattr(refusal, "SECONDS", 0.2)        # what audit gives a second connection
    verifyshim.install(mode="audit", roots=roots, **settings)
    stream = unverified().wrap_socket(socket.create_connection(("localhost", no_tls)), do_handshake_on_connect=False)
    with pytest.raises(ssl.SSLError) as caught:
        stream.write(b"GET / HTTP/1.0\r\n\r\n")
    assert "timed out" not in str(caught.value) and stream.gettimeout() is None
    stream.close()


@pytest.mark.skipif(not hasattr(ssl, "TLSVersion"), reason="a server that has none but old versions")
@pytest.mark.parametrize("trusted", [True, False])
def test_audit_lets_an_older_tls_through_than_the_policy_has(trusted, roots, good, unknown, log):
    server = good if trusted else unknown
    server._context.maximum_version = ssl.TLSVersion.TLSv1_2
    verifyshim.install(mode="audit", roots=roots, minimum_tls="1.3")
    stream = unverified().wrap_socket(socket.create_connection(("localhost", server.port)))
    assert stream.gettimeout() is None
    assert speak(stream, "/old").startswith(b"HTTP/1.1 200") and server.requests == ["/old"]
    assert [verdict for verdict, _ in verdicts(log)] == ["let-through"]
