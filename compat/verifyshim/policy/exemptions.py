"""exempt(): hosts that the code in one ``with`` block may talk to unverified."""
import sys
import threading

from . import dates, patterns, rules
from .texts import quoted
from ..errors import ConfigurationError

if sys.version_info >= (3, 7):      # the backport for 3.6 breaks when gevent patches it
    # Tasks of asyncio share a thread and must not share exemptions.
    from contextvars import ContextVar
else:
    ContextVar = None


class _Local(threading.local):
    entries = ()


_LOCAL = _Local()


def _set_local(entries):
    _LOCAL.entries = entries


if ContextVar is None:
    def entries():
        """Return the tuple of entries of this thread, outermost first."""
        return _LOCAL.entries
    _set = _set_local
else:
    _VARIABLE = ContextVar("verifyshim_exempt", default=())
    entries, _set = _VARIABLE.get, _VARIABLE.set


class _Entry(object):
    """One entering of a block. A task made inside inherits it and may live longer: *open* ends it there."""

    def __init__(self, owner, frame):
        self.owner, self.open, self.frame = owner, True, frame


class _Exempt(object):
    """What `exempt` returns: a context manager, which can be used again, nested, and by several threads."""

    def __init__(self, pattern, exemption):
        self.pattern, self.exemption = pattern, exemption
        self._entered = []

    def __enter__(self):
        entry = _Entry(self, id(sys._getframe(1)))
        self._entered.append(entry)
        _set(tuple(other for other in entries() if other.open) + (entry,))
        return self

    def __exit__(self, *error):
        # A generator that is closed elsewhere leaves in another context than it entered in, where another may be
        # inside; a ``with`` block leaves from the frame it entered in, contextlib.ExitStack from another.
        frame = id(sys._getframe(1))
        mine = [entry for entry in list(self._entered) if entry.frame == frame] \
            or [entry for entry in entries() if entry.owner is self and entry.open]
        entry = (mine or self._entered)[-1]
        entry.open = False
        self._entered.remove(entry)
        _set(tuple(other for other in entries() if other.open))


def exempt(host, until=None, reason=None):
    """Let connections to *host* that are made inside the ``with`` block go on unverified; they are logged.

    ::

        with verifyshim.exempt("old-printer.corp.example", until="2027-03-31", reason="NET-1234"):
            urlopen("https://old-printer.corp.example/")

    It holds for this thread, on 3.7+ for this context (PEP 567): the current asyncio task and those started
    inside the block, until the block ends. Inside a generator it also holds for whoever runs it between
    two values.

    :param host: a pattern as of host rules: name, ``*.suffix``, address or network, with an optional port.
    :param until: the last day, ``"2027-03-31"`` or a date (UTC), or a moment, see
        `verifyshim.policy.dates.read`. After it the host is verified again.
    :param reason: why it cannot be verified, text.
    :raises ConfigurationError: where one of them is missing or cannot be used.
    """
    try:
        pattern = patterns.parse(host)
        if until is None:
            raise ConfigurationError("until is missing; give the last day of the exemption, such as "
                                     "until=\"2027-03-31\"")
        until = dates.read(until)
        if reason is None:
            raise ConfigurationError("reason is missing; say why the host cannot be verified until then")
        reason = rules.read_reason(reason)
    except ConfigurationError as error:
        error.args = ("exempt(%s): %s" % (quoted(host), error),)
        raise
    return _Exempt(pattern, rules.Exemption(until, reason, "exempt()"))


def find(open_entries, host, port, now):
    """Return the innermost _Exempt of *open_entries* that holds for *host* and *port* at *now*, or None."""
    peer = patterns.peer(host)
    for entry in reversed(open_entries):
        held = entry.owner
        if entry.open and now < held.exemption.until.seconds and held.pattern.matches(peer, port):
            return held
    return None
