"""The engine for interpreters that have ssl.SSLContext (2.7.9+, 3.3+).

Two kinds of context are made here. A *shared* one has the roots loaded, which is nine tenths of the price
of verification, is made once for equal recipes, and cannot be changed by anybody afterwards. A *default*
one is what a connection gets that named no context: an SSLContext of its own that programs may change as
they always could; what they do to it is remembered as a recipe, and its handshakes run on the shared
context for that recipe.
"""
import functools
import ssl
import weakref

from . import classes, contexts, failure, marks, names
from .contexts import require      # noqa: F401  part of the engine
from .recipe import Recipe, Shared, Unrepeatable
from .. import policy
from ..errors import ConfigurationError
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
    verifies = getattr(context, "verify_mode", ssl.CERT_NONE) != ssl.CERT_NONE
    if verifies and getattr(context, "check_hostname", False):
        return None
    return failure.left_open(verifies)


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
    matches = context.check_hostname if verify is None else verify
    # An address is no server name (RFC 6066, 3), but 3.7+ wants it to compare and sends none.
    sni = host if names.OPENSSL_MATCHES or (HAS_SNI and names.pack_address(host) is None) else None
    match = matches and names.OPENSSL_MATCHES
    try:
        wrap = shared(context._recipe, match, roots, verify).wrap_socket
    except Unrepeatable:
        if verify is False:
            raise
        wrap = functools.partial(ssl.SSLContext.wrap_socket, itself(context, roots))
    wrapped = wrap(sock, server_hostname=sni, **options)
    if matches and not names.OPENSSL_MATCHES:
        names.check_socket(wrapped, host)
    elif matches and options.get("do_handshake_on_connect", True):
        try:
            names.require_certificate(wrapped.getpeercert(True), wrapped.cipher())
        except names.NoCertificate:
            wrapped.close()
            raise
    return wrapped


def itself(context, roots=None):
    """Return the default *context*, with the roots in it: it has loaded what cannot be read any more.

    Where it compares no name, `handshake` does.
    """
    roots, switches = context._recipe.roots or roots or policy.current().roots, policy.current().switches
    with _State.lock:
        recipe, loaded = context._recipe, context.__dict__.get("_loaded")
        if loaded not in (None, roots.key):
            raise ConfigurationError("this TLS context was made of files that are gone, and the roots have changed "
                                     "since; make another context")
        context.__dict__["_recipe"] = None      # what is done here is not the program's doing
        try:
            if context.verify_mode == ssl.CERT_NONE:
                contexts.put(context, "verify_mode", ssl.CERT_REQUIRED)
            if loaded is None:      # which takes nine tenths of a connection's time
                contexts.load(context, roots)
                context.__dict__["_loaded"] = roots.key
            contexts.apply(context, switches)
        finally:
            context.__dict__["_recipe"] = recipe
    return context


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
    return seal(context)


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


def seal(context):
    """Have nobody change *context*, which serves many connections, from now on; return it."""
    # object's own way to assign __class__: truststore hides it behind a property.
    vars(object)["__class__"].__set__(context, classes.shared(type(context)))
    return context
