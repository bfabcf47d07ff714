"""The engine for interpreters without ssl.SSLContext (2.6-2.7.8).

Their ``ssl.wrap_socket`` verifies the chain against one file of roots; the host name is compared
afterwards, before anything is sent. They send no server name (SNI), so a server with several
certificates may answer with the wrong one: status() says so, and so does every refusal for the name.
pyopenssl.py sends it.
"""
import os
import socket
import ssl
import time

from . import failure, marks, names
from .recipe import Recipe
from ..roots import cache
from ..errors import ConfigurationError

NAME = "ssl.wrap_socket"
HAS_SNI = False
# Why a name may not fit, for those who can do something about it.
HINT = ("this interpreter sends no server name (SNI), so a server with several certificates may show "
        "another one's; installing verifyshim[tls] changes that")
_TOO_OLD = ("this interpreter's TLS library (%s) may be too old for this server, and it sends no server name "
            "(SNI); install verifyshim[tls], which brings a newer one, or use a newer Python"
            % getattr(ssl, "OPENSSL_VERSION", "of unknown version"))

# 2.6 has no ciphers argument. Where there is one, this is 2.7.9's own default without RC4 and 3DES,
# for peers that have better to agree on something better.
_CIPHERS = ("ECDH+AESGCM:DH+AESGCM:ECDH+AES256:DH+AES256:ECDH+AES128:DH+AES:ECDH+HIGH:DH+HIGH:"
            "RSA+AESGCM:RSA+AES:RSA+HIGH:!aNULL:!eNULL:!MD5:!3DES:!RC4")
_TAKES_CIPHERS = "ciphers" in ssl.wrap_socket.__code__.co_varnames


class Context(object):
    """What create_context() returns here: verifies chain and host name, through ``wrap_socket``."""

    verify_mode = ssl.CERT_REQUIRED
    check_hostname = True

    def __init__(self, roots=None, certfile=None, keyfile=None):
        self._recipe = Recipe(roots)
        self.certfile, self.keyfile = certfile, keyfile

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        if password is not None:
            raise ValueError("this interpreter cannot open an encrypted key; "
                             "store the key without a password, readable by its owner alone")
        self.certfile, self.keyfile = certfile, keyfile

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True,
                    suppress_ragged_eofs=True, server_hostname=None):
        """As ssl.SSLContext.wrap_socket; *server_hostname* is needed, *sock* must be connected.

        :raises VerificationError: where the peer is refused.
        """
        from . import guard
        if server_side:
            raise ValueError("this context verifies servers and cannot be one; use ssl.wrap_socket")
        if not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        if not do_handshake_on_connect:
            raise ValueError("this interpreter can check the host name only in a handshake that "
                             "wrap_socket makes; leave do_handshake_on_connect alone")
        return guard(sock, server_hostname, None, "Context.wrap_socket", self,
                     options={"suppress_ragged_eofs": suppress_ragged_eofs})


create = Context


def require(switches):
    """Raise ConfigurationError where this interpreter cannot do what *switches* ask for."""
    asked = [name for name, value in zip(switches._fields, switches)
             if value not in ("default", None, (), "leaf") and (name, value) != ("minimum_tls", "1.0")]
    if asked:
        raise ConfigurationError("%s cannot be set on this interpreter, whose ssl has no SSLContext; leave it "
                                 "out, or install verifyshim[tls]" % asked[0])


def is_default(context):
    return isinstance(context, Context)


def weakness(context):
    return None     # nobody can pass another kind of context here


def roots_of(context):
    """Return the Roots that *context* was made with, or None where those of the policy are meant."""
    return context._recipe.roots


def handshake(sock, context, host, options, roots, verify):
    """Return the SSL socket with chain and name verified; where *verify* is False, with neither.

    :raises ssl.SSLError, names.Mismatch: where the peer is refused.
    """
    arguments = dict(options, keyfile=context.keyfile or context.certfile, certfile=context.certfile,
                     cert_reqs=ssl.CERT_REQUIRED if verify is not False else ssl.CERT_NONE,
                     ca_certs=cache.path_of(roots) if verify is not False else None)
    if _TAKES_CIPHERS:
        arguments["ciphers"] = _CIPHERS
    wrapped = _shake(sock, arguments)
    if verify is not False:
        names.check_socket(wrapped, host)
    return wrapped


def certificate_of(sock, host, timeout):
    """Shake hands without verifying, only to look: return the leaf's DER bytes, or None. Closes *sock*."""
    sock.settimeout(timeout)
    with marks.ours(about=marks.number(sock)):
        wrapped = ssl.wrap_socket(sock)
    try:
        return wrapped.getpeercert(True)
    finally:
        wrapped.close()


def _shake(sock, arguments):
    """Make the handshake, but refuse SSLv2 and SSLv3.

    The one protocol constant that reaches TLS 1.2 (SSLv23) also allows SSLv3, and these interpreters can
    neither switch that off nor tell afterwards what was agreed. So the client's first flight is sent by
    hand, and the first bytes of the answer are looked at where they wait in the kernel, before OpenSSL
    reads them and picks the protocol from the very same bytes (ssl23_get_server_hello).
    """
    timeout = sock.gettimeout()
    if timeout == 0:
        raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
    if not hasattr(socket, "socketpair"):       # Windows: TLS 1.0 and nothing else is what can be had
        return _explaining(ssl.wrap_socket, sock, ssl_version=ssl.PROTOCOL_TLSv1, **arguments)
    wrapped = ssl.wrap_socket(sock, do_handshake_on_connect=False, **arguments)
    try:
        sock.sendall(_first_flight(sock, wrapped, timeout))
        record = bytearray(_peek(sock, 3, timeout))
        if record[:1] and (record[0] & 0x80 or list(record[1:]) == [3, 0]):
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, "the server speaks only SSLv3 or older, which verifyshim "
                               "refuses; have the server offer TLS 1.2")
        _explaining(wrapped.do_handshake)
    except Exception:
        wrapped.close()
        raise
    return wrapped


def _explaining(shake, *args, **kwargs):
    """Call *shake*; where it fails for another reason than the certificate, add what is likely to help.

    An old library gets no more than "handshake failure" from a server that has moved on, or a reset.
    """
    try:
        return shake(*args, **kwargs)
    except ssl.SSLError as error:
        raise failure.hinted(error, _TOO_OLD)


def _first_flight(sock, wrapped, timeout):
    """Return the bytes with which *wrapped* begins its handshake, none of them sent.

    OpenSSL holds only the number of the file descriptor; for its first step that number is one end of a
    socket pair. Nothing can answer there, so nothing is read before it has been looked at.
    """
    number = sock.fileno()
    near, far = socket.socketpair()
    connection = os.dup(number)
    try:
        os.dup2(near.fileno(), number)
        sock.settimeout(0)
        try:
            wrapped.do_handshake()
        except ssl.SSLError as error:
            if error.args[0] != ssl.SSL_ERROR_WANT_READ:
                raise
        return far.recv(65536)
    finally:
        os.dup2(connection, number)
        os.close(connection)
        near.close()
        far.close()
        sock.settimeout(timeout)


def _peek(sock, count, timeout):
    """Return the next *count* bytes without taking them; fewer where the connection ends before."""
    deadline = timeout and time.time() + timeout
    data = sock.recv(count, socket.MSG_PEEK)
    while 0 < len(data) < count:        # the kernel has some and does not wait for the rest
        if deadline and time.time() > deadline:
            raise socket.timeout("timed out")
        time.sleep(0.01)
        data = sock.recv(count, socket.MSG_PEEK)
    return data
