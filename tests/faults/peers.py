"""Peers that fail: a TCP proxy in front of a TLS server, which counts records and spoils one of them.

Each fault has a port of its own, so that the client need not say which one it wants.
"""
import contextlib
import itertools
import selectors
import socket
import ssl
import struct
import threading

from ..conformance.servers import PATIENCE, TLSServer, server_context

CHANGE_CIPHER, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23

# Where a fault happens: before the first byte of a record of the server's, or in its middle.
STEPS = {
    "TLS 1.2": [("server hello", "before"), ("server hello", "middle"), ("certificate", "before"),
                ("certificate", "middle"),
                ("key exchange", "before"), ("change cipher", "before"), ("finished", "middle"),
                ("response", "before"),
                ("response", "middle")],
    "TLS 1.3": [("server hello", "before"), ("server hello", "middle"), ("extensions", "before"),
                ("certificate", "middle"),
                ("certificate verify", "before"), ("finished", "middle"), ("response", "before"),
                ("response", "middle")],
}
ACTIONS = ["close", "reset", "stall", "garbage", "length", "mac", "alert"]
_NAMES = {"TLS 1.2": ["server hello", "certificate", "key exchange", "hello done"],
          "TLS 1.3": ["extensions", "certificate", "certificate verify", "finished"]}


class Fault:
    """One port. `reached` counts the connections on which the fault happened."""

    def __init__(self, server, version, step, action):
        self.server, self.version, self.step, self.action = server, version, step, action
        self.name = "%s %s: %s %s %s" % (server, version, action, step[1], step[0])
        self.reached = self.port = 0

    @property
    def in_handshake(self):
        return self.step[0] != "response"

    @property
    def changes_certificate(self):
        """Whether OpenSSL is shown another certificate than the server's, which it may call untrusted."""
        return self.version == "TLS 1.2" and self.action in ("mac", "length") and self.step[0] == "certificate"


def faults(versions=("TLS 1.2", "TLS 1.3"), actions=ACTIONS, servers=("good", "unknown")):
    return [Fault(server, version, step, action) for server in servers for version in versions
            for step in STEPS[version] for action in actions if action != "mac" or step[1] == "middle"]


class Records:
    """The records of one stream from the server, with a name for each."""

    def __init__(self, sock, version):
        self._file, self._version = sock.makefile("rb"), version

    def __iter__(self):
        names, secret = iter(_NAMES[self._version]), False
        if self._version == "TLS 1.3":
            names = itertools.chain(["server hello"], names)
        while True:
            head = self._file.read(5)
            if len(head) < 5:
                return
            kind, _, length = struct.unpack("!BHH", head)
            record = head + self._file.read(length)
            if kind == CHANGE_CIPHER:
                secret = True
                yield "change cipher", record
            elif self._version == "TLS 1.2" and secret:
                yield {HANDSHAKE: "finished", DATA: "response"}.get(kind, "alert"), record
            else:
                yield next(names, "response" if kind == DATA else "other"), record


class Peers:
    """All faults' ports in front of the TLS servers of a Pki; `requests(server, version)` are the ids that
    arrived."""

    def __init__(self, pki, wanted):
        self.faults = wanted
        self.servers = {}
        for server, version in {(fault.server, fault.version) for fault in wanted}:
            context = server_context(pki.leaves[server])
            context.num_tickets = 0         # or there would be records between the handshake and the response
            context.options |= ssl.OP_NO_TICKET
            if version == "TLS 1.2":
                context.maximum_version = ssl.TLSVersion.TLSv1_2
            else:
                context.minimum_version = ssl.TLSVersion.TLSv1_3
            self.servers[server, version] = TLSServer(context)
        self._selector = selectors.DefaultSelector()
        self._changed = threading.Condition()
        self._busy = 0
        for fault in wanted:
            listener = socket.create_server(("127.0.0.1", 0), backlog=64)
            fault.port = listener.getsockname()[1]
            self._selector.register(listener, selectors.EVENT_READ, fault)
        self._waker, waker = socket.socketpair()
        self._selector.register(waker, selectors.EVENT_READ, None)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                client = key.fileobj.accept()[0]
                with self._changed:
                    self._busy += 1
                threading.Thread(target=self._serve, args=(client, key.data), daemon=True).start()

    def settle(self):
        """Wait until all connections are over; the clients have ended before."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._busy, 3 * PATIENCE):
                raise RuntimeError("a connection does not end")
        for server in self.servers.values():
            server.settle()

    def requests(self, fault, cell):
        return self.servers[fault.server, fault.version].requests.count(cell)

    def _serve(self, client, fault):
        try:
            with contextlib.closing(client), contextlib.suppress(OSError):
                address = self.servers[fault.server, fault.version].server_address[:2]
                with contextlib.closing(socket.create_connection(address)) as server:
                    pump = threading.Thread(target=_pump, args=(client, server), daemon=True)
                    pump.start()
                    self._relay(server, client, fault)
                    pump.join(3 * PATIENCE)
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    @staticmethod
    def _relay(server, client, fault):
        for name, record in Records(server, fault.version):
            if name != fault.step[0]:
                client.sendall(record)
                continue
            fault.reached += 1
            cut = len(record) // 2 if fault.step[1] == "middle" else 0
            _spoil(server, client, fault.action, record, cut)
            return
        client.shutdown(socket.SHUT_WR)

    def close(self):
        self._waker.close()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()


def _spoil(server, client, action, record, cut):
    if action == "reset":
        client.sendall(record[:cut])
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.shutdown(socket.SHUT_RD)     # what the pump is waiting for
        client.close()
        return
    if action == "mac":
        client.sendall(record[:-1] + bytes([record[-1] ^ 0x40]))
        while True:
            more = server.recv(65536)
            if not more:
                break
            client.sendall(more)
    else:
        client.sendall(record[:cut] + {
            "close": b"", "stall": b"", "garbage": b"HTTP/1.1 400 this is no TLS\r\n\r\n" * 8,
            "length": record[:3] + b"\xff\xff" + b"x" * 100, "alert": b"\x15\x03\x03\0\x02\x02\x28"}[action])
    if action != "stall":       # that ends when the client does
        client.shutdown(socket.SHUT_WR)


def _pump(source, sink):
    """Until the client ends; then the server may end too."""
    with contextlib.suppress(OSError):
        while True:
            data = source.recv(65536)
            if not data:
                break
            with contextlib.suppress(OSError):      # the server may be done, the client go on
                sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
