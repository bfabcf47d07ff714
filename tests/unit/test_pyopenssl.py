"""The pyOpenSSL engine, where 2.7.18 can run it beside its own ssl: its verdicts, contexts and choice."""
import os
import socket
import ssl
import subprocess
import sys

import pytest

if sys.version_info[0] > 2:
    pytest.skip("for interpreters whose sockets are 2.x's", allow_module_level=True)
SSL = pytest.importorskip("OpenSSL.SSL")

import verifyshim       # noqa: E402
from verifyshim import policy, roots as sources     # noqa: E402
from verifyshim.tls import failure, pyopenssl, pyopenssl_socket     # noqa: E402

from .conftest import issue     # noqa: E402
from .pyopenssl_peer import context, engine, peer, raw, receive, shake      # noqa: E402,F401
from .test_switches import Issued, make, revocation_list, saved     # noqa: E402


def shared(context):
    return pyopenssl._shared(context, context._recipe.roots, True)


def test_good_and_bad_peers(engine, context, good, wrong_host, unknown):
    stream = context.wrap_socket(raw(good), server_hostname="localhost")
    stream.sendall(b"GET /x HTTP/1.0\r\n\r\n")
    assert stream.recv(100).startswith(b"HTTP/1.1 200")
    stream.close()
    for server, reason, code in ((wrong_host, "hostname-mismatch", 0), (unknown, "unknown-issuer", 20)):
        with pytest.raises(verifyshim.VerificationError) as caught:
            context.wrap_socket(raw(server), server_hostname="localhost")
        assert (caught.value.reason, caught.value.verify_code) == (reason, code)
        assert server.connections == 1      # no second look was needed
    assert (good.requests, wrong_host.requests, unknown.requests) == (["/x"], [], [])


@pytest.mark.parametrize("host,sent", [("localhost", "localhost"), ("127.0.0.1", None), ("::1", None)])
def test_names_are_sent_and_addresses_are_not(context, peer, host, sent):
    asked = []

    def wrap(sock):
        server = SSL.Context(SSL.SSLv23_METHOD)
        server.use_certificate_chain_file(peer.certificate)
        server.use_privatekey_file(peer.certificate)
        server.set_tlsext_servername_callback(lambda connection: asked.append(connection.get_servername()))
        connection = SSL.Connection(server, sock)
        sock.settimeout(None)
        connection.set_accept_state()
        return connection

    sock, result = peer(lambda stream: stream.do_handshake(), wrap)
    pyopenssl._shake(sock, shared(context), host).close()
    result.get()
    assert [name for name in asked if name] == ([sent] if sent else [])     # called without a name, or not


def test_a_handshake_that_is_cut_off_is_no_refusal(engine, context, peer):
    sock, _ = peer(lambda sock: sock.close(), wrap=lambda sock: sock)
    with pytest.raises(socket.error) as caught:
        context.wrap_socket(sock, server_hostname="localhost")
    assert not isinstance(caught.value, verifyshim.VerificationError)


def test_contexts_are_shared_until_a_client_certificate_is_renewed(roots, tmpdir, peer):
    found = sources.resolve(roots)
    assert shared(pyopenssl.create(found)) is shared(pyopenssl.create(found))
    path = tmpdir.join("client.pem")
    path.write_binary(open(peer.certificate, "rb").read())
    with_certificate = pyopenssl.create(found, str(path))
    before = shared(with_certificate)
    assert before is not shared(pyopenssl.create(found))
    assert before is shared(pyopenssl.create(found, str(path)))
    os.utime(str(path), (1, 1))
    assert before is not shared(with_certificate)
    path.write("nonsense")
    with pytest.raises(ssl.SSLError):
        shared(with_certificate)


def test_the_client_certificate_is_shown(context, serve, authority, roots, tmpdir):
    server = serve(issue(authority, u"localhost"), client_root=roots)
    path = tmpdir.join("client.pem")
    path.write_binary(issue(authority, u"client").private_key_and_cert_chain_pem.bytes())
    context.load_cert_chain(str(path))
    stream = shake(raw(server), context)
    stream.sendall(b"GET /mine HTTP/1.0\r\n\r\n")
    assert receive(stream).endswith(b"verified")
    assert server.requests == ["/mine"]


