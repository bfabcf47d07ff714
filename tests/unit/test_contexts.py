"""Contexts that programs share, change late or make of files that are gone, and marks that must not reach too far."""
import datetime
import gc
import os
import signal
import socket
import ssl
import threading

import pytest

import verifyshim
from verifyshim.clients import request
from verifyshim.tls import attempts, copies, https, names, probe

from .conftest import Listener, issue
from .test_modes import TOMORROW, get, log, pin_of, speak, unverified, verdicts      # noqa: F401  log is a fixture

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")
bios = pytest.mark.skipif(not hasattr(ssl, "MemoryBIO"), reason="there are none")
NO_CHECK_TIME = 0x200000


def verifying(roots, check_hostname=True):
    context = ssl.create_default_context(cafile=roots)
    context.check_hostname = check_hostname
    return context


def test_a_wrapped_init_relaxes_its_own_connection_alone(roots, good, unknown, monkeypatch):
    """A program's wrapper sees the context that the connection has by default; others must not share it."""
    original = https.HTTPSConnection.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE

    monkeypatch.setattr(https.HTTPSConnection, "__init__", __init__)
    verifyshim.install(roots=roots)
    with pytest.warns(verifyshim.InsecureConnectionWarning):
        assert get(unknown) == b"verified"
    verifyshim.uninstall()
    monkeypatch.undo()
    verifyshim.install(roots=roots)
    with pytest.raises(verifyshim.VerificationError):
        get(unknown)
    assert get(good) == b"verified"


def test_a_wrapped_init_that_relaxes_one_host_leaves_the_next(roots, unknown, monkeypatch):
    original = https.HTTPSConnection.__init__

    def __init__(self, host, *args, **kwargs):
        original(self, host, *args, **kwargs)
        if host == "127.0.0.1":
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE

    monkeypatch.setattr(https.HTTPSConnection, "__init__", __init__)
    verifyshim.install(roots=roots)
    https.HTTPSConnection("127.0.0.1")
    with pytest.raises(verifyshim.VerificationError):
        get(unknown)
    assert unknown.requests == []


def test_a_subclass_that_keeps_its_context_elsewhere_has_it_used(roots, good, unknown, stranger, tmpdir):
    path = tmpdir.join("own.pem")
    path.write_binary(stranger.cert_pem.bytes())

    class Elsewhere(https.HTTPSConnection, object):
        def _get(self):
            return self.kept

        def _set(self, value):
            self.kept = value

        _context = property(_get, _set)

    verifyshim.install(roots=roots)
    connection = Elsewhere("localhost", unknown.port, timeout=20, context=verifying(str(path)))
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified"
    connection = Elsewhere("localhost", good.port, timeout=20)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified"
    connection = Elsewhere("localhost", unknown.port, timeout=20)
    with pytest.raises(verifyshim.VerificationError):
        connection.request("GET", "/")


@bios
def test_what_sslobject_shows_cannot_be_relaxed_for_others(roots, good, unknown):
    verifyshim.install(mode="strict", roots=roots)
    shown = unverified().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost").context
    try:
        shown.check_hostname = False
        shown.verify_mode = ssl.CERT_NONE
    except TypeError:
        pass
    with pytest.raises(verifyshim.VerificationError):
        get(unknown, context=unverified())
    assert get(good, context=unverified()) == b"verified" and unknown.requests == []


def test_who_looks_while_an_old_context_verifies_for_another_sees_it_as_it_was(roots):
    """Two threads with a context older than install(): one must not take the other's moment for the program's."""
    context, seen = unverified(), []
    verifyshim.install(mode="strict", roots=roots)
    from verifyshim import policy

    def make(context):
        thread = threading.Thread(target=lambda: seen.append(attempts.checks(context)[:2]))
        thread.start()
        thread.join(0.2)
        return thread

    copies.flipped(context, policy.current().roots, policy.current().switches, make).join()
    assert seen == [(False, False)] and context.verify_mode == ssl.CERT_NONE


