"""Many files over many processes, with the results in the order of the files.

Not multiprocessing.Pool: that waits for ever when a worker dies, and keeps all results that are early. Here a
worker's death is seen on its pipe, the file it died of is told, and only so many files are under way.
"""
import os
import signal
import sys
from collections import deque
from itertools import islice

CHUNK = 16          # files handed over at once
AHEAD = 6           # chunks under way for each worker
FEW = 24            # files that are done sooner than a worker starts
_parent_ends = []   # of forked workers: what a worker must not hold open, or nobody sees the parent end


def cores():
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    try:
        import multiprocessing
        return multiprocessing.cpu_count()
    except NotImplementedError:
        return 1


def run(paths, work, jobs, died):
    """Yield ``work(path)`` for each path, in order.

    :param jobs: how many processes, or None for one to a core where there are files enough.
    :param died: called with (path, status); makes a result for a file whose worker died.
    """
    paths = iter(paths)
    if jobs is None:
        few = list(islice(paths, FEW))
        for path in few:
            yield work(path)
        jobs = cores() if len(few) == FEW else 1
    if jobs == 1 or sys.version_info < (3,) and os.name == "nt":    # 2.7's select knows no pipes there
        for path in paths:
            yield work(path)
        return
    crew = _Crew(work, died)
    try:
        for result in crew.results(paths, jobs):
            yield result
    finally:
        crew.dismiss()


class _Worker(object):
    def __init__(self, work):
        import multiprocessing      # here, as it takes as long as many files and small runs do without
        self.connection, theirs = multiprocessing.Pipe()
        _parent_ends.append(self.connection)
        self.process = multiprocessing.Process(target=_serve, args=(theirs, work))
        self.process.daemon = True
        self.process.start()
        theirs.close()
        self.task = None

    def end(self):
        _parent_ends.remove(self.connection)
        self.connection.close()


class _Task(object):
    """Some files of a chunk, on their way through a worker; ``open`` are those not heard of yet."""

    def __init__(self, chunk, numbered):
        self.chunk = chunk
        self.open = dict(numbered)
        self.size = len(self.open)


class _Chunk(object):
    def __init__(self, paths):
        self.results = [None] * len(paths)
        self.waiting = 1        # tasks that are not done


class _Crew(object):
    def __init__(self, work, died):
        self._work = work
        self._died = died
        self._workers = []
        self._tasks = deque()
        self._chunks = deque()

    def results(self, paths, jobs):
        exhausted = False
        while True:
            while not exhausted and len(self._chunks) < jobs * AHEAD:
                some = list(islice(paths, CHUNK))
                exhausted = not some
                if some:
                    chunk = _Chunk(some)
                    self._chunks.append(chunk)
                    self._tasks.append(_Task(chunk, enumerate(some)))
            self._hand_out(jobs)
            while self._chunks and not self._chunks[0].waiting:
                for result in self._chunks.popleft().results:
                    yield result
            if not self._chunks:
                if exhausted:
                    return
                continue
            busy = dict((worker.connection, worker) for worker in self._workers if worker.task)
            for connection in _wait(list(busy)):
                self._hear(busy[connection])

    def _hand_out(self, jobs):
        idle = [worker for worker in self._workers if worker.task is None]
        while self._tasks:
            if not idle and len(self._workers) == jobs:
                return
            if idle:
                worker = idle.pop()
            else:
                worker = _Worker(self._work)
                self._workers.append(worker)
            worker.task = self._tasks.popleft()
            try:
                worker.connection.send(sorted(worker.task.open.items()))
            except EnvironmentError:    # died while it had nothing to do; its end is heard of next
                pass

    def _hear(self, worker):
        try:
            message = worker.connection.recv()
        except (EOFError, EnvironmentError):
            self._bury(worker)
            return
        if message is None:
            worker.task.chunk.waiting -= 1
            worker.task = None
        else:
            number, result = message
            worker.task.chunk.results[number] = result
            del worker.task.open[number]

    def _bury(self, worker):
        """Find out which file a worker died of: the only one it had, else each goes alone to another."""
        self._workers.remove(worker)
        worker.process.join()
        worker.end()
        task, chunk = worker.task, worker.task.chunk
        chunk.waiting -= 1
        if task.size == 1:
            for number, path in task.open.items():
                chunk.results[number] = self._died(path, worker.process.exitcode)
            return
        alone = [_Task(chunk, [each]) for each in sorted(task.open.items())]
        chunk.waiting += len(alone)
        self._tasks.extendleft(reversed(alone))

    def dismiss(self):
        """End all workers; each may finish the file it is at, so that none is left half done."""
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.terminate()
                worker.process.join()


def _wait(connections):
    """Return those of *connections* that have something to say."""
    try:
        from multiprocessing.connection import wait
    except ImportError:     # 2.7
        import select
        return select.select(connections, [], [])[0]
    return wait(connections)


def _serve(connection, work):
    """A worker's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)        # Ctrl-C is the parent's, who closes the pipe
    signal.signal(signal.SIGTERM, _leave)
    for inherited in _parent_ends:
        try:
            inherited.close()
        except EnvironmentError:
            pass
    try:
        while True:
            for number, path in connection.recv():
                result = work(path)
                if result is not None:
                    connection.send((number, result))
            connection.send(None)
    except (EOFError, EnvironmentError):        # the parent has gone, or wants no more
        return


def _leave(_signal, _frame):
    raise SystemExit(1)