@pytest.fixture
def in_force():
    yield lambda **settings: policy.use(policy.Policy(**settings))
    policy.use(None)


def test_the_lowest_tls_version(in_force, roots, peer):
    in_force(roots=roots, minimum_tls="1.3")
    sock, _ = peer(receive)
    stream = shake(sock, pyopenssl.create())
    assert stream.version() == "TLSv1.3"
    stream.close()


def test_strict_x509_and_partial_chains(in_force, engine, serve, tmpdir):
    root = make(u"old root", authority=True, identifiers=False)
    middle = make(u"intermediate", root, authority=True)
    server = serve(Issued(*reversed(make(u"localhost", middle))))
    roots = saved(tmpdir.join("roots.pem"), middle[0])
    in_force(roots=roots, partial_chain="on")
    pyopenssl.create().wrap_socket(raw(server), server_hostname="localhost").close()
    for switches in ({}, {"partial_chain": "off"}):
        in_force(roots=roots, **switches)
        with pytest.raises(verifyshim.VerificationError):
            pyopenssl.create().wrap_socket(raw(server), server_hostname="localhost")
    assert pyopenssl._flags(policy.Policy(roots=roots, strict_x509="on").switches) & 0x20


def test_revocation_lists(in_force, engine, serve, tmpdir):
    root = make(u"private root", authority=True)
    leaf, bad = make(u"localhost", root), make(u"localhost", root)
    good, revoked = serve(Issued(*reversed(leaf))), serve(Issued(*reversed(bad)))
    roots = saved(tmpdir.join("root.pem"), root[0])
    path = tmpdir.join("list.pem")
    in_force(roots=roots, crl=revocation_list(path, root, bad[0]))
    context = pyopenssl.create()
    context.wrap_socket(raw(good), server_hostname="localhost").close()
    with pytest.raises(verifyshim.VerificationError) as caught:
        context.wrap_socket(raw(revoked), server_hostname="localhost")
    assert caught.value.reason == "revoked"
    revocation_list(path, root, leaf[0], bad[0])        # renewed
    with pytest.raises(verifyshim.VerificationError):
        context.wrap_socket(raw(good), server_hostname="localhost")


def test_hints_are_for_failures_they_explain():
    old = ssl.SSLError(ssl.SSL_ERROR_SSL, "handshake failure")
    assert str(failure.hinted(old, "too old")).endswith("handshake failure; too old")
    for error in (ssl.SSLError("timed out"), ssl.SSLError(ssl.SSL_ERROR_SSL, "certificate verify failed"),
                  ssl.SSLError(ssl.SSL_ERROR_WANT_READ, "again"), pyopenssl_socket.TimedOut("timed out")):
        assert failure.hinted(error, "too old") is error


CHOICE = """
import ssl
del ssl.SSLContext
%s
import verifyshim
told = verifyshim.status()
print(told["engine"] + " " + " ".join(told["notes"]))
"""


@pytest.mark.parametrize("before,said", [
    ("", "pyOpenSSL"), ("import sys; sys.modules['OpenSSL'] = None", "ssl.wrap_socket"),
    ("import OpenSSL.SSL; del OpenSSL.SSL.Connection.set_tlsext_host_name", "set_tlsext_host_name"),
    ("import OpenSSL.SSL; OpenSSL.SSL.SSLv23_METHOD = None", "TypeError")])
def test_the_engine_is_chosen_by_what_works(before, said):
    environ = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    # What comes out on stderr is the test's own doing where it imports OpenSSL itself.
    quiet = ["-W", "ignore"] if "OpenSSL.SSL" in before else []
    process = subprocess.Popen([sys.executable] + quiet + ["-c", CHOICE % before], env=environ,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    assert said in out.decode() and not err, (out, err)
    if before:
        assert "verifyshim[tls]" in out.decode()
