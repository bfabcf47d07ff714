"""From an error of ssl to the VerificationError that the program, and a person, gets to see."""
import socket

from . import failure, names, pins
from .. import policy
from ..errors import ConfigurationError

SECONDS = 5.0       # that a second look at a refused peer may take


def is_verdict(error):
    """Whether *error* is about the peer's certificate, or about what is needed to judge it."""
    return isinstance(error, (names.Mismatch, ConfigurationError)) or failure.is_refusal(error)


def refusal_for(error, host, port, roots, look, hint=""):
    """Return the VerificationError for *error*.

    :param roots: the verifyshim.roots.Roots that were used, or None for those of the program's context.
    :param look: called without arguments for the peer's certificate, DER bytes or None, where ssl does not say
        why it refused (below 3.7); the verdict stands already, this is for the text.
    :param hint: what else may explain a wrong name.
    """
    if isinstance(error, failure.VerificationError):
        return error
    reason, detail, code = _told(error, hint)
    if reason is None:
        reason, detail = _looked_at(look, roots)
    return failure.VerificationError(host, port, reason, roots_text(roots), detail, code)


def roots_text(roots):
    return "those of the context that the program passed" if roots is None else str(roots)


def _told(error, hint):
    if isinstance(error, names.NoCertificate):
        return failure.NO_CERTIFICATE, "", 0
    if isinstance(error, ConfigurationError):       # a file of the policy that went away since
        return failure.OTHER, str(error), 0
    if isinstance(error, pins.Mismatch):
        return failure.PIN_MISMATCH, str(error), 0
    if isinstance(error, names.Mismatch):
        return failure.HOSTNAME_MISMATCH, "; ".join(part for part in (str(error), hint) if part), 0
    if not is_verdict(error):       # what only audit goes on after
        return failure.OTHER, str(error), 0
    return failure.classify(error)


def _looked_at(look, roots):
    encoded = look()
    try:
        if encoded:
            return failure.judge(encoded, roots, policy.current().switches.revoked())
    except ValueError:      # not a certificate that can be read
        pass
    return failure.OTHER, "this interpreter does not say why"


def look(engine, connect, host):
    """Return the certificate, DER bytes, that a refused peer shows on a second connection; None for trouble.

    :param connect: returns a connected socket; nothing is sent over it but the handshake.
    """
    try:
        sock = connect()
        return engine.certificate_of(sock, host, seconds(sock)) or None
    except Exception:       # whatever the other side does to us here must not hide the refusal
        return None


def seconds(sock):
    """Return for how long a second look may wait: as the program would on *sock*, but not over SECONDS."""
    try:
        return min(sock.gettimeout() or SECONDS, SECONDS)
    except Exception:       # a look-alike socket
        return SECONDS


def redial(sock, wait=None):
    """Return a function that connects again to where *sock* is connected, from the same address.

    It takes ``timeout``, seconds; by default *wait*.
    """
    def connect(timeout=wait):
        fresh = socket.socket(family, socket.SOCK_STREAM)
        fresh.settimeout(timeout)
        if family in (socket.AF_INET, getattr(socket, "AF_INET6", None)):
            fresh.bind((local[0], 0) + tuple(local[2:]))
        fresh.connect(address)
        return fresh
    try:
        family, address, local = sock.family, sock.getpeername(), sock.getsockname()
    except Exception:       # a look-alike socket; then there is no second look
        family = address = local = None
    return connect
