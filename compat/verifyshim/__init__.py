"""HTTPS certificate verification for Python programs that were written without it.

    import verifyshim
    verifyshim.install()

Importing this package imports neither ssl nor socket nor http: the names below are found when they are
first used.
"""
import sys

__version__ = "0.1.0"

_PLACES = {
    "install": "shim", "uninstall": "shim", "status": "shim",
    "Policy": "policy", "Mode": "policy", "HostRule": "policy", "exempt": "policy",
    "ConfigurationError": "errors", "VerifyshimError": "errors", "InsecureConnectionWarning": "errors",
    "VerificationError": "tls",
    "VerifiedHTTPSConnection": "clients", "VerifiedHTTPSHandler": "clients",
    "build_opener": "clients", "create_context": "clients", "starttls": "clients", "urlopen": "clients",
    "wrap_socket": "clients",
}
__all__ = sorted(_PLACES)


class _Front(type(sys)):         # types.ModuleType; importing types would cost each start of Python 2 ms
    """A module that finds names when they are used: what PEP 562 gives to 3.7+ alone."""

    def __getattr__(self, name):
        if name not in _PLACES:
            raise AttributeError("module 'verifyshim' has no attribute %r" % name)
        place = "%s.%s" % (__name__, _PLACES[name])
        from . import imports
        with imports.elsewhere():
            if _PLACES[name] == "tls":
                from . import stdlib
                stdlib.load()
            __import__(place)
        value = getattr(sys.modules[place], name)
        setattr(self, name, value)
        return value

    def __dir__(self):
        return sorted(set(self.__dict__) | set(_PLACES))


def _stand_in(original):
    front = _Front(original.__name__, original.__doc__)
    front.__dict__.update(original.__dict__)
    front._original = original      # 2.x and 3.3 empty a module that nobody holds
    sys.modules[original.__name__] = front


_stand_in(sys.modules[__name__])
