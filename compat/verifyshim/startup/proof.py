"""The proof that an activation's settings could be used: what was read for that, and what it looked like.

`startup.start` compares it at each start of the interpreter; a file that changed, or one that this user cannot
read, has everything read anew. With fail-closed that is everything that is needed to verify, without only the
settings: what else may be missing is found out when ssl is imported, and all starts are faster for that. Whoever
can write the proof could as well change the files beside it.
"""
import os

from .. import roots as _roots, startup
from ..errors import ConfigurationError
from ..policy import ini
from ..roots import private

_HOST_KEYS = ("roots",)
_KEYS = ("roots", "crl")
# Folders of the package whose files are needed to verify; the others are the command line's.
_FOLDERS = ("", "events", "patches", "policy", "roots", "startup", "tls")


def renew(settings, environ):
    """Write the proof anew where something was changed in good order, and as far as this user may write: as
    Python does with its .pyc files. Raises nothing."""
    try:
        if [name for name in environ if name.startswith("VERIFYSHIM_") and environ[name].strip()
                and not name.startswith("VERIFYSHIM_FAIL_CLOSED")]:
            return      # true for this process alone
        if os.access(os.path.dirname(settings["proof"]), os.W_OK) and not _only_variables(settings, environ) and (
                os.path.exists(settings["source"])):
            private.write(settings["proof"], made(settings, environ), startup.DRAFT)
            os.chmod(settings["proof"], 0o644)      # who starts the interpreter has to read it
            if not os.path.exists(settings["source"]):      # it was deactivated meanwhile
                os.remove(settings["proof"])
    except (OSError, IOError, ConfigurationError):
        pass


def _only_variables(settings, environ):
    """Whether the proof there is lacks nothing but this process's own choice of roots.

    Two programs with different ones would otherwise write it in turns.
    """
    others = dict((name, value) for name, value in environ.items() if name not in startup.ROOT_VARIABLES)
    try:
        with open(settings["proof"], "rb") as stream:
            has_some = b"\nvariable " in stream.read()
    except (OSError, IOError):
        return False
    return has_some and startup.proven(settings, others)


def made(settings, environ):
    """Return the bytes of the proof."""
    config = startup.config_of(settings, {"VIRTUAL_ENV": environ.get("VIRTUAL_ENV") or ""})
    whole = settings["fail_closed"]
    lines = [startup.PROOF_HEAD, b"config " + startup.encoded(config or ""),
             b"package " + startup.encoded(os.path.dirname(os.path.dirname(os.path.abspath(startup.__file__))))]
    paths = set(_root_files(config, environ, whole))
    if config:
        paths.add(config)
    if whole:
        paths.update(package_files())
        lines.append(_version())
        lines += [b"variable " + startup.encoded("%s %s" % (name, environ[name]))
                  for name in startup.ROOT_VARIABLES if environ.get(name)]
    for path in sorted(startup.encoded(path) for path in paths):
        signature = startup.signature(path)
        if signature is not None and b"\n" not in path:
            lines.append(b"file " + signature + b" " + path)
    return b"\n".join(lines) + b"\n"


def _version():
    from .. import __version__
    return b"version " + __version__.encode("ascii")


def named_before(settings):
    """Return the files, bytes, that the proof there is names, if it was written by this version."""
    try:
        with open(settings["proof"], "rb") as stream:
            lines = stream.read().split(b"\n")
    except (OSError, IOError, TypeError):
        return []
    return [line.split(b" ", 2)[2] for line in lines if line.startswith(b"file ")] if _version() in lines else []


def package_files():
    """Return the files of verifyshim, or the archive that it is in, and six's."""
    import six
    package = os.path.dirname(os.path.dirname(os.path.abspath(startup.__file__)))
    found = [_source(os.path.abspath(six.__file__))]
    if not os.path.isdir(package):
        return found + [package[:package.index(".zip") + 4]] * (".zip" in package)
    for folder in _FOLDERS:
        folder = os.path.join(package, folder) if folder else package
        found += [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".py")]
    return found


def _source(path):
    return path[:-1] if path.endswith((".pyc", ".pyo")) and os.path.exists(path[:-1]) else path


def _root_files(config, environ, whole):
    """Return what is read for the roots and revocation lists that are named; where it is to be *whole*, also for
    those that nobody names."""
    values = [(key, startup.as_path(value), os.path.dirname(os.path.abspath(config)))
              for section in (ini.read(config) if config else ())
              for key, value, _ in section.entries
              if key in (_HOST_KEYS if section.name.startswith("host:") else _KEYS)]
    found = []
    for key, value, base in values:
        pieces = value.replace("\n", ",").split(",") if key == "crl" else value.split("+")
        # A path with a plus sign or a comma in it is watched as a whole.
        for piece in pieces + [value]:
            found.append(os.path.join(base, piece.strip()))
    named = " ".join(value for key, value, _ in values if key == "roots")
    default = whole and "roots" not in [key for key, _, _ in values]
    if default or "certifi" in named:
        found += _certifi()
    if default or "system" in named:
        found += [path for path in _roots.SYSTEM_FILES if os.path.exists(path)][:1]
    for name in startup.ROOT_VARIABLES if whole else ():
        found += [path for path in (environ.get(name) or "").split(os.pathsep) if path]
    return [path for path in found if os.path.exists(path)]


def _certifi():
    try:
        import certifi
        return [os.path.abspath(certifi.where()), _source(os.path.abspath(certifi.__file__))]
    except Exception:       # the system's roots are used, or it was an error already
        return []


def require_usable(settings, environ):
    """Raise ConfigurationError unless the settings can be used with this environment's roots, and without."""
    from . import check
    plain = dict((name, value) for name, value in environ.items()
                 if name not in startup.ROOT_VARIABLES and not name.startswith("VERIFYSHIM_"))
    made = check.make_policy(settings, plain)
    check.require_parts()
    for name in startup.ROOT_VARIABLES:
        if environ.get(name):
            check.make_policy(settings, dict(plain, **{name: environ[name]}))
    return made
