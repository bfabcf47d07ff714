"""How the handshakes that programs begin by themselves are made here, and made to verify."""
import functools
import ssl
import weakref

from . import names
from ..roots import cache

if hasattr(ssl, "SSLContext"):
    from . import contexts, copies, sslcontext
    from .recipe import Recipe, Unrepeatable


class Attempt(object):
    """One handshake that is about to begin; each kind of hook has its own.

    :ivar entry_point: what the program used, text.
    :ivar sock: the socket underneath, or None where there is none (wrap_bio).
    :ivar host: the name the program gave for the handshake, or None.
    :ivar verifies: whether the chain is verified as the program has it.
    :ivar matches: whether the host name is, too.
    :ivar owner: the SSLSocket or SSLObject, or None.
    :ivar resumes: whether it may go on with a session that the program has from before.
    :ivar compares: whether what `verified` has made compares the host name in the handshake.
    :ivar roots: the verifyshim.roots.Roots that the program named, or None.
    :ivar session: the session to go on with, or None; `forget_session` has it begin anew.
    """

    entry_point = sock = host = owner = roots = session = None
    verifies = matches = compares = False
    resumes = True

    def forget_session(self):
        """See `session`."""

    def as_it_is(self):
        """Return an object of _ssl made as the program has it."""
        raise NotImplementedError

    def matched(self, host):
        """Return one as the program has it, which verifies the chain, told the name *host*."""
        raise NotImplementedError

    def verified(self, host, roots, switches, change=True):
        """Return one that verifies the chain and, where `compares` says so, that it is for *host*.

        :param host: as names.tidy returns it, or None.
        :param change: whether the program's own context may be given the roots, for good, where there is no other way;
            else None is returned there.
        """
        raise NotImplementedError

    def going_on(self, host, roots, switches):
        """Return one that goes on with a session of one that `verified` has made, and verifies nothing where it cannot.

        None where the session is none of those.
        """
        return None


class ContextAttempt(Attempt):
    """A handshake with an ssl.SSLContext (2.7.9+, 3.3+).

    :param context: the program's.
    :param checked: what `checks` returns of it.
    :param make: ``make(context, host, **arguments)`` returns the object of _ssl.
    :param arguments: keywords as the caller gave them; a ``session`` is one of them.
    """

    def __init__(self, entry_point, context, checked, make, sock, host, owner, arguments):
        self.entry_point, self.host = entry_point, host
        # Weakly, as _ssl itself does: they keep the handshake, and one that never ends must not keep them.
        self._sock, self._owner = _weakly(sock), _weakly(owner)
        self._context, self._program = context, make
        self._arguments = dict((name, value) for name, value in arguments.items()
                               if value is None or (value is not sock and value is not owner))
        self._weak = [(name, _weakly(value)) for name, value in arguments.items()
                      if name not in self._arguments]
        self.verifies, self.matches = checked

    sock = property(lambda self: self._sock())
    owner = property(lambda self: self._owner())

    def _make(self, context, host, **arguments):
        arguments.update((name, weak()) for name, weak in self._weak)
        return self._program(context, host, **arguments)

    session = property(lambda self: self._arguments.get("session"))

    def forget_session(self):
        self._arguments.pop("session", None)

    def as_it_is(self):
        with copies.lock:
            return self._make(self._context, self.host, **self._arguments)

    def matched(self, host):
        with copies.lock:
            return self._with(host, self._context)

    def verified(self, host, roots, switches, change=True):
        self.compares, match = False, host is not None and names.OPENSSL_MATCHES
        copy = self._verifying(roots, switches, match)
        if copy is None and not change:
            return None
        if copy is None:
            # Where a session goes on OpenSSL verifies nothing; this context's may be of an unverified peer.
            self.resumes = False
            self.forget_session()
            return copies.flipped(self._context, roots, switches, functools.partial(self._with, host))
        self.compares = match
        with copies.lock:
            try:
                return self._with(host, copy)
            except ValueError:      # a session of the program's own context; only a faster handshake is lost
                if self.session is None:
                    raise
                self.forget_session()
                return self._with(host, copy)

    def going_on(self, host, roots, switches):
        self.compares, copy = False, self._verifying(roots, switches, host is not None and names.OPENSSL_MATCHES)
        try:
            return copy and copies.unverifying(copy, functools.partial(self._with, host))
        except ValueError:
            return None

    def _verifying(self, roots, switches, match):
        """Return the context that verifies in the place of the program's, or None for that one itself."""
        copy = copies.verifying(self._context, roots, switches, match)
        if copy is None and self.verifies and not copies.has_gone(self._context):
            # a default of the stdlib's, older than install()
            copy = sslcontext.shared(Recipe(), match, roots)
        return copy

    def _with(self, host, context):
        return self._make(context, self._server_name(host), **self._arguments)

    def _server_name(self, host):
        # An address is no server name (RFC 6066, 3), but 3.7+ wants it to compare and sends none.
        if self.host is not None and host is None:
            return self.host
        if names.OPENSSL_MATCHES or host is None:
            return host
        return host if contexts.HAS_SNI and names.pack_address(host) is None else None


