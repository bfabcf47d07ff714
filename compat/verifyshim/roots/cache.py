"""Roots as a PEM file, for interpreters whose ssl takes nothing else (2.6-2.7.8, 3.3).

The file is found again by later processes: its name is the hash of its content. Who could change it could
have any server believed, so it is looked at on each use, and where something is odd a folder of this
process's own takes its place.
"""
import atexit
import hashlib
import os
import shutil
import stat
import tempfile
import time

from . import private
from ..events.locks import ForkLock

_KEPT = 30 * 86400          # seconds that an unused file stays


class _State(object):
    lock = ForkLock()
    known = {}              # Roots.key -> (path, what lstat said of the file and of its folder)
    maker = None            # process id, and the folder that it made for itself
    folder = None
    made = None


def path_of(roots, environ=None):
    """Return the path of a PEM file with exactly these roots, that only this user can write.

    :param roots: a Roots.
    :param environ: where XDG_CACHE_HOME and HOME are looked up, ``os.environ`` by default.
    :raises ConfigurationError: for roots that cannot be listed. OSError where no temporary file can be made.
    """
    key = roots.key
    path, seen = _State.known.get(key, (None, None))
    if path is not None and _signature(path) == seen and seen is not None:
        if _State.folder is None or os.path.dirname(path) != _State.folder or _State.maker == os.getpid():
            return path     # not a parent's own folder: that goes with the parent
    data = roots.pem().encode("ascii")
    name = hashlib.sha256(data).hexdigest() + ".pem"
    path = _shared(name, data, os.environ if environ is None else environ) or _own(name, data)
    _State.known[key] = path, _signature(path)
    return path


def folder(environ):
    """Return the folder of the cache, or None where there is no home (XDG Base Directory)."""
    base = environ.get("XDG_CACHE_HOME") or ""
    if not os.path.isabs(base):     # the specification has relative ones ignored
        home = environ.get("HOME") or ""
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    return os.path.join(base, "verifyshim")


def _shared(name, data, environ):
    """Return the path in the cache, written if it is not there; None where the cache cannot be trusted."""
    place = folder(environ)
    if place is None or not hasattr(os, "getuid"):
        return None
    path = os.path.join(place, name)
    try:
        private.make_folder(place)
        if private.trouble(place):
            return None
        if not _is_sound(path, data):
            private.write(path, data)
            _clean(place)
            if not _is_sound(path, data):
                return None
        elif time.time() - os.lstat(path).st_mtime > _KEPT / 10:
            os.utime(path, None)        # in use: _clean leaves it
        return path
    except (OSError, IOError):      # a home that is full, or cannot be written
        return None


def _is_sound(path, data):
    if not os.path.lexists(path) or private.trouble(path) or not stat.S_ISREG(os.lstat(path).st_mode):
        return False
    with open(path, "rb") as handle:
        return hashlib.sha256(handle.read()).digest() == hashlib.sha256(data).digest()


def _clean(place):
    """Remove what nobody used for long; a process that does still need it writes it again."""
    for entry in os.listdir(place):
        path = os.path.join(place, entry)
        if entry.endswith(".pem") or entry.startswith(".new-"):
            try:
                if time.time() - os.lstat(path).st_mtime > _KEPT:
                    os.remove(path)
            except OSError:         # another process was faster
                pass


def _signature(path):
    """Return what would differ if somebody had touched the file or its folder; None where that shows."""
    try:
        found, above = os.lstat(path), os.lstat(os.path.dirname(path))
    except OSError:
        return None
    if hasattr(os, "getuid"):
        for state in (found, above):
            if state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
    if not stat.S_ISREG(found.st_mode) or not stat.S_ISDIR(above.st_mode):
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime, above.st_dev, above.st_ino)


def _own(name, data):
    """Return the path of a new file in a folder of this process's own, which ends with it.

    The folder is looked at each time: the parent of a daemon removes its folder when it ends, and cleaners
    of /tmp remove what is old, whereupon anybody could put one there.
    """
    with _State.lock:
        if _State.maker != os.getpid() or not _is_ours():
            _State.maker = os.getpid()
            _State.folder = tempfile.mkdtemp(prefix="verifyshim-")
            _State.made = os.lstat(_State.folder)
            atexit.register(_remove, _State.folder, _State.maker)
        path = os.path.join(_State.folder, name)
        private.write(path, data)
        return path


def _is_ours():
    try:
        found = os.lstat(_State.folder)
    except OSError:
        return False
    return [getattr(found, name) - getattr(_State.made, name)
            for name in ("st_ino", "st_dev", "st_uid", "st_mode")] == [0, 0, 0, 0]


def _remove(place, maker):
    if os.getpid() == maker:        # a fork runs this too, and its parent still needs the folder
        shutil.rmtree(place, ignore_errors=True)
