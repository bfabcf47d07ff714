"""urllib.request: the opener that urlopen() primes and keeps.

Its handlers ask http.client for every connection, but from 3.12 on they make their context when they are
made. One made before install() has other roots, or none of the policy's.
"""
from six.moves.urllib import request

from . import Patch
from ..tls import https


def patches():
    opener = getattr(request, "_opener", None)
    found = []
    for handler in getattr(opener, "handlers", ()):
        # Exactly the stdlib's handler with a context of the stdlib's making; whoever installed an opener
        # with a context of their own named one.
        context = vars(handler).get("_context")
        if (type(handler) is request.HTTPSHandler and context is not None
                and getattr(context, "post_handshake_auth", None)):
            found.append(Patch(handler, "_context", https.default_context()))
    return found
