"""The pyOpenSSL engine's socket: has it the habits of 2.x's ssl.SSLSocket?"""
import array
import hashlib
import os
import select
import socket
import ssl
import sys
import threading
import time

import pytest

if sys.version_info[0] > 2:
    pytest.skip("for interpreters whose sockets are 2.x's", allow_module_level=True)
SSL = pytest.importorskip("OpenSSL.SSL")

from verifyshim.tls.https import http_client       # noqa: E402
from verifyshim.tls import peercert     # noqa: E402

from .pyopenssl_peer import context, engine, peer, receive, shake      # noqa: E402,F401


def test_a_silent_peer_runs_into_the_time_out(context, peer):
    over = threading.Event()

    def silent(stream):
        return over.wait(60)

    sock, first = peer(silent, wrap=lambda sock: sock, timeout=0.3)
    with pytest.raises(socket.timeout) as caught:
        shake(sock, context)
    assert isinstance(caught.value, ssl.SSLError) and "timed out" in str(caught.value)
    sock, second = peer(silent)
    stream = shake(sock, context)
    stream.settimeout(0.2)
    assert stream.gettimeout() == 0.2
    with pytest.raises(socket.timeout):
        stream.recv(1)
    with pytest.raises(socket.timeout):
        stream.sendall(b"x" * 50000000)
    over.set()
    assert first.get() and second.get()     # it was not a peer's end that ended any of them


def test_without_blocking(context, peer):
    ready, closed = threading.Event(), threading.Event()

    def serve(stream):
        ready.wait(20)
        stream.sendall(b"abcdef")
        return closed.wait(60)      # and read nothing

    sock, result = peer(serve)
    stream = shake(sock, context)
    stream.setblocking(False)
    with pytest.raises(ssl.SSLError) as caught:
        stream.recv(1)
    assert caught.value.args[0] == ssl.SSL_ERROR_WANT_READ
    ready.set()
    got = b""
    while not got:      # session tickets wake select() too
        assert select.select([stream], [], [], 20)[0]
        try:
            got = stream.recv(2)
        except ssl.SSLError:
            pass
    assert got == b"ab" and stream.pending() == 4
    assert stream.recv(100) == b"cdef" and stream.pending() == 0
    while stream.send(b"x" * 16384):
        pass
    stream.close()      # although the kernel's buffer is full
    closed.set()
    assert result.get()     # close() had not waited for the server's end


def test_what_can_be_sent(context, peer):
    sock, result = peer(receive)
    stream = shake(sock, context)
    for data in (b"1", u"2", bytearray(b"3"), buffer(b"4"), memoryview(b"5"), array.array("c", "6")):   # noqa: F821
        assert stream.sendall(data) == 1
    with pytest.raises(UnicodeError):
        stream.sendall(u"\xfc")
    assert stream.send(b"") == 0
    for method in ("sendto", "recvfrom", "recvfrom_into", "connect", "dup", "accept"):
        with pytest.raises(ValueError):
            getattr(stream, method)(b"plain")
    with pytest.raises(ValueError):
        stream.send(b"x", socket.MSG_OOB)
    stream.close()
    assert result.get() == b"123456"


def test_large_uploads_and_downloads(context, peer):
    data = os.urandom(1 << 20) * 24

    def serve(stream):
        got = b""
        while len(got) < len(data):
            got += stream.recv(1 << 20)
            time.sleep(0.0005)        # slower than the other side sends
        stream.sendall(got)
        stream.unwrap()

    sock, _ = peer(serve)
    stream = shake(sock, context)
    writer = threading.Thread(target=stream.sendall, args=(data,))
    writer.start()
    target = bytearray(100)
    assert stream.recv_into(target, 50) == 50       # while the other thread writes
    got = bytes(target[:50]) + receive(stream)
    writer.join(20)
    assert hashlib.sha256(got).digest() == hashlib.sha256(data).digest()
    stream.close()


