"""Files over an executor of concurrent.futures, on this machine or on others: --executor.

This side finds, reads and writes the files; what goes over is bytes, see remote.py. So the workers need no
access to the tree, and one that dies leaves nothing half written: its files are given out again.
"""
import importlib
from collections import deque

from . import dask, remote
from .. import __version__
from ..errors import VerifyshimError

AHEAD = 128     # files under way, whose bytes are kept here until they are done
# By name, as concurrent.futures is not everywhere, and as Dask's need not be here.
_BROKEN = frozenset(["BrokenExecutor", "BrokenProcessPool", "BrokenThreadPool"])
_KILLED = frozenset(["KilledWorker"])
_LOST = frozenset(["CancelledError", "FutureCancelledError", "FuturesCancelledError", "CommClosedError"])


class ExecutorProblem(VerifyshimError):
    """An executor that cannot be had or used; one sentence."""


def _maker(name, jobs):
    """Return a function that makes the executor *name*."""
    if "://" in name:
        return lambda: dask.connect(name)
    module, _, attribute = name.rpartition(":" if ":" in name else ".")
    try:
        factory = getattr(importlib.import_module(module), attribute)
    except (ImportError, ValueError, AttributeError) as error:
        raise ExecutorProblem("there is no executor %s, which should be module:Class or dask://host:port: %s"
                              % (name, error))
    return lambda: _made(name, factory, jobs)


def _made(name, factory, jobs):
    try:
        executor = factory() if jobs is None else factory(max_workers=jobs)
    except Exception as error:      # pylint: disable=broad-except   # somebody else's class
        raise ExecutorProblem("the executor %s cannot be made: %s" % (name, error))
    if not callable(getattr(executor, "submit", None)):
        raise ExecutorProblem("%s is no executor: it makes %s, which has no submit()"
                              % (name, type(executor).__name__))
    return executor


class _File(object):
    """One file: done, with a ``result``, or under way, with a ``request`` and mostly a ``future``."""

    def __init__(self, path, result, request):
        self.path = path
        self.result = result
        self.request = request
        self.future = None


class Crew(object):
    """The executor *name*, "module:Class" or "dask://host:port".

    :param jobs: its max_workers, if not None.
    :raises ExecutorProblem: there is none of that name, or it cannot be made.
    """

    def __init__(self, name, jobs=None):
        self._make = _maker(name, jobs)
        self._executor = self._make()
        self._work = self._died = None
        self._files = deque()
        self._under_way = 0
        self._broken = False        # the executor, and not just a worker of it

    def run(self, paths, work, died):
        """Yield what ``work(path)`` would return for each path, in order, and end the executor.

        :param died: called with (path, None); makes a result for a file that no worker survives.
        :raises ExecutorProblem: the executor is lost, or its workers run another verifyshim.
        """
        self._work, self._died = work, died
        try:
            for result in self._results(paths):
                yield result
        finally:
            self._dismiss()

    def _results(self, paths):
        for path in paths:
            found = _File(path, *self._work.begin(path))
            self._files.append(found)
            if found.request is not None:
                self._under_way += 1
                self._submit(found)
            while self._files and (self._under_way > AHEAD or self._files[0].request is None):
                yield self._next()
        while self._files:
            yield self._next()

    def _next(self):
        """Return the result of the first file, when it is there."""
        found = self._files.popleft()
        if found.request is None:
            return found.result
        self._under_way -= 1
        said = self._answer(found)
        if said is None:
            return self._died(found.path, None)
        return self._work.end(found.result, found.request, said)

    def _submit(self, found):
        try:
            found.future = self._executor.submit(remote.look, found.request)
        except Exception as error:      # pylint: disable=broad-except
            if type(error).__name__ not in _BROKEN:
                raise ExecutorProblem("the executor takes no more work: %s" % (error or type(error).__name__))
            self._broken = True
            found.future = None         # it is given out again when its turn comes

    def _answer(self, found):
        """Return what a worker says of a file, or the next one where that died; None if that dies too."""
        if found.future is None or not self._survives(found):
            self._clear_the_way()
            self._submit(found)         # alone: if its worker dies again, it is this file's doing
            survived = found.future is not None and self._survives(found)
            if not survived:
                self._clear_the_way()
            for other in self._files:
                if other.request is not None and other.future is None:
                    self._submit(other)
            if not survived:
                return None
        said = found.future.result()
        if said["version"] != __version__:
            raise ExecutorProblem("a worker runs verifyshim %s, and this is %s; install the same on both sides"
                                  % (said["version"], __version__))
        return said

    def _survives(self, found):
        """Wait for a file; whether a worker lived to say something of it."""
        try:
            self._wait(found.future)
            return True
        except VerifyshimError:
            raise
        except Exception as error:      # pylint: disable=broad-except
            kinds = set(kind.__name__ for kind in type(error).__mro__)
            if kinds & _BROKEN:
                self._broken = True
                return False
            if kinds & _KILLED:
                self._broken = False
                return False
            self._explain(error, kinds)
        except BaseException as error:      # asyncio's CancelledError is no Exception
            if type(error).__name__ not in _LOST:
                raise
            self._explain(error, _LOST)

    def _wait(self, future):
        getattr(self._executor, "wait_for", lambda one: one.result())(future)

    def _explain(self, error, kinds):
        if kinds & _LOST:
            raise ExecutorProblem("the executor was lost while files were under way; each file is either as it "
                                  "was or completely rewritten, so run again")
        if "ImportError" in kinds:
            raise ExecutorProblem("a worker cannot look at files: %s; install verifyshim %s where it runs"
                                  % (error, __version__))
        raise ExecutorProblem("a worker failed: %s: %s" % (type(error).__name__, error))

    def _clear_the_way(self):
        """See that nothing is under way: another executor in place of a broken one, or the rest is awaited."""
        if self._broken:
            self._replace()
            return
        for found in self._files:
            if found.future is not None:
                self._survives(found)
        self._broken = False

    def _replace(self):
        self._shut(self._executor)
        for found in self._files:
            if found.future is not None and not _has_come(found.future):
                found.future = None
        self._executor = self._make()

    def _dismiss(self):
        """Take back what is not done yet, and end the executor."""
        given = [found.future for found in self._files if found.future is not None]
        # But for the last: up to 3.10.10 and 3.11.3 a process pool that is being shut down waits for ever once
        # nothing but cancelled work was left (gh-94440). Behind the last, all that was cancelled is gone from it.
        for future in given[:-1]:
            future.cancel()
        self._shut(self._executor)

    def _shut(self, executor):
        try:
            getattr(executor, "shutdown", lambda: None)()
        except Exception:       # pylint: disable=broad-except   # it is of no use any more, whatever it says
            pass


def _has_come(future):
    return future.done() and not future.cancelled() and future.exception() is None
