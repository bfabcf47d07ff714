"""ssl's own switch: who calls it gets a verifying context, whatever was pasted before install()."""
import ssl

from . import Patch
from .. import policy
from ..tls import engine


def patches():
    if not hasattr(ssl, "_create_unverified_context"):      # no such switch below 2.7.9 and 3.4.3
        return []
    original = ssl._create_default_https_context        # anything callable: programs put partials here

    def _create_default_https_context(*args, **kwargs):
        if policy.installed() is None or args or kwargs:
            return original(*args, **kwargs)
        return engine.create()

    return [Patch(ssl, "_create_default_https_context", _create_default_https_context)]
