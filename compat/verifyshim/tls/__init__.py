"""The only rooms that talk to ssl, and the one way in: `guard`."""
import ssl
import warnings

import six

from . import failure, marks, names, pins, refusal
from .decision import AS_IT_IS, decide
from .failure import VerificationError
from .. import events, policy

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


def guard(sock, host, port, entry_point, asked, reconnect=None, check_name=False, options=None):
    """Shake hands over *sock* as a TLS client, and hand the connection out only if it may be used.

    Every connection that verifyshim makes for a program goes through here; those that programs make by
    themselves pass `outgoing.begin`. What is to be verified, `decision.decide` says to both.

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
    reconnect = reconnect or refusal.redial(sock)
    shake = _as_left_to_us if engine.is_default(asked) else _as_the_program_has_it
    try:
        return shake(sock, host, port, entry_point, asked, reconnect, check_name, options or {})
    except Exception:
        _close(sock)
        raise


def _as_the_program_has_it(sock, host, port, entry_point, asked, reconnect, check_name, options):
    wrapped, patience = None, refusal.seconds(sock)
    try:
        with marks.named(entry_point, host, port, reconnect, about=marks.number(sock)):
            wrapped = engine.handshake(sock, asked, host, options)
        if check_name and not getattr(asked, "check_hostname", False):
            names.check_socket(wrapped, host)
        return wrapped
    except Exception as error:
        _close(wrapped)
        if isinstance(error, VerificationError) or not refusal.is_verdict(error):
            raise
        six.raise_from(refusal.refusal_for(error, host, port, None, _Look(host, reconnect, patience)), error)


def _as_left_to_us(sock, host, port, entry_point, asked, reconnect, check_name, options):
    installed = policy.current()
    judgement = installed.judgement(host, port)
    roots = engine.roots_of(asked) or judgement.roots or installed.roots
    weakness = None if check_name and asked.verify_mode != ssl.CERT_NONE else engine.weakness(asked)
    mode = policy.Mode.STRICT if installed.mode == policy.Mode.STRICT else policy.Mode.ENFORCE
    decision = decide(mode, not weakness, asked.verify_mode != ssl.CERT_NONE, not weakness, judgement)
    verify = True if decision.how != AS_IT_IS else None if decision.verdict == events.UNVERIFIED else False
    wrapped, patience = None, refusal.seconds(sock)
    if verify is None:
        events.insecure(host, port, entry_point, weakness)
    try:
        host = _tidy(host, port, roots)
        with marks.ours(entry_point, marks.number(sock)):
            wrapped = engine.handshake(sock, asked, host, options, roots, verify)
            encoded = wrapped.getpeercert(True) if decision.pins or events.active() else None
        if decision.pins:
            pins.check(encoded, decision.pins)
    except Exception as error:
        _close(wrapped)
        if not refusal.is_verdict(error):
            raise
        hint = "" if engine.HAS_SNI or names.pack_address(host) is not None else getattr(engine, "HINT", "")
        look = _Look(host, reconnect, patience)
        refused = refusal.refusal_for(error, host, port, roots, look, hint)
        if events.active():
            events.connection(events.REFUSED, host, port, entry_point, installed.mode, refused.reason,
                              refused.detail, look())
        six.raise_from(refused, error)
    events.connection(decision.verdict, host, port, entry_point, installed.mode, certificate=encoded,
                      detail=judgement.exemption.reason if decision.verdict == events.EXEMPT else "")
    return wrapped


class _Look(object):
    """Fetches the peer's certificate over a second connection, once; see refusal.look."""

    def __init__(self, host, reconnect, seconds):
        self._host, self._connect = host, lambda: reconnect(timeout=seconds)

    def __call__(self):
        if not hasattr(self, "_found"):
            self._found = refusal.look(engine, self._connect, self._host)
        return self._found


def _tidy(host, port, roots):
    """Return *host* as names.tidy does; what is no name, nobody can be."""
    try:
        return names.tidy(host)
    except ValueError as error:
        raise VerificationError(host if isinstance(host, str) else repr(host), port, failure.OTHER,
                                refusal.roots_text(roots), str(error))


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
