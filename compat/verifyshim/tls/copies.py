"""Verifying copies of the contexts that programs make without verification.

A program's own context is never changed: roots loaded into it would be trusted wherever else it is used.
What it was made of is recorded as it happens, and a shared context made of the same, but verifying, does
the handshake. For the few contexts that are older than install() there is no record; `flipped` verifies
with those themselves.
"""
import ssl
import warnings
import weakref

from . import contexts, names
from .recipe import Shared, Step
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
    """What is known about one context: the list of Step, and the key of the Roots `flipped` gave it."""

    steps = loaded = None


class _Protocol(int):
    """``context.protocol`` on 3.3, the one place where its contexts can have something attached."""


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


_lock = ForkLock()
_shared = Shared()


def base():
    """Return the SSLContext class of the standard library, whatever has been put in its place since."""
    # gevent and truststore derive theirs from it.
    line = ssl.SSLContext.__mro__
    return line[[kind.__name__ for kind in line].index("_SSLContext") - 1]


def begin(context):
    """Record what is done to *context* from now on; called when it is made."""
    _memory(context).steps = []


def record(context, name, args, kwargs):
    """Remember one call of a method that changes *context*."""
    if name in _SYSTEM_ROOTS or name in _OF_SERVERS:
        return
    steps = _memory(context).steps
    if steps is not None:
        steps.append(Step(name, args, kwargs))


def verifying(context, roots, switches, match):
    """Return a shared context that does all that *context* does and verifies; None where it has no record.

    :param roots: the verifyshim.roots.Roots to trust, beside what the program loaded from files of its own.
    :param match: whether it compares the host name too (3.7+).
    """
    steps = _memory(context).steps
    if steps is None:
        return None
    readable = tuple((name, getattr(context, name)) for name in _READABLE if hasattr(context, name))
    key = (base(), context.protocol, readable, tuple(step.key for step in steps), match, switches,
           switches.crl_state(), roots.key)
    return _shared.made(key, _make, context.protocol, readable, list(steps), match, switches, roots)


def _make(protocol, readable, steps, match, switches, roots):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # old protocols and options: the program has been told already
        copy = base()(protocol)
        contexts.unmatched(copy)
        for name, value in readable:
            if getattr(copy, name) != value:
                contexts.put(copy, name, value)
        for step in steps:
            step.apply(copy)
        _set(copy, roots, switches, match)
    return copy


def _set(context, roots, switches, match):
    contexts.put(context, "verify_mode", ssl.CERT_REQUIRED)
    contexts.load(context, roots)
    contexts.apply(context, switches)
    contexts.put(context, "options", context.options | contexts.NO_SSL)
    if match:
        context.check_hostname = True


def flipped(context, roots, switches, match, make):
    """Return ``make(context)`` while *context* itself verifies: what is made takes the settings along.

    :raises ConfigurationError: where the context has been given other roots before (of a host rule).
    """
    with _lock:
        memory = _memory(context)
        if memory.loaded is None:
            contexts.load(context, roots)
            memory.loaded = roots.key
        if memory.loaded != roots.key:
            raise ConfigurationError("this TLS context was made before verifyshim was installed and has been "
                                     "given other roots already; install verifyshim earlier")
        before = [(name, getattr(context, name)) for name in _CHANGED if hasattr(context, name)]
        try:
            contexts.put(context, "verify_mode", ssl.CERT_REQUIRED)
            if hasattr(context, "verify_flags"):
                contexts.apply(context, switches)
            if match:
                context.check_hostname = True
            return make(context)
        finally:
            contexts.unmatched(context)
            for name, value in before:
                contexts.put(context, name, value)


def matching(context, make):
    """Return ``make(context)`` while *context*, which verifies the chain, compares the host name too."""
    with _lock:
        try:
            context.check_hostname = names.OPENSSL_MATCHES
            return make(context)
        finally:
            contexts.unmatched(context)
