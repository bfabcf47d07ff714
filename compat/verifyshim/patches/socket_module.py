"""socket: remembers by which name a connection was opened, for handshakes that do not say it.

Only in audit and strict, where handshakes are verified whose caller gave no server_hostname.
"""
import functools
import socket

from . import Patch
from .. import policy
from ..policy import Mode
from ..tls import opened, tunnels


def patches(module):
    """Return the patches for *module*, socket, and the mode in force."""
    if policy.installed().mode == Mode.ENFORCE:
        return []
    found = [Patch(socket, "getaddrinfo", _looking_up(socket.getaddrinfo, _of_infos)),
             Patch(socket, "gethostbyname", _looking_up(socket.gethostbyname, lambda found: [found])),
             Patch(socket, "gethostbyname_ex", _looking_up(socket.gethostbyname_ex, lambda found: found[2]))]
    # On 2.x connect is the class's own method too, unlike send and recv, which are each instance's.
    for name in ("connect", "connect_ex"):
        found.append(Patch(socket.socket, name, _connecting(getattr(socket.socket, name))))
    found.append(Patch(socket.socket, "sendall", _sending(socket.socket.sendall)))
    slot = vars(socket.socket).get("send")
    found.append(Patch(socket.socket, "send", _sending(socket.socket.send) if slot is None else _SendSlot(slot)))
    return found


def _of_infos(infos):
    return [info[4][0] for info in infos if info[4]]


def _looking_up(original, addresses):
    @functools.wraps(original, updated=())      # a builtin has no __dict__, which 2.x insists on
    def look_up(host, *args, **kwargs):
        answer = original(host, *args, **kwargs)
        if policy.installed() is not None:
            opened.resolved(host, addresses(answer))
        return answer
    return look_up


def _connecting(original):
    name = original.__name__

    def connect(self, address):
        try:
            return original(self, address)
        finally:        # also when it goes on in the background: EINPROGRESS is raised
            if policy.installed() is not None:
                opened.connected(self, address)
    connect.__name__, connect.__doc__ = name, original.__doc__
    return connect


def _sending(original):
    name = original.__name__

    def send(self, data, *flags):
        answer = original(self, data, *flags)
        if policy.installed() is not None:
            tunnels.sent(self, data)
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
            if policy.installed() is not None:
                tunnels.sent(sock, data)
            return answer
        return send

    def __set__(self, sock, value):
        self._slot.__set__(sock, value)

    def __delete__(self, sock):
        self._slot.__delete__(sock)


def tls_patches(module):
    """Return the patches for *module*, ssl: sockets that are wrapped first and connected later."""
    if policy.installed().mode == Mode.ENFORCE:
        return []
    return [Patch(module.SSLSocket, name, _coming(getattr(module.SSLSocket, name)))
            for name in ("connect", "connect_ex") if name in vars(module.SSLSocket)]


def _coming(original):
    @functools.wraps(original, updated=())
    def connect(self, address):
        with opened.coming(address):
            return original(self, address)
    return connect
