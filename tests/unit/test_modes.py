"""Audit and strict, host rules and exemptions, against real servers; every kind of handshake is in
tests/conformance/test_modes.py."""
import datetime
import os
import socket
import ssl
import sys
import threading
import warnings

import pytest

import verifyshim
from verifyshim import events, policy
from verifyshim.tls import opened
from verifyshim.tls.https import HTTPSConnection

from .conftest import issue

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")

TOMORROW = datetime.date.today() + datetime.timedelta(2)
YESTERDAY = datetime.date.today() - datetime.timedelta(2)


def unverified():
    return ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23))


def get(server, path="/", context=None, host="localhost"):
    """One request as a program makes it that passes *context*, if any."""
    options = {} if context is None else {"context": context}
    connection = HTTPSConnection(host, server.port, timeout=20, **options)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def speak(stream, path="/"):
    stream.sendall(("GET %s HTTP/1.0\r\n\r\n" % path).encode("ascii"))
    data = stream.recv(4096)
    stream.close()
    return data


def pin_of(server_certificate):
    encoded = ssl.PEM_cert_to_DER_cert(server_certificate.cert_chain_pems[0].bytes().decode("ascii"))
    return policy.pins.of(encoded)


@pytest.fixture
def log():
    with events.ring() as ring:
        yield ring


def verdicts(ring):
    return [(record["verdict"], record["failure"]) for record in ring.records
            if record["event"] == "connection"]


def test_strict_leaves_the_programs_context_as_it_is(roots, good, unknown):
    verifyshim.install(mode="strict", roots=roots)
    context = unverified()
    before = context.verify_mode, context.options, context.get_ca_certs()
    assert get(good, context=context) == b"verified"
    with pytest.raises(verifyshim.VerificationError):
        get(unknown, context=context)
    assert (context.verify_mode, context.options, context.get_ca_certs()) == before
    assert unknown.requests == []


def test_a_context_older_than_install_is_put_back_after_each_handshake(roots, good, unknown):
    context = unverified()
    verifyshim.install(mode="strict", roots=roots)
    assert get(good, context=context) == b"verified"
    assert context.verify_mode == ssl.CERT_NONE
    with pytest.raises(verifyshim.VerificationError):
        get(unknown, context=context)
    verifyshim.uninstall()
    assert get(unknown, context=context) == b"verified"


def test_strict_keeps_a_client_certificate(roots, serve, authority, tmpdir):
    path = tmpdir.join("client.pem")
    path.write_binary(issue(authority, u"client", organization_unit_name=u"client-7")
                      .private_key_and_cert_chain_pem.bytes())
    server = serve(issue(authority, u"localhost"), client_root=roots)
    verifyshim.install(mode="strict", roots=roots)
    context = unverified()
    context.load_cert_chain(str(path))
    assert get(server, context=context) == b"verified"
    assert server.client_names == [u"client-7"]


def test_what_the_program_trusts_by_name_is_trusted_too(roots, good, unknown, stranger, tmpdir):
    path = tmpdir.join("own.pem")
    path.write_binary(stranger.cert_pem.bytes())
    verifyshim.install(mode="strict", roots=roots)
    context = unverified()
    context.load_verify_locations(str(path))        # and still CERT_NONE
    assert get(unknown, context=context) == b"verified"
    with pytest.raises(verifyshim.VerificationError):
        get(unknown, context=unverified())


def test_who_goes_on_after_a_refusal_sends_nothing(roots, wrong_host):
    """Below 3.7 the name is compared after the handshake: the connection would work."""
    verifyshim.install(mode="strict", roots=roots)
    stream = unverified().wrap_socket(socket.create_connection(("localhost", wrong_host.port)),
                                      do_handshake_on_connect=False)
    for attempt in (stream.do_handshake, lambda: stream.sendall(b"GET /hole HTTP/1.0\r\n\r\n"),
                    lambda: stream.write(b"GET /hole HTTP/1.0\r\n\r\n")):
        with pytest.raises(ssl.SSLError):
            attempt()
    stream.close()
    assert wrong_host.requests == []


