"""Audit's verdict on connections that must not be disturbed, by a second connection in the background.

A socket that does not block is watched by the kernel, and an asyncio transport is its loop's: neither can
be exchanged for another when verification fails. So those handshakes are left alone, and one thread makes a
verified handshake with the same peer, sends nothing, and writes down what it says. What was found out
about a certificate is remembered for some minutes.
"""
import atexit
import collections
import hashlib
import os
import socket
import threading
import time

from . import names, refusal
from .. import events, policy
from ..events.locks import ForkLock

_SECONDS = 5.0          # for one probe, and for all that are left when the interpreter ends
_REMEMBERED = 600.0     # seconds that an answer holds
_MOST = 1000            # answers kept, and questions waiting

# host, port; encoded: DER bytes of the certificate that the program was shown; redial: returns a connected
# socket; where: what callsite.find returned.
Question = collections.namedtuple("Question", "host port entry_point mode roots encoded redial where")


class _State(object):
    lock = ForkLock()           # signal handlers and finalizers make connections too
    process = None              # whose thread it is: threads do not survive a fork
    waiting = None
    answers = {}                # what was asked -> (time, verdict, reason, detail)


def ask(question):
    """Have *question* answered, by an event, at once if the answer is known."""
    known = _State.answers.get(_key(question))
    if known is not None and time.time() - known[0] < _REMEMBERED:
        _tell(question, known)
        return
    why = "too many connections at once"
    with _State.lock:
        try:
            if _State.process != os.getpid():
                _start()
            if len(_State.waiting) < _MOST:
                _State.waiting.append(question)
                _State.ready.set()
                _State.idle.clear()
                return
        # Too many threads; 3.12+ start none when the interpreter ends. It is another error on 2.x.
        except (RuntimeError, threading.ThreadError) as error:
            why = "no thread to find out: %s" % error
    _tell(question, (0, events.UNCHECKED, "", why))


def wait(seconds=_SECONDS):
    """Wait until nothing is left to be found out, or *seconds* are over."""
    if _State.process == os.getpid():
        _State.idle.wait(seconds)


def _start():
    _State.process = None       # while there is no thread yet, whatever was there before a fork
    _State.waiting = collections.deque()
    _State.ready, _State.idle = threading.Event(), threading.Event()
    thread = threading.Thread(target=_work, name="verifyshim audit")
    thread.daemon = True
    thread.start()
    _State.process = os.getpid()
    atexit.register(wait)


def _work():
    while True:
        _State.ready.wait()
        with _State.lock:
            if not _State.waiting:
                _State.ready.clear()
                _State.idle.set()
                continue
            question = _State.waiting.popleft()
        answer = (time.time(),) + _found_out(question)
        if len(_State.answers) >= _MOST:
            _State.answers.clear()
        _State.answers[_key(question)] = answer
        _tell(question, answer)


def _found_out(question):
    """Return ``(verdict, reason, detail)``."""
    from . import engine, marks
    wrapped = sock = None
    try:
        host = names.tidy(question.host)
        sock = question.redial()
        sock.settimeout(_SECONDS)
        with marks.ours():
            wrapped = engine.handshake(sock, engine.create(), host, {}, question.roots, True)
            same = wrapped.getpeercert(True) == question.encoded
        return events.VERIFIED if same else events.UNCHECKED, "", \
            "" if same else "a second connection was shown another certificate"
    except (socket.error, ValueError, names.Mismatch) as error:     # SSLError is a socket.error
        if not refusal.is_verdict(error):
            return events.UNCHECKED, "", "a second connection failed: %s" % error
        refused = refusal.refusal_for(error, question.host, question.port, question.roots,
                                      lambda: question.encoded)
        return events.LET_THROUGH, refused.reason, refused.detail
    finally:
        for each in (wrapped, sock):
            if each is not None:
                each.close()


def _key(question):
    return (question.host, question.port, hashlib.sha256(question.encoded or b"").digest(),
            question.roots.key, policy.current().switches)


def _tell(question, answer):
    events.connection(answer[1], question.host, question.port, question.entry_point, question.mode, answer[2],
                      answer[3], question.encoded, True, question.where)
