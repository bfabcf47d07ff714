"""Whom a handshake of asyncio, or one over memory, is with: nothing that the task or thread did before decides it."""
import socket
import ssl
import sys
import threading

import pytest

import verifyshim
from verifyshim.tls import probe

from .conftest import Listener, issue
from .test_modes import TOMORROW, log, pin_of, speak, unverified     # noqa: F401  log is a fixture

pytestmark = pytest.mark.skipif(sys.version_info < (3, 7), reason="asyncio says there over what it begins TLS")

OK = b"HTTP/1.1 200"


def outcome(answer):
    return answer.reason if isinstance(answer, verifyshim.VerificationError) else answer[:len(OK)]


def attempt(function, *arguments):
    try:
        return outcome(function(*arguments))
    except verifyshim.VerificationError as error:
        return error.reason


def exempting(server):
    return {"localhost:%d" % server.port: {"exempt_until": TOMORROW, "reason": "being renewed"}}


@pytest.fixture
def pinned(authority):
    """Return rules by which a server must have another key than it has."""
    return lambda server: {"localhost:%d" % server.port: {
        "pin": pin_of(issue(authority, u"localhost")), "verify_chain": "yes"}}


@pytest.fixture
def second(serve, authority):
    return serve(issue(authority, u"localhost"))


@pytest.mark.parametrize("last", [0, 1])
def test_an_exemption_is_not_another_connection_s_that_was_begun_beside(last, roots, serve, stranger, unknown):
    from .streams import run, together
    exempt = serve(issue(stranger, u"localhost"))
    verifyshim.install(mode="strict", roots=roots, hosts=exempting(exempt))
    ports = [unknown.port, exempt.port]
    found = dict(zip(ports[::1 - 2 * last], run(together, ports[::1 - 2 * last])))
    assert (outcome(found[unknown.port]), outcome(found[exempt.port])) == ("unknown-issuer", OK)
    assert unknown.requests == [] and exempt.requests == ["/together"]


@pytest.mark.parametrize("last", [0, 1])
def test_a_pin_is_compared_where_it_is_for(last, roots, good, second, pinned):
    from .streams import run, together
    verifyshim.install(mode="strict", roots=roots, hosts=pinned(good))
    ports = [good.port, second.port][::1 - 2 * last]
    found = dict(zip(ports, run(together, ports)))
    assert (outcome(found[good.port]), outcome(found[second.port])) == ("pin-mismatch", OK)
    assert good.requests == [] and second.requests == ["/together"]


def test_audit_looks_at_each_of_those_begun_together(roots, good, unknown, log):
    from .streams import run, together
    verifyshim.install(mode="audit", roots=roots)
    assert [outcome(answer) for answer in run(together, [good.port, unknown.port])] == [OK] * 2
    probe.wait(20)
    assert dict((record["port"], record["verdict"]) for record in log.records if record["event"] == "connection") == {
        good.port: "verified", unknown.port: "let-through"}


def test_starttls_has_the_rules_of_its_own_connection(roots, good, unknown, second, pinned):
    from .streams import run, upgraded
    verifyshim.install(mode="strict", roots=roots, hosts=pinned(good))
    assert attempt(run, upgraded, good.port) == "pin-mismatch"
    assert attempt(run, upgraded, second.port, good.port) == OK
    verifyshim.install(mode="strict", roots=roots, hosts=exempting(second))
    assert attempt(run, upgraded, unknown.port, second.port) == "unknown-issuer"
    assert attempt(run, upgraded, good.port, second.port) == OK
    assert unknown.requests == [] and [good.requests, second.requests] == [["/upgraded"]] * 2


def test_the_name_that_the_loop_resolves_is_compared_where_the_program_names_none(roots, second, wrong_host):
    from .streams import nameless, run
    verifyshim.install(mode="strict", roots=roots)
    assert attempt(run, nameless, second.port) == OK
    assert attempt(run, nameless, wrong_host.port) == "hostname-mismatch"
    assert second.requests == ["/nameless"] and wrong_host.requests == []


def test_that_name_is_not_of_what_the_program_connects_to_afterwards(roots, good, second):
    from .streams import from_inside, run
    verifyshim.install(mode="strict", roots=roots)

    def raw(server):
        sock = socket.socket()
        sock.connect(("127.0.0.1", server.port))
        return speak(unverified().wrap_socket(sock), "/raw")
    found = []

    def work():     # a thread that has looked up nothing
        found.append(attempt(run, from_inside, good.port, lambda: raw(second)))     # which is not for the address
        found.append(attempt(run, from_inside, second.port, lambda: raw(good)))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["hostname-mismatch", OK]
    assert second.requests == [] and good.requests == ["/raw"]


class Refusing(Listener):
    """A proxy that refuses."""

    def answer(self, sock):
        while not sock.recv(4096).endswith(b"\r\n\r\n"):
            pass
        sock.sendall(b"HTTP/1.1 502 no\r\n\r\n")
        sock.close()


def over_memory(server, host):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    stream = unverified().wrap_bio(incoming, outgoing, server_hostname=host)
    sock = socket.create_connection(("127.0.0.1", server.port), 20)
    for step in (stream.do_handshake, lambda: stream.write(b"GET /memory HTTP/1.0\r\n\r\n"), stream.read):
        while True:
            try:
                answer = step()
                break
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65536))
            finally:
                sock.sendall(outgoing.read())
    sock.close()
    return answer


@pytest.mark.parametrize("host", ["localhost", None])
def test_a_request_for_connect_says_nothing_of_what_is_wrapped_over_memory(host, roots, good, unknown):
    verifyshim.install(mode="strict", roots=roots, hosts={
        "localhost:443": {"exempt_until": TOMORROW, "reason": "being renewed"}})
    proxy = Refusing()
    sock = socket.create_connection(("127.0.0.1", proxy.port), 20)
    sock.sendall(b"CONNECT localhost:443 HTTP/1.1\r\n\r\n")
    sock.recv(100)
    sock.close()
    proxy.close()
    assert attempt(over_memory, unknown, host) == "unknown-issuer"
    assert attempt(over_memory, good, host) == OK
    assert unknown.requests == [] and good.requests == ["/memory"]
