"""Audit of connections that must not be disturbed: a second one in the background finds out."""
import os
import select
import signal
import socket
import ssl
import sys
import threading

import pytest

import verifyshim
from verifyshim.tls import probe

from .test_modes import log, unverified, verdicts      # noqa: F401  log is a fixture

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")


def get_without_blocking(server, path):
    """One request on a socket that never blocks."""
    sock = socket.socket()
    sock.setblocking(False)
    sock.connect_ex(("127.0.0.1", server.port))
    select.select([], [sock], [], 20)
    stream = unverified().wrap_socket(sock, do_handshake_on_connect=False, server_hostname="localhost")
    request = ("GET %s HTTP/1.0\r\n\r\n" % path).encode("ascii")
    steps, answer = [stream.do_handshake, lambda: stream.sendall(request), lambda: stream.recv(4096)], None
    while steps:
        try:
            answer = steps[0]()
            del steps[0]
        except ssl.SSLError as error:
            if error.args[0] == ssl.SSL_ERROR_WANT_READ:
                select.select([stream], [], [], 20)
            elif error.args[0] == ssl.SSL_ERROR_WANT_WRITE:
                select.select([], [stream], [], 20)
            else:
                raise
    stream.close()
    return answer


def test_sockets_that_do_not_block_are_found_out_in_the_background(roots, good, unknown, wrong_host, log):
    verifyshim.install(mode="audit", roots=roots)
    for server in (good, unknown, wrong_host):
        assert get_without_blocking(server, "/once").startswith(b"HTTP/1.1 200")
    probe.wait(20)
    assert verdicts(log) == [("verified", ""), ("let-through", "unknown-issuer"),
                             ("let-through", "hostname-mismatch")]
    assert [server.requests for server in (good, unknown, wrong_host)] == [["/once"]] * 3


def test_what_was_found_out_is_remembered(roots, unknown, log):
    verifyshim.install(mode="audit", roots=roots)
    for _ in range(3):
        get_without_blocking(unknown, "/again")
        probe.wait(20)
    assert verdicts(log) == [("let-through", "unknown-issuer")] * 3
    assert unknown.connections == 4     # three of the program's and one of ours


def ask(connect, shown, seconds=20):
    """Have the background find out about a peer that showed the program *shown*, bytes."""
    roots = verifyshim.policy.installed().roots
    probe.ask(probe.Question("localhost", 443, "test", "audit", roots, shown, connect, None))
    probe.wait(seconds)


def test_a_server_that_shows_another_certificate_next_time_is_unchecked(roots, good, log):
    verifyshim.install(mode="audit", roots=roots)
    ask(lambda: socket.create_connection(("127.0.0.1", good.port)), b"another")
    (found,) = [record for record in log.records if record["event"] == "connection"]
    assert found["verdict"] == "unchecked" and "another certificate" in found["detail"]


def test_a_second_connection_that_fails_is_unchecked(roots, log):
    def refused():
        raise socket.error("nobody listens")
    verifyshim.install(mode="audit", roots=roots)
    ask(refused, b"certificate")
    (found,) = [record for record in log.records if record["event"] == "connection"]
    assert found["verdict"] == "unchecked" and "nobody listens" in found["detail"]


@pytest.mark.parametrize("kind", [RuntimeError, threading.ThreadError])
def test_where_no_thread_can_be_had_connections_go_on_unchecked(roots, good, unknown, log, monkeypatch, kind):
    """At the limit of threads, and on 3.12+ while the interpreter ends."""
    start, allowed = threading.Thread.start, []

    def limited(thread):
        if thread.name == "verifyshim audit" and not allowed:
            raise kind("can't start new thread")
        start(thread)

    verifyshim.install(mode="audit", roots=roots)
    monkeypatch.setattr(threading.Thread, "start", limited)
    monkeypatch.setattr(probe._State, "process", None)
    for server in (good, unknown, good, unknown):
        if len(verdicts(log)) == 2:
            allowed.append(True)
        assert get_without_blocking(server, "/thread").startswith(b"HTTP/1.1 200")
    probe.wait(20)
    assert verdicts(log) == [("unchecked", "")] * 2 + [("verified", ""), ("let-through", "unknown-issuer")]
    assert "can't start new thread" in [record["detail"] for record in log.records
                                        if record["event"] == "connection"][0]
    assert good.requests == unknown.requests == ["/thread"] * 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="about fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")      # 3.12+ about fork where there are threads
def test_a_fork_and_a_signal_handler_find_no_lock_taken(roots, good):
    verifyshim.install(mode="audit", roots=roots)
    held, over = threading.Event(), threading.Event()

    def hold():
        with probe._State.lock:
            held.set()
            over.wait(60)
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(30)        # ends the child where it waits for a lock
            with probe._State.lock:
                ask(lambda: socket.create_connection(("127.0.0.1", good.port)), b"forked", 0)
            probe.wait(20)
            os._exit(0)
        finally:
            os._exit(1)
    over.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(sys.version_info < (3, 7), reason="no context variables to tell whom a task asked for")
def test_asyncio_is_found_out_in_the_background(roots, good, unknown, log):
    from .streams import get
    verifyshim.install(mode="audit", roots=roots)
    for server in (good, unknown):
        assert get(server.port, "/loop").startswith(b"HTTP/1.1 200")
        assert server.requests == ["/loop"]
    probe.wait(20)
    assert verdicts(log) == [("verified", ""), ("let-through", "unknown-issuer")]


@pytest.mark.skipif(sys.version_info < (3, 7), reason="asyncio of 3.4-3.6 is seen in tests/conformance")
def test_asyncio_is_refused_in_strict(roots, good, unknown):
    from .streams import get
    verifyshim.install(mode="strict", roots=roots)
    get(good.port, "/loop")
    with pytest.raises(verifyshim.VerificationError):
        get(unknown.port, "/loop")
    assert good.requests == ["/loop"] and unknown.requests == []
