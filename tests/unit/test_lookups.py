"""Which name a connection has whose handshake names none: the one that was looked up for it, and for it alone."""
import select
import socket
import ssl
import threading

import pytest

import verifyshim
from verifyshim import events

from .conftest import issue
from .test_modes import TOMORROW, pin_of, speak, unverified

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")

EXEMPT = {"localhost": {"exempt_until": TOMORROW, "reason": "being renewed"}}
OK = b"HTTP/1.1"


def outcome(sock, path="/"):
    """What comes of a handshake that names no host."""
    try:
        return speak(unverified().wrap_socket(sock), path)[:len(OK)]
    except verifyshim.VerificationError as error:
        sock.close()
        return error.reason


def to_address(server):
    sock = socket.socket()
    sock.connect(("127.0.0.1", server.port))
    return outcome(sock, "/address")


def by_name(server):
    return outcome(socket.create_connection(("localhost", server.port)), "/name")


def fresh_thread(function, *arguments):
    """Call *function* in a thread that has looked up nothing."""
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]


def test_an_exemption_of_a_name_is_not_its_address_s(roots, unknown):
    verifyshim.install(mode="strict", roots=roots, hosts=EXEMPT)
    assert fresh_thread(lambda: [by_name(unknown), to_address(unknown), by_name(unknown), to_address(unknown)]) == [
        OK, "unknown-issuer"] * 2
    assert unknown.requests == ["/name"] * 2


def test_an_exemption_holds_for_whoever_says_the_name(roots, unknown):
    """Also where a program, or what it has put over getaddrinfo, looks up once for many connections."""
    verifyshim.install(mode="strict", roots=roots, hosts=EXEMPT)
    found = socket.getaddrinfo("localhost", unknown.port, socket.AF_INET, socket.SOCK_STREAM)[0][4]
    context = unverified()

    def say(name):
        sock = socket.create_connection(found, 20)
        try:
            return speak(context.wrap_socket(sock, server_hostname=name), "/said")[:len(OK)]
        except verifyshim.VerificationError as error:
            sock.close()
            return error.reason

    assert [say("localhost") for _ in range(3)] == [OK] * 3
    assert say(None) == say("127.0.0.1") == "unknown-issuer" and unknown.requests == ["/said"] * 3


def test_a_pin_of_an_address_holds_although_a_name_of_it_was_connected_to(roots, good, authority):
    verifyshim.install(mode="strict", roots=roots, hosts={
        "127.0.0.1": {"pin": pin_of(issue(authority, u"localhost")), "verify_chain": "yes"}})
    assert fresh_thread(lambda: [by_name(good), to_address(good)]) == [OK, "pin-mismatch"]
    assert good.requests == ["/name"]


def test_what_is_looked_up_holds_for_the_next_connection_to_the_address(roots, unknown):
    """Programs do so who try the addresses of a host by themselves; it is theirs to say who they mean."""
    def resolve_and_connect():
        socket.getaddrinfo("localhost", unknown.port)
        return [to_address(unknown), to_address(unknown)]
    verifyshim.install(mode="strict", roots=roots, hosts=EXEMPT)
    assert fresh_thread(resolve_and_connect) == [OK, "unknown-issuer"]
    assert unknown.requests == ["/address"]


@pytest.mark.parametrize("mode", ["audit", "strict"])
def test_who_keeps_addresses_is_verified_for_the_name_each_time(roots, serve, authority, mode, monkeypatch):
    """And who tries again where a connection was refused."""
    server, resolve = serve(issue(authority, u"one.example")), socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args: resolve("127.0.0.1", *args))
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))

    def connect():
        socket.getaddrinfo("one.example", server.port)
        with pytest.raises(socket.error):
            socket.socket().connect(("127.0.0.1", closed.getsockname()[1]))
        return [to_address(server), to_address(server)]

    with events.ring() as ring:
        verifyshim.install(mode=mode, roots=roots)
        assert fresh_thread(connect) == [OK, OK]
    assert [record["verdict"] for record in ring.records if record["event"] == "connection"] == ["verified"] * 2


@pytest.fixture
def two_addresses(monkeypatch):
    """At the first of which nobody listens."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host, *args, **kwargs):
        (info,) = resolve("127.0.0.1", *args, **kwargs)
        return [info[:4] + (("127.0.0.2", info[4][1]),), info] if host.endswith(".example") else [info]
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_each_address_of_a_name_may_be_tried(roots, serve, authority, two_addresses):
    one, two = serve(issue(authority, u"one.example")), serve(issue(authority, u"two.example"))
    verifyshim.install(mode="strict", roots=roots)
    assert fresh_thread(lambda: [outcome(socket.create_connection(("one.example", server.port)))
                                 for server in (one, two, one)]) == [OK, "hostname-mismatch", OK]
    assert len(one.requests) == 2 and two.requests == []


def test_one_that_does_not_block_may_be_asked_again_whether_it_is_connected(roots, serve, authority):
    def connect(server):
        socket.getaddrinfo("localhost", server.port)
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(("127.0.0.1", server.port))
        select.select([], [sock], [], 20)
        sock.connect_ex(("127.0.0.1", server.port))
        sock.setblocking(True)
        return outcome(sock)
    localhost, other = serve(issue(authority, u"localhost")), serve(issue(authority, u"other.example"))
    verifyshim.install(mode="strict", roots=roots)
    assert fresh_thread(lambda: [connect(localhost), connect(other)]) == [OK, "hostname-mismatch"]
    assert len(localhost.requests) == 1 and other.requests == []
