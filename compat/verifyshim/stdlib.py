"""Importing the standard library's modules under whatever name they have.

The modules themselves, not six.moves: what is in six.moves.urllib.request is a selection, without the
opener that urlopen keeps. And out of sys.modules: below 3.7 ``import http.client as name`` looks for an
attribute of http that is not there yet when the hook of startup/hook.py runs.
"""
import sys


# By generation and not by what can be imported: on 2.x python-future installs an http.client of its own, which
# hands on what httplib has, and puts another urllib.request in the place of none.
_IS_2 = sys.version_info[0] == 2

HTTP_CLIENT = "httplib" if _IS_2 else "http.client"


def named(on_3, on_2):
    """Import the module that has the one name or the other, and return it."""
    name = on_2 if _IS_2 else on_3
    __import__(name)
    return sys.modules[name]


def load():
    """Import what the rooms under tls/ use; called before one of them is.

    Where it is imported for the first time it is patched by tls/ in that moment, and a room that is only
    half imported itself could not do that.
    """
    __import__("ssl")
    __import__(HTTP_CLIENT)
