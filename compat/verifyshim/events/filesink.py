"""Events in a file that many threads and processes write, and that others move, remove or fill up.

One ``write`` with O_APPEND for each line: POSIX has them whole and in some order, whoever else writes. What
is open is looked at before each: daemons close descriptors they do not know, and the number may belong to a
socket of the program by then. Nothing waits for another process: a stopped one would stop connections.
"""
import errno
import os
import stat
import time

from .locks import ForkLock

try:
    import fcntl
except ImportError:     # Windows and Jython: the file is written, but never rotated
    fcntl = None

_RETRY = 1.0            # seconds between attempts to open or rotate what could not be
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):   # a pipe without a reader must not hang
    _FLAGS |= getattr(os, _name, 0)


# Names there are not ours to move, and stand for files that have others: /dev/stdout is a link to one.
_DEVICES = ("/dev", "/proc")


class LogTrouble(Exception):
    """The log cannot be written; the text says why and what to do."""


class FileSink(object):
    """One log file.

    :param path: absolute path.
    :param max_bytes: size at which it becomes PATH.1, PATH.1 becomes PATH.2 ...; 0 for never.
    :param keep: how many of those stay.
    """

    def __init__(self, path, max_bytes, keep):
        self.path = path
        self._lock = ForkLock()
        self._fd = self._identity = None
        self._torn = self._closed = False
        self._again = {}            # what failed: "open" or "rotate" -> when to try again
        self._trouble = {}          # the same -> sentence
        self.limit(max_bytes, keep)

    def limit(self, max_bytes, keep):
        """Use other limits from now on."""
        self._max_bytes, self._keep = max_bytes, keep

    def start(self):
        """Open the file; return None, or a sentence about why that is not possible."""
        with self._lock:
            self._closed = False
            self._again.clear()
            try:
                self._current()
            except (LogTrouble, EnvironmentError):
                return self._trouble.get("open")
        return None

    def write(self, line, quiet):
        """Append *line*, ASCII text with its newline.

        :raises LogTrouble: where the line is lost. EnvironmentError likewise.
        """
        data = line.encode("ascii")
        with self._lock as depth:
            if depth > 1:       # a signal handler in the middle of this; the state may be half changed
                raise LogTrouble("a connection was made while an event was being written")
            found = self._current()
            if self._max_bytes and stat.S_ISREG(found.st_mode) and found.st_size + len(data) > self._max_bytes:
                if found.st_size:
                    self._rotate()
            try:
                self._append(data)
            finally:
                if self._closed:
                    self._drop()

    def _append(self, data):
        if self._torn:
            data = b"\n" + data
        done = os.write(self._fd, data)
        self._torn = done < len(data)
        if self._torn:
            raise LogTrouble("%s took only a part of a line; is the disk full?" % self.path)

    def notes(self):
        """Return sentences about the file that a person should read."""
        with self._lock:
            return [self._trouble[name] for name in sorted(self._trouble)]

    def close(self):
        """Close the file. A line that another thread is about to write is still written."""
        with self._lock:
            self._closed = True
            if self._is_ours() is not None:
                self._drop()

    def _drop(self):
        fd, self._fd = self._fd, None
        os.close(fd)

    def _is_ours(self):
        """Return what fstat says of the open file, or None where the descriptor is not ours any more."""
        if self._fd is None:
            return None
        try:
            found = os.fstat(self._fd)
            if _identity(found) == self._identity:
                return found
        except EnvironmentError:
            pass
        self._fd = None         # not closed: it is somebody else's
        return None

    def _current(self):
        """Return what fstat says of the file to write to, opened again where it is not PATH any more."""
        found = self._is_ours()
        if found is not None:
            try:
                if self._is_at_path():
                    return found
            except EnvironmentError:
                pass
        if not self._is_time("open"):
            return self._stay(found, None)
        try:
            return self._open()
        except (LogTrouble, EnvironmentError) as error:
            self._failed("open", error)
            return self._stay(found, error)

    def _stay(self, found, error):
        """Go on with a file that was moved away, by a process without the rights to make a new one.

        One that was removed takes nothing any more.
        """
        if found is not None and found.st_nlink:
            return found
        raise error or LogTrouble(self._trouble.get("open") or "%s cannot be opened" % self.path)

    def _open(self):
        fd = _opened(self.path, _checked_flags(self.path))
        try:
            found = os.fstat(fd)
            _refuse_strange(self.path, found)
            if fcntl is not None:       # 2.x and 3.3 have no O_CLOEXEC
                fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.fcntl(fd, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)
        except Exception:
            os.close(fd)
            raise
        old = self._fd
        self._fd, self._identity, self._torn = fd, _identity(found), False
        if old is not None:
            os.close(old)
        self._trouble.pop("open", None)
        self._trouble.pop("rights", None)
        if hasattr(os, "getuid") and stat.S_ISREG(found.st_mode) and found.st_mode & 0o077:
            self._trouble["rights"] = ("%s can be read or written by other users (mode %o); to change that: "
                                       "chmod 600 %s" % (self.path, stat.S_IMODE(found.st_mode), self.path))
        return found

    def _rotate(self):
        """Move PATH to PATH.1 and open a new PATH; while another process does that, the old one serves."""
        if fcntl is None or not self._is_time("rotate"):
            return
        try:
            _refuse_link(self.path)
            # A descriptor of its own: a lock belongs to what open() made, and a child shares that.
            lock = _opened(self.path, _checked_flags(self.path) & ~os.O_CREAT)
            try:
                if _is_locked(lock) and self._is_at_path():
                    self._shift()
            finally:
                os.close(lock)
            self._trouble.pop("rotate", None)
        except (LogTrouble, EnvironmentError) as error:
            if getattr(error, "errno", None) != errno.ENOENT:       # another process was faster
                self._failed("rotate", error)
        self._current()

    def _is_at_path(self):
        return _identity(os.stat(self.path)) == self._identity

    def _shift(self):
        if self._keep < 1:
            os.remove(self.path)
            return
        for number in range(self._keep - 1, 0, -1):
            older = "%s.%d" % (self.path, number)
            if os.path.lexists(older):
                os.rename(older, "%s.%d" % (self.path, number + 1))
        os.rename(self.path, self.path + ".1")      # last: until here others find the lock on PATH

    def _is_time(self, what):
        # A clock that was set back must not stop this for years.
        return not 0 <= self._again.get(what, 0) - time.time() <= _RETRY

    def _failed(self, what, error):
        self._again[what] = time.time() + _RETRY
        said = str(error) if isinstance(error, LogTrouble) else "%s: %s" % (self.path, error.strerror or error)
        self._trouble[what] = ("the log cannot be opened: %s" if what == "open" else
                               "the log grows, because it cannot be rotated: %s") % said


