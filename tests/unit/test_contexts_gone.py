"""Default contexts that have loaded what cannot be read any more, and keys whose password somebody is asked for."""
import socket
import ssl
import subprocess
import threading

import pytest

import verifyshim

from .conftest import issue
from .test_contexts_record import client, mutual     # noqa: F401  fixtures
from .test_modes import TOMORROW, get, speak, unverified

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")


@pytest.fixture
def gone(authority, tmpdir):
    """Returns a function that makes a default context of a file that is removed before it is used."""
    def make():
        path = tmpdir.join("gone.pem")
        path.write_binary(issue(authority, u"client").private_key_and_cert_chain_pem.bytes())
        context = verifyshim.create_context()
        context.load_cert_chain(str(path))
        path.remove()
        return context
    return make


def shake(context, server, later):
    sock = socket.create_connection(("localhost", server.port), 20)
    try:
        stream = context.wrap_socket(sock, server_hostname="localhost", do_handshake_on_connect=not later)
        stream.do_handshake()
        return speak(stream)[:12]
    finally:
        sock.close()


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("verifies", [False, True])
def test_strict_compares_the_name_where_it_does_not(roots, gone, good, wrong_host, unknown, verifies, later):
    verifyshim.install(mode="strict", roots=roots)
    context = gone()
    context.check_hostname = False
    if not verifies:
        context.verify_mode = ssl.CERT_NONE
    for _ in range(2):
        assert shake(context, good, later) == b"HTTP/1.1 200"
        for server in (wrong_host, unknown):
            with pytest.raises(verifyshim.VerificationError):
                shake(context, server, later)
            assert server.requests == []


@pytest.mark.parametrize("later", [False, True])
def test_enforce_lets_it_verify_nothing_on_purpose(roots, gone, good, unknown, later):
    verifyshim.install(roots=roots)
    context = gone()
    context.check_hostname = False
    with pytest.raises(verifyshim.VerificationError):
        shake(gone(), unknown, later)
    assert shake(gone(), good, later) == b"HTTP/1.1 200"
    context.verify_mode = ssl.CERT_NONE
    with pytest.warns(verifyshim.InsecureConnectionWarning):
        assert shake(context, unknown, later) == b"HTTP/1.1 200"
    assert context.verify_mode == ssl.CERT_NONE and not context.check_hostname


@pytest.mark.parametrize("later", [False, True])
def test_an_exempt_host_is_exempt(roots, gone, good, unknown, later):
    context = gone()
    verifyshim.install(roots=roots, hosts={"localhost": {"exempt_until": TOMORROW, "reason": "being renewed"}})
    for _ in range(2):
        assert shake(context, unknown, later) == b"HTTP/1.1 200"
        assert shake(context, good, later) == b"HTTP/1.1 200"
    verifyshim.install(roots=roots)
    with pytest.raises(verifyshim.VerificationError):
        shake(context, unknown, later)
    assert shake(context, good, later) == b"HTTP/1.1 200"


def test_it_shows_what_it_trusts(roots, gone):
    verifyshim.install(roots=roots)
    assert gone().cert_store_stats()["x509_ca"] == len(gone().get_ca_certs()) == 1


def test_threads_may_share_it(roots, gone, good, unknown):
    verifyshim.install(roots=roots)
    context, answers = gone(), []

    def ask():
        for server in (good, unknown) * 5:
            try:
                answers.append(shake(context, server, False))
            except Exception as error:
                answers.append(getattr(error, "reason", error))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(map(str, answers))) == sorted([str(b"HTTP/1.1 200"), "unknown-issuer"])
    assert unknown.requests == []


@pytest.fixture
def locked(client, tmpdir):
    """The path of a client's certificate and key, whose password is "secret"."""
    path = tmpdir.join("locked.pem")
    key = subprocess.check_output(["openssl", "rsa", "-aes128", "-passout", "pass:secret", "-in", str(client)],
                                  stderr=subprocess.STDOUT)
    certificate = client.read_binary()
    path.write_binary(key[key.index(b"-----BEGIN"):] + certificate[certificate.index(b"-----BEGIN CERTIFICATE"):])
    return str(path)


@pytest.mark.parametrize("mode", ["audit", "enforce", "strict"])
@pytest.mark.parametrize("kind", ["own", "default"])
def test_nobody_is_asked_twice_for_a_password(roots, mutual, unknown, locked, mode, kind):
    """Neither where a callback would, nor OpenSSL at the terminal."""
    asked = []
    verifyshim.install(mode=mode, roots=roots)
    context = unverified() if kind == "own" else verifyshim.create_context()
    context.load_cert_chain(locked, password=lambda: asked.append(1) or "secret")
    for _ in range(2):
        assert get(mutual, context=context) == b"verified"
    if kind == "default" or mode == "strict":
        with pytest.raises(ssl.SSLError):
            get(unknown, context=context)
        assert unknown.requests == []
    assert mutual.client_names == [u"client-7"] * 2 and asked == [1]


def test_a_password_that_the_program_gives_is_given_again(roots, mutual, locked):
    verifyshim.install(mode="strict", roots=roots)
    context = unverified()
    context.load_cert_chain(locked, password="secret")
    assert get(mutual, context=context) == b"verified" and mutual.client_names == [u"client-7"]
    assert context.get_ca_certs() == []
