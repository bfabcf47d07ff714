"""The engine for interpreters without ssl.SSLContext (2.6-2.7.8) where pyOpenSSL is installed.

It sends the server name (SNI), speaks TLS 1.2 and newer, whatever OpenSSL those interpreters were built
with, and knows why a chain was refused. tls/__init__.py takes it by itself where it can be imported.
"""
import ssl

import OpenSSL
from OpenSSL import SSL, crypto

from . import failure, names, recipe, wrapsocket
from .wrapsocket import is_default, roots_of, weakness     # noqa: F401  the same here
from .pyopenssl_socket import TLSSocket, translated
from .. import der, policy
from ..errors import ConfigurationError
from ..policy.switches import MINIMUM_TLS, unreadable_crl
from ..roots import files, pem

NAME = "pyOpenSSL"
HAS_SNI = True
LIBRARY = "%s (pyOpenSSL %s)" % (str(SSL.SSLeay_version(SSL.SSLEAY_VERSION)), OpenSSL.__version__)

_TOO_OLD = "the TLS library in use, %s, may be too old for this server" % LIBRARY
# X509_V_FLAG_* of x509_vfy.h, which pyOpenSSL has no names for. Trusted first is always on from OpenSSL
# 1.1.0; before, 1.0.2 follows what the server sent to an expired cross-signature although a root here
# would end the chain earlier.
_TRUSTED_FIRST, _STRICT, _PARTIAL_CHAIN, _CRL_CHECK, _CRL_CHECK_ALL = 0x8000, 0x20, 0x80000, 0x4, 0x8
_OLDER = (SSL.OP_NO_TLSv1, SSL.OP_NO_TLSv1_1, SSL.OP_NO_TLSv1_2)
_HAS_TLS_1_3 = SSL.OPENSSL_VERSION_NUMBER >= 0x10101000


class _State(object):
    shared = recipe.Shared()


class Context(wrapsocket.Context):
    """What create_context() returns here: verifies chain and host name, through ``wrap_socket``."""

    password = None

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        """As ssl.SSLContext.load_cert_chain, but the files are read at the first handshake.

        :param password: text, or a function that returns it.
        """
        self.certfile, self.keyfile, self.password = certfile, keyfile, password


create = Context


def require(switches):
    """Raise ConfigurationError where this interpreter cannot do what *switches* ask for."""
    if switches.minimum_tls == "1.3" and not _HAS_TLS_1_3:
        raise ConfigurationError("minimum_tls = 1.3 cannot be met: the TLS library in use (%s) has no TLS 1.3; "
                                 "set 1.2" % LIBRARY)


def handshake(sock, context, host, options, roots, verify):
    """Return the SSL socket with chain and name verified; where *verify* is False, with neither.

    :raises ssl.SSLError, names.Mismatch: where the peer is refused.
    """
    wrapped = _shake(sock, _shared(context, roots, verify), host, **options)
    if verify is not False:
        names.check_socket(wrapped, host)
    return wrapped


def certificate_of(sock, host, timeout):
    """Shake hands without verifying, only to look: return the leaf's DER bytes, or None. Closes *sock*."""
    sock.settimeout(timeout)
    wrapped = _shake(sock, _bare(), host)
    try:
        return wrapped.getpeercert(True)
    finally:
        wrapped.close()


def _shake(sock, shared, host, suppress_ragged_eofs=True):
    if sock.gettimeout() == 0:
        raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
    connection = SSL.Connection(shared, sock._sock)
    refused = []
    connection.set_app_data(refused)
    if names.pack_address(host) is None:        # an address is no server name (RFC 6066, 3)
        connection.set_tlsext_host_name(host)
    connection.set_connect_state()
    wrapped = TLSSocket(sock, connection, suppress_ragged_eofs)
    try:
        wrapped.do_handshake()
    except Exception as error:
        wrapped.abort()
        if refused:     # whatever became of the connection while it was told so
            raise _refusal(*refused[0])
        if isinstance(error, ssl.SSLError):
            raise failure.hinted(error, _TOO_OLD)
        raise
    return wrapped


def _record(connection, certificate, code, depth, accepted):
    """OpenSSL's verdict on one certificate of the chain stands; only what was wrong is kept.

    It must not raise: pyOpenSSL would raise it in whatever handshake with the same context comes next.
    """
    if not accepted:
        connection.get_app_data().append((certificate, code, depth))
    return bool(accepted)


