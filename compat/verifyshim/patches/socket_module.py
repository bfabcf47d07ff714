"""socket: remembers by which name a connection was opened, for handshakes that do not say it.

Only in audit and strict, where handshakes are verified whose caller gave no server_hostname.
"""
import functools

from . import Patch
from .. import policy
from ..policy import Mode
from ..tls import opened, tunnels


def patches(module):
    """Return the patches for *module*, socket or one that stands in for it, and the mode in force."""
    if policy.installed().mode == Mode.ENFORCE:
        return []
    ways = (("getaddrinfo", _of_infos), ("gethostbyname", lambda found: [found]),
            ("gethostbyname_ex", lambda found: found[2]))
    found = [Patch(module, name, _looking_up(getattr(module, name), addresses)) for name, addresses in ways
             if hasattr(module, name)]
    kind = module.socket
    if hasattr(kind.connect, "verifyshim"):     # gevent and eventlet have put their class into socket before
        return found
    # On 2.x connect is the class's own method too, unlike send and recv, which are each instance's.
    for name in ("connect", "connect_ex"):
        found.append(Patch(kind, name, _connecting(getattr(kind, name))))
    if kind.__module__ == "socket":     # sendall of gevent's and eventlet's is a loop of send
        found.append(Patch(kind, "sendall", _sending(kind.sendall)))
    slot = vars(kind).get("send")
    found.append(Patch(kind, "send", _SendSlot(slot) if hasattr(slot, "__set__") else _sending(kind.send)))
    return found


def note(remember):
    """Call *remember*; the program has done what it wanted, and must not hear of any trouble here."""
    if policy.installed() is not None:
        try:
            remember()
        except Exception:
            pass


def _of_infos(infos):
    return [info[4][0] for info in infos if info[4]]


def _looking_up(original, addresses):
    @functools.wraps(original, updated=())      # a builtin has no __dict__, which 2.x insists on
    def look_up(host, *args, **kwargs):
        answer = original(host, *args, **kwargs)
        note(lambda: opened.resolved(host, addresses(answer)))
        return answer
    return look_up


def _connecting(original):
    name = original.__name__

    def connect(self, address):
        try:
            return original(self, address)
        finally:        # also when it goes on in the background: EINPROGRESS is raised
            note(lambda: opened.connected(self, address))
    connect.__name__, connect.__doc__, connect.verifyshim = name, original.__doc__, True
    return connect


def _sending(original):
    name = original.__name__

    def send(self, data, *args, **kwargs):
        answer = original(self, data, *args, **kwargs)
        note(lambda: tunnels.sent(self, data))
        return answer
    send.__name__, send.__doc__ = name, original.__doc__
    return send


class _SendSlot(object):
    """2.x: ``send`` is kept by each instance, in this slot of the class."""

    def __init__(self, slot):
        self._slot = slot

    def __get__(self, sock, owner=None):
        if sock is None:
            return self
        own = self._slot.__get__(sock, owner)

        def send(data, *flags):
            answer = own(data, *flags)
            note(lambda: tunnels.sent(sock, data))
            return answer
        return send

    def __set__(self, sock, value):
        self._slot.__set__(sock, value)

    def __delete__(self, sock):
        self._slot.__delete__(sock)


def tls_patches(module):
    """Return the patches for *module*, ssl: sockets that are wrapped first and connected later."""
    return [Patch(module.SSLSocket, name, _coming(getattr(module.SSLSocket, name)))
            for name in ("connect", "connect_ex") if name in vars(module.SSLSocket)]


def _coming(original):
    @functools.wraps(original, updated=())
    def connect(self, address):
        with opened.coming(address):
            return original(self, address)
    return connect
