"""The parts of start-up that read: making the policy of an activation, and finding out if it can be used."""
import os
import sys

from .. import policy, startup
from ..errors import ConfigurationError

# What install() imports. A package that was removed or unpacked by halves is found out before it is needed.
_PARTS = ("errors", "events", "imports", "patches", "policy", "roots", "shim", "stdlib", "tls")


def make_policy(settings, environ):
    """Return the Policy of the activation: file, then what activation was told, then the environment.

    :param settings: as `startup.start` takes them.
    :raises ConfigurationError: where a setting cannot be used.
    """
    environ = dict(environ)
    if settings["config"] and not environ.get("VERIFYSHIM_CONFIG"):
        environ["VERIFYSHIM_CONFIG"] = settings["config"]
    by_activation = settings["mode"] and not (environ.get("VERIFYSHIM_MODE") or "").strip()
    if by_activation:
        environ["VERIFYSHIM_MODE"] = settings["mode"]
    made = policy.settings.load({}, environ)
    if by_activation:
        made.origins["mode"] = "activate --mode (%s)" % settings["source"]
    return made


def check(settings, environ):
    """Find out whether the activation could be installed, without importing ssl; leave a proof if so.

    :raises ConfigurationError: where a setting cannot be used, or a part is missing.
    """
    make_policy(settings, environ)
    require_parts()
    if settings["fail_closed"] or environ.get("VERIFYSHIM_FAIL_CLOSED"):
        _require_files(settings)
    if settings["proof"] and not sys.dont_write_bytecode:
        from . import proof
        proof.renew(settings, environ)


def install(settings, environ):
    """Install the activation's policy; ssl is imported by now."""
    from .. import shim
    shim.install(make_policy(settings, environ))


def require_parts():
    """Raise ConfigurationError where verifyshim or six is not there as a whole."""
    import pkgutil
    package = sys.modules[__name__.split(".")[0]]
    for name in _PARTS:
        if not _found(name, [pkgutil.get_importer(item) for item in package.__path__]):
            raise ConfigurationError("%s is incomplete, %s is missing; install verifyshim again"
                                     % (os.path.dirname(package.__file__), name))
    if not _found("six", [pkgutil.get_importer(item) for item in sys.path]):
        try:
            import six      # noqa: F401  other finders may know it
        except ImportError:
            raise ConfigurationError("six is missing, which verifyshim needs; install it (pip install six)")


def _require_files(settings):
    """Raise ConfigurationError where a file of the package is gone, or cannot be read by this user."""
    from . import proof
    package = startup.encoded(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    before = [path for path in proof.named_before(settings) if path.startswith(package)]
    for path in before + [startup.encoded(path) for path in proof.package_files()]:
        if startup.signature(path) is None:
            raise ConfigurationError("%s cannot be read, or is gone; install verifyshim again, readable for all"
                                     % path.decode("utf-8", "replace"))


def _found(name, finders):
    """Whether one of the path's finders knows a module, without importing it."""
    for finder in finders:
        find = getattr(finder, "find_spec", None) or getattr(finder, "find_module", None)
        if find is not None and find(name) is not None:
            return True
    return False
