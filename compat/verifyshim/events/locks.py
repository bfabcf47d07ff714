"""A lock that a fork cannot leave locked."""
import os
import threading


class ForkLock(object):
    """An RLock that a child process makes anew.

    The thread that held it when another one forked does not exist in the child: nobody would release it.
    Reentrant, because signal handlers and finalizers run anywhere and may open connections too.
    """

    def __init__(self):
        self._of_process = {os.getpid(): threading.RLock()}
        self._held = threading.local()

    def __enter__(self):
        """Return how often this thread holds the lock now, this time included."""
        process = os.getpid()
        lock = self._of_process.get(process)
        if lock is None:
            # Two threads of a child may come here at once; both get the same from setdefault.
            lock = self._of_process.setdefault(process, threading.RLock())
            for other in list(self._of_process):
                if other != process:        # a later process may get the number of an earlier one
                    self._of_process.pop(other, None)
        lock.acquire()
        stack = self._held.__dict__.setdefault("stack", [])
        stack.append(lock)      # what is released is what was taken, also where a fork was in between
        return len(stack)

    def __exit__(self, *_):
        self._held.stack.pop().release()
