"""asyncio: remembers whom a task connects to, and tells the hook under ssl what it wraps; see tls/opened.py.

What an event loop wraps has no socket that could be asked (SSLObject over memory).
"""
import functools
import sys

from . import Patch
from .. import policy
from ..policy import Mode
from ..tls import opened

# Python 2, and all before 3.5, could not read it in a file.
_CREATE_CONNECTION = """
async def create_connection(self, protocol_factory, host=None, port=None, **others):
    with asking(host) as asked:
        return await original(self, asked.until(protocol_factory), host, port, **others)
"""


def patches(module):
    """Return the patches for *module*, asyncio.base_events, and the mode in force."""
    if sys.version_info < (3, 7):
        return []
    loop, protocol = module.BaseEventLoop, module.sslproto.SSLProtocol
    found = [Patch(protocol, "connection_made", _connection_made(vars(protocol)["connection_made"]))]
    if policy.installed().mode != Mode.ENFORCE:
        found.append(Patch(loop, "create_connection", _create_connection(vars(loop)["create_connection"])))
    return found


def _create_connection(original):
    # What it remembers holds while it runs: the coroutine may be made long before, beside others, by gather().
    namespace = {"original": original, "asking": opened.asking, "__name__": __name__}
    exec(compile(_CREATE_CONNECTION, "<verifyshim create_connection>", "exec"), namespace)
    return functools.wraps(original)(namespace["create_connection"])


def _connection_made(original):
    @functools.wraps(original)
    def connection_made(self, transport):
        if policy.installed() is None or getattr(self, "_server_side", False):
            return original(self, transport)
        with opened.wrapped_by_loop(transport):     # the handshake begins in there
            return original(self, transport)
    return connection_made
