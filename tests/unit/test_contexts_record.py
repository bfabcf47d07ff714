"""What was done to a program's context is done to the one that verifies in its place: files that are gone, what is
set again and again, and what came before install() or in another mode."""
import socket
import ssl
import warnings

import pytest

import verifyshim
from verifyshim.tls import copies, https

from .conftest import issue
from .test_contexts import bios, verifying
from .test_modes import get, log, speak, unverified, verdicts      # noqa: F401  log is a fixture

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")


@pytest.fixture
def client(authority, tmpdir):
    """The path of a client's certificate and key."""
    path = tmpdir.join("client.pem")
    path.write_binary(issue(authority, u"client", organization_unit_name=u"client-7")
                      .private_key_and_cert_chain_pem.bytes())
    return path


@pytest.fixture
def mutual(serve, authority, roots):
    return serve(issue(authority, u"localhost"), client_root=roots)


@pytest.mark.parametrize("mode", ["audit", "enforce", "strict"])
@pytest.mark.parametrize("kind", ["own", "default", "connection"])
def test_files_that_a_context_was_made_of_may_go(roots, mutual, client, mode, kind, monkeypatch):
    """Programs write keys into temporary files, load them, and remove them."""
    if mode == "audit":
        monkeypatch.setenv("SSL_CERT_FILE", roots)
    verifyshim.install(mode=mode, roots=roots)
    context = {"own": unverified, "default": verifyshim.create_context, "connection": lambda: None}[kind]()
    named = {"context": context} if context else {}
    connection = https.HTTPSConnection("localhost", mutual.port, timeout=20, **named)
    connection._context.load_cert_chain(str(client))
    client.remove()
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified" and mutual.client_names == [u"client-7"]


def test_a_relative_path_is_that_of_the_folder_it_was_loaded_in(roots, unknown, good, stranger, tmpdir, monkeypatch):
    """And roots of the same name in another folder are nobody's."""
    tmpdir.mkdir("other").join("ca.pem").write_binary(stranger.cert_pem.bytes())
    with open(roots, "rb") as stream:
        tmpdir.join("ca.pem").write_binary(stream.read())
    verifyshim.install(mode="strict", roots=roots)
    monkeypatch.chdir(tmpdir)
    context = unverified()
    context.load_verify_locations("ca.pem")
    monkeypatch.chdir(tmpdir.join("other"))
    with pytest.raises(verifyshim.VerificationError):
        get(unknown, context=context)
    assert get(good, context=context) == b"verified" and unknown.requests == []


def test_what_is_set_again_before_each_connection_makes_no_new_context(roots, good):
    verifyshim.install(mode="strict", roots=roots)
    context, counts = unverified(), []
    for _ in range(5):
        context.set_ciphers("HIGH")
        context.load_verify_locations(roots)
        assert get(good, context=context) == b"verified"
        counts.append(len(copies._shared))
    assert counts == counts[:1] * 5


@bios
def test_files_may_go_before_a_handshake_in_memory(roots, mutual, client):
    """asyncio's, for one."""
    verifyshim.install(roots=roots)
    context = verifyshim.create_context()
    context.load_cert_chain(str(client))
    client.remove()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    stream = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    sock = socket.create_connection(("localhost", mutual.port), 20)
    for act in (stream.do_handshake, lambda: stream.write(b"GET / HTTP/1.0\r\n\r\n"), lambda: stream.read(12)):
        while True:
            try:
                answer = act()
                break
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65536))
        sock.sendall(outgoing.read())
    assert answer == b"HTTP/1.1 200" and mutual.client_names == [u"client-7"]


@pytest.mark.skipif(not hasattr(ssl, "TLSVersion"), reason="options do it there")
@pytest.mark.parametrize("mode", ["audit", "strict"])
def test_a_context_for_one_version_is_not_refused_for_the_lowest(roots, good, log, mode):
    verifyshim.install(mode=mode, roots=roots, minimum_tls="1.2")
    assert get(good, context=ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)) == b"verified"
    assert verdicts(log) == [("verified", "")]