def test_a_context_that_compares_no_name_is_not_changed_to_have_it_compared(roots, good, wrong_host):
    changes = []

    class Watched(ssl.SSLContext):
        def __setattr__(self, name, value):
            changes.append(name)
            ssl.SSLContext.__setattr__(self, name, value)

    verifyshim.install(mode="strict", roots=roots)
    context = Watched(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(roots)
    del changes[:]

    def ask(server):        # HTTPSConnection of 3.7 to 3.11 sets it by itself
        raw = socket.create_connection(("localhost", server.port), 20)
        return speak(context.wrap_socket(raw, server_hostname="localhost"))

    assert ask(good).startswith(b"HTTP/1.1 200")
    with pytest.raises(verifyshim.VerificationError) as caught:
        ask(wrong_host)
    assert caught.value.reason == "hostname-mismatch" and wrong_host.requests == [] and changes == []


@pytest.mark.skipif(not hasattr(ssl, "SSLSession"), reason="sessions came with 3.6")
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_session_of_before_install_is_compared_with_the_name(roots, serve, authority, version):
    server, good = serve(issue(authority, u"other.example")), serve(issue(authority, u"localhost"))
    context = verifying(roots, check_hostname=False)
    if hasattr(ssl, "TLSVersion"):
        context.maximum_version = getattr(ssl.TLSVersion, version)

    def talk(server, session=None):
        raw = socket.create_connection(("localhost", server.port), 20)
        stream = context.wrap_socket(raw, server_hostname="localhost", session=session)
        answer = speak_and_keep(stream)
        return answer, stream.session

    def speak_and_keep(stream):
        stream.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return stream.recv(4096)

    session, allowed = talk(server)[1], talk(good)[1]
    before = len(server.requests)
    verifyshim.install(mode="strict", roots=roots)
    with pytest.raises(verifyshim.VerificationError):
        talk(server, session)
    assert len(server.requests) == before
    assert talk(good, allowed)[0].startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("begins", ["by a write", "by itself", "switched off meanwhile"])
def test_strict_compares_the_name_however_the_handshake_begins(roots, good, wrong_host, log, begins):
    """Below 3.7 ssl's Python compares it, and not where the first read or write shakes hands."""
    verifyshim.install(mode="strict", roots=roots)

    def ask(server):
        context = verifying(roots)
        stream = context.wrap_socket(socket.create_connection(("localhost", server.port), 20),
                                     server_hostname="localhost", do_handshake_on_connect=False)
        if begins == "switched off meanwhile":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if begins != "by a write":
            stream.do_handshake()
        return speak(stream)

    assert ask(good).startswith(b"HTTP/1.1 200")
    with pytest.raises((ssl.CertificateError, ssl.SSLError)):
        ask(wrong_host)
    assert wrong_host.requests == [] and verdicts(log) == [("verified", ""), ("refused", "hostname-mismatch")]


def test_audit_leaves_a_context_older_than_install_as_it_is(roots, good, unknown, stranger, tmpdir, log):
    """The policy's roots would stay in it, and be trusted when the program has it verify one day."""
    path, context = tmpdir.join("own.pem"), unverified()
    path.write_binary(stranger.cert_pem.bytes())
    verifyshim.install(mode="audit", roots=roots)
    for server in (good, unknown):
        assert get(server, context=context) == b"verified"
    probe.wait(20)
    assert verdicts(log) == [("verified", ""), ("let-through", "unknown-issuer")]
    context.load_verify_locations(str(path))
    context.verify_mode = ssl.CERT_REQUIRED
    assert len(context.get_ca_certs()) == 1 and get(unknown, context=context) == b"verified"
    with pytest.raises(ssl.SSLError):
        get(good, context=context)


@pytest.mark.skipif(not hasattr(ssl.SSLContext, "set_psk_client_callback"), reason="came with 3.13")
@pytest.mark.parametrize("kind", ["verifying", "unverified", "older"])
@pytest.mark.parametrize("mode", ["audit", "strict"])
def test_a_key_that_both_have_stands_for_a_certificate(roots, mode, kind):
    """RFC 4279: whoever has it is who is meant."""
    servers = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    servers.maximum_version = ssl.TLSVersion.TLSv1_2
    servers.set_ciphers("PSK")
    servers.set_psk_server_callback(lambda identity: b"known to both")

    class Keyed(Listener):
        def answer(self, sock):
            try:
                stream = servers.wrap_socket(sock, server_side=True)
                stream.sendall(stream.recv(9))
            except (ssl.SSLError, socket.error):
                pass

    def client(key):
        context = unverified() if kind != "verifying" else verifying(roots, check_hostname=False)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("PSK")
        context.set_psk_client_callback(lambda hint: ("me", key))
        return context

    def talk(context):
        stream = context.wrap_socket(socket.create_connection(("localhost", server.port), 20),
                                     server_hostname="localhost")
        stream.sendall(b"question")
        return stream.recv(9)

    older = client(b"known to both")
    verifyshim.install(mode=mode, roots=roots)
    server = Keyed()
    try:
        assert talk(older if kind == "older" else client(b"known to both")) == b"question"
        with pytest.raises(ssl.SSLError):
            talk(client(b"of another"))
    finally:
        server.close()


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs Linux's /proc")
@pytest.mark.parametrize("verifies", [False, True])
def test_a_refusal_keeps_no_connection_open(roots, good, unknown, verifies):
    """Nor waits for the garbage collector: programs that switch it off run out of files."""
    verifyshim.install(mode="strict", roots=roots)
    count = lambda: len(os.listdir("/proc/self/fd"))     # noqa: E731

    def refused():
        context = verifying(roots, check_hostname=False) if verifies else unverified()
        stream = context.wrap_socket(socket.create_connection(("localhost", unknown.port), 20),
                                     server_hostname="localhost", do_handshake_on_connect=False)
        try:
            stream.do_handshake()
        except ssl.SSLError:
            return
        raise AssertionError("it was accepted")

    refused()
    gc.collect()
    gc.disable()
    try:
        before = count()
        for _ in range(20):
            refused()
        assert count() - before < 20
    finally:
        gc.enable()
    assert get(good) == b"verified"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a signal")
def test_a_connection_of_a_signal_handler_is_verified_too(roots, good, unknown):
    """It comes in the middle of a handshake that is being verified already."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    told = []

    def handle(*_):
        try:
            told.append(speak(unverified().wrap_socket(socket.create_connection(("localhost", unknown.port), 20))))
        except verifyshim.VerificationError as error:
            told.append(error.reason)
        told.append(speak(unverified().wrap_socket(socket.create_connection(("localhost", good.port), 20)))[:12])

    def poke():
        peer = listener.accept()[0]
        peer.recv(1)                # the handshake has begun
        os.kill(os.getpid(), signal.SIGUSR1)
        while len(told) < 2:
            threading.Event().wait(0.01)
        peer.close()

    verifyshim.install(mode="strict", roots=roots)
    before = signal.signal(signal.SIGUSR1, handle)
    thread = threading.Thread(target=poke)
    thread.start()
    try:
        with pytest.raises((request.URLError, EnvironmentError)):
            request.urlopen("https://localhost:%d/" % listener.getsockname()[1], timeout=20).read()
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)
        listener.close()
    assert told[0] in ("unknown-issuer", "self-signed") and told[1] == b"HTTP/1.1 200" and unknown.requests == []


def test_a_context_that_asks_somebody_else_first_is_verified_by_its_own_name(roots, good, serve, authority):
    other = serve(issue(authority, u"other.example"))

    class Asking(ssl.SSLContext):
        def wrap_socket(self, sock, *args, **kwargs):
            raw = socket.create_connection(("localhost", other.port), 20)
            speak(unverified().wrap_socket(raw, server_hostname="other.example"))
            return ssl.SSLContext.wrap_socket(self, sock, *args, **kwargs)

    verifyshim.install(mode="strict", roots=roots)
    assert get(good, context=Asking(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23))) == b"verified"
    assert len(other.requests) == 1


def later(context, server):
    """One request over a socket that is wrapped before it is connected."""
    stream = context.wrap_socket(socket.socket(), server_hostname="localhost")
    stream.settimeout(20)
    stream.connect(("localhost", server.port))
    return speak(stream)


@pytest.mark.skipif(not names.OPENSSL_MATCHES, reason="create_context() wants a connected socket there, or compares")
@pytest.mark.parametrize("mode", ["enforce", "strict"])
def test_rules_for_a_host_hold_where_create_context_shakes_hands_later(roots, mode, good, unknown, authority, stranger,
                                                                       tmpdir):
    path = tmpdir.join("internal.pem")
    path.write_binary(stranger.cert_pem.bytes())
    rules = {"localhost:%d" % good.port: {"pin": pin_of(issue(authority, u"localhost"))},
             "localhost:%d" % unknown.port: {"roots": str(path)}}
    verifyshim.install(mode=mode, roots=roots, hosts=rules)
    with pytest.raises(verifyshim.VerificationError) as caught:
        later(verifyshim.create_context(), good)
    assert caught.value.reason == "pin-mismatch" and good.requests == []
    assert later(verifyshim.create_context(), unknown).startswith(b"HTTP/1.1 200")
    verifyshim.install(mode=mode, roots=roots, hosts={
        "localhost:%d" % unknown.port: {"exempt_until": TOMORROW, "reason": "until it is replaced"}})
    assert later(verifyshim.create_context(), unknown).startswith(b"HTTP/1.1 200")
    verifyshim.install(mode=mode, roots=roots, hosts={})
    with pytest.raises(verifyshim.VerificationError):
        later(verifyshim.create_context(), unknown)
    assert later(verifyshim.create_context(), good).startswith(b"HTTP/1.1 200")


@pytest.mark.skipif(not names.OPENSSL_MATCHES, reason="asyncio says whom it connects to from 3.7 on")
@pytest.mark.parametrize("mode", ["enforce", "strict"])
def test_rules_for_a_port_hold_where_create_context_is_asyncios(roots, mode, good, unknown, authority):
    import asyncio

    def talk(server):
        # Python 2 reads this file, too.
        loop = asyncio.new_event_loop()
        try:
            opened = asyncio.open_connection("localhost", server.port, ssl=verifyshim.create_context())
            reader, writer = loop.run_until_complete(asyncio.wait_for(opened, 20))
            writer.write(b"GET / HTTP/1.0\r\n\r\n")
            answer = loop.run_until_complete(asyncio.wait_for(reader.read(12), 20))
            writer.close()
            return answer
        finally:
            loop.close()

    verifyshim.install(mode=mode, roots=roots, hosts={
        "localhost:%d" % good.port: {"pin": pin_of(issue(authority, u"localhost"))},
        "localhost:%d" % unknown.port: {"exempt_until": TOMORROW, "reason": "until it is replaced"}})
    with pytest.raises(verifyshim.VerificationError) as caught:
        talk(good)
    assert caught.value.reason == "pin-mismatch" and good.requests == []
    assert talk(unknown) == b"HTTP/1.1 200"


@pytest.mark.parametrize("verifies", [False, True])
def test_dates_are_verified_whatever_the_flags(roots, good, serve, authority, verifies):
    old = serve(issue(authority, u"localhost", not_after=datetime.datetime(2021, 1, 1)))
    verifyshim.install(mode="strict", roots=roots)
    context = verifying(roots) if verifies else unverified()
    context.verify_flags |= NO_CHECK_TIME
    with pytest.raises(verifyshim.VerificationError) as caught:
        get(old, context=context)
    assert caught.value.reason == "expired" and old.requests == []
    assert get(good, context=context) == b"verified"
