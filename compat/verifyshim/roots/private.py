"""Files that stand between a program and whom it trusts: used only where nobody else could have written."""
import os
import stat
import tempfile


def trouble(path, also_root=False):
    """Return why *path* must not be trusted, a text, or None: as OpenSSH looks at its users' files.

    It must be a file or directory of this user's, writable by the owner alone, and no directory above may
    let others replace it.

    :param also_root: whether root may own it too: who administrates the machine can do all of this anyway.
    """
    if not hasattr(os, "getuid"):
        return "%s: this system has no owners and modes to look at" % path
    owners = (os.getuid(), 0) if also_root else (os.getuid(),)
    try:
        found = os.lstat(path)
    except OSError as error:
        return "%s: %s" % (path, error.strerror)
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        return "%s is neither a file nor a directory" % path
    if found.st_uid not in owners:
        return "%s belongs to another user" % path
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "%s can be written by others" % path
    for above in _way(path):
        found = os.lstat(above)
        if found.st_uid not in (os.getuid(), 0):
            return "%s, above it, belongs to another user" % above
        if stat.S_ISDIR(found.st_mode) and found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            if not found.st_mode & stat.S_ISVTX:
                return "%s, above it, can be written by others" % above
    return None


def _way(path):
    """Yield the directories and links that lead to *path*: who can change one of them decides what is found."""
    # Not the working directory unless it is needed: it may have been removed.
    whole = path if os.path.isabs(path) else os.path.join(os.getcwd(), path)
    parts, here, links = whole.split(os.sep), os.sep, 0
    yield here
    while parts:
        place = os.path.normpath(os.path.join(here, parts.pop(0)))
        if place == here or not parts and place != os.path.dirname(here):
            continue
        yield place
        here = place
        if os.path.islink(place) and links < 40:        # as many as Linux follows
            links += 1
            target = os.readlink(place)
            here = os.sep if os.path.isabs(target) else os.path.dirname(place)
            parts = target.split(os.sep) + parts


def make_folder(path):
    """Make a directory for this user alone, and what is missing above; OSError where that fails."""
    if not os.path.isdir(path):
        above = os.path.dirname(path)
        if above and not os.path.isdir(above):
            make_folder(above)
        try:
            os.mkdir(path, 0o700)
        except OSError:
            if not os.path.isdir(path):     # another process was faster
                raise


def write(path, data, prefix=".new-"):
    """Write bytes as the whole file *path*: at once, for readers, and only the owner can write it.

    :param prefix: how the name begins of what is left behind where the process is killed meanwhile.
    """
    handle, draft = tempfile.mkstemp(prefix=prefix, dir=os.path.dirname(path))      # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        move(draft, path)
    except BaseException:
        os.remove(draft)
        raise


def move(source, target):
    """Rename a file over another one, which on Windows 2.x's os.rename refuses to do."""
    if os.name == "nt" and not hasattr(os, "replace") and os.path.exists(target):
        os.remove(target)
    getattr(os, "replace", os.rename)(source, target)