@pytest.mark.skipif(not hasattr(https.http_client, "_create_https_context"), reason="contexts are made per connection")
@pytest.mark.parametrize("mode", ["audit", "enforce"])
def test_a_context_like_the_stdlibs_is_the_programs(roots, unknown, stranger, tmpdir, mode):
    path = tmpdir.join("own.pem")
    path.write_binary(stranger.cert_pem.bytes())
    contexts = []

    def make():
        context = verifying(str(path))
        context.set_alpn_protocols(["http/1.1"])
        context.post_handshake_auth = True
        contexts.append(context)

    make()
    verifyshim.install(mode=mode, roots=roots)
    make()
    for context in contexts:
        assert get(unknown, context=context) == b"verified"


def test_what_is_done_to_a_context_in_another_mode_is_known(roots, mutual, client):
    verifyshim.install(mode="strict", roots=roots)
    context, other = unverified(), unverified()
    verifyshim.install(mode="enforce", roots=roots)
    context.load_cert_chain(str(client))
    verifyshim.install(mode="strict", roots=roots)
    assert get(mutual, context=context) == b"verified"
    verifyshim.uninstall()
    other.load_cert_chain(str(client))
    verifyshim.install(mode="strict", roots=roots)
    assert get(mutual, context=other) == b"verified" and mutual.client_names == [u"client-7"] * 2


def test_roots_that_grow_are_given_to_a_context_older_than_install(roots, good, unknown, stranger, tmpdir):
    context = unverified()
    verifyshim.install(mode="strict", roots=roots)
    assert get(good, context=context) == b"verified"
    path = tmpdir.join("more.pem")
    path.write_binary(stranger.cert_pem.bytes())
    verifyshim.install(mode="strict", roots="%s+%s" % (roots, path))
    assert get(good, context=context) == b"verified" and get(unknown, context=context) == b"verified"
    verifyshim.install(mode="strict", roots=roots)      # what was loaded cannot be taken out again
    with pytest.raises(verifyshim.VerificationError):
        get(unknown, context=context)


@pytest.mark.skipif(not hasattr(ssl, "_create_unverified_context"), reason="nothing is verified there before install()")
@pytest.mark.parametrize("mode", ["enforce", "strict"])
def test_a_connection_made_while_verification_was_off(roots, good, unknown, monkeypatch, mode):
    """It has a context like any that a program passes; from 3.12 on it can be told from those."""
    with monkeypatch.context() as switched_off:
        switched_off.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
        old = [https.HTTPSConnection("localhost", server.port, timeout=20) for server in (good, unknown)]
    verifyshim.install(mode=mode, roots=roots)
    told = []
    for connection in old:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                connection.request("GET", "/")
                told.append(connection.getresponse().read())
            except verifyshim.VerificationError as error:
                told.append(error.reason)
    held = mode == "strict" or hasattr(https.http_client, "_create_https_context")
    assert told[0] == b"verified" and (told[1] == b"verified") == (not held)
    assert len(unknown.requests) == (not held)


def test_a_socket_wrapped_before_install_is_not_seen(roots, unknown):
    stream = unverified().wrap_socket(socket.create_connection(("localhost", unknown.port), 20),
                                      do_handshake_on_connect=False)
    verifyshim.install(mode="strict", roots=roots)
    stream.do_handshake()
    assert speak(stream).startswith(b"HTTP/1.1 200")
    with pytest.raises(verifyshim.VerificationError):
        unverified().wrap_socket(socket.create_connection(("localhost", unknown.port), 20))


@pytest.mark.skipif(not hasattr(ssl, "SSLSession"), reason="sessions came with 3.6")
@pytest.mark.parametrize("mode", ["audit", "enforce", "strict"])
def test_a_session_of_another_verifying_context_is_refused_as_without_the_shim(roots, good, mode):
    verifyshim.install(mode=mode, roots=roots)
    one, other = verifying(roots), verifying(roots)

    def wrap(context, **named):
        raw = socket.create_connection(("localhost", good.port), 20)
        return context.wrap_socket(raw, server_hostname="localhost", **named)

    stream = wrap(one)
    stream.sendall(b"GET / HTTP/1.0\r\n\r\n")
    stream.recv(4096)
    with pytest.raises(ValueError):
        wrap(other, session=stream.session)
    assert speak(wrap(one, session=stream.session)).startswith(b"HTTP/1.1 200")
