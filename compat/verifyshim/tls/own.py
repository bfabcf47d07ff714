"""Values of one thread, or of one greenlet where there are such."""
import sys
import threading


class Own(object):
    """What threading.local is, for greenlets too: those of gevent and eventlet share a thread, and a
    ``threading.local`` that is older than their monkey patching is one for all of them.

    :param make: called without arguments for the value of a thread or greenlet that has none yet.
    """

    def __init__(self, make):
        self._make, self._local, self._key = make, threading.local(), "_verifyshim_%d" % id(self)

    def here(self):
        """Return the value of who calls."""
        if "greenlet" in sys.modules:
            return self._in(vars(sys.modules["greenlet"].getcurrent()))
        try:
            return self._local.value        # each connection comes here several times
        except AttributeError:
            self._local.value = self._make()
            return self._local.value

    def _in(self, holder):
        try:
            return holder[self._key]
        except KeyError:
            value = holder[self._key] = self._make()
            return value
