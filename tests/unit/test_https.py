"""Connections under install(): what is sent, to whom, with which context, and what the caller is told."""
import gc
import os
import socket
import ssl
import time
import warnings

import pytest
import trustme

import verifyshim
from verifyshim.clients import request
from verifyshim.tls.https import http_client
from verifyshim.tls import recipe, sslcontext

from .conftest import issue


@pytest.fixture
def installed(roots):
    verifyshim.install(roots=roots)


def unverified():
    return ssl._create_unverified_context()


def refusal(url, opener=request.urlopen):
    with pytest.raises(request.URLError) as caught:
        opener(url)
    reason = caught.value.reason
    assert isinstance(reason, verifyshim.VerificationError)
    assert isinstance(reason, ssl.SSLError) and isinstance(reason, ssl.CertificateError)
    return reason


def test_good_is_accepted_and_bad_gets_no_request(installed, good, wrong_host, unknown, serve):
    alone = serve(issue(trustme.CA(), u"localhost"))
    assert request.urlopen(good.url("/good")).read() == b"verified"
    assert refusal(wrong_host.url()).reason == "hostname-mismatch"
    assert refusal(unknown.url()).reason == "unknown-issuer"
    assert refusal(alone.url()).port == alone.port
    assert (good.requests, wrong_host.requests, unknown.requests) == (["/good"], [], [])


def test_the_text_names_host_failure_roots_and_what_to_do(installed, unknown, roots):
    text = str(refusal(unknown.url()))
    for part in ("localhost:%d" % unknown.port, "no trusted root", roots, "To do:", "install(roots="):
        assert part in text


def test_a_refused_connection_is_closed_and_sends_nothing_when_tried_again(installed, unknown):
    connection = http_client.HTTPSConnection("localhost", unknown.port)
    for _ in range(2):
        with pytest.raises(verifyshim.VerificationError):
            connection.request("GET", "/secret")
        assert connection.sock is None
        connection.close()
    assert unknown.requests == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_pasted_line_has_no_effect(when, roots, good, unknown, monkeypatch):
    monkeypatch.setattr(request, "_opener", None)
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_default_https_context)
    if when == "before":
        ssl._create_default_https_context = ssl._create_unverified_context
    verifyshim.install(roots=roots)
    if when == "after":
        ssl._create_default_https_context = ssl._create_unverified_context
    refusal(unknown.url())
    assert request.urlopen(good.url()).read() == b"verified"
    assert unknown.requests == []


@pytest.mark.parametrize("spoilt", ["create_default_context", "_create_default_https_context"])
def test_replaced_factories_have_no_effect_either(spoilt, roots, good, unknown, monkeypatch):
    monkeypatch.setattr(sslcontext._State, "shared", recipe.Shared())
    monkeypatch.setattr(ssl, spoilt, lambda *args, **kwargs: ssl._create_unverified_context(
        **dict((name, value) for name, value in kwargs.items() if name == "cadata")))
    verifyshim.install(roots=roots)
    refusal(unknown.url())
    assert request.urlopen(good.url()).read() == b"verified"
    assert unknown.requests == []


def test_an_opener_primed_unverified_is_verified_after_install(roots, good, unknown, monkeypatch):
    monkeypatch.setattr(request, "_opener", None)
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
    assert request.urlopen(unknown.url("/primed")).read() == b"verified"
    own = request.build_opener()
    verifyshim.install(roots=roots)
    refusal(unknown.url("/secret"))
    refusal(unknown.url("/secret"), own.open)
    assert request.urlopen(good.url()).read() == b"verified"
    assert own.open(good.url()).read() == b"verified"
    assert unknown.requests == ["/primed"]


def test_an_explicit_unverified_context_is_allowed_and_warned_about_once_a_line(installed, unknown):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            request.urlopen(unknown.url("/mine"), context=unverified()).read()      # one line
        request.urlopen(unknown.url("/mine"), context=unverified()).read()          # another
    ours = [item for item in caught if item.category is verifyshim.InsecureConnectionWarning]
    assert len(ours) == 2 and ours[0].filename.rstrip("c").endswith("test_https.py")
    assert ours[0].lineno != ours[1].lineno
    assert unknown.requests == ["/mine"] * 4


def test_the_warning_as_an_error_sends_nothing(installed, unknown):
    with warnings.catch_warnings():
        warnings.simplefilter("error", verifyshim.InsecureConnectionWarning)
        with pytest.raises(verifyshim.InsecureConnectionWarning):
            request.urlopen(unknown.url(), context=unverified())
    assert unknown.requests == []


def test_an_explicit_verifying_context_is_kept_and_its_refusals_are_ours(roots, good, unknown, wrong_host):
    verifyshim.install(roots="certifi")
    context = ssl.create_default_context(cafile=roots)
    assert request.urlopen(good.url(), context=context).read() == b"verified"
    for server in (unknown, wrong_host):
        refusal(server.url(), lambda url: request.urlopen(url, context=context))
        assert server.requests == []


def test_connections_share_one_context(installed, good):
    sslcontext._State.shared.clear()
    seen = set()
    for _ in range(5):
        connection = http_client.HTTPSConnection("localhost", good.port)
        connection.connect()
        seen.add(id(connection.sock.context))
        connection.close()
    assert len(seen) == 1 and len(sslcontext._State.shared) == 1


