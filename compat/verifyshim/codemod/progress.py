"""A progress bar, by tqdm where that is installed: on a terminal, for a run that takes a while."""
import contextlib
import sys
import time

PATIENCE = 1.0      # seconds before there is a bar


class Progress(object):
    """Counts files; shows them when standard error is a terminal."""

    def __init__(self, quiet=False):
        self._tqdm = None if quiet or not _is_terminal(sys.stderr) else _tqdm()
        self._started = time.time()
        self._bar = None
        self._done = 0
        self._total = None

    def count(self, paths):
        """Return *paths*; counted before, where a bar is to know how long it will be."""
        if self._tqdm is None:
            return paths
        paths = list(paths)
        self._total = len(paths)
        return paths

    def step(self):
        """One file more is done."""
        if self._tqdm is None:
            return
        self._done += 1
        if self._bar is not None:
            self._bar.update(1)
        elif time.time() - self._started > PATIENCE:
            self._bar = self._tqdm(total=self._total, initial=self._done, file=sys.stderr, unit="file",
                                   leave=False)

    @contextlib.contextmanager
    def cleared(self):
        """Take the bar off the terminal while something else is written to it."""
        if self._bar is not None:
            self._bar.clear()
        yield
        if self._bar is not None:
            self._bar.refresh()

    def around(self, write):
        """Return *write*, a function of bytes to standard output or error, so that it spares the bar."""
        if self._tqdm is None:
            return write

        def careful(data):
            with self.cleared():
                write(data)
                sys.stdout.flush()
        return careful

    def close(self):
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _is_terminal(stream):
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def _tqdm():
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    tqdm.monitor_interval = 0       # no thread of its own: this process forks
    return tqdm
