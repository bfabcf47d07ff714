"""By which name each open socket was connected: what a handshake that names no host is checked for.

Programs resolve a name, connect to the address, and wrap the socket without saying the name again. It is
remembered from the resolution, per thread, to the connect, per file descriptor: to one connect, for the next to
the address is perhaps not to the name. The address is compared when the name is asked for, so that a number which
another socket has by now tells nothing. There are never more entries than open files.
"""
import socket
import struct
import sys
import weakref

from .own import Own

if sys.version_info >= (3, 7):      # the backport for 3.6 breaks when gevent patches it
    import contextvars
    _asking = contextvars.ContextVar("verifyshim_asking", default=None)
else:
    _asking = None

_MOST_LOOKUPS = 64      # of one thread
_INTERNET = (socket.AF_INET, getattr(socket, "AF_INET6", socket.AF_INET))

# Linux's struct tcp_info: the segments with data that came in and went out since the connection was made.
_TCP_INFO, _TCP_INFO_SIZE, _DATA_SEGMENTS = getattr(socket, "TCP_INFO", 11), 160, 152


class Opened(object):
    """What is known about one socket.

    :ivar host: name or address, text; *port* int.
    :ivar peer: ``(address, port)`` that it was connected to, or None while that is not known.
    :ivar redial: as in marks.unnamed, NEVER too, or None.
    :ivar stale: whether the name was looked up for an earlier connection, so that now the address may be meant.
    :ivar said: the request for CONNECT that the program has sent, bytes, or None; see tunnels.py.
    """

    _whose = None       # the socket that was connected, weakly, and what its connect() was given

    def __init__(self, host, port, peer=None, redial=None, said=None, stale=False):
        self.host, self.port, self.peer, self.redial, self.said = host, port, peer, redial, said
        self.stale = stale

    def belongs_to(self, sock, address):
        try:
            self._whose = weakref.ref(sock), address
        except TypeError:       # a look-alike socket
            pass

    def is_of(self, sock, address):
        return self._whose is not None and self._whose[0]() is sock and self._whose[1] == address


class _Recent(object):
    def __init__(self):
        self.lookups = {}       # address -> the name last resolved to it
        self.used = set()       # names that a connection has been made for since
        self.coming = None      # where the TLS socket being connected goes to
        self.loops = None       # an Opened: what asyncio begins TLS on


_own = Own(_Recent)
_sockets = {}                   # file descriptor -> Opened


def resolved(name, addresses):
    """Remember that *name* has just been resolved to *addresses*, texts."""
    if not name:
        return
    name = _text(name)
    lookups = _own.here().lookups
    if len(lookups) > _MOST_LOOKUPS:
        lookups.clear()
    _own.here().used.discard(name)
    for address in addresses:
        lookups[address] = name


def connected(sock, address):
    """Remember where *sock* has been, or is being, connected to.

    :param address: what its connect() was given.
    """
    if sock.family not in _INTERNET:
        _sockets.pop(sock.fileno(), None)       # a Unix socket; others' addresses are tuples too (netlink, vsock)
        return
    known, peer = _sockets.get(sock.fileno()), peer_of(sock)
    if known is not None and known.is_of(sock, address):
        known.peer = peer or known.peer         # one that does not block is asked again whether it is there
        return
    asked = _asked()
    name, stale = (asked, False) if asked else _taken(address[0], peer is not None)
    found = _sockets[sock.fileno()] = Opened(name, address[1], peer or _plain(address), stale=stale)
    found.belongs_to(sock, address)


def _taken(host, there):
    """Return what `named` does, and whether a connection has been made for that name already.

    Programs that keep addresses connect again without looking up; so does who means the address itself.

    :param there: whether this one is made; else it, or another address of the name, may be tried again.
    """
    name, used = named(host), _own.here().used
    stale = name in used and name != _text(host)
    if there and name != _text(host):
        if len(used) > _MOST_LOOKUPS:
            used.clear()
        used.add(name)
    return name, stale


