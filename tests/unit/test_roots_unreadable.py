"""Roots that verifyshim reads and OpenSSL does not: one of them must not stop every connection."""
import ssl
import struct

import pytest

import verifyshim
from verifyshim import der, roots as _roots
from verifyshim.errors import ConfigurationError
from verifyshim.tls.https import HTTPSConnection

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="others read the file at each handshake")


def get(server):
    connection = HTTPSConnection("localhost", server.port, timeout=20)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


def unreadable(authority):
    """Return PEM bytes of a root whose signature is said to have nine unused bits in its first byte."""
    data = bytearray(ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode("ascii")))

    def content(at):
        """Return where the content of what is there begins, and where it ends."""
        if data[at + 1] < 0x80:
            return at + 2, at + 2 + data[at + 1]
        size = data[at + 1] & 0x7f
        begin = at + 2 + size
        return begin, begin + struct.unpack(">I", bytes(data[at + 2:begin]).rjust(4, b"\0"))[0]
    at = content(content(content(0)[0])[1])[1]      # behind what is signed, and the algorithm
    data[content(at)[0]] = 9
    assert der.Certificate(bytes(data)).describe(der.Certificate(bytes(data)).subject)
    return ssl.DER_cert_to_PEM_cert(bytes(data)).encode("ascii")


@pytest.fixture
def bundle(tmpdir, authority, stranger):
    """Return a function that writes a bundle: names of what is in it."""
    pieces = {"good": authority.cert_pem.bytes(), "bad": unreadable(stranger)}

    def write(*names):
        path = tmpdir.join("bundle.pem")
        path.write_binary(b"".join(pieces[name] for name in names))
        return str(path)
    return write


@pytest.mark.parametrize("mode", ["audit", "enforce", "strict"])
@pytest.mark.parametrize("order", [("bad", "good"), ("good", "bad"), ("good",)])
def test_the_others_verify(order, mode, bundle, good, unknown):
    verifyshim.install(roots=bundle(*order), mode=mode)
    assert get(good) == b"verified"
    with pytest.raises(ssl.SSLError):       # in audit by Python's own verification
        get(unknown)
    told = verifyshim.status()
    assert told["roots_count"] == 1 and len(told["roots_left_out"]) == len(order) - 1
    assert len([note for note in told["notes"] if "OpenSSL cannot read 1 of the roots" in note]) == len(order) - 1


def test_status_knows_before_any_connection(bundle):
    verifyshim.install(roots=bundle("good", "bad"))
    assert "OpenSSL cannot read it" in [reason for _, reason in verifyshim.status()["roots_left_out"]]


@pytest.mark.parametrize("mode", ["audit", "strict"])
def test_a_program_s_own_unverified_context(mode, bundle, good, unknown):
    verifyshim.install(roots=bundle("bad", "good"), mode=mode)
    for server, passes in ((good, True), (unknown, mode == "audit")):
        context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23))
        connection = HTTPSConnection("localhost", server.port, timeout=20, context=context)
        try:
            connection.request("GET", "/")
            assert passes
        except verifyshim.VerificationError:
            assert not passes
        finally:
            connection.close()


@pytest.mark.parametrize("where", ["roots", "host"])
def test_where_none_is_left_nothing_is_installed(where, bundle, roots):
    path = bundle("bad", "bad")
    settings = {"roots": path} if where == "roots" else {"roots": roots, "hosts": {"localhost": {"roots": path}}}
    with pytest.raises(ConfigurationError) as caught:
        verifyshim.install(**settings)
    assert path in str(caught.value) and "OpenSSL can read none" in str(caught.value)
    assert not verifyshim.status()["installed"]


def test_what_is_left_out_is_trusted_no_longer(bundle):
    found = _roots.resolve(bundle("good", "bad"), {})
    key, bad = found.key, found.certificates[1]
    found.leave_out([bad], found.UNREADABLE)
    assert bad not in found.certificates and len(found) == 1 and found.key != key
    assert "cannot read" in found.unreadable_note()
