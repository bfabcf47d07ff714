"""http.client / httplib: where every HTTPS connection of the standard library ends.

urllib, urllib2, httplib.HTTPS, xmlrpc and logging all use this class, so they need no patch of their own.
"""
import functools
import weakref

from . import Patch, signature, tampering
from .. import policy
from ..policy import Mode
from ..tls import engine, https, marks, opened, refusal
from ..tls.https import http_client


def patches(module):
    """Return the patches for *module*, http.client or httplib, and the mode in force."""
    connection = http_client.HTTPSConnection
    init = vars(connection)["__init__"]
    # What "no context" means is decided here and not in ssl._create_default_https_context, which programs
    # reassign. There are no contexts to pass below 2.7.9, where connect() alone decides.
    unnamed = UnnamedContext(init) if signature.takes(init, "context") else None
    found = [Patch(connection, "connect", _connect(vars(connection)["connect"], unnamed))]
    if unnamed is not None:
        found.append(Patch(connection, "__init__",
                           signature.with_default(init, "context", unnamed.make, unnamed.forget)))
        found.append(Patch(connection, "_context", unnamed, before_revert=unnamed.settle))
    if hasattr(http_client.HTTPConnection, "_tunnel"):      # 2.6.3+
        found.append(Patch(http_client.HTTPConnection, "_tunnel",
                           _tunnel(vars(http_client.HTTPConnection)["_tunnel"])))
    if hasattr(http_client, "_create_https_context"):       # 3.12+: shared with urllib.request
        found.append(Patch(http_client, "_create_https_context",
                           _create_https_context(http_client._create_https_context)))
    return found


class UnnamedContext(object):
    """``connection._context`` of connections that named none: made when somebody looks at it.

    Almost nobody does, and making one costs as much as a tenth of a request. A descriptor without
    ``__set__``: what a program assigns is the instance's own and comes first, on old-style classes too.
    """

    def __init__(self, init):
        self._connections = {}      # id -> weak reference; subclasses need not be hashable
        # Given to the stdlib's own __init__, which looks at it; nobody else is to hold one that others use too.
        self._placeholders, self._shared = [dict((version, https.default_context(http_version=version))
                                                 for version in (10, 11)) for _ in range(2)]
        self._is_stdlib = init.__globals__ is vars(http_client)     # and no wrapper of the program's

    def placeholder(self, connection):
        return self._placeholders.get(connection._http_vsn) or self._placeholders[11]

    def _stays_unseen(self, connection):
        """Whether the stdlib alone will see what its __init__ is given for *connection*."""
        kind = connection.__class__
        return (self._is_stdlib and getattr(kind, "_context", None) is self
                and getattr(kind, "__setattr__", None) in (None, object.__setattr__))     # None: old-style classes

    def make(self, connection, arguments):
        """Return the context for an ``__init__`` that got none, or None for the original to decide."""
        if policy.installed() is None or policy.installed().mode == Mode.AUDIT:
            return None
        changes = [arguments.get(name) for name in ("key_file", "cert_file", "check_hostname")]
        if changes != [None, None, None] or not self._stays_unseen(connection):
            return https.default_context(http_version=connection._http_vsn)
        return self.placeholder(connection)

    def forget(self, connection):
        """Take the placeholder out of a connection that is made."""
        if policy.installed() is not None and policy.installed().mode == Mode.AUDIT:
            connection._verifyshim_unnamed = self._own(connection)
        elif vars(connection).get("_context") is self.placeholder(connection):
            del connection._context
            key = id(connection)
            self._connections[key] = weakref.ref(connection, lambda _: self._connections.pop(key, None))

    def __get__(self, connection, owner=None):
        if connection is None:
            return self
        context = connection._context = https.default_context(http_version=connection._http_vsn)
        return context

    def asked(self, connection):
        """Return the context that *connection* is to use."""
        context = self._own(connection)
        if context is None or https.made_by_default(context):
            return self._shared.get(connection._http_vsn) or self._shared[11]
        return context

    def _own(self, connection):
        if getattr(connection.__class__, "_context", self) is self:
            return vars(connection).get("_context")
        return getattr(connection, "_context", None)        # a subclass keeps it elsewhere

    def is_named(self, connection):
        """Whether the program gave *connection*, made under audit, a context of its own."""
        context = self._own(connection)
        return not (context is vars(connection).get("_verifyshim_unnamed") or https.made_by_default(context))

    def settle(self):
        """Give every connection that still has none a context of its own: the original connect() needs it."""
        for reference in self._connections.copy().values():
            connection = reference()
            if connection is not None and "_context" not in vars(connection):
                self.__get__(connection)


def _create_https_context(original):
    @functools.wraps(original)
    def _create_https_context(http_version):
        if policy.installed() is None:
            return original(http_version)
        if policy.installed().mode == Mode.AUDIT:
            return https.by_default(original(http_version))
        return https.default_context(http_version=http_version)
    return _create_https_context


def _connect(original, unnamed):
    @functools.wraps(original)
    def connect(self):
        installed = policy.installed()
        if installed is None:
            return original(self)
        if "http" not in installed.protocols or installed.mode == Mode.AUDIT:
            with _marked(self, unnamed is not None and unnamed.is_named(self)):
                return original(self)
        if unnamed is None:
            asked = engine.create(certfile=getattr(self, "cert_file", None),
                                  keyfile=getattr(self, "key_file", None))
        else:
            asked = unnamed.asked(self)
        tampering.look()
        https.connect(self, asked, "HTTPSConnection")
    return connect


def _marked(connection, named):
    """Return the Mark for the original connect()."""
    host, port = https.target(connection)
    redial = functools.partial(https.open_tcp, connection, connection.host, connection.port)
    return (marks.named if named else marks.unnamed)("HTTPSConnection", host, port, redial)


def _tunnel(original):
    """Libraries that connect by themselves (urllib3) have CONNECT done here: whom it leads to is remembered."""
    @functools.wraps(original)
    def _tunnel(self, *args, **kwargs):
        host, port = https.target(self)     # 2.6, 2.7.3 and 3.3 write over self.host
        answer = original(self, *args, **kwargs)
        if policy.installed() is not None and policy.installed().mode != Mode.ENFORCE \
                and opened.peer_of(self.sock) is not None:      # else a look-alike, of a test
            connect = refusal.redial(self.sock, self.sock.gettimeout())
            opened.tunneled(self.sock, host, port, functools.partial(_again, original, self, connect))
        return answer
    return _tunnel


def _again(tunnel, connection, connect):
    """Return a new connected socket with a CONNECT behind it; *connection* stays as it is."""
    before = connection.sock, connection.host, connection.port
    try:
        connection.sock = connect()
        tunnel(connection)
        return connection.sock
    finally:
        connection.sock, connection.host, connection.port = before
