"""Importing the standard library's modules under whatever name they have.

The modules themselves, not six.moves: what is in six.moves.urllib.request is a selection, without the
opener that urlopen keeps. And out of sys.modules: below 3.7 ``import http.client as name`` looks for an
attribute of http that is not there yet when the hook of startup/hook.py runs.
"""
import sys


def first_of(*names):
    """Import the first module of *names* that there is, and return it."""
    for name in names[:-1]:
        try:
            __import__(name)
            return sys.modules[name]
        except ImportError:
            continue
    __import__(names[-1])
    return sys.modules[names[-1]]


def load():
    """Import what the rooms under tls/ use; called before one of them is.

    Where it is imported for the first time it is patched by tls/ in that moment, and a room that is only
    half imported itself could not do that.
    """
    __import__("ssl")
    first_of("http.client", "httplib")
