"""Sockets of other kinds than most, and used in other ways: under audit they work as without verifyshim."""
import select
import socket
import ssl

import pytest

import verifyshim
from verifyshim.tls import opened, probe

from .conftest import Server, issue
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