class DefaultAttempt(ContextAttempt):
    """A handshake of a context of ``engine.create`` that begins after our hands are off it (asyncio's, for one)."""

    def __init__(self, recipe, *arguments):
        ContextAttempt.__init__(self, *arguments)
        self._recipe, self.roots = recipe, recipe.roots

    def as_it_is(self):     # an exemption, or a pin that stands for the chain
        try:
            return self._with(self.host, sslcontext.shared(self._recipe, False, verify=False))
        except Unrepeatable:
            if not sslcontext.is_default(self._context):
                raise
            return copies.unverifying(self._context, functools.partial(self._with, self.host))

    def verified(self, host, roots, switches, change=True):
        return ContextAttempt.verified(self, host, roots, switches)     # the context is ours to change

    def _verifying(self, roots, switches, match):
        try:
            return sslcontext.shared(self._recipe, match, roots, verify=True)
        except Unrepeatable:
            if not sslcontext.is_default(self._context):    # but one that serves others with the roots of before
                raise
            return None


def is_default(context):
    """Whether *context* shakes hands for one of ``engine.create``."""
    return sslcontext.made_of(context) is not None


def of_context(watched, entry_point, context, *arguments):
    """Return the ContextAttempt for the `outgoing.terms` *watched*; the other arguments are its own."""
    recipe = sslcontext.made_of(context) if watched[2] else None
    if recipe is not None:
        return DefaultAttempt(recipe, entry_point, context, *arguments)
    return ContextAttempt(entry_point, context, *arguments)


def checks(context):
    """Return whether *context* verifies chains, and whether it compares host names."""
    with copies.lock:       # or what `flipped` does to it for a moment would be taken for its own
        verifies = context.verify_mode != ssl.CERT_NONE \
            and not getattr(context, "verify_flags", 0) & contexts.NO_CHECK_TIME
        return verifies, bool(getattr(context, "check_hostname", False))       # not in 3.3


def _weakly(value):
    """Return what returns *value* when it is called, without keeping it alive where that can be."""
    try:
        return weakref.ref(value)
    except TypeError:       # None, or a look-alike
        return lambda: value


class SslwrapAttempt(Attempt):
    """A handshake by ``_ssl.sslwrap`` (2.6-2.7.8).

    :param make: ``make(cert_reqs, ca_certs)`` returns the object of _ssl.
    :param cert_reqs: as the caller gave it; *ca_certs* too.
    """

    entry_point = "ssl.wrap_socket"

    def __init__(self, make, sock, cert_reqs, ca_certs):
        self.sock = sock
        self._make, self._cert_reqs, self._ca_certs = make, cert_reqs, ca_certs
        self.verifies = cert_reqs != ssl.CERT_NONE
        self.matches = False        # nothing here compares names

    def as_it_is(self):
        return self._make(self._cert_reqs, self._ca_certs)

    def matched(self, host):
        return self.as_it_is()

    def verified(self, host, roots, switches, change=True):
        return self._make(ssl.CERT_REQUIRED, cache.path_of(roots))
