"""Contexts and sockets made by hand, as programs and libraries do that switch verification off.

Each connects to ``cell["host"]`` and speaks HTTP over what it got. What makes no sense on an interpreter is
left out of the job by test_modes.py.
"""

import socket
import ssl

from entry_points import entry, get, http_module, speak


def connected(cell):
    return socket.create_connection((cell["host"], cell["port"]))


def plain_context():
    return ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23))


def open_context():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@entry("early-context")
def early_context(job):
    """A context that is older than install(), used by all connections of the program."""
    context = plain_context()
    return lambda cell: speak(context.wrap_socket(connected(cell), server_hostname=cell["host"]), cell)


@entry("bare-context")
def bare_context(job):
    """SSLContext(PROTOCOL_TLS) and nothing more, a name for SNI alone."""
    return lambda cell: speak(plain_context().wrap_socket(connected(cell), server_hostname=cell["host"]), cell)


@entry("bare-context-nameless")
def bare_context_nameless(job):
    return lambda cell: speak(plain_context().wrap_socket(connected(cell)), cell)


@entry("cert-none-later")
def cert_none_later(job):
    return lambda cell: speak(open_context().wrap_socket(connected(cell), server_hostname=cell["host"]), cell)


@entry("client-auth-by-mistake")
def client_auth_by_mistake(job):
    def fetch(cell):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        return speak(context.wrap_socket(connected(cell), server_hostname=cell["host"]), cell)
    return fetch


@entry("chain-alone")
def chain_alone(job):
    """The chain is verified by the program, the host name is not."""
    return lambda cell: speak(chain_context(job).wrap_socket(connected(cell)), cell)


@entry("chain-alone-before-connect")
def chain_alone_before_connect(job):
    return lambda cell: speak(connected_later(cell, chain_context(job).wrap_socket), cell)


def chain_context(job):
    context = plain_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(job["roots"])
    return context


@entry("connection-with-context")
def connection_with_context(job):
    def fetch(cell):
        return get(http_module().HTTPSConnection(cell["host"], cell["port"], context=plain_context()), cell)
    return fetch


@entry("resolved-by-hand")
def resolved_by_hand(job):
    """getaddrinfo, connect to the address, wrap without a name: httplib2, boto."""
    def fetch(cell):
        family, kind, protocol, _, address = socket.getaddrinfo(cell["host"], cell["port"], 0,
                                                                socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
        sock.connect(address)
        return speak(wrap(sock), cell)
    return fetch


@entry("wrapped-before-connect")
def wrapped_before_connect(job):
    return lambda cell: speak(connected_later(cell, wrap), cell)


def connected_later(cell, wrap_it):
    stream = wrap_it(socket.socket(socket.AF_INET6 if ":" in cell["host"] else socket.AF_INET))
    stream.connect(socket.getaddrinfo(cell["host"], cell["port"])[0][4])
    return stream


@entry("handshake-by-the-first-write")
def handshake_by_the_first_write(job):
    return lambda cell: speak(wrap(connected(cell), do_handshake_on_connect=False), cell)


@entry("not-blocking")
def not_blocking(job):
    """As tornado does: do_handshake again and again until it is done."""
    import select

    def fetch(cell):
        sock = connected(cell)
        sock.setblocking(0)
        stream = wrap(sock, do_handshake_on_connect=False)
        while True:
            try:
                stream.do_handshake()
                break
            except ssl.SSLError as error:
                if error.args[0] == ssl.SSL_ERROR_WANT_READ:
                    select.select([stream], [], [], 10)
                elif error.args[0] == ssl.SSL_ERROR_WANT_WRITE:
                    select.select([], [stream], [], 10)
                else:
                    raise
        stream.settimeout(30)
        return speak(stream, cell)
    return fetch


def wrap(sock, **options):
    if hasattr(ssl, "wrap_socket"):
        return ssl.wrap_socket(sock, **options)
    return plain_context().wrap_socket(sock, **options)


@entry("ssl.wrap_socket")
def ssl_wrap_socket(job):
    return lambda cell: speak(ssl.wrap_socket(connected(cell)), cell)


@entry("ssl.SSLSocket")
def ssl_sslsocket(job):
    return lambda cell: speak(ssl.SSLSocket(connected(cell)), cell)


@entry("sslwrap_simple")
def sslwrap_simple(job):
    class Stream(object):
        def __init__(self, sock):
            self._plain, self._ssl = sock, ssl.sslwrap_simple(sock)

        def sendall(self, data):
            self._ssl.write(data)

        def recv(self, size):
            try:
                return self._ssl.read(size)
            except ssl.SSLError as error:
                if error.args[0] in (ssl.SSL_ERROR_ZERO_RETURN, ssl.SSL_ERROR_EOF):
                    return b""
                raise

        def close(self):
            self._plain.close()

    return lambda cell: speak(Stream(connected(cell)._sock), cell)


@entry("wrap_bio")
def wrap_bio(job):
    def fetch(cell):
        sock = connected(cell)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        stream = plain_context().wrap_bio(incoming, outgoing, server_hostname=cell["host"])

        def until_done(operation, *arguments):
            while True:
                try:
                    answer = operation(*arguments)
                    sock.sendall(outgoing.read())
                    return answer
                except ssl.SSLWantReadError:
                    sock.sendall(outgoing.read())
                    data = sock.recv(65536)
                    incoming.write(data) if data else incoming.write_eof()

        class Stream(object):
            sendall = staticmethod(lambda data: until_done(stream.write, data))
            close = sock.close

            @staticmethod
            def recv(size):
                try:
                    return until_done(stream.read, size)
                except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                    return b""

        until_done(stream.do_handshake)
        return speak(Stream, cell)
    return fetch


@entry("asyncio")
def asyncio_streams(job):
    import asyncio

    class Client(asyncio.Protocol):
        def __init__(self, cell, done):
            self.cell, self.done, self.data = cell, done, b""

        def connection_made(self, transport):
            transport.write(("GET %s HTTP/1.0\r\n\r\n" % self.cell["path"]).encode("ascii"))

        def data_received(self, data):
            self.data += data

        def connection_lost(self, error):
            if not self.done.done():
                self.done.set_result(self.data)

    def fetch(cell):
        loop = asyncio.new_event_loop()
        try:
            done = loop.create_future() if hasattr(loop, "create_future") else asyncio.Future(loop=loop)
            loop.run_until_complete(loop.create_connection(
                lambda: Client(cell, done), cell["host"], cell["port"], ssl=plain_context()))
            answer = loop.run_until_complete(done)
        finally:
            loop.close()
        return answer.partition(b"\r\n\r\n")[2]
    return fetch
