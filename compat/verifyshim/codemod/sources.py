"""One file: its bytes, its lines and columns as a reader sees them, and writing it back."""
import codecs
import errno
import io
import os
import re
import stat
import sys

from .layout import Lines
from ..errors import VerifyshimError

BOM = codecs.BOM_UTF8
# PEP 263, and what Python 2.5 and later make of it.
_COOKIE = re.compile(br"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_EMPTY = re.compile(br"^[ \t\f]*(?:[#\r\n]|$)")


class SourceProblem(VerifyshimError):
    """A file that cannot be read or written; the text says why and what to do."""


class Source(object):
    """A file's ``path``, ``data`` (bytes) and ``text``: the bytes as latin-1, so that offsets are the same."""

    def __init__(self, path, data):
        self.path = path
        self.data = data
        self.text = data.decode("latin-1")
        self._lines = None
        self._encoding = None

    @property
    def lines(self):
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines

    @property
    def encoding(self):
        """The encoding the file says it has, or UTF-8; "latin-1" where that fits nothing."""
        if self._encoding is None:
            self._encoding = _encoding(self.data)
        return self._encoding

    def line_column(self, offset):
        """Return (line, column), counted from 1; columns are characters of the line as an editor shows it."""
        index = self.lines.index(offset)
        start = self.lines.starts[index]
        head = self.data[start:offset]
        if start == 0 and head.startswith(BOM):
            head = head[len(BOM):]
        return index + 1, _characters(head, self.encoding) + 1

    def line_text(self, number):
        """Return line *number* as text without its break, for people."""
        start = self.lines.starts[number - 1]
        line = self.data[start:start + len(self.lines.line(number - 1))]
        if number == 1 and line.startswith(BOM):
            line = line[len(BOM):]
        return line.rstrip(b"\r\n").decode(self.encoding, "replace")


def _encoding(data):
    declared = None
    if data.startswith(BOM):
        data = data[len(BOM):]
    else:
        for line in data.split(b"\n", 2)[:2]:
            match = _COOKIE.match(line)
            if match:
                declared = match.group(1).decode("ascii", "replace")
                break
            if not _EMPTY.match(line):
                break
    for encoding in (declared, "utf-8"):
        try:
            if encoding is not None:
                data.decode(encoding)
                b"".decode(encoding).encode(encoding)       # no rot13, no base64: those are no text
                return encoding
        except (LookupError, ValueError, TypeError, AttributeError):
            continue
    return "latin-1"


def _characters(data, encoding):
    try:
        text = data.decode(encoding)
    except ValueError:      # the offset is inside a character
        return len(data)
    if sys.maxunicode == 0xffff:        # 2.7 may count UTF-16's halves
        return len(text.encode("utf-32-le")) // 4
    return len(text)


def read(path):
    """Return a file's bytes."""
    try:
        with io.open(path, "rb", buffering=0) as handle:
            return handle.read()
    except EnvironmentError as error:
        raise SourceProblem("it cannot be read: %s" % reason(error))


def write(path, data, expected):
    """Replace a file's content in one step; a crash leaves the old or the new one.

    Mode, owner, group and extended attributes stay. The new content is on disk before it gets the name.

    :param expected: the bytes that were read; if there is something else now, nothing is written.
    :raises SourceProblem: where the file is a link, changed meanwhile, or cannot be written.
    """
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            raise SourceProblem("it is a symbolic link and was not written; name the file it leads to")
        if not stat.S_ISREG(status.st_mode):
            raise SourceProblem("it is no regular file and was not written")
        if not os.access(path, os.W_OK):
            raise SourceProblem("it is read-only and was not written")
        if read(path) != expected:
            raise SourceProblem("somebody else changed it meanwhile; it was not written, run again")
        _replace(path, data, status)
    except EnvironmentError as error:
        raise SourceProblem("it cannot be written: %s" % reason(error))


def _replace(path, data, status):
    import tempfile     # which few runs need, and which takes its time
    folder = os.path.dirname(path) or os.curdir
    descriptor, temporary = tempfile.mkstemp(prefix=".verifyshim-", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            _keep_owner(handle.fileno(), status)
            _keep_attributes(path, temporary)
            if hasattr(os, "fchmod"):
                os.fchmod(handle.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(handle.fileno())
        getattr(os, "replace", os.rename)(temporary, path)
    except BaseException:
        _forget(temporary)
        raise
    _sync_folder(folder)


def _keep_owner(descriptor, status):
    """Give the new file the old one's owner and group; chown clears set-uid bits, so the mode comes later."""
    if not hasattr(os, "fchown"):
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) == (status.st_uid, status.st_gid):
        return
    try:
        os.fchown(descriptor, status.st_uid, status.st_gid)
    except EnvironmentError as error:
        if error.errno not in (errno.EPERM, errno.EINVAL):
            raise
        raise SourceProblem("it belongs to somebody else, which a rewritten file could not; run as its owner")


def _keep_attributes(path, temporary):
    """Copy what else the file system knows: ACLs, labels. Some of it only the system may set."""
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(path)
    except EnvironmentError:
        return
    for name in names:
        try:
            os.setxattr(temporary, name, os.getxattr(path, name))
        except EnvironmentError:
            continue


def _forget(path):
    try:
        os.unlink(path)
    except EnvironmentError:
        pass


def _sync_folder(folder):
    """Put the new name on disk too; not every system lets a folder be opened."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except EnvironmentError:
        return
    try:
        os.fsync(descriptor)
    except EnvironmentError:
        pass
    finally:
        os.close(descriptor)


def reason(error):
    """Return what the system says went wrong, without the number and without the path."""
    return (error.strerror or str(error)).lower()
