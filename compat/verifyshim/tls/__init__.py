"""The only rooms that talk to ssl, and the one way in: `guard`."""
import socket
import ssl
import warnings

import six

from . import failure, names
from .failure import VerificationError
from .. import events, policy
from ..errors import ConfigurationError

# What status() says of the choice, or None.
ENGINE_NOTE = None

if hasattr(ssl, "SSLContext"):
    from . import sslcontext as engine
else:
    try:
        with warnings.catch_warnings():
            # cryptography warns of Python 2's age in each process; who is here knows.
            warnings.simplefilter("ignore")
            from . import pyopenssl as engine
    except Exception as error:      # absent, too old, or broken in one of the many ways of compiled packages
        from . import wrapsocket as engine
        ENGINE_NOTE = "pyOpenSSL is not used, because importing it failed (%s: %s)." % (
            type(error).__name__, error)

_DIAGNOSIS_SECONDS = 5.0


def guard(sock, host, port, entry_point, asked, reconnect=None, check_name=False, options=None):
    """Shake hands over *sock* as a TLS client, and hand the connection out only if it may be used.

    Every verified connection of the package goes through here, and nothing else decides.

    :param sock: a connected socket; closed where the connection is refused.
    :param host: the name or address the program asked for; behind a proxy the target's.
    :param port: its TCP port, int, or None to ask the socket.
    :param entry_point: which patched or public name was used, text.
    :param asked: a context of ``engine.create`` (the connection named none) or the program's own.
    :param reconnect: ``reconnect(timeout=seconds)`` returns a new connected socket to the same peer; None
        to connect to where *sock* is connected.
    :param check_name: whether the program asks for the name check that its context leaves out.
    :param options: dict of further arguments for ``SSLContext.wrap_socket``.
    :returns: the SSL socket.
    :raises VerificationError: where the peer is refused. Errors of the transport stay as they are.
    """
    port = port or _port_of(sock)
    if reconnect is None:
        reconnect = _reconnect_like(sock)
    wrapped = None
    try:
        if engine.is_default(asked):
            host = _tidy(host, port, asked)
        weakness = engine.weakness(asked)
        if weakness and not (check_name and asked.verify_mode != ssl.CERT_NONE):
            events.insecure(host, port, entry_point, weakness)
        wrapped = engine.handshake(sock, asked, host, options or {})
        if check_name and not getattr(asked, "check_hostname", False) and not engine.is_default(asked):
            names.check_socket(wrapped, host)
        return wrapped
    except Exception as error:
        _close(wrapped)
        _close(sock)
        if isinstance(error, VerificationError) or not _is_verdict(error):
            raise
        refusal = _refusal(error, host, port, asked, reconnect)
        six.raise_from(refusal, error)


def _tidy(host, port, asked):
    try:
        return names.tidy(host)
    except ValueError as error:     # UnicodeError is one
        raise VerificationError(host if isinstance(host, str) else repr(host), port, failure.OTHER,
                                _roots_text(asked), str(error))


def _roots_text(asked):
    roots = engine.roots_of(asked)
    return "those of the context that the program passed" if roots is None else str(roots)


def _is_verdict(error):
    """Whether *error* is about the peer's certificate, or about what is needed to judge it."""
    return isinstance(error, (names.Mismatch, ConfigurationError)) or failure.is_refusal(error)


def _refusal(error, host, port, asked, reconnect):
    if isinstance(error, names.NoCertificate):
        reason, detail, code = failure.NO_CERTIFICATE, "", 0
    elif isinstance(error, ConfigurationError):      # a file of the policy that went away since
        reason, detail, code = failure.OTHER, str(error), 0
    elif isinstance(error, names.Mismatch):
        reason, detail, code = failure.HOSTNAME_MISMATCH, str(error), 0
        if not engine.HAS_SNI and names.pack_address(host) is None:
            detail = "; ".join(part for part in (detail, getattr(engine, "HINT", "")) if part)
    else:
        reason, detail, code = failure.classify(error)
        if reason is None:
            reason, detail = _diagnose(host, reconnect, engine.roots_of(asked))
    return VerificationError(host, port, reason, _roots_text(asked), detail, code)


def _diagnose(host, reconnect, roots):
    """Find out why the chain was refused, on interpreters whose ssl does not say (below 3.7).

    It takes a second connection on which nothing is sent: the verdict stands already, this is for the
    text. Any trouble on the way leaves the reason at "other".
    """
    try:
        encoded = engine.certificate_of(reconnect(timeout=_DIAGNOSIS_SECONDS), host,
                                        _DIAGNOSIS_SECONDS)
        return failure.judge(encoded, roots, policy.current().switches.revoked())
    except Exception:       # whatever the other side does to us here must not hide the refusal
        return failure.OTHER, "this interpreter does not say why"


def _reconnect_like(sock):
    def reconnect(timeout):
        fresh = socket.socket(family, socket.SOCK_STREAM)
        fresh.settimeout(timeout)
        fresh.connect(address)
        return fresh
    try:
        family, address = sock.family, sock.getpeername()
    except Exception:       # a look-alike socket; then there is no second look
        family = address = None
    return reconnect


def _port_of(sock):
    try:
        return sock.getpeername()[1]
    except Exception:
        return None


def _close(sock):
    if sock is not None:
        try:
            sock.close()
        except Exception:       # it is being thrown away; the refusal is what the caller must see
            pass