def tunneled(sock, host, port, redial):
    """Remember that *sock*, connected to a proxy or to a port of the moment, now leads to *host*."""
    _sockets[sock.fileno()] = Opened(host, port, peer_of(sock), redial)


def entry(number):
    """Return what is known about file descriptor *number*, an Opened or None."""
    return _sockets.get(number)


def keep(number, found):
    """Remember *found*, an Opened, about file descriptor *number*."""
    _sockets[number] = found


def of(sock):
    """Return the Opened of a connected socket, or of one that is being connected; None where unknown."""
    peer = peer_of(sock)
    if peer is None:
        coming = _own.here().coming
        return Opened(named(coming[0]), coming[1]) if coming else None
    found = _sockets.get(sock.fileno())
    return found if found is not None and found.peer == peer else None


def by_loop():
    """Return the Opened of the transport on which an event loop just begins TLS, or None: for one handshake."""
    here = _own.here()
    found, here.loops = here.loops, None
    return found


class wrapped_by_loop(object):
    """While it lasts, asyncio begins TLS on *transport* (3.7+), whose handshake is told of no socket."""

    def __init__(self, transport):
        self._transport = transport

    def __enter__(self):
        _own.here().loops = _under(self._transport)

    def __exit__(self, *trouble):
        _own.here().loops = None


def _under(transport):
    try:
        if transport.get_extra_info("sslcontext") is not None:
            return None         # TLS in TLS: whom it leads to was said inside the outer one
        sock = transport.get_extra_info("socket")
        peer = peer_of(sock)
        return peer and (of(sock) or Opened(named(peer[0]), peer[1], peer))
    except Exception:           # a look-alike transport
        return None


class asking(object):
    """While it lasts, the running task has its event loop connect to *host*, text or None (3.7+).

    The loop resolves the name in another thread. Tasks and callbacks that begin meanwhile inherit what is
    kept here, and may live longer: it is over for them, too, once the loop has made its connection.
    """

    def __init__(self, host):
        self.host = host

    def __enter__(self):
        self._token = _asking.set(self)
        return self

    def __exit__(self, *trouble):
        self.host = None
        _asking.reset(self._token)

    def until(self, factory):
        """Return *factory*, of the program's protocol: called once connected, and what follows is the program's."""
        def protocol():
            self.host = None
            return factory()
        return protocol


def _asked():
    mine = _asking and _asking.get()
    return named(mine.host) if mine and mine.host else None


def forget():
    """Start over, for a new install()."""
    _sockets.clear()


class coming(object):
    """While it lasts, a socket that is not connected is on its way to *address*."""

    def __init__(self, address):
        # Other families' addresses are tuples too, of numbers (vsock).
        named_here = isinstance(address, tuple) and len(address) > 1 and not isinstance(address[0], int)
        self._address = address if named_here else None

    def __enter__(self):
        _own.here().coming = self._address

    def __exit__(self, *trouble):
        _own.here().coming = None


def peer_of(sock):
    """Return ``(address, port)`` of the other end, or None where there is none or it has none."""
    return _plain(end_of(sock))


def end_of(sock):
    """Return the address of the other end, whatever its family has for one; None where there is no other end."""
    try:
        return sock.getpeername()
    except Exception:       # not connected, or a look-alike socket
        return None


def is_fresh(sock):
    """Whether nothing has been sent or received on *sock*; None where the system does not tell."""
    if end_of(sock) is None:
        return True
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _TCP_INFO_SIZE)
        return struct.unpack_from("=II", info, _DATA_SEGMENTS) == (0, 0)
    except Exception:       # not Linux, or older than 4.6; not TCP
        return None


def named(host):
    """Return *host*, or the name that this thread last resolved to it where it is an address."""
    host = _text(host)
    return _own.here().lookups.get(host, host)      # a name is not in there


def _text(host):
    if isinstance(host, str):
        return host
    if isinstance(host, (bytes, bytearray)):
        return host.decode("ascii", "replace")
    return host.encode("idna")      # 2.x


def _plain(address):
    if not isinstance(address, tuple) or len(address) < 2:
        return None
    return address[:2]
