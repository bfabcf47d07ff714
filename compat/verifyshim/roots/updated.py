"""The bundle that ``python -m verifyshim bundle update`` leaves: a later certifi's roots, for an interpreter
whose pip refuses that release.

Two files: the PEM, and beside it a small JSON that says where it is from and what its hash is. They are
used only where nobody but this user (or root) could have written them.
"""
import hashlib
import json
import os
import time

from . import files, hygiene, pem, private
from .rootset import Source
from ..errors import ConfigurationError

VARIABLE = "VERIFYSHIM_BUNDLE"
_PREVIOUS = ".previous"


def place(environ):
    """Return the bundle's path: $VERIFYSHIM_BUNDLE, or in the user's configuration; None without a home."""
    if environ.get(VARIABLE):
        return environ[VARIABLE]
    base = environ.get("XDG_CONFIG_HOME") or ""
    if not os.path.isabs(base):
        home = environ.get("HOME") or environ.get("APPDATA") or ""
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".config")
    return os.path.join(base, "verifyshim", "cacert.pem")


def find(environ):
    """Return ``(Source, None)``, or ``(None, why not)``, where the text is None if there simply is none.

    :raises ConfigurationError: where $VERIFYSHIM_BUNDLE names one that cannot be used.
    """
    path = place(environ)
    if path is None or not (environ.get(VARIABLE) or os.path.lexists(path)):
        return None, None
    try:
        try:
            return _read(path), None
        except ConfigurationError:
            time.sleep(0.05)        # an update replaces two files, one after the other
            return _read(path), None
    except ConfigurationError as error:
        if environ.get(VARIABLE):
            error.args = ("%s: %s" % (VARIABLE, error),)
            raise
        return None, str(error)


def _read(path):
    try:
        return _checked(path)
    except EnvironmentError as error:       # a relative path, and a working directory that was removed
        raise ConfigurationError("%s cannot be looked at (%s); set %s to a whole path"
                                 % (path, error.strerror, VARIABLE))


def _checked(path):
    for part in (os.path.dirname(os.path.abspath(path)), path, path + ".json"):
        # Elsewhere than on POSIX the user's own directory has to be trusted as it is.
        trouble = private.trouble(part, also_root=True) if hasattr(os, "getuid") else None
        if trouble:
            raise ConfigurationError("%s cannot be trusted (%s); make it again with python -m verifyshim "
                                     "bundle update, or take it away" % (path, trouble))
    data = files.read(path, "the updated bundle")
    try:
        told = json.loads(files.read(path + ".json", "the updated bundle").decode("utf-8"))
        source, date, digest = told["source"], told["date"], told["sha256"]
        date = None if date is None else hygiene.seconds(*[int(part) for part in date.split("-")])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError("%s.json cannot be read (%s); make it again with python -m verifyshim "
                                 "bundle update, or take %s away" % (path, error, path))
    if hashlib.sha256(data).hexdigest() != digest:
        raise ConfigurationError("%s is not what %s.json says it is; make it again with python -m verifyshim "
                                 "bundle update, or take it away" % (path, path))
    return Source(pem.parsed(data, path), "%s, in %s" % (str(source), path), date)


def save(path, data, source, date, origin):
    """Make *data* (PEM bytes) the updated bundle at *path*; what was there can be had back with `undo`.

    :param source: what it is, text; *origin* the file it was taken from; *date* seconds since 1970 or None.
    :raises ConfigurationError: where it cannot be written, or others could write there.
    """
    told = {"source": source, "date": None if date is None else hygiene.day(date), "origin": origin,
            "sha256": hashlib.sha256(data).hexdigest(), "count": len(pem.parsed(data, path))}
    try:
        private.make_folder(os.path.dirname(os.path.abspath(path)))
        for suffix in (".json", ""):
            if os.path.exists(path + suffix):
                private.write(path + _PREVIOUS + suffix, files.read(path + suffix, "the updated bundle"))
            elif os.path.exists(path + _PREVIOUS + suffix):
                os.remove(path + _PREVIOUS + suffix)
        private.write(path + ".json", json.dumps(told, indent=1, sort_keys=True).encode("ascii") + b"\n")
        private.write(path, data)
    except (OSError, IOError) as error:
        raise ConfigurationError("%s cannot be written (%s); set %s to a path that can"
                                 % (path, error.strerror or error, VARIABLE))
    _read(path)


def undo(path):
    """Put back what was there before the last `save`; return the path, or None if that was nothing.

    :raises ConfigurationError: where there is nothing to undo.
    """
    if not os.path.exists(path):
        raise ConfigurationError("there is no updated bundle at %s, so nothing can be undone" % path)
    back = os.path.exists(path + _PREVIOUS) and os.path.exists(path + _PREVIOUS + ".json")
    try:
        for suffix in (".json", ""):
            if back:
                private.move(path + _PREVIOUS + suffix, path + suffix)
            else:
                os.remove(path + suffix)
    except OSError as error:
        raise ConfigurationError("%s cannot be changed (%s); look at who may write it"
                                 % (path, error.strerror))
    return path if back else None
