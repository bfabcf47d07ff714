"""The engine for interpreters that have ssl.SSLContext (2.7.9+, 3.3+).

Two kinds of context are made here. A *shared* one has the roots loaded, which is nine tenths of the price
of verification, is made once for equal recipes, and cannot be changed by anybody afterwards. A *default*
one is what a connection gets that named no context: an SSLContext of its own that programs may change as
they always could; what they do to it is remembered as a recipe, and its handshakes run on the shared
context for that recipe.
"""
import ssl
import weakref

from . import classes, contexts, copies, failure, marks, names
from .contexts import require      # noqa: F401  part of the engine
from .recipe import Recipe, Shared, Unrepeatable
from .. import policy
from ..events.locks import ForkLock

NAME = "ssl.SSLContext"
HAS_SNI = getattr(ssl, "HAS_SNI", False)


class _State(object):
    lock = ForkLock()
    shared = Shared()
    made_of = weakref.WeakKeyDictionary()


def create(roots=None, certfile=None, keyfile=None):
    """Return a new default context.

    :param roots: verifyshim.roots.Roots, or None for the policy's at the time of each handshake.
    :param certfile: path of the PEM client certificate chain, or None; *keyfile* of its key.
    """
    context = classes.default()(contexts.PROTOCOL)
    context.__dict__["_recipe"] = None
    options, flags = contexts.template()
    context.options = options
    if flags is not None:
        context.verify_flags = flags
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    context.__dict__["_recipe"] = Recipe(roots)
    if certfile or keyfile:
        context.load_cert_chain(certfile or keyfile, keyfile)
    return context


def is_default(context):
    # Not isinstance: gevent and truststore may have replaced the base since it was made.
    return "_recipe" in getattr(context, "__dict__", ())


def weakness(context):
    """Return what *context* leaves unverified, in words, or None where it verifies chain and name."""
    with copies.lock:       # as in `handshake`
        verifies = getattr(context, "verify_mode", ssl.CERT_NONE) != ssl.CERT_NONE
        matches = getattr(context, "check_hostname", False)
    return None if verifies and matches else failure.left_open(verifies)


def roots_of(context):
    """Return the Roots that *context* was made with, or None where those of the policy are meant."""
    return context._recipe.roots if is_default(context) else None


def handshake(sock, context, host, options, roots=None, verify=None):
    """Return the SSL socket, with the peer verified as far as *context* asks.

    :param sock: a connected socket.
    :param host: the name to send and to check, as names.tidy returns it.
    :param options: more arguments of SSLContext.wrap_socket.
    :param roots: the verifyshim.roots.Roots for a default context that was made without.
    :param verify: True or False for a default context that is to verify, or not, whatever the program made
        of it; None to leave it at that.
    :raises ssl.SSLError, CertificateError, names.Mismatch: where the peer is refused.
    """
    if not is_default(context):
        # 3.3 may be built without SNI, where passing a name is an error.
        name = host if HAS_SNI or getattr(context, "check_hostname", False) else None
        return context.wrap_socket(sock, server_hostname=name, **options)
    with copies.lock:       # or what `flipped` does to it for a moment would be taken for its own
        matches = context.check_hostname if verify is None else verify
    # An address is no server name (RFC 6066, 3), but 3.7+ wants it to compare and sends none.
    sni = host if names.OPENSSL_MATCHES or (HAS_SNI and names.pack_address(host) is None) else None
    match = matches and names.OPENSSL_MATCHES
    options = dict(options, server_hostname=sni)
    session, shakes = options.pop("session", None), options.pop("do_handshake_on_connect", True)
    try:
        shared_context = shared(context._recipe, match, roots, verify)
        at_once = shakes and session is None
        wrapped = shared_context.wrap_socket(sock, do_handshake_on_connect=at_once, **options)
    except Unrepeatable:
        match = at_once = False
        wrapped = _by_itself(context, roots, verify, lambda it: copies.base().wrap_socket(
            it, sock, do_handshake_on_connect=False, **options))
    try:
        resumed(wrapped, session)
        if shakes and not at_once:
            _shake(wrapped)
        if matches and shakes:
            _compare(wrapped, host, match)
    except Exception:
        wrapped.close()
        raise
    return wrapped