def test_renegotiation_in_the_middle_of_an_upload(context, peer):
    def wrap(sock):
        sock.settimeout(None)
        server = SSL.Context(SSL.TLSv1_2_METHOD)
        server.use_certificate_chain_file(peer.certificate)
        server.use_privatekey_file(peer.certificate)
        connection = SSL.Connection(server, sock)
        connection.set_accept_state()
        return connection

    def serve(connection):
        got = connection.recv(1000)
        connection.renegotiate()
        connection.do_handshake()
        while len(got) < 3000000:
            got += connection.recv(65536)
        connection.sendall(hashlib.sha256(got).hexdigest())
        return connection.total_renegotiations()

    sock, result = peer(serve, wrap)
    stream = shake(sock, context)
    data = os.urandom(3000000)
    stream.sendall(data)
    assert stream.recv(64) == hashlib.sha256(data).hexdigest()
    assert result.get() == 1
    stream.close()


def test_files_keep_the_connection_open(context, peer):
    def serve(stream):
        stream.sendall(b"line\nrest")
        return receive(stream)

    sock, result = peer(serve)
    stream = shake(sock, context)
    first, second = stream.makefile("rb", 0), stream.makefile("rb", -1)
    stream.close()
    del sock
    assert first.readline() == b"line\n"
    first.close()
    assert second.read(4) == b"rest"
    second.close()
    with pytest.raises(socket.error):
        stream.recv(1)
    assert result.get() == b""      # and it ended


@pytest.mark.parametrize("suppress", [True, False])
def test_an_end_without_goodbye(context, peer, suppress):
    def serve(stream):
        stream.sendall(b"x")
        socket.socket.shutdown(stream, socket.SHUT_WR)
        time.sleep(0.5)

    sock, _ = peer(serve)
    stream = shake(sock, context, suppress_ragged_eofs=suppress)
    assert stream.recv(10) == b"x"
    if suppress:
        assert stream.recv(10) == b""
    else:
        with pytest.raises(ssl.SSLError) as caught:
            stream.recv(10)
        assert caught.value.args[0] == ssl.SSL_ERROR_EOF


def test_close_says_goodbye(context, peer):
    def serve(stream):
        stream.suppress_ragged_eofs = False
        return receive(stream)      # raises without close_notify

    sock, result = peer(serve)
    stream = shake(sock, context)
    stream.sendall(b"x")
    stream.close()
    stream.close()
    assert result.get() == b"x"
    with pytest.raises(socket.error):
        stream.send(b"x")


def test_unwrap_gives_the_plain_socket_back(context, peer):
    def serve(stream):
        plain = stream.unwrap()
        plain.sendall(b"in the clear")
        return True

    sock, result = peer(serve)
    stream = shake(sock, context)
    plain = stream.unwrap()
    assert plain.recv(100) == b"in the clear" and plain.gettimeout() == 20
    assert result.get()
    with pytest.raises(socket.error):
        stream.send(b"in the clear")


def test_the_certificate_reads_as_ssl_tells_it(context, peer, roots):
    sock, _ = peer(receive)
    stream = shake(sock, context)
    ours = stream.getpeercert()
    assert peercert.dictionary(stream.getpeercert(True)) == ours
    assert stream.cipher()[2] >= 128 and stream.version().startswith("TLSv1")
    assert stream.getpeername() == sock.getpeername() and stream.fileno() == sock.fileno()
    stream.close()
    sock, _ = peer(receive)
    theirs = ssl.create_default_context(cafile=roots).wrap_socket(sock, server_hostname="localhost")
    expected = theirs.getpeercert()
    assert ours == dict((key, expected[key]) for key in ours)
    assert set(expected) - set(ours) <= set(["version", "serialNumber"])


def test_httplib_keeps_a_connection_alive(engine, context, peer):
    def serve(stream):
        paths = []
        for _ in range(3):
            head = b""
            while b"\r\n\r\n" not in head:
                head += stream.recv(1000)
            paths.append(head.split()[1])
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        return paths

    sock, result = peer(serve)
    connection = http_client.HTTPSConnection("localhost")
    connection.sock = context.wrap_socket(sock, server_hostname="localhost")
    for path in (b"/1", u"/2", b"/3"):
        connection.request("GET", path)
        assert connection.getresponse().read() == b"hello"
    connection.close()
    assert result.get() == ["/1", "/2", "/3"]
