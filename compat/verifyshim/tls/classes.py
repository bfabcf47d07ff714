"""The classes of contexts that are made here: those that nobody can change, and those that remember their changes.

Made of whatever ssl.SSLContext is: gevent and truststore put their own in its place.
"""
import ssl

from . import names
from .recipe import Step, Unrepeatable
from ..events.locks import ForkLock

_WRAP_ARGUMENTS = ("server_side", "do_handshake_on_connect", "suppress_ragged_eofs", "server_hostname",
                   "session")


class _State(object):
    lock = ForkLock()
    made = {}           # (what makes it, base) -> class


def default():
    """Return the class of the contexts that ``engine.create`` makes."""
    return _class(_default, ssl.SSLContext)


def shared(base):
    """Return a class of the layout of *base* for contexts that many connections share."""
    return _class(_shared, base)


def seal(context):
    """Have nobody change *context*, which serves many connections, from now on; return it."""
    # object's own way to assign __class__: truststore hides it behind a property.
    vars(object)["__class__"].__set__(context, shared(type(context)))
    return context


def _class(make, base):
    found = _State.made.get((make, base))
    if found is None:
        with _State.lock:
            found = _State.made.setdefault((make, base), make(base))
    return found


def _changers(base):
    return [name for name in dir(base) if name.startswith(("load_", "set_"))]


def _shared(base):
    """A class of the same layout whose instances nobody can change: they serve many connections."""
    def refuse(self, *args, **kwargs):
        raise TypeError("this context serves other connections too and cannot be changed; "
                        "make one of your own with verifyshim.create_context()")

    members = dict((name, refuse) for name in _changers(base))
    members.update(__slots__=(), __setattr__=refuse, __delattr__=refuse,
                   __doc__="A verifying context that many connections share; see verifyshim.")
    return type("SharedContext", (base,), members)


def _default(base):
    """A subclass of *base* that remembers what is done to it."""
    from . import copies, sslcontext

    class DefaultContext(base):
        """The context of a connection that named none: verifies, and is the program's to change."""

        def __setattr__(self, name, value):
            # 3.7-3.11's HTTPSConnection sets check_hostname to what it is; that is no change.
            unchanged = getattr(self, name, None) == value
            base.__setattr__(self, name, value)
            if not unchanged:
                self._remember(name, None, {"value": value})

        def _remember(self, name, args, kwargs):
            recipe = self.__dict__.get("_recipe")       # None while it is being made
            if recipe is not None and copies.is_recording():
                self.__dict__["_recipe"] = recipe.plus(Step(name, args, kwargs))

        def wrap_socket(self, sock, *args, **kwargs):
            from . import guard
            options = dict(zip(_WRAP_ARGUMENTS, args), **kwargs)
            host = options.pop("server_hostname", None)
            if options.pop("server_side", False):
                raise ValueError("this context verifies servers and cannot be one; "
                                 "use ssl.SSLContext with a server's protocol")
            if host is None and self.check_hostname:
                raise ValueError("check_hostname requires server_hostname")
            if host is None or not options.get("do_handshake_on_connect", True) or not _connected(sock):
                return self._later("wrap_socket", sock, server_hostname=host, **options)
            return guard(sock, host, None, "SSLContext.wrap_socket", self, options=options)

        def wrap_bio(self, *args, **kwargs):
            return self._later("wrap_bio", *args, **kwargs)

        def _later(self, method, *args, **kwargs):
            """Have what shakes hands after our hands are off it wrapped by the context that verifies."""
            session = kwargs.pop("session", None)
            return sslcontext.resumed(self._answer(method, *args, **kwargs), session)

        def _answer(self, method, *args, **kwargs):
            try:
                return getattr(self._verifying(), method)(*args, **kwargs)
            except Unrepeatable:
                sslcontext.equip(self)
                return getattr(base, method)(self, *args, **kwargs)

        def _verifying(self):
            if self.check_hostname and not names.OPENSSL_MATCHES and not hasattr(base, "check_hostname"):
                raise ValueError("this interpreter can check the host name only in a handshake that "
                                 "wrap_socket makes; pass a connected socket")
            return sslcontext.shared(self._recipe, match=self.check_hostname)

        def get_ca_certs(self, *args, **kwargs):
            return self._answer("get_ca_certs", *args, **kwargs)

        def cert_store_stats(self):
            return self._answer("cert_store_stats")

    def remembering(name):
        change = getattr(base, name)

        def method(self, *args, **kwargs):
            result = change(self, *args, **kwargs)
            self._remember(name, args, kwargs)
            return result
        method.__name__ = name
        return method

    for name in _changers(base):
        setattr(DefaultContext, name, remembering(name))
    return DefaultContext


def _connected(sock):
    try:
        sock.getpeername()
    except Exception:       # socket.error, and what look-alike sockets raise
        return False
    return True