def _identity(found):
    return found.st_dev, found.st_ino


def _is_locked(fd):
    """Take the lock of an open file, if nobody has it."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except EnvironmentError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES):
            raise
        return False
    return True


def _opened(path, flags):
    """Return a descriptor that is none of 0 to 2: where a daemon closed those, what it prints would be in the log."""
    fd = os.open(path, flags, 0o600)
    if fd > 2 or fcntl is None:
        return fd
    try:
        return fcntl.fcntl(fd, getattr(fcntl, "F_DUPFD_CLOEXEC", fcntl.F_DUPFD), 3)
    finally:
        os.close(fd)


def _checked_flags(path):
    """Return the flags to open *path* with: where anybody can make links, none is followed."""
    folder = os.path.dirname(path) or os.curdir
    if not _is_open_to_all(folder):
        return _FLAGS
    if os.path.islink(path):
        raise LogTrouble("%s is a symbolic link in a folder that everybody can write; name a file in a "
                         "folder of your own" % path)
    return _FLAGS | getattr(os, "O_NOFOLLOW", 0)


def _refuse_link(path):
    """Rotating would put a file in the link's place, on another disk perhaps, and leave what it leads to."""
    folder = os.path.join(os.path.realpath(os.path.dirname(path)), "")
    if os.path.islink(path) or folder.startswith(tuple(os.path.join(name, "") for name in _DEVICES)):
        raise LogTrouble("%s is a symbolic link, or in /dev or /proc; name the file itself" % path)


def _is_open_to_all(folder):
    return hasattr(os, "getuid") and bool(os.stat(folder).st_mode & stat.S_IWOTH)


def _refuse_strange(path, found):
    kind = found.st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISCHR(kind) or stat.S_ISFIFO(kind)):
        raise LogTrouble("%s is not a file that can be appended to; name another" % path)
    if not stat.S_ISCHR(kind) and _is_open_to_all(os.path.dirname(path)):
        # Who put it there, a file or a pipe, reads it, or had us write elsewhere through a hard link.
        if found.st_uid != os.geteuid() or found.st_nlink != 1:
            raise LogTrouble("%s was made by another user in a folder that everybody can write; name a file "
                             "in a folder of your own" % path)
