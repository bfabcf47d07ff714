"""Verifying copies of the contexts that programs make without verification.

A program's own context is never changed: roots loaded into it would be trusted wherever else it is used.
What it was made of is recorded as it happens, and a shared context made of the same, but verifying, does
the handshake. For the few contexts that are older than install() there is no record; `flipped` verifies
with those themselves.
"""
import ssl
import warnings
import weakref

from . import classes, contexts
from .own import Own
from .recipe import Shared, Step, Unrepeatable, followed
from ..errors import ConfigurationError
from ..events.locks import ForkLock

# What can be read off a context; the rest is known only by record. In the order in which they are set.
_READABLE = ("options", "minimum_version", "maximum_version", "verify_flags", "post_handshake_auth",
             "hostname_checks_common_name", "keylog_filename")
# What `flipped` changes for a moment.
_CHANGED = ("verify_flags", "options", "minimum_version", "verify_mode")
# The machine's roots are not the policy's; a file that a program named is its own word and stays.
_SYSTEM_ROOTS = ("load_default_certs", "set_default_verify_paths")
# What only servers call back. Their closures often hold the context itself.
_OF_SERVERS = ("set_servername_callback", "set_psk_server_callback")


class _Memory(object):
    """What is known about one context: the tuple of Step, and the roots `flipped` gave it, a set.

    :ivar since: the recording of which the steps are all; one that ended has missed what came then.
    :ivar has_gone: whether files that it was made of have.
    """

    steps = loaded = since = None
    has_gone = False


class _Protocol(int):
    """``context.protocol`` on 3.3, the one place where its contexts can have something attached."""


class _Recording(object):
    now = object()


_memories = weakref.WeakKeyDictionary()     # context -> _Memory; up to 3.6 a context has slots


def _memory(context):
    # In the context itself where it can be: what was set may lead back to it (a callback's closure), and
    # only there the two are garbage together.
    own = getattr(context, "__dict__", None)
    if own is not None:
        return own.get("_verifyshim") or own.setdefault("_verifyshim", _Memory())
    try:
        return _memories.get(context) or _memories.setdefault(context, _Memory())
    except TypeError:       # 3.3 has no weak references to it either
        if not isinstance(getattr(context, "protocol", None), _Protocol):
            context.protocol = _Protocol(getattr(context, "protocol", 0))
            context.protocol.memory = _Memory()
        return context.protocol.memory


# Held while a context is looked at, and while `flipped` has it otherwise than the program made it.
lock = ForkLock()
_shared = Shared()


def base():
    """Return the SSLContext class of the standard library, whatever has been put in its place since."""
    # gevent and truststore derive theirs from it.
    line = ssl.SSLContext.__mro__
    return line[[kind.__name__ for kind in line].index("_SSLContext") - 1]


def begin(context):
    """Record what is done to *context* from now on; called when it is made."""
    memory = _memory(context)
    memory.steps, memory.since = (), _Recording.now


def forget():
    """Recording ends: what is done to contexts from now on is not known."""
    _Recording.now = object()


def is_recorded(context):
    """Whether *context* was made, and all that was done to it done, since recording began."""
    memory = _memory(context)
    return memory.steps is not None and memory.since is _Recording.now


def record(context, name, args, kwargs):
    """Remember one call of a method that changes *context*."""
    if name in _SYSTEM_ROOTS or name in _OF_SERVERS or not is_recording():
        return
    memory = _memory(context)
    if memory.steps is not None:
        memory.steps = followed(memory.steps, Step(name, args, kwargs))


def verifying(context, roots, switches, match):
    """Return a shared context that does all that *context* does and verifies; None where it has no record.

    Or none any more: files that it was made of may have gone since, and a program that has loaded them needs them no
    longer. From then on it is verified with the context itself.

    :param roots: the verifyshim.roots.Roots to trust, beside what the program loaded from files of its own.
    :param match: whether it compares the host name too (3.7+).
    """
    memory = _memory(context)
    steps = memory.steps
    if not is_recorded(context):
        return None
    readable = tuple(_look(context, _READABLE))
    key = (base(), context.protocol, readable, tuple(step.key for step in steps), match, switches,
           switches.crl_state(), roots.key)
    try:
        return _shared.made(key, _make, context.protocol, readable, steps, match, switches, roots)
    except Unrepeatable:
        memory.steps, memory.has_gone = None, True
        return None


def has_gone(context):
    """Whether *context* is the only one that has what it was made of."""
    return _memory(context).has_gone


def _make(protocol, readable, steps, match, switches, roots):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # old protocols and options: the program has been told already
        copy = base()(protocol)
        contexts.unmatched(copy)
        for name, value in readable:
            if getattr(copy, name) != value:
                _repeat(copy, name, value)
        for step in steps:
            step.repeat(copy)
        _set(copy, roots, switches, match)
    classes.seal(copy)      # SSLObject.context is the program's way to it
    return copy


def _repeat(copy, name, value):
    try:
        contexts.put(copy, name, value)
    except EnvironmentError as error:       # the folder of keylog_filename is gone
        raise Unrepeatable(error)


def _set(context, roots, switches, match):
    contexts.put(context, "verify_mode", ssl.CERT_REQUIRED)
    contexts.load(context, roots)
    contexts.apply(context, switches)
    contexts.put(context, "options", context.options | contexts.NO_SSL)
    if match:
        context.check_hostname = True


def give(context, roots, switches):
    """Have *context* itself trust *roots*, and obey *switches*, from now on; return what it was like in _CHANGED.

    :raises ConfigurationError: where it has been given other roots before (of a host rule).
    """
    with lock:
        memory = _memory(context)
        wanted = set(roots.certificates) or set([roots.key])
        with _unrecorded():
            if memory.loaded is None or memory.loaded < wanted:
                contexts.load(context, roots)
                memory.loaded = wanted
            if memory.loaded != wanted:
                raise ConfigurationError("this TLS context was made before verifyshim was installed, or of files that "
                                         "are gone, and has been given other roots already; make another context")
            before = _look(context, _CHANGED)
            if hasattr(context, "verify_flags"):
                contexts.apply(context, switches)
        return before


def flipped(context, roots, switches, make):
    """Return ``make(context)`` while *context* itself verifies: what is made takes the settings along.

    Names are compared afterwards: check_hostname is looked at by ssl's Python too, in whatever thread.

    :raises ConfigurationError: as `give`.
    """
    with lock:
        before = give(context, roots, switches)
        try:
            contexts.put(context, "verify_mode", ssl.CERT_REQUIRED)
            return make(context)
        finally:
            _put_back(context, before)


def unverifying(context, make):
    """Return ``make(context)`` while *context* itself, one of ours, verifies nothing."""
    with lock:
        before = _look(context, ("verify_mode", "check_hostname"))
        try:
            with _unrecorded():
                contexts.put(context, "check_hostname", False)
                contexts.put(context, "verify_mode", ssl.CERT_NONE)
            return make(context)
        finally:
            with _unrecorded():
                _put_back(context, before)


def _look(context, names):
    return [(name, getattr(context, name)) for name in names if hasattr(context, name)]


def _put_back(context, before):
    for name, value in before:
        contexts.put(context, name, value)


class _Ours(object):
    now = False


_own = Own(_Ours)


class _unrecorded(object):      # noqa: N801  a context manager
    """While it lasts, what this thread does to contexts is not the program's doing."""

    def __enter__(self):
        self._outer, _own.here().now = _own.here().now, True

    def __exit__(self, *trouble):
        _own.here().now = self._outer


def is_recording():
    """Whether what this thread does to contexts is the program's doing."""
    return not _own.here().now
