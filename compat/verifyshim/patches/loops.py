"""asyncio: remembers whom a task connects to, for audit's second look; see tls/probe.py.

What an event loop wraps has no socket that could be asked (SSLObject over memory).
"""
import functools

from . import Patch
from .. import policy
from ..policy import Mode
from ..tls import opened


def patches(module):
    """Return the patches for *module*, asyncio.base_events, and the mode in force."""
    if policy.installed().mode == Mode.ENFORCE:
        return []
    loop = module.BaseEventLoop
    return [Patch(loop, "create_connection", _create_connection(vars(loop)["create_connection"]))]


def _create_connection(original):
    @functools.wraps(original)
    def create_connection(self, protocol_factory, host=None, port=None, **others):
        if policy.installed() is not None:
            address = (host, port)
            sock = others.get("sock")
            if host is None and sock is not None:
                known = opened.of(sock)
                address = (known.host, known.port) if known else opened.peer_of(sock) or address
            opened.asked_of_loop(*address)
        return original(self, protocol_factory, host, port, **others)
    return create_connection
