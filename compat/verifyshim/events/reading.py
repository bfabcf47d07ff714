"""Logs read back: plain or gzipped, rotated, from a folder or standard input, damaged or not.

Only one line is in memory at a time, whatever a file contains. Nothing in it is believed: each value comes
out as the type that it should have.
"""
import json
import os
import re
import stat
import sys
import zlib

_CHUNK = 1 << 16        # bytes
_LONGEST = 1 << 16      # bytes of a line; a real one has about a thousand
_LONGEST_TEXT = 1000    # characters of a value
_EXAMPLES = 20          # places of trouble that are named

# What a line of record.py begins with. It cannot be inside one: quotes in values are escaped.
_beginning = re.compile(r'\{"time":\s*"')
_is_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z").match
_PACKED = ((b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"))
_TEXTS = ("time", "event", "host", "mode", "verdict", "failure", "detail", "subject", "issuer", "expires",
          "fingerprint", "entry_point", "call_site", "program", "machine", "version")
_decode = json.JSONDecoder().raw_decode
_TEXT = type(u"")


class Reader(object):
    """The events of some logs: iterate over it once.

    :param paths: files, folders (every file in them and below, but not the hidden ones), or ``-`` for
        standard input. A file that is named twice is read once.

    :param besides: a file that is no log, and is passed over in folders: where the report goes.

    Afterwards: ``files`` and ``records`` (how many were read), ``unreadable`` (how many lines and files
    were not) and ``places`` (texts, the first of those: ``FILE:LINE: why``). Meanwhile ``consumed`` is how
    many bytes, as they are stored, have been read.
    """

    def __init__(self, paths, besides=None):
        self._paths = list(paths)
        self._seen = set()
        self._besides = besides and os.path.realpath(besides)
        self.files = self.records = self.unreadable = self.consumed = 0
        self.places = []

    def size(self):
        """Return how many bytes there will be to read, or None where standard input is among them."""
        if "-" in self._paths:
            return None
        quiet, total = Reader(self._paths, self._besides), 0
        for path in self._paths:
            for name in quiet._names(path):
                try:
                    total += os.path.getsize(name)
                except OSError:     # it is gone, and will be named when it is to be read
                    pass
        return total

    def __iter__(self):
        for path in self._paths:
            for name in self._names(path):
                for record in self._file(name):
                    yield record

    def _names(self, path):
        if path == "-" or not os.path.isdir(path):
            return [path]
        return self._below(path)

    def _below(self, path):
        for folder, inner, names in os.walk(path, onerror=self._not_walked):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(names):
                place = os.path.join(folder, name)
                if name.startswith(".") or not os.path.isfile(place):
                    continue
                if self._besides is None or os.path.realpath(place) != self._besides:
                    yield place

    def _not_walked(self, error):
        self._trouble(error.filename, error.strerror)

    def _file(self, name):
        try:
            handle, shown = (_standard_input(), "<stdin>") if name == "-" else (open(name, "rb"), name)
        except EnvironmentError as error:
            self._trouble(name, error.strerror or error)
            return
        try:
            found = os.fstat(handle.fileno())
            identity = found.st_dev, found.st_ino
            if stat.S_ISREG(found.st_mode) and found.st_ino:        # Windows has no numbers below 3.x
                if identity in self._seen:
                    return
                self._seen.add(identity)
            for record in self._lines(handle, shown):
                yield record
        finally:
            if name != "-":
                handle.close()

    def _lines(self, handle, shown):
        number = 0
        try:
            for number, line in _split(_unpacked(_Counted(handle, self))):
                record, why = (None, "longer than any event") if line is None else parse(line)
                if why:
                    self._trouble("%s:%d" % (shown, number), why)
                if record is not None:
                    self.records += 1
                    yield record
            self.files += 1
        except (EnvironmentError, ValueError, zlib.error) as error:
            self._trouble("%s:%d" % (shown, number + 1), getattr(error, "strerror", None) or error)

    def _trouble(self, place, why):
        self.unreadable += 1
        if len(self.places) < _EXAMPLES:
            self.places.append("%s: %s" % (place, why))


def parse(line):
    """Return ``(record, why)`` of one line, bytes: a dict or None, and what was wrong, text, or None.

    Both where a line was torn by a full disk and the next one follows on it. A prefix, as logging and
    syslog put before messages, is passed over.
    """
    if not line.strip(b"\0\r\t "):      # NULs are what a crash leaves of a file's end
        return None, None
    text = line.decode("utf-8", "replace")
    starts = [found.start() for found in _beginning.finditer(text)]
    if not starts:
        return None, "not an event"
    try:
        values = _decode(text[starts[-1]:])[0]
    except (ValueError, RuntimeError):      # RuntimeError: nested without end
        return None, "not whole"
    record = {}
    for key in _TEXTS:
        value = values.get(key)
        record[key] = value[:_LONGEST_TEXT] if isinstance(value, _TEXT) else u""
    if not record["event"] or not _is_time(record["time"]):
        return None, "not an event"
    for key in ("port", "process"):
        value = values.get(key)
        record[key] = value if isinstance(value, int) and not isinstance(value, bool) else None
    record["name_checked"] = values.get("name_checked") is not False
    return record, "the line before it is not whole" if len(starts) > 1 else None


class _Counted(object):
    """A file that tells its reader how many bytes came from it."""

    def __init__(self, handle, reader):
        self._handle, self._reader = handle, reader

    def read(self, size):
        data = self._handle.read(size)
        self._reader.consumed += len(data)
        return data


def _standard_input():
    return getattr(sys.stdin, "buffer", sys.stdin)


def _unpacked(handle):
    """Return an iterator over chunks of the file's bytes, gunzipped if that is what they are."""
    first = handle.read(_CHUNK)
    for magic, kind in _PACKED:
        if first.startswith(magic):
            raise ValueError("packed with %s; unpack it first" % kind)
    chunks = _chunks(handle, first)
    return _gunzipped(chunks) if first.startswith(b"\x1f\x8b") else chunks


def _chunks(handle, chunk):
    while chunk:
        yield chunk
        chunk = handle.read(_CHUNK)


def _gunzipped(chunks):
    """Yield what *chunks* unpack to, in pieces of bounded size; a file may have several members (RFC 1952)."""
    engine = None
    for chunk in chunks:
        while chunk:
            if engine is None:
                engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield engine.decompress(chunk, _CHUNK)
            if engine.unused_data:
                chunk, engine = engine.unused_data.lstrip(b"\0"), None
            else:
                chunk = engine.unconsumed_tail
    if engine is not None:
        # Behind the end a byte stays unused; there is no other way to ask below 3.3.
        yield engine.decompress(b"\0")
        if not engine.unused_data:
            raise ValueError("the packed file ends too early")


def _split(chunks):
    """Yield ``(number, line)`` from 1; the line is None where it is longer than any event."""
    number, rest, is_long = 0, b"", False
    for chunk in chunks:
        parts = (rest + chunk).split(b"\n")
        rest = parts.pop()
        for part in parts:
            number += 1
            yield number, None if is_long or len(part) > _LONGEST else part
            is_long = False
        if len(rest) > _LONGEST:
            rest, is_long = b"", True
    if rest or is_long:
        yield number + 1, None if is_long else rest