def test_servers_and_fetched_certificates_are_left_alone(roots, unknown, authority, tmpdir, good):
    verifyshim.install(mode="strict", roots=roots)
    assert "BEGIN CERTIFICATE" in ssl.get_server_certificate(("localhost", unknown.port))
    assert get(good) == b"verified"     # whose server side runs in this very process


@pytest.mark.parametrize("mode", ["audit", "strict"])
def test_each_name_of_one_address_is_its_own(mode, roots, serve, authority, monkeypatch, log):
    """Two threads open connections to one address by two names, and wrap them without saying which."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kwargs: resolve(
        "127.0.0.1" if host.endswith(".example") else host, *args, **kwargs))
    server = serve(issue(authority, u"one.example"))
    verifyshim.install(mode=mode, roots=roots)
    barrier, results = [], {"one.example": [], "two.example": []}

    def connect(name):
        for _ in range(20):
            sock = socket.create_connection((name, server.port))
            barrier.append(name)
            try:
                results[name].append(speak(unverified().wrap_socket(sock))[:8])
            except verifyshim.VerificationError as error:
                results[name].append(error.reason)

    threads = [threading.Thread(target=connect, args=(name,)) for name in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bad = b"HTTP/1.1" if mode == "audit" else "hostname-mismatch"
    assert results == {"one.example": [b"HTTP/1.1"] * 20, "two.example": [bad] * 20}
    failed = "let-through" if mode == "audit" else "refused"
    assert sorted(set(verdicts(log))) == [(failed, "hostname-mismatch"), ("verified", "")]


def test_a_number_that_another_socket_has_by_now_tells_nothing(roots, good):
    verifyshim.install(mode="strict", roots=roots)
    left, right = socket.socketpair()
    first = socket.create_connection(("localhost", good.port))
    assert opened.of(first).host == "localhost"
    os.dup2(left.fileno(), first.fileno())      # close() first, and the server's thread may take the number
    assert opened.of(first) is None
    for each in (first, left, right):
        each.close()


def test_audit_does_not_send_a_request_twice_and_tells_what_failed(roots, good, unknown, wrong_host, log):
    verifyshim.install(mode="audit", roots=roots)
    for server in (good, unknown, wrong_host):
        assert get(server, "/once", unverified()) == b"verified"
        assert server.requests == ["/once"]
    assert [verdict for verdict, _ in verdicts(log)] == ["verified", "let-through", "let-through"]
    assert verdicts(log)[2] == ("let-through", "hostname-mismatch")
    assert [record["call_site"].split(":")[-1] for record in log.records] == ["get"] * 3 or \
        all("test_modes.py" in record["call_site"] for record in log.records)
    assert good.connections == 1        # a good connection is made once


def test_audit_keeps_the_sockets_number_timeout_and_options(roots, unknown):
    verifyshim.install(mode="audit", roots=roots)
    sock = socket.create_connection(("localhost", unknown.port), 17)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    number = sock.fileno()
    stream = unverified().wrap_socket(sock)
    assert stream.fileno() == number
    assert stream.gettimeout() == 17
    assert stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert speak(stream, "/kept").startswith(b"HTTP/1.1 200")
    assert unknown.connections == 2


def test_audit_leaves_the_programs_own_errors(roots, unknown, log):
    """A program that verifies by itself sees what it saw before."""
    verifyshim.install(mode="audit", roots=roots)
    context = ssl.create_default_context(cafile=roots)
    with pytest.raises(ssl.SSLError) as caught:
        get(unknown, context=context)
    assert not isinstance(caught.value, verifyshim.VerificationError)
    assert verdicts(log)[0][0] == "refused" and unknown.requests == []


def chain_alone(roots):
    context = ssl.create_default_context(cafile=roots)
    context.check_hostname = False
    return context


def test_audit_adds_the_name_to_a_context_that_verifies_the_chain(roots, unknown, wrong_host, log):
    verifyshim.install(mode="audit", roots=roots)
    with pytest.raises(ssl.SSLError) as caught:
        get(unknown, context=chain_alone(roots))
    assert not isinstance(caught.value, verifyshim.VerificationError)
    assert get(wrong_host, context=chain_alone(roots)) == b"verified"
    assert verdicts(log) == [("refused", "unknown-issuer"), ("let-through", "hostname-mismatch")]


@pytest.mark.skipif(sys.version_info < (3, 7), reason="a second, silent connection has to find out why")
def test_audit_does_not_try_again_what_the_program_itself_refuses(roots, unknown):
    verifyshim.install(mode="audit", roots=roots)
    with pytest.raises(ssl.SSLError):
        get(unknown, context=chain_alone(roots))
    assert unknown.connections == 1


def test_a_pin_replaces_the_chain(roots, serve, stranger, authority, unknown, log):
    certificate = issue(stranger, u"device.invalid")
    device = serve(certificate)
    rule = {"localhost:%d" % device.port: {"pin": pin_of(certificate)}}
    for mode in ("enforce", "strict"):
        verifyshim.install(mode=mode, roots=roots, hosts=rule)
        assert get(device, "/" + mode) == b"verified"
        with pytest.raises(verifyshim.VerificationError):
            get(unknown)
    assert get(device, "/own", unverified()) == b"verified"
    assert device.requests == ["/enforce", "/strict", "/own"]
    assert [verdict for verdict, _ in verdicts(log)] == ["pinned", "refused", "pinned", "refused", "pinned"]


def test_another_key_than_the_pinned_one_is_refused(roots, good, unknown, authority, log):
    rule = {"localhost": {"pin": pin_of(issue(authority, u"localhost"))}}
    for mode in ("enforce", "strict"):
        verifyshim.install(mode=mode, roots=roots, hosts=rule)
        for context in (None, unverified())[:1 + (mode == "strict")]:
            with pytest.raises(verifyshim.VerificationError) as caught:
                get(good, context=context)
            assert caught.value.reason == "pin-mismatch"
    assert good.requests == []
    assert set(verdicts(log)) == set([("refused", "pin-mismatch")])


def test_a_pin_beside_the_chain(roots, serve, authority, stranger):
    trusted, untrusted = issue(authority, u"localhost"), issue(stranger, u"localhost")
    for certificate, accepted in ((trusted, True), (untrusted, False)):
        server = serve(certificate)
        rule = {"pin": pin_of(certificate), "verify_chain": "yes"}
        verifyshim.install(roots=roots, hosts={"localhost": rule})
        if accepted:
            assert get(server) == b"verified"
        else:
            with pytest.raises(verifyshim.VerificationError):
                get(server)
            assert server.requests == []


def test_roots_of_a_rule_are_for_its_host_alone(roots, good, unknown, stranger, tmpdir):
    path = tmpdir.join("internal.pem")
    path.write_binary(stranger.cert_pem.bytes())
    rule = {"localhost:%d" % unknown.port: {"roots": str(path)}}
    for mode in ("enforce", "strict"):
        verifyshim.install(mode=mode, roots=roots, hosts=rule)
        own = unverified()
        for context in (None, own)[:1 + (mode == "strict")]:
            assert get(unknown, context=context) == b"verified"
            assert get(good, context=context) == b"verified"
            with pytest.raises(verifyshim.VerificationError):
                get(unknown, context=context, host="127.0.0.1")


def test_an_exemption_lets_through_until_its_date(roots, unknown, log):
    for until, verdict in ((TOMORROW, "exempt"), (YESTERDAY, "refused")):
        rule = {"localhost": {"exempt_until": until.isoformat(), "reason": "ticket 12"}}
        verifyshim.install(roots=roots, hosts=rule)
        if verdict == "exempt":
            assert get(unknown) == b"verified"
        else:
            with pytest.raises(verifyshim.VerificationError):
                get(unknown)
    assert [verdict for verdict, _ in verdicts(log)] == ["exempt", "refused"]
    assert "ticket 12" in log.records[0]["detail"] or "ticket 12" in log.records[1]["detail"]


@pytest.mark.parametrize("mode", ["enforce", "strict"])
def test_exempt_holds_inside_its_block_and_thread(mode, roots, unknown):
    verifyshim.install(mode=mode, roots=roots)
    context = None if mode == "enforce" else unverified()
    elsewhere = []

    def other():
        try:
            elsewhere.append(get(unknown, context=context))
        except verifyshim.VerificationError as error:
            elsewhere.append(error.reason)

    with verifyshim.exempt("localhost", until=TOMORROW, reason="being renewed"):
        assert get(unknown, context=context) == b"verified"
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert elsewhere == ["unknown-issuer"] or elsewhere == ["self-signed"]
    with pytest.raises(verifyshim.VerificationError):
        get(unknown, context=context)


def test_a_protocol_that_is_left_out_is_left_alone(roots, unknown, monkeypatch):
    verifyshim.install(roots=roots, protocols="smtp, imap")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert get(unknown, context=unverified()) == b"verified"
    monkeypatch.setenv("SSL_CERT_FILE", roots)
    with pytest.raises(Exception):      # what the interpreter does by itself
        get(unknown)


def test_switching_off_again_is_written_down_once(roots, good, log, monkeypatch):
    verifyshim.install(roots=roots)
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
    get(good)
    get(good)
    told = [record for record in log.records if record["event"] == "tampering"]
    assert len(told) == 1 and "_create_unverified_context" in told[0]["detail"]


def test_many_threads_and_rules_and_no_wrong_verdict(roots, serve, authority, stranger, tmpdir):
    """Each thread takes its own way through hosts that differ in what applies to them."""
    internal = tmpdir.join("internal.pem")
    internal.write_binary(stranger.cert_pem.bytes())
    device = issue(stranger, u"nobody.invalid")
    ours, theirs = issue(authority, u"localhost"), issue(stranger, u"localhost")
    certificates = {"good": ours, "other": issue(authority, u"other.example"), "strange": theirs,
                    "internal": theirs, "pinned": device, "repinned": ours, "exempt": theirs}
    servers = dict((name, serve(certificate)) for name, certificate in certificates.items())
    at = dict((name, "localhost:%d" % server.port) for name, server in servers.items())
    verifyshim.install(mode="strict", roots=roots, hosts={
        at["internal"]: {"roots": str(internal)}, at["pinned"]: {"pin": pin_of(device)},
        at["repinned"]: {"pin": pin_of(device), "verify_chain": True},
        at["exempt"]: {"exempt_until": TOMORROW, "reason": "until it is replaced"}})
    accepted = ("good", "internal", "pinned", "exempt")
    shared, wrong = unverified(), []

    def work(number):
        names = sorted(servers)
        for turn in range(10):
            name = names[(number * 3 + turn) % len(names)]
            context = (None, shared, unverified())[(number + turn) % 3]
            try:
                seen = get(servers[name], "/%d-%d" % (number, turn), context)
            except Exception as error:
                seen = error
            as_it_should = seen == b"verified" if name in accepted else isinstance(seen, verifyshim.VerificationError)
            if not as_it_should:
                wrong.append((name, context is shared, seen))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert not any(servers[name].requests for name in servers if name not in accepted)


def test_uninstall_gives_every_attribute_back(roots):
    def held():
        places = [ssl.SSLContext, ssl.SSLSocket, socket.socket, socket, ssl, HTTPSConnection]
        return [dict((name, id(value)) for name, value in vars(place).items()
                     if name not in ("__warningregistry__",)) for place in places]
    verifyshim.install(mode="enforce", roots=roots)
    verifyshim.uninstall()
    before = held()
    for mode in ("audit", "strict"):
        verifyshim.install(mode=mode, roots=roots)
        assert held() != before
        verifyshim.uninstall()
        assert held() == before