def _compare(wrapped, host, compared):
    """Raise names.Mismatch where the peer of *wrapped* is not *host*, as far as OpenSSL has not *compared* the name."""
    encoded = wrapped.getpeercert(True)
    if not compared:
        names.check_peer(encoded, host)
        return
    names.require_certificate(encoded, wrapped.cipher())
    if encoded and getattr(wrapped, "session_reused", False):       # where OpenSSL compares nothing
        names.check(encoded, host)


def _shake(wrapped):
    """Shake hands without the comparison of names that ssl adds in Python below 3.7: `_compare` is ours."""
    inner = wrapped._sslobj
    (inner if names.OPENSSL_MATCHES else getattr(inner, "_sslobj", inner)).do_handshake()


def resumed(wrapped, session):
    """Have *wrapped* go on with *session*, or None, where its context may; return it.

    What a program takes for one context is several here; where it is another one's only a faster handshake is lost.
    """
    if session is not None:
        try:
            wrapped.session = session
        except ValueError:
            pass
    return wrapped


def _by_itself(context, roots, verify, make):
    """Return ``make(context)`` while the default *context* itself verifies, or does not; see `handshake`.

    It has loaded what cannot be read any more.
    """
    with copies.lock:
        if verify is None and context.verify_mode == ssl.CERT_NONE:
            return make(context)
        if verify is False:
            return copies.unverifying(context, make)
        return copies.flipped(context, context._recipe.roots or roots or policy.current().roots,
                              policy.current().switches, make)


def equip(context):
    """Give the default *context* the roots itself: it has loaded what cannot be read any more."""
    copies.give(context, context._recipe.roots or policy.current().roots, policy.current().switches)


def client_hello(context):
    """Return the bytes with which *context* would begin a handshake; nothing is sent. 3.5+."""
    outgoing = ssl.MemoryBIO()
    try:
        with marks.ours(about=context):
            context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def certificate_of(sock, host, timeout):
    """Shake hands without verifying, only to look: return the leaf's DER bytes, or None. Closes *sock*."""
    context = ssl.SSLContext(contexts.PROTOCOL)
    contexts.unmatched(context)
    context.verify_mode = ssl.CERT_NONE
    sock.settimeout(timeout)
    name = host if HAS_SNI and names.pack_address(host) is None else None
    with marks.ours(about=context):
        wrapped = context.wrap_socket(sock, server_hostname=name)
    try:
        return wrapped.getpeercert(True)
    finally:
        wrapped.close()


def shared(recipe, match, roots=None, verify=None):
    """Return the one context for *recipe*.

    :param match: whether the context itself compares the name. Below 3.7 it is done in `handshake`,
        because ssl.match_hostname of 2.7 and 3.4 knows no addresses.
    :param roots: the verifyshim.roots.Roots to use where the recipe has none, by default the policy's.
    :param verify: as in `handshake`.
    """
    default_roots, switches = roots or policy.current().roots, policy.current().switches
    if verify and "verify_mode" not in [step.name for step in recipe.steps]:
        verify = None       # the same: a session of the one is one of the other
    key = (ssl.SSLContext, match, verify, switches, switches.crl_state()) + recipe.key(default_roots)
    return _State.shared.made(key, _make, recipe, recipe.roots or default_roots, switches, match, verify)


def _make(recipe, roots, switches, match, verify):
    context = contexts.unverified() if verify is False else contexts.verifying(roots)
    for step in recipe.steps:
        if step.name != "check_hostname" and (verify is None or step.name != "verify_mode"):
            contexts.unmatched(context)
            step.repeat(context)
    context.options |= contexts.NO_SSL
    if verify is not False:
        contexts.apply(context, switches)       # after the program's own steps: the policy has the last word
    contexts.unmatched(context)
    if match:
        context.check_hostname = True
    if verify is not False:
        _remember(context, recipe)
    return classes.seal(context)


def _remember(context, recipe):
    if hasattr(context, "__dict__"):
        context.__dict__["_made_of"] = recipe
        return
    try:
        _State.made_of[context] = recipe        # up to 3.6 a context has slots
    except TypeError:       # and on 3.3 not even weak references
        pass


def made_of(context):
    """Return the Recipe of a context that is ours, of those that programs get to see, or None where it is theirs."""
    if hasattr(context, "__dict__"):
        return context.__dict__.get("_made_of") or context.__dict__.get("_recipe")
    try:
        return _State.made_of.get(context)
    except TypeError:
        return None
