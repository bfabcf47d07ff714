"""The names of the old recipe, without install()."""
import socket
import ssl

import pytest

import verifyshim
from verifyshim.clients import request
from verifyshim.tls.https import http_client

from .conftest import issue


@pytest.fixture
def connection_class(roots):
    return verifyshim.VerifiedHTTPSConnection.with_roots(roots)


def raw(server):
    return socket.create_connection(("127.0.0.1", server.port), 20)


def test_the_connection_class_verifies(connection_class, good, unknown, wrong_host):
    connection = connection_class("localhost", good.port, timeout=20)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified"
    for server in (unknown, wrong_host):
        with pytest.raises(verifyshim.VerificationError):
            connection_class("localhost", server.port).request("GET", "/secret")
        assert server.requests == []


def test_classes_with_different_roots_live_side_by_side(connection_class, stranger, good, unknown, tmpdir):
    path = tmpdir.join("stranger.pem")
    path.write_binary(stranger.cert_pem.bytes())
    development = verifyshim.build_opener(verifyshim.VerifiedHTTPSHandler(
        verifyshim.VerifiedHTTPSConnection.with_roots(str(path))))
    production = verifyshim.build_opener(verifyshim.VerifiedHTTPSHandler(connection_class=connection_class))
    assert development.open(unknown.url()).read() == b"verified"
    assert production.open(good.url()).read() == b"verified"
    for opener, server in ((development, good), (production, unknown)):
        with pytest.raises(request.URLError) as caught:
            opener.open(server.url("/secret"))
        assert isinstance(caught.value.reason, verifyshim.VerificationError)
        assert "/secret" not in server.requests


def test_it_is_the_stdlibs_class_and_so_is_the_handler(connection_class):
    assert issubclass(connection_class, http_client.HTTPSConnection)
    assert isinstance(verifyshim.VerifiedHTTPSHandler(), request.HTTPSHandler)
    opener = request.build_opener(verifyshim.VerifiedHTTPSHandler())
    https = [handler for handler in opener.handlers if isinstance(handler, request.HTTPSHandler)]
    assert [handler.__class__ for handler in https] == [verifyshim.VerifiedHTTPSHandler]


def test_an_unverified_context_is_no_context_for_it(connection_class):
    with pytest.raises(ValueError) as caught:
        connection_class("localhost", context=ssl._create_unverified_context())
    assert "create_context" in str(caught.value)


def test_client_certificates_by_file_on_every_interpreter(connection_class, serve, authority, roots, tmpdir):
    server = serve(issue(authority, u"localhost"), client_root=roots)
    path = tmpdir.join("client.pem")
    path.write_binary(issue(authority, u"client").private_key_and_cert_chain_pem.bytes())
    connection = connection_class("localhost", server.port, cert_file=str(path), key_file=str(path))
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified"


def test_urlopen(roots, good, unknown):
    assert verifyshim.urlopen(good.url(), cafile=roots, timeout=20).read() == b"verified"
    with pytest.raises(request.URLError):
        verifyshim.urlopen(unknown.url(), cafile=roots)
    with pytest.raises(request.URLError):
        verifyshim.urlopen(good.url("/secret"))         # certifi does not know our root
    assert good.requests == ["/"] and unknown.requests == []


def test_urlopen_ignores_the_pasted_line(good, monkeypatch):
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
    with pytest.raises(request.URLError):
        verifyshim.urlopen(good.url())
    assert good.requests == []


def test_wrap_socket(roots, good, wrong_host):
    tls = verifyshim.wrap_socket(raw(good), server_hostname="localhost", cafile=roots)
    tls.sendall(b"GET /raw HTTP/1.0\r\n\r\n")
    assert tls.recv(100).startswith(b"HTTP/1.1 200")
    tls.close()
    sock = raw(wrong_host)
    with pytest.raises(verifyshim.VerificationError) as caught:
        verifyshim.wrap_socket(sock, server_hostname="localhost", cafile=roots)
    assert (caught.value.host, caught.value.port) == ("localhost", wrong_host.port)
    assert (good.requests, wrong_host.requests) == (["/raw"], [])
    with pytest.raises((socket.error, OSError, ValueError)):
        sock.send(b"x")


def test_wrap_socket_needs_a_name(good):
    with pytest.raises(ValueError):
        verifyshim.wrap_socket(raw(good), server_hostname="")


def test_create_context(roots, good, wrong_host):
    context = verifyshim.create_context(cafile=roots)
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode == ssl.CERT_REQUIRED and context.check_hostname
    assert len(context.get_ca_certs()) == 1
    context.wrap_socket(raw(good), server_hostname="localhost").close()
    with pytest.raises(verifyshim.VerificationError):
        context.wrap_socket(raw(wrong_host), server_hostname="localhost")
    with pytest.raises(ValueError):
        context.wrap_socket(raw(good))
    with pytest.raises(ValueError):
        context.wrap_socket(raw(good), server_side=True, server_hostname="localhost")
    assert request.urlopen(good.url("/context"), context=context).read() == b"verified"


@pytest.mark.parametrize("late", [True, False])
def test_create_context_checks_a_handshake_that_comes_later(roots, good, wrong_host, late):
    context = verifyshim.create_context(cafile=roots)
    for server, accepted in ((good, True), (wrong_host, False)):
        sock = raw(server) if late else socket.socket()
        tls = context.wrap_socket(sock, server_hostname="localhost", do_handshake_on_connect=False)
        try:
            if not late:
                tls.connect(("127.0.0.1", server.port))
            if accepted:
                tls.do_handshake()
            else:
                with pytest.raises((ssl.SSLError, ssl.CertificateError)):
                    tls.do_handshake()
        finally:
            tls.close()


def test_create_context_without_good_roots_is_an_error():
    with pytest.raises(verifyshim.ConfigurationError):
        verifyshim.create_context(cafile="/nonexistent.pem")
