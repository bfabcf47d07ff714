"""gevent and eventlet: what one greenlet is doing must not be taken for what another one does.

They run in one thread. install() before monkey patching is the case that needs care: what is kept for each
thread is then one and the same for all of them.
"""

import os
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from ..conformance.harness import PACKAGE_FOLDER
from ..conformance.interpreters import clean_environment
from . import virtualenvs, versions
from .test_realclients import rows

CLIENT = str(Path(__file__).resolve().parent / "clients" / "greenlets.py")
SECONDS = 2         # that the slow server waits before it answers the handshake


@pytest.fixture(scope="module")
def slow(farm):
    """The port of a server that passes on to the good one, late."""
    listener = socket.create_server(("127.0.0.1", 0))

    def copy(source, sink):
        try:
            for data in iter(lambda: source.recv(65536), b""):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve(near):
        time.sleep(SECONDS)
        with near, socket.create_connection(("127.0.0.1", farm.servers["ipv4"].port)) as far:
            back = threading.Thread(target=copy, args=(far, near))
            back.start()
            copy(near, far)
            back.join()

    def accept():
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(near,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def with_both():
    for row, short in rows():
        for kind in versions.SETS[short]:
            if row["SSLContext"] and "gevent-before" in kind.clients:
                yield pytest.param(row, kind, id=row.name)


@pytest.mark.parametrize("when", ("before", "after"))
@pytest.mark.parametrize("package", ("gevent", "eventlet"))
@pytest.mark.parametrize("row, kind", list(with_both()))
def test_another_greenlets_handshake(farm, slow, row, kind, package, when):
    made = virtualenvs.make(row, kind)
    wrong = farm.servers["wrong-host"]
    before = len(wrong.requests)
    done = subprocess.run([made.python, CLIENT, package, when, str(slow), str(wrong.port), farm.pki.roots_file],
                          env=clean_environment(PYTHONPATH=os.fspath(PACKAGE_FOLDER),
                                                EVENTLET_NO_GREENDNS="yes"),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 2, done.stderr.decode()[-3000:]
    assert "verified" in lines[0]
    assert "certificate verify failed for 127.0.0.1:%d" % wrong.port in lines[1]
    wrong.settle()
    assert len(wrong.requests) == before
