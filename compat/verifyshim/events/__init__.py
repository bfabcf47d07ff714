"""What happened on a connection, told to whom it concerns.

Nothing here stops a connection: what cannot be written is counted, see `dropped`. No lock is held while
anything is written but the log file's own, which survives a fork, and nothing is imported on the way
(on Python 2 a thread would wait there for the import that started it).
"""
import warnings

from . import callsite, record, sinks
from .sinks import dropped      # noqa: F401
from ..errors import InsecureConnectionWarning

VERIFIED, REFUSED, LET_THROUGH = "verified", "refused", "let-through"
UNVERIFIED, EXEMPT, PINNED, UNCHECKED = "unverified", "exempt", "pinned", "unchecked"
VERDICTS = (VERIFIED, REFUSED, LET_THROUGH, UNVERIFIED, EXEMPT, PINNED, UNCHECKED)
_EXPECTED = (VERIFIED, PINNED)


class _State(object):
    warned = {}         # (filename, line) -> who came first; a program has finitely many


def active():
    """Return whether anybody listens. Who has to work for an event's arguments asks first."""
    return bool(sinks.State.all)


def connection(verdict, host, port, entry_point, mode, failure="", detail="", certificate=None,
               name_checked=True, where=None):
    """Write down what became of one client's handshake. Raises nothing.

    :param verdict: one of VERDICTS: verified; refused; let-through (audit: enforce or strict would refuse);
        unverified (the program switched verification off itself); exempt and pinned (by a host rule);
        unchecked (it could not be verified without disturbing it).
    :param host: the name or address that was asked for, text.
    :param port: TCP port, int, or None where it is not known.
    :param entry_point: which patched or public name was used, text.
    :param mode: a Mode, text.
    :param failure: ``VerificationError.reason``, or "" where nothing failed.
    :param detail: more about the failure, or the reason of an exemption, text.
    :param certificate: the peer's, DER bytes, or None where there is none to see.
    :param name_checked: whether the host name was compared, or only the chain verified.
    :param where: what `callsite.find` returned, or None to have it found.
    """
    if not sinks.State.all:
        return
    try:
        written = record.line("connection", host, port, mode, verdict, failure, detail, bool(name_checked),
                              certificate, entry_point, where or callsite.find())
    except Exception as error:      # an argument that nobody thought of; the connection goes on
        sinks.drop(error)
        return
    sinks.emit(written, verdict in _EXPECTED)


def tampering(what, where=None, mode="", entry_point=""):
    """Write down that the program tried to switch verification off where that has no effect. Raises nothing.

    :param what: a short sentence or expression, such as ``ssl._create_default_https_context was assigned``.
    """
    _other("tampering", False, mode=mode, detail=what, entry_point=entry_point, where=where)


def lifecycle(event, mode="", detail="", where=None):
    """Write down an ``install`` or ``uninstall``, or that another policy took over. Raises nothing.

    To be called while the sinks are in use: after `use` for the one, before ``use(None)`` for the other.
    """
    _other(event, True, mode=mode, detail=detail, where=where)


def _other(event, quiet, where=None, **values):
    if not sinks.State.all:
        return
    try:
        written = record.line(event, where=where or callsite.find(), **values)
    except Exception as error:
        sinks.drop(error)
        return
    sinks.emit(written, quiet)


def use(policy):
    """Write to where *policy* says (its ``log``, ``log_max_bytes`` and ``log_keep``) from now on.

    Where it writes to the same file as the policy before, that stays open. None ends writing.

    :returns: None, or a sentence about what is wrong with the log. That is never a reason not to verify.
    """
    return sinks.use(getattr(policy, "log", None), getattr(policy, "log_max_bytes", None),
                     getattr(policy, "log_keep", None))


def ring(size=1000):
    """Return a context manager, or an object with start() and stop(), that keeps the last *size* events.

    ::

        with events.ring() as ring:
            ...
        assert [record["verdict"] for record in ring.records] == ["verified"]
    """
    return sinks.Ring(size)


def notes():
    """Return sentences about the log that a person should read: who else can read it, what failed."""
    return sinks.notes()


def insecure(host, port, entry_point, weakness, where=None):
    """Warn, once for each call site, about a connection that the program made without verification.

    :param where: what `callsite.find` returned, or None to have it found.
    :raises InsecureConnectionWarning: where the program's warning filters turn warnings into errors.
    """
    filename, line, _, module = where or callsite.find()
    me = object()
    if _State.warned.setdefault((filename, line), me) is not me:       # no lock: a fork could keep it
        return
    warnings.warn_explicit(
        "connection to %s%s through %s: %s, because the program passed a context of its own"
        % (host, ":%d" % port if port else "", entry_point, weakness),
        InsecureConnectionWarning, filename, line, module=module, registry={})


def forget():
    """Start over, for a new install()."""
    _State.warned.clear()
