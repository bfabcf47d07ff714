"""Real TLS servers on the loopback, one per certificate case, and a CONNECT proxy.

The verdict of a cell is taken here: accepted means that a request with the cell's id arrived after the
handshake, refused that no application byte did. Handshakes are not counted: below 3.7 a refused client may
open a second connection, unverified and silent, only to learn why it had to refuse.
"""

import contextlib
import re
import select
import socket
import socketserver
import ssl
import threading
import time
import warnings

PATIENCE = 20  # seconds a connection may take; longer than any client's own timeout would hide a hang
CELL = re.compile(r"/(cell-[\w.+-]+)")
BODY = b"verified"
XMLRPC_BODY = (b"<?xml version='1.0'?><methodResponse><params><param><value><string>verified</string></value>"
               b"</param></params></methodResponse>")


class LoopbackServer(socketserver.ThreadingTCPServer):
    """A threaded server that can tell when it has dealt with every connection made to it so far."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, handler, address="127.0.0.1"):
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 0), handler)
        self.port = self.server_address[1]
        self._changed = threading.Condition()
        self._busy = 0
        self._seen = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def process_request(self, request, client_address):
        # Or the answer waits 40 ms for the client to acknowledge the session ticket sent before it.
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._changed:
            self._busy += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._busy -= 1
                self._seen.add(client_address[1])
                self._changed.notify_all()

    def handle_error(self, request, client_address):
        """Clients hanging up are what this is about; nothing to print."""

    def settle(self):
        """Wait until all connections made before this call are dealt with.

        A connection of our own goes to the end of the accept queue: once it was served, the queue is past
        everything the client did. Without this a late request could be missed and called a refusal.
        """
        with contextlib.closing(socket.create_connection(self.server_address[:2])) as marker:
            mine = marker.getsockname()[1]
        with self._changed:
            if not self._changed.wait_for(lambda: mine in self._seen and not self._busy, PATIENCE * 2):
                raise RuntimeError("server on port %d is still busy" % self.port)
            self._seen.clear()


def server_context(pem_file, client_roots=None):
    """TLS 1.0 to 1.3 at SECLEVEL 0: 2.6 may speak nothing newer, and weak certificates must be served."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        if pem_file is None:
            # Anonymous key exchange, which TLS 1.3 does not have.
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers("AECDH:ADH:@SECLEVEL=0")
            return context
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(pem_file)
    if client_roots:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_roots)
    return context


class TLSHandler(socketserver.BaseRequestHandler):
    """Handshake, one request, one answer."""

    def handle(self):
        self.request.settimeout(PATIENCE)
        try:
            stream = self.server.context.wrap_socket(self.request, server_side=True)
        except (OSError, ValueError):
            return
        with contextlib.closing(stream):
            with contextlib.suppress(OSError):
                self.answer(stream)

    def answer(self, stream):
        head = b""
        while b"\r\n\r\n" not in head:
            try:
                more = stream.recv(65536)
            except OSError:
                more = b""
            if not more:
                if head:
                    self.server.stray += len(head)
                return
            head += more
        head, _, body = head.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        while length and len(body) < int(length.group(1)):
            more = stream.recv(65536)
            if not more:
                break
            body += more
        self.record(head, stream)
        xmlrpc = head.startswith(b"POST") and b"text/xml" in head.lower()
        reply = XMLRPC_BODY if xmlrpc else BODY
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                       b"Connection: close\r\n\r\n%s"
                       % (b"text/xml" if xmlrpc else b"text/plain", len(reply), reply))
        self.hang_up(stream)

    def hang_up(self, stream):
        """close_notify, then the end of the TCP stream, and only then wait for the client to go.

        Without the first, clients see a truncated stream; without the second, those that read to the end
        (urlretrieve below 2.7.9) wait for it as long as we wait for their close_notify. And to close with
        theirs unread would reset the connection under their reading.
        """
        stream.setblocking(False)
        with contextlib.suppress(OSError):
            stream.unwrap()
        stream.settimeout(PATIENCE)
        socket.socket.shutdown(stream, socket.SHUT_WR)
        while socket.socket.recv(stream, 65536):
            pass

    def record(self, head, stream):
        cell = CELL.search(head.split(b"\r\n", 1)[0].decode("latin-1"))
        if cell is None or (self.server.asks_client and not stream.getpeercert()):
            self.server.stray += len(head)
        else:
            self.server.requests.append(cell.group(1))


class TLSServer(LoopbackServer):
    """`requests` lists the cell ids whose requests arrived; `stray` counts bytes of anything else."""

    def __init__(self, context, address="127.0.0.1", asks_client=False):
        self.context, self.asks_client = context, asks_client
        self.requests, self.stray = [], 0
        super().__init__(TLSHandler, address)


class ProxyHandler(socketserver.BaseRequestHandler):
    """CONNECT host:port, to that port on the loopback whatever the host."""

    def handle(self):
        self.request.settimeout(PATIENCE)
        head = b""
        # Byte by byte: what follows the empty line belongs to the tunnel.
        while not head.endswith(b"\r\n\r\n"):
            more = self.request.recv(1)
            if not more:
                return
            head += more
        target = head.split()[1].decode("latin-1")
        host, _, port = target.rpartition(":")  # old clients write ::1:443 without brackets
        host = host.strip("[]")
        self.server.targets.append((host, int(port)))
        loopback = "::1" if ":" in host else "127.0.0.1"
        with contextlib.closing(socket.create_connection((loopback, int(port)))) as far:
            self.request.sendall(b"HTTP/1.0 200 Connection established\r\n\r\n")
            with contextlib.suppress(OSError):
                self.pump(far)

    def pump(self, far):
        ends = {self.request: far, far: self.request}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for end in select.select(list(ends), [], [], PATIENCE)[0]:
                data = end.recv(65536)
                if not data:
                    return
                ends[end].sendall(data)


class Proxy(LoopbackServer):
    """`targets` lists the (host, port) of each CONNECT."""

    def __init__(self):
        self.targets = []
        super().__init__(ProxyHandler)


class Farm:
    """All servers of a test session: `servers` by case name, `skipped` with why a case has none."""

    def __init__(self, pki, cases):
        self.pki, self.proxy, self.servers, self.skipped = pki, Proxy(), {}, {}
        for case in cases:
            if case.make:
                case.make(pki)
            if case.name in pki.skipped:
                self.skipped[case.name] = pki.skipped[case.name]
                continue
            asks_client = case.needs == "client-certificate"
            try:
                context = server_context(case.make and pki.leaves[case.name],
                                         pki.client_roots_file if asks_client else None)
                if case.serve:
                    case.serve(pki, context)
                self.servers[case.name] = TLSServer(context, case.address, asks_client)
            except OSError as error:  # ssl.SSLError: this library does not serve it; or no ::1 here
                self.skipped[case.name] = str(error)

    def settle(self):
        """Proxy first: what it still carries ends at the servers."""
        self.proxy.settle()
        for server in self.servers.values():
            server.settle()

    def close(self):
        # Side by side: each shutdown takes up to half a second, the poll interval of serve_forever.
        every = list(self.servers.values()) + [self.proxy]
        stoppers = [threading.Thread(target=server.shutdown) for server in every]
        for stopper in stoppers:
            stopper.start()
        for stopper, server in zip(stoppers, every):
            stopper.join()
            server.server_close()
