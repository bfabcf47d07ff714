"""Connections that lead elsewhere than their socket goes: CONNECT that a program sends by itself, and SOCKS; real
clients of both kinds are in tests/realclients."""
import array
import select
import socket
import ssl
import sys
import types

import pytest

import verifyshim

from .conftest import Listener, issue
from .test_modes import log, pin_of, speak, unverified, verdicts      # noqa: F401  log is a fixture

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")


class Proxy(Listener):
    """Reads a request for CONNECT, answers it, and passes bytes on to *port* of this machine.

    :param swallowed: how many bytes behind the request it keeps for itself.
    """

    def __init__(self, port, swallowed=0):
        self._to, self._swallowed, self.asked = port, swallowed, []
        Listener.__init__(self)

    def answer(self, sock):
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            more = sock.recv(4096)
            if not more:
                return
            request += more
        self.asked.append(request.split(b"\r\n")[0].decode("ascii"))
        sock.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
        for _ in range(self._swallowed):
            sock.recv(1)
        peer = socket.create_connection(("127.0.0.1", self._to))
        both = {sock: peer, peer: sock}
        try:
            while True:
                for ready in select.select(list(both), [], [], 20)[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    both[ready].sendall(data)
        except (OSError, socket.error):
            pass
        finally:
            sock.close()
            peer.close()


class OneAtATime(Proxy):

    def _thread(self, target, *args):
        if target != self.answer:
            return Proxy._thread(target, *args)
        target(*args)


@pytest.fixture
def proxy():
    proxies = []

    def start(server, **settings):
        proxies.append(Proxy(server.port, **settings))
        return proxies[-1]

    yield start
    for each in proxies:
        each.close()


def tunnel(proxy, target, pieces=1, kind=bytes):
    """Return a socket as httplib2 and boto have it: connected to the proxy, CONNECT sent and granted."""
    sock = socket.create_connection(("localhost", proxy.port), 20)
    request = ("CONNECT %s:443 HTTP/1.1\r\nHost: x\r\n\r\n" % target).encode("ascii")
    size = len(request) // pieces
    for at in range(0, len(request), size):
        sock.sendall(kind(request[at:at + size]))
    while not sock.recv(4096).endswith(b"\r\n\r\n"):
        pass
    return sock


@pytest.mark.parametrize("pieces", [1, 3])
def test_behind_connect_the_target_is_verified_and_not_the_proxy(pieces, roots, serve, authority, proxy):
    target = serve(issue(authority, u"target.example"))
    like_the_proxy = serve(issue(authority, u"localhost"))
    verifyshim.install(mode="strict", roots=roots)
    stream = unverified().wrap_socket(tunnel(proxy(target), "target.example", pieces))
    assert speak(stream, "/target").startswith(b"HTTP/1.1 200")
    with pytest.raises(verifyshim.VerificationError) as caught:
        unverified().wrap_socket(tunnel(proxy(like_the_proxy), "target.example", pieces))
    assert caught.value.host == "target.example" and caught.value.reason == "hostname-mismatch"
    assert target.requests == ["/target"] and like_the_proxy.requests == []


class Odd(bytearray):
    """A buffer such as numpy's arrays: ``==`` is no answer, and slices are not what is sent."""

    def __eq__(self, other):
        raise ValueError("the truth value is ambiguous")

    __ne__ = __eq__
    __hash__ = None

    def __getitem__(self, at):
        raise ValueError("ambiguous, too")


def words(data):
    """Return *data* as numbers of two bytes each; a blank is added where one is missing."""
    return array.array("H", data + b" " * (len(data) % 2))


@pytest.mark.parametrize("kind", [bytearray, Odd, words, lambda data: array.array("B", data)])
def test_any_buffer_can_be_sent_and_asks_a_proxy(kind, roots, serve, authority, proxy):
    verifyshim.install(mode="strict", roots=roots)
    left, right = socket.socketpair()
    if not isinstance(left, socket.socket):     # on 2.x, what it has inside
        left = socket.socket(_sock=left)
    for send in (left.sendall, left.send):
        send(kind(b"some bytes"))
        assert right.recv(100) == b"some bytes"
    left.close()
    right.close()
    if kind is words:       # may end in a blank, which is no request
        return
    target, like_the_proxy = serve(issue(authority, u"target.example")), serve(issue(authority, u"localhost"))
    stream = unverified().wrap_socket(tunnel(proxy(target), "target.example", kind=kind))
    assert speak(stream, "/target").startswith(b"HTTP/1.1 200")
    with pytest.raises(verifyshim.VerificationError):
        unverified().wrap_socket(tunnel(proxy(like_the_proxy), "target.example", kind=kind))
    assert target.requests == ["/target"] and like_the_proxy.requests == []


def test_audit_asks_the_proxy_once_more_for_what_it_lets_through(roots, unknown, proxy, log):
    through = proxy(unknown)
    verifyshim.install(mode="audit", roots=roots)
    stream = unverified().wrap_socket(tunnel(through, "target.example"))
    assert speak(stream, "/let").startswith(b"HTTP/1.1 200")
    assert through.asked == ["CONNECT target.example:443 HTTP/1.1"] * 2 and unknown.requests == ["/let"]
    (found,) = [record for record in log.records if record["event"] == "connection"]
    assert (found["host"], found["port"], found["verdict"]) == ("target.example", 443, "let-through")


@pytest.mark.parametrize("pinned", [False, True])
def test_audit_gets_through_a_proxy_that_serves_one_at_a_time(roots, serve, authority, log, pinned):
    """Which does not look at a second connection before the first is over."""
    server = serve(issue(authority, u"localhost" if pinned else u"other.invalid"))
    rule = {"localhost": {"pin": pin_of(issue(authority, u"localhost"))}} if pinned else {}
    verifyshim.install(mode="audit", roots=roots, hosts=rule)
    one = OneAtATime(server.port)
    stream = unverified().wrap_socket(tunnel(one, "localhost"))
    assert speak(stream, "/once").startswith(b"HTTP/1.1 200")
    one.close()
    assert server.requests == ["/once"]
    assert verdicts(log) == [("let-through", "pin-mismatch" if pinned else "hostname-mismatch")]


def test_what_goes_on_in_plaintext_is_not_done_again(roots, unknown, proxy, log):
    """What was sent behind CONNECT must not be sent twice: audit leaves such a connection alone."""
    through = proxy(unknown, swallowed=len(b"STARTTLS\r\n"))
    verifyshim.install(mode="audit", roots=roots)
    sock = tunnel(through, "target.example")
    sock.sendall(b"STARTTLS\r\n")
    assert speak(unverified().wrap_socket(sock), "/once").startswith(b"HTTP/1.1 200")
    assert len(through.asked) == 1 and unknown.requests == ["/once"]
    assert [verdict for verdict, _ in verdicts(log)] == ["unchecked"]


@pytest.fixture
def socks(monkeypatch):
    """A module such as PySocks: its sockets say in binary to whom they lead, and connect to *proxy*."""
    module = types.ModuleType("socks")

    class socksocket(socket.socket):
        proxy = None

        def connect(self, destination):
            socket.socket.connect(self, ("localhost", self.proxy))

    module.socksocket = socksocket
    monkeypatch.setitem(sys.modules, "socks", module)
    return module


def test_behind_socks_the_target_is_verified_and_not_the_proxy(roots, serve, authority, socks):
    target = serve(issue(authority, u"target.example"))
    like_the_proxy = serve(issue(authority, u"localhost"))
    verifyshim.install(mode="strict", roots=roots)
    for server in (target, like_the_proxy):
        sock = socks.socksocket()
        sock.proxy = server.port
        sock.connect(("target.example", 443))
        if server is target:
            assert speak(unverified().wrap_socket(sock), "/socks").startswith(b"HTTP/1.1 200")
            continue
        with pytest.raises(verifyshim.VerificationError) as caught:
            unverified().wrap_socket(sock)
        assert caught.value.host == "target.example"
    assert target.requests == ["/socks"] and like_the_proxy.requests == []


def test_socks_is_as_it_was_after_uninstall(roots, socks):
    before = vars(socks.socksocket)["connect"]
    verifyshim.install(mode="strict", roots=roots)
    assert vars(socks.socksocket)["connect"] is not before
    verifyshim.uninstall()
    assert vars(socks.socksocket)["connect"] is before
