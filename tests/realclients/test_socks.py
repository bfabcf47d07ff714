"""SOCKS: behind the proxy, too, the name to verify is the target's."""

import contextlib
import os
import socket
import struct
import subprocess
from pathlib import Path

import pytest

from ..conformance.harness import PACKAGE_FOLDER
from ..conformance.interpreters import clean_environment
from ..conformance.servers import PATIENCE, LoopbackServer, ProxyHandler
from . import virtualenvs, versions
from .servers import GOOD, VISITED
from .test_realclients import rows

CLIENT = str(Path(__file__).resolve().parent / "clients" / "through_socks.py")
# Where each can be had: interpreter, versions.Set, module.
WHERE = [("2.7", "old", "httplib2.socks"), ("3.6", "last", "socks"), ("3.9", "today", "socks"),
         ("3.13", "today", "socks")]


class SocksHandler(ProxyHandler):
    """SOCKS 5 (RFC 1928) without authentication, to that port on the loopback whatever the host."""

    def handle(self):
        self.request.settimeout(PATIENCE)
        self.request.recv(ord(self.request.recv(2)[1:]))
        self.request.sendall(b"\x05\x00")
        kind = self.request.recv(4)[3]
        self.request.recv(ord(self.request.recv(1)) if kind == 3 else 4)
        port = struct.unpack(">H", self.request.recv(2))[0]
        with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as far:
            self.request.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01")
            with contextlib.suppress(OSError):
                self.pump(far)


@pytest.fixture(scope="module")
def proxy():
    server = LoopbackServer(SocksHandler)
    yield server
    server.shutdown()
    server.server_close()


def cases():
    for row, short in rows():
        for wanted, name, module in WHERE:
            if row["SSLContext"] and short == wanted:
                kind = [kind for kind in versions.SETS[short] if kind.name == name][0]
                yield pytest.param(row, kind, module, id="%s-%s" % (row, module))


@pytest.mark.parametrize("case", VISITED, ids=str)
@pytest.mark.parametrize("row, kind, module", list(cases()))
def test_name_of_the_target(farm, proxy, row, kind, module, case):
    made, server = virtualenvs.make(row, kind), farm.servers[case.name]
    cell = "cell-socks-%s-%s" % (row, case)
    done = subprocess.run([made.python, CLIENT, module, str(proxy.port), case.host, str(server.port),
                           farm.pki.roots_file, "/" + cell], timeout=120, stdin=subprocess.DEVNULL,
                          env=clean_environment(PYTHONPATH=os.fspath(PACKAGE_FOLDER)),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    server.settle()
    arrived = cell in [name for name, _ in server.requests]
    assert arrived == (case.name in GOOD), done.stderr.decode()[-3000:]
    if not arrived:
        assert "certificate verify failed for %s:%d" % (case.host, server.port) in done.stderr.decode()
