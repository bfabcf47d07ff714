"""The TLS switches of a policy: each seen to refuse something, and to accept its twin."""
import datetime
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import verifyshim
from verifyshim.clients import request

from .conftest import issue

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(*datetime.datetime.now().timetuple()[:6])
STRICT_BY_DEFAULT = bool(getattr(ssl.create_default_context(), "verify_flags", 0) & 0x20)
PARTIAL_BY_DEFAULT = bool(ssl.create_default_context().verify_flags & 0x80000)


class Issued(object):
    """What trustme's certificates offer to the servers of conftest."""

    class _Blob(object):
        def __init__(self, data):
            self._data = data

        def bytes(self):
            return self._data

    def __init__(self, key, *certificates):
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                serialization.NoEncryption())
        self.private_key_and_cert_chain_pem = self._Blob(
            pem + b"".join(item.public_bytes(serialization.Encoding.PEM) for item in certificates))


def make(common_name, issuer=None, authority=False, identifiers=True):
    """Return ``(certificate, key)``, signed by the pair *issuer* or itself."""
    key = rsa.generate_private_key(65537, 2048, default_backend())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, common_name)])
    builder = (x509.CertificateBuilder().subject_name(name)
               .issuer_name(issuer[0].subject if issuer else name).public_key(key.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(NOW - 2 * DAY)
               .not_valid_after(NOW + 30 * DAY)
               .add_extension(x509.BasicConstraints(authority, None), critical=True))
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(common_name)]), False)
    if identifiers:
        signer = issuer[1] if issuer else key
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
        builder = builder.add_extension(x509.KeyUsage(True, False, False, False, False, authority, authority,
                                                      False, False), True)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256(), default_backend()), key


def saved(path, *certificates):
    path.write_binary(b"".join(item.public_bytes(serialization.Encoding.PEM) for item in certificates))
    return str(path)


def revocation_list(path, authority, *revoked):
    """Write a list of *authority*, a pair, in which the certificates *revoked* are."""
    builder = (x509.CertificateRevocationListBuilder().issuer_name(authority[0].subject)
               .last_update(NOW - DAY).next_update(NOW + DAY))
    for certificate in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            .revocation_date(NOW - DAY).build(default_backend()))
    crl = builder.sign(authority[1], hashes.SHA256(), default_backend())
    path.write_binary(crl.public_bytes(serialization.Encoding.PEM))
    return str(path)


def accepted(server):
    before = len(server.requests)
    assert request.urlopen(server.url()).read() == b"verified"
    return len(server.requests) == before + 1


def refused(server):
    """Return the reason with which *server* was refused; no request may have arrived."""
    before = len(server.requests)
    with pytest.raises(request.URLError) as caught:
        request.urlopen(server.url())
    assert len(server.requests) == before
    return caught.value.reason


@pytest.mark.parametrize("strict", ["default", "on", "off"])
def test_strict_x509(strict, serve, tmpdir):
    root = make(u"old private root", authority=True, identifiers=False)
    server = serve(Issued(*reversed(make(u"localhost", root, identifiers=False))))
    verifyshim.install(roots=saved(tmpdir.join("root.pem"), root[0]), strict_x509=strict)
    if strict == "on" or strict == "default" and STRICT_BY_DEFAULT:
        assert refused(server).reason in ("other", "unknown-issuer")
    else:
        assert accepted(server)


@pytest.mark.parametrize("partial", ["default", "on", "off"])
def test_partial_chain(partial, serve, tmpdir):
    root = make(u"root", authority=True)
    middle = make(u"intermediate", root, authority=True)
    server = serve(Issued(*reversed(make(u"localhost", middle))))
    verifyshim.install(roots=saved(tmpdir.join("roots.pem"), middle[0]), partial_chain=partial)
    if partial == "on" or partial == "default" and PARTIAL_BY_DEFAULT:
        assert accepted(server)
    else:
        assert isinstance(refused(server), verifyshim.VerificationError)
    verifyshim.install(roots=saved(tmpdir.join("all.pem"), middle[0], root[0]), partial_chain=partial)
    assert accepted(server)


def test_minimum_tls(serve, authority, roots):
    server = serve(issue(authority, u"localhost"))
    server._context.options |= getattr(ssl, "OP_NO_TLSv1_3", 0x20000000)
    verifyshim.install(roots=roots, minimum_tls="1.2")
    assert accepted(server)
    if not getattr(ssl, "HAS_TLSv1_3", False):
        with pytest.raises(verifyshim.ConfigurationError) as caught:
            verifyshim.install(roots=roots, minimum_tls="1.3")
        assert "1.3" in str(caught.value)
        return
    verifyshim.install(roots=roots, minimum_tls="1.3")
    assert not isinstance(refused(server), verifyshim.VerificationError)
    assert accepted(serve(issue(authority, u"localhost")))


