"""socks (PySocks, and httplib2's own): remembers whom a connection leads to, behind the proxy that it goes to.

A SOCKS proxy is asked in binary, by each library in its own way; here the library itself says for whom.
"""
import functools

from . import Patch
from .socket_module import note
from .. import policy
from ..policy import Mode
from ..tls import opened


def patches(module):
    """Return the patches for *module*, socks or httplib2.socks, and the mode in force."""
    if policy.installed().mode == Mode.ENFORCE or not hasattr(module, "socksocket"):
        return []
    return [Patch(module.socksocket, "connect", _connect(module.socksocket.connect))]


def _connect(original):
    @functools.wraps(original, assigned=("__doc__", "__name__"), updated=())
    def connect(self, destination, *args, **kwargs):
        answer = original(self, destination, *args, **kwargs)
        note(lambda: _leads(self, destination))
        return answer
    return connect


def _leads(sock, destination):
    known = opened.entry(sock.fileno())
    # Where it was CONNECT, tunnels.py has seen it, and how to do it again.
    if known is not None and known.said is None:
        host, port = destination[:2]
        opened.keep(sock.fileno(), opened.Opened(opened.named(host), port, known.peer))
