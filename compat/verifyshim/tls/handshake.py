"""A handshake that a program makes by itself, watched until it is over.

Stands in for the object of ``_ssl`` that SSLSocket and SSLObject keep in ``_sslobj``: there every handshake
of every library ends, explicit, implicit in the first read or write, blocking or not. Once it is done
nothing remains of it where the owner is known (2.7.9+, 3.3+).
"""
import copy
import ssl
import weakref

from . import failure, marks

_WANTS = (ssl.SSL_ERROR_WANT_READ, ssl.SSL_ERROR_WANT_WRITE)
_OWN = frozenset(["_inner", "_watcher", "_owner", "_done", "_refusal"])


class Handshake(object):
    """
    :param inner: the object of _ssl, not shaken hands yet.
    :param watcher: is told with ``begins()`` that it begins, or goes on, with ``ended()`` that it has
        stopped, for whatever reason, and asked what becomes of it:
        ``finished(inner)`` returns None to hand the connection out or raises; ``failed(error)`` returns
        another object of _ssl to go on with, or the error that the program is to see, and so may ``begins()``.
    :param owner: the SSLSocket or SSLObject, or None.
    """

    __slots__ = tuple(_OWN) + ("__weakref__",)

    def __init__(self, inner, watcher, owner=None):
        put = object.__setattr__
        put(self, "_inner", inner)
        put(self, "_watcher", watcher)
        put(self, "_owner", weakref.ref(owner) if owner is not None else None)
        put(self, "_done", False)
        put(self, "_refusal", None)

    def __getattr__(self, name):
        # The first read or write shakes hands where nobody did before; PyPy has more kinds of both.
        if not self._done and ("read" in name or "write" in name):
            self.do_handshake()
        return getattr(self._inner, name)

    def __setattr__(self, name, value):     # session, context and owner are set from outside
        if name == "session" and not self._done:
            self._go_on(self._watcher.resume(self._inner, value))
        else:
            setattr(self._inner, name, value)

    def do_handshake(self, *args, **kwargs):
        if self._done:
            return self._inner.do_handshake(*args, **kwargs)
        if self._refusal is not None:       # who goes on after a refusal must not get through
            raise copy.copy(self._refusal)
        with marks.aside():
            trouble = self._go_on(self._watcher.begins())
            if trouble is not None:
                try:
                    raise trouble
                finally:
                    trouble = None
            while True:
                try:
                    answer = self._shake(*args, **kwargs)
                    self._watcher.finished(self._inner)
                    break
                except Exception as error:
                    if wants_more(error):
                        raise
                    trouble = self._go_on(self._watcher.failed(error))
                    if trouble is not None:
                        # Whoever keeps the traceback must not keep this: on 2.7 the connection would stay open.
                        del self
                        try:
                            raise trouble
                        finally:
                            trouble = None      # on 3.x it would keep this frame, which is in its traceback
        self._finish()
        return answer

    def _shake(self, *args, **kwargs):
        try:
            return self._inner.do_handshake(*args, **kwargs)
        finally:
            self._watcher.ended()

    def _go_on(self, answer):
        """Go on with *answer* of the watcher where it is an object of _ssl; return what the program is to see."""
        if answer is None:
            return None
        if not isinstance(answer, Exception):
            object.__setattr__(self, "_inner", answer)
            return None
        if isinstance(answer, failure.VerificationError):
            # Its like, because the traceback of the very one leads back here: sockets would stay open.
            object.__setattr__(self, "_refusal", copy.copy(answer))
        return answer

    def _finish(self):
        put, inner = object.__setattr__, self._inner
        put(self, "_done", True)
        put(self, "_watcher", None)
        owner = self._owner and self._owner()
        for _ in range(2):      # 3.5 and 3.6 keep an SSLObject between the two
            if owner is not None and getattr(owner, "_sslobj", None) is self:
                owner._sslobj = inner
            owner = getattr(owner, "_sslobj", None)


def wants_more(error):
    """Whether *error* only says that a non-blocking handshake is not over yet."""
    return isinstance(error, ssl.SSLError) and bool(error.args) and error.args[0] in _WANTS


def certificate_of(inner):
    """Return the DER bytes of the peer's certificate from an object of _ssl, or None."""
    return _getpeercert(inner)(True)


def names_of(inner):
    """Return what ssl.match_hostname compares, a dict, from an object of _ssl; of a peer that is verified."""
    return _getpeercert(inner)(False)


def _getpeercert(inner):
    return getattr(inner, "peer_certificate", None) or inner.getpeercert        # the first up to 3.6