def test_what_one_connection_does_to_its_context_stays_its_own(installed, good, unknown):
    lax = http_client.HTTPSConnection("localhost", unknown.port)
    lax._context.check_hostname = False
    lax._context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        lax.request("GET", "/on-purpose")
    assert [item for item in caught if item.category is verifyshim.InsecureConnectionWarning]
    with pytest.raises(verifyshim.VerificationError):
        http_client.HTTPSConnection("localhost", unknown.port).request("GET", "/secret")
    assert lax.getresponse().read() == b"verified"
    assert unknown.requests == ["/on-purpose"]


def test_roots_added_to_one_connection_stay_its_own(installed, stranger, unknown, tmpdir):
    more = tmpdir.join("more.pem")
    more.write_binary(stranger.cert_pem.bytes())
    trusting = http_client.HTTPSConnection("localhost", unknown.port)
    trusting._context.load_verify_locations(str(more))
    trusting.request("GET", "/trusted")
    assert trusting.getresponse().read() == b"verified"
    refusal(unknown.url("/secret"))
    assert unknown.requests == ["/trusted"]


def test_the_shared_context_cannot_be_changed(installed, good):
    connection = http_client.HTTPSConnection("localhost", good.port)
    connection.connect()
    context = connection.sock.context
    connection.close()
    for change in (lambda: setattr(context, "verify_mode", ssl.CERT_NONE),
                   lambda: setattr(context, "check_hostname", False),
                   lambda: context.load_verify_locations("/etc/hosts"),
                   lambda: context.set_ciphers("ALL")):
        with pytest.raises(TypeError) as caught:
            change()
        assert "create_context" in str(caught.value)


def test_options_only_grow_and_ssl_3_stays_off(installed):
    connection = http_client.HTTPSConnection("localhost")
    connection._context.options |= ssl.OP_NO_TLSv1
    shared = sslcontext.shared(connection._context._recipe, match=True)
    assert shared.options & ssl.OP_NO_TLSv1 and shared.options & ssl.OP_NO_SSLv3
    stock = ssl.create_default_context()
    assert shared.options & stock.options == stock.options
    assert shared.verify_flags & stock.verify_flags == stock.verify_flags


def test_a_renewed_client_certificate_is_used(installed, serve, authority, tmpdir):
    server = serve(issue(authority, u"localhost"), client_root=str(tmpdir.join("roots.pem")))
    path = tmpdir.join("client.pem")

    def get(unit):
        path.write_binary(issue(authority, u"client", organization_unit_name=unit)
                          .private_key_and_cert_chain_pem.bytes())
        context = verifyshim.create_context(certfile=str(path))
        connection = http_client.HTTPSConnection("localhost", server.port, context=context)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"verified"

    get(u"old")
    os.utime(str(path), (1, 1))
    get(u"new")
    assert server.client_names == [u"old", u"new"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "good.example", "good.example."])
def test_ways_to_write_the_host(installed, good, host, monkeypatch):
    lookup = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, *rest: lookup(
        "127.0.0.1" if "example" in name else name, *rest))
    assert request.urlopen(good.url(host=host)).read() == b"verified"


def test_an_address_the_certificate_lacks_is_refused(installed, serve, authority):
    server = serve(issue(authority, u"localhost"))
    assert refusal(server.url(host="127.0.0.1")).reason == "hostname-mismatch"
    assert server.requests == []


def test_time_outs_stay_time_outs(installed, serve, authority):
    server = serve(issue(authority, u"localhost"), silent=True)
    connection = http_client.HTTPSConnection("localhost", server.port, timeout=0.3)
    with pytest.raises((socket.timeout, ssl.SSLError)) as caught:
        connection.request("GET", "/")
    assert not isinstance(caught.value, verifyshim.VerificationError) and "timed out" in str(caught.value)


def test_nothing_is_left_open_by_refusals(installed, unknown):
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("counts files through /proc")
    refusal(unknown.url())
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        with pytest.raises(verifyshim.VerificationError):
            http_client.HTTPSConnection("localhost", unknown.port).request("GET", "/")
    gc.collect()
    # The server is in this process too: its ends of refused connections may be on their way out.
    for _ in range(200):
        if len(os.listdir("/proc/self/fd")) <= before:
            break
        time.sleep(0.1)
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize("mode", ["enforce", "strict"])
@pytest.mark.parametrize("timeout, waits", [(4, 4), (60, 5.0), (None, 5.0)])
def test_a_second_look_waits_no_longer_than_the_program(unknown, roots, tmpdir, monkeypatch, mode, timeout,
                                                        waits):
    from verifyshim.tls import engine
    seen, original = [], engine.certificate_of

    def certificate_of(sock, host, seconds):
        seen.append(seconds)
        return original(sock, host, seconds)

    verifyshim.install(mode=mode, roots=roots, log=str(tmpdir.join("log")))
    monkeypatch.setattr(engine, "certificate_of", certificate_of)
    from verifyshim.tls.https import http_client
    for options in ({}, {"context": ssl._create_unverified_context()})[:1 if mode == "enforce" else 2]:
        with pytest.raises(verifyshim.VerificationError):
            connection = http_client.HTTPSConnection("localhost", unknown.port, timeout=timeout, **options)
            connection.request("GET", "/")
    assert seen == [waits] * (1 if mode == "enforce" else 2)
