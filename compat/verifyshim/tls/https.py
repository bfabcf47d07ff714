"""One HTTPSConnection object, from TCP over CONNECT to a verified socket; the same for every caller."""
import functools
import ssl

from . import engine, guard
from .. import stdlib

if hasattr(ssl, "SSLContext"):
    from . import contexts, copies

http_client = stdlib.named("http.client", "httplib")
HTTPSConnection = http_client.HTTPSConnection
# 2.6-2.7 have old-style classes, where super() is an error.
_NEW_STYLE = isinstance(HTTPSConnection, type)
TAKES_CONTEXT = hasattr(ssl, "SSLContext")       # the parameter and the class came together

# What this interpreter's HTTPSConnection does to a default context of its own making: 3.10+ announce
# HTTP/1.1 by ALPN, 3.7.4+ allow a client certificate to be asked for later (RFC 8446, 4.6.2).
_maker = getattr(http_client, "_create_https_context", HTTPSConnection.__init__)
_SETS_ALPN = "set_alpn_protocols" in _maker.__code__.co_names
_SETS_PHA = "post_handshake_auth" in _maker.__code__.co_names
_BY_DEFAULT = "_verifyshim_by_default"
_ALPN_HTTP_1_1 = b"\x00\x10\x00\x0b\x00\x09\x08http/1.1"


def default_context(roots=None, http_version=11):
    """Return a new context for a connection that named none.

    :param roots: verifyshim.roots.Roots, or None for the policy's.
    :param http_version: ``HTTPConnection._http_vsn``, 10 or 11.
    """
    context = engine.create(roots)
    if _SETS_ALPN and http_version == 11:
        context.set_alpn_protocols(["http/1.1"])
    if _SETS_PHA and context.post_handshake_auth is not None:
        context.post_handshake_auth = True
    return context


def made_by_default(context):
    """Whether the stdlib made this context for a connection or handler that named none.

    From 3.12 on urllib's handler makes its context when it is made, so one that was primed before
    install() has other roots, or none, if the global switch was off. Three marks tell that the stdlib made
    it: post_handshake_auth, the machine's roots or none, and in its ClientHello exactly HTTP/1.1 as protocol
    (RFC 7301). What it makes later is ours, or under audit told to `by_default`.
    """
    if not hasattr(http_client, "_create_https_context") or engine.is_default(context):
        return False
    if copies.is_recorded(context):
        return _BY_DEFAULT in vars(context)
    return (bool(getattr(context, "post_handshake_auth", None)) and _has_usual_roots(context)
            and _ALPN_HTTP_1_1 in engine.client_hello(context))


def by_default(context):
    """Remember that the stdlib made *context*, under audit; return it."""
    vars(context)[_BY_DEFAULT] = True
    return context


def _has_usual_roots(context):
    found = context.cert_store_stats()
    if not any(found.values()):     # none because of the switch, or all in a folder
        return True
    if not hasattr(_usual, "stats"):
        usual = copies.base()(contexts.PROTOCOL)
        usual.load_default_certs()
        _usual.stats = usual.cert_store_stats()
    return found == _usual.stats


class _usual(object):       # noqa: N801
    """``stats``: cert_store_stats() of a context with the machine's roots, made when it is first needed."""


def connect(connection, asked, entry_point):
    """Do what ``HTTPSConnection.connect`` does, with the peer verified.

    :param connection: an HTTPSConnection.
    :param asked: the context the connection is to use.
    :raises VerificationError: where the peer is refused; ``connection.sock`` is None then, so that
        nothing can be sent on what is left of it.
    """
    proxy_or_host, port = connection.host, connection.port
    again = functools.partial(open_tcp, connection, proxy_or_host, port)
    sock = again()
    host, port = _target(connection, proxy_or_host, port)
    connection.sock = guard(sock, host, port, entry_point, asked, reconnect=again,
                            check_name=bool(getattr(connection, "_check_hostname", False)))


def open_tcp(connection, host, port, timeout=None):
    """Return a new connected socket, behind CONNECT where *connection* has a tunnel.

    :param host: whom to connect to, the proxy where there is one; *port* its TCP port.
    :param timeout: seconds, or None for the connection's own.
    """
    # 2.6, 2.7.3 and 3.3 overwrite these with the target in _tunnel(); a second try needs the proxy.
    connection.host, connection.port = host, port
    usual = connection.timeout
    try:
        if timeout is not None:
            connection.timeout = timeout
        if _NEW_STYLE:
            super(HTTPSConnection, connection).connect()
        else:
            http_client.HTTPConnection.connect(connection)
    finally:
        connection.timeout = usual
    sock, connection.sock = connection.sock, None
    return sock


def target(connection):
    """Return ``(host, port)`` of the peer that TLS is spoken with: behind CONNECT never the proxy's."""
    return _target(connection, connection.host, connection.port)


def _target(connection, host, port):
    tunnel = getattr(connection, "_tunnel_host", None)
    if not tunnel:
        return host, port
    tunnel_port = getattr(connection, "_tunnel_port", None)
    # urllib2 of 2.6-2.7.8 sets "host:port" as the tunnel's host; later ones split it themselves.
    head, colon, tail = tunnel.rpartition(":")
    if colon and tail.isdigit() and (":" not in head or head.endswith("]")):
        tunnel, tunnel_port = head, tunnel_port or int(tail)
    return tunnel, tunnel_port or connection.default_port