@pytest.fixture
def private(serve, tmpdir):
    """Return an object with a root, a good and a revoked server and the path of the root's list."""
    class Private(object):
        root = make(u"private root", authority=True)
        leaf, bad = make(u"localhost", root), make(u"localhost", root)
        good_server, bad_server = serve(Issued(*reversed(leaf))), serve(Issued(*reversed(bad)))
        roots = saved(tmpdir.join("private.pem"), root[0])
        list_path = tmpdir.join("list.pem")

    return Private


@pytest.mark.parametrize("check", ["leaf", "chain"])
@pytest.mark.parametrize("folder", [False, True])
def test_a_revoked_certificate_is_refused(check, folder, private, tmpdir):
    path = private.list_path
    if folder:
        path = tmpdir.mkdir("lists").join("list.crl")
        tmpdir.join("lists", "README").write("no list")
    revocation_list(path, private.root, private.bad[0])
    verifyshim.install(roots=private.roots, crl=str(tmpdir.join("lists") if folder else path), crl_check=check)
    assert accepted(private.good_server)
    assert refused(private.bad_server).reason == "revoked"


def test_a_renewed_list_counts_without_a_restart(private):
    revocation_list(private.list_path, private.root)
    verifyshim.install(roots=private.roots, crl=str(private.list_path))
    assert accepted(private.bad_server)
    revocation_list(private.list_path, private.root, private.bad[0])
    assert refused(private.bad_server).reason == "revoked"


def test_a_list_that_is_gone_or_of_another_issuer_refuses(private, tmpdir):
    revocation_list(private.list_path, make(u"somebody", authority=True))
    verifyshim.install(roots=private.roots, crl=str(private.list_path))
    assert refused(private.good_server).reason == "other"
    revocation_list(private.list_path, private.root)
    assert accepted(private.good_server)
    private.list_path.remove()
    error = refused(private.good_server)
    assert isinstance(error, verifyshim.VerificationError) and "list.pem" in str(error)


@pytest.mark.parametrize("broken", [b"", b"-----BEGIN X509 CRL-----\nMII",
                                    b"-----BEGIN X509 CRL-----\nA\n-----END X509 CRL-----\n"])
def test_a_list_that_breaks_refuses_and_says_which_file_it_is(private, broken):
    revocation_list(private.list_path, private.root)
    verifyshim.install(roots=private.roots, crl=str(private.list_path))
    assert accepted(private.good_server)
    private.list_path.write_binary(broken)
    error = refused(private.good_server)
    assert isinstance(error, verifyshim.VerificationError) and "list.pem" in str(error)


def test_a_list_that_breaks_does_not_stop_a_program_under_audit(private):
    revocation_list(private.list_path, private.root)
    verifyshim.install(mode="audit", roots=private.roots, crl=str(private.list_path))
    private.list_path.write_binary(b"-----BEGIN X509 CRL-----\nMII")
    import ssl
    from verifyshim.tls.https import http_client
    connection = http_client.HTTPSConnection("localhost", private.good_server.port,
                                             context=ssl._create_unverified_context())
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified"


@pytest.mark.parametrize("crl", [1.5, "a\0b", b"a\0b", u"a\0b", "", [None], [[]]])
def test_a_list_that_is_no_path_is_an_error(roots, crl):
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        verifyshim.install(roots=roots, crl=crl)
    assert "is not a path" in str(caught.value)


def test_without_a_list_revocation_is_not_looked_at(private):
    verifyshim.install(roots=private.roots)
    assert accepted(private.bad_server)


def test_a_file_without_a_list_is_an_error(tmpdir, roots):
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        verifyshim.install(roots=roots, crl=roots)
    assert "holds no revocation list" in str(caught.value)


def test_what_a_program_sets_does_not_undo_the_policy(private, tmpdir):
    revocation_list(private.list_path, private.root, private.bad[0])
    verifyshim.install(roots=private.roots, crl=str(private.list_path))
    from verifyshim.tls.https import http_client
    connection = http_client.HTTPSConnection("localhost", private.bad_server.port)
    connection._context.verify_flags = 0
    with pytest.raises(verifyshim.VerificationError):
        connection.request("GET", "/")
    assert private.bad_server.requests == []
