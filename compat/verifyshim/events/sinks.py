"""Where events go: a file, the logging module, or a ring in memory for tests."""
import collections
import json
import os

from . import callsite
from .filesink import FileSink
from .locks import ForkLock

MAX_BYTES = 10 * 1024 * 1024
KEEP = 5
LOGGER = "verifyshim"

Dropped = collections.namedtuple("Dropped", "count error")


class State(object):
    """``all`` is replaced as a whole: who writes takes it once and needs no lock."""

    lock = ForkLock()
    all = ()
    chosen = None           # the policy's, one of them
    count, error = 0, ""


def emit(line, quiet):
    """Hand a line to everybody who listens. Raises nothing.

    :param quiet: whether it is the expected; otherwise a person should look.
    """
    for sink in State.all:
        try:
            sink.write(line, quiet)
        except Exception as error:      # a log must not break a connection, whatever is wrong with it
            drop(error)


def drop(error):
    """Count a line that could not be written."""
    with State.lock:
        State.count += 1
        State.error = "%s: %s" % (type(error).__name__, error)


def dropped():
    """Return ``(count, error)``: how many lines were lost since `use`, and why the last one was, text."""
    return Dropped(State.count, State.error)


def notes():
    """Return sentences about the sinks in use."""
    found = [note for sink in State.all for note in sink.notes()]
    if State.count:
        found.append("%d events could not be written; the last because of %s" % (State.count, State.error))
    return found


def use(log, max_bytes=None, keep=None):
    """Make the sink for the text *log* the one in use; None for none. Return a sentence of trouble or None.

    :param log: ``logging``, ``logging:NAME`` or the path of a file.
    :param max_bytes: size at which the file is rotated, bytes; 0 for never.
    :param keep: how many rotated files stay.
    """
    with State.lock:
        old = State.chosen
        fresh = None
        if log is not None:
            max_bytes, keep = (MAX_BYTES if max_bytes is None else max_bytes), (KEEP if keep is None else keep)
            fresh = _make(str(log), max_bytes, keep, old)
        State.count, State.error = 0, ""
        State.chosen = fresh
        others = tuple(sink for sink in State.all if sink is not old)
        State.all = others if fresh is None else (fresh,) + others
    if old is not None and old is not fresh:
        old.close()
    return fresh.start() if fresh is not None else None


def _make(log, max_bytes, keep, old):
    if log == "logging" or log.startswith("logging:"):
        return LoggingSink(log[len("logging:"):] or LOGGER)
    path = os.path.abspath(log)         # now: programs change their directory
    if isinstance(old, FileSink) and old.path == path:
        old.limit(max_bytes, keep)
        return old
    return FileSink(path, max_bytes, keep)


class LoggingSink(object):
    """Events as messages of a logger: INFO for what was verified or pinned, WARNING for the rest.

    A connection that a logging handler makes itself (HTTPHandler, SMTPHandler) is not logged, or each
    message would be the reason of another one for ever.
    """

    def __init__(self, name):
        import logging
        self._logger = logging.getLogger(name)
        self._levels = logging.WARNING, logging.INFO
        self._places = (os.path.join("logging", "__init__.py"), os.path.join("logging", "handlers.py"),
                        os.path.join("logging", "__init__.pyc"), os.path.join("logging", "handlers.pyc"))

    def write(self, line, quiet):
        level = self._levels[quiet]
        if self._logger.isEnabledFor(level) and not callsite.inside(self._places):
            self._logger.log(level, "%s", line[:-1])

    def start(self):
        return None

    def notes(self):
        return []

    def close(self):
        pass


class Ring(object):
    """The last events, in memory."""

    def __init__(self, size):
        self._lines = collections.deque(maxlen=size)

    @property
    def records(self):
        """The events as dicts, oldest first."""
        return [json.loads(line) for line in list(self._lines)]

    def write(self, line, quiet):
        self._lines.append(line)

    def notes(self):
        return []

    def clear(self):
        self._lines.clear()

    def start(self):
        with State.lock:
            State.all += (self,)
        return self

    def stop(self):
        with State.lock:
            State.all = tuple(sink for sink in State.all if sink is not self)

    __enter__ = start

    def __exit__(self, *_):
        self.stop()