def _refusal(certificate, code, depth):
    """Return the error for a chain that OpenSSL refused with X509_V_ERR *code* at *depth* (0: the leaf)."""
    error = ssl.SSLError(ssl.SSL_ERROR_SSL, "certificate verify failed (error %d at depth %d)" % (code, depth))
    error.verify_code = code
    try:
        found = der.Certificate(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate))
        missing = code in (2, 20, 21)       # the issuer is what could not be found
        whose = ("; issuer: %s" if missing else ": %s") % found.describe(found.issuer if missing
                                                                         else found.subject)
    except (ValueError, crypto.Error):      # der does not know everything that OpenSSL can read
        whose = ""
    error.verify_message = "%s, error %d at depth %d%s" % (_said(code), code, depth, whose)
    return error


def _said(code):
    """Return OpenSSL's own words for a X509_V_ERR; pyOpenSSL has no public way to them."""
    try:
        return crypto._ffi.string(crypto._lib.X509_verify_cert_error_string(code)).decode("ascii")
    except AttributeError:
        return "refused"


def _shared(context, roots, verify):
    """Return the one SSL.Context for equal roots, switches and client certificate.

    Loading roots costs more than the rest of a connection, so it is made once. A client certificate or a
    revocation list that is renewed on disk makes another one.
    """
    switches = policy.current().switches
    key = (roots.key, verify, switches, switches.crl_state(),
           context.certfile, context.keyfile, context.password,
           files.state(context.certfile), files.state(context.keyfile))
    try:
        return _State.shared.made(key, _make, roots, switches, context, verify)
    except (SSL.Error, crypto.Error) as error:
        raise translated(error)


def _make(roots, switches, context, verify):
    made = _bare()
    if verify is not False:
        _verify(made, roots, switches)
    for flag in _OLDER[:MINIMUM_TLS.index(switches.minimum_tls or MINIMUM_TLS[0])]:
        made.set_options(flag)
    if context.certfile or context.keyfile:
        _load_own(made, context)
    return made


def _verify(made, roots, switches):
    made.set_verify(SSL.VERIFY_PEER, _record)
    store = made.get_cert_store()
    for encoded in roots.certificates:
        store.add_cert(crypto.load_certificate(crypto.FILETYPE_ASN1, encoded))
    store.set_flags(_flags(switches))
    for path in switches.crl_files():
        try:
            with open(path, "rb") as handle:
                for encoded in pem.crls(handle.read()):
                    store.add_crl(crypto.load_crl(crypto.FILETYPE_ASN1, encoded))
        except (EnvironmentError, ValueError, crypto.Error) as error:   # the list broke while the program runs
            raise unreadable_crl(path, error)


def _flags(switches):
    flags = _TRUSTED_FIRST
    flags |= _STRICT if switches.strict_x509 == "on" else 0
    flags |= _PARTIAL_CHAIN if switches.partial_chain == "on" else 0
    if switches.crl:
        flags |= _CRL_CHECK | (_CRL_CHECK_ALL if switches.crl_check == "chain" else 0)
    return flags


def _load_own(made, context):
    password = context.password
    if password is not None:
        made.set_passwd_cb(lambda *unused: _bytes(password() if callable(password) else password))
    made.use_certificate_chain_file(context.certfile or context.keyfile)
    made.use_privatekey_file(context.keyfile or context.certfile)


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


def _bare():
    """Return a context that verifies nothing yet, for TLS 1.0 and newer."""
    made = SSL.Context(SSL.SSLv23_METHOD)       # the oldest name of "whatever both sides speak"
    # CRIME (CVE-2012-4929) is why there is no compression; pyOpenSSL before 0.14 lacks the name.
    made.set_options(SSL.OP_NO_SSLv2 | SSL.OP_NO_SSLv3 | getattr(SSL, "OP_NO_COMPRESSION", 0x20000))
    made.set_cipher_list(wrapsocket._CIPHERS.encode("ascii"))
    return made


# An installation that is too old or linked against a library that is gone shows it here and not at the
# first connection: what is raised now, tls/__init__.py tells, and takes the other engine.
for _owner, _name in ((SSL.Connection, "set_tlsext_host_name"), (SSL.Connection, "get_protocol_version_name"),
                      (crypto.X509Store, "set_flags"), (crypto.X509Store, "add_crl")):
    if not hasattr(_owner, _name):
        raise ImportError("pyOpenSSL %s has no %s" % (OpenSSL.__version__, _name))
_bare()
