"""The engine of 2.6-2.7.8, where 2.7.18 can run it: what it makes of the bytes that come first."""
import socket
import ssl
import sys
import threading
import time

import pytest

if sys.version_info[0] > 2:
    pytest.skip("needs a socket that ssl.wrap_socket shares, as only 2.x does", allow_module_level=True)

from verifyshim import roots as sources     # noqa: E402
from verifyshim.tls import wrapsocket       # noqa: E402

SSL_3_HELLO = b"\x16\x03\x00\x00\x04\x02\0\0\0"
SSL_2_HELLO = b"\x80\x0b\x04\0\x01\0\x02\0\0\0\0\0\0"


@pytest.fixture
def answering():
    """Return a function that starts a server which answers a ClientHello with *pieces*; it returns the
    port and the list of what it received."""
    listeners = []

    def start(*pieces):
        listener = socket.socket()
        listeners.append(listener)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        received = []

        def serve():
            sock = listener.accept()[0]
            received.append(sock.recv(65536))
            for piece in pieces:
                sock.sendall(piece)
                time.sleep(0.02)        # so that each is a segment of its own; no verdict depends on it
            try:
                received.append(sock.recv(65536) if pieces else time.sleep(5))
            except socket.error:        # closed with our answer unread: a reset, and nothing more came
                received.append(b"")
            sock.close()

        thread = threading.Thread(target=serve)
        thread.daemon = True
        thread.start()
        return listener.getsockname()[1], received, thread

    yield start
    for listener in listeners:
        listener.close()


def arguments(roots):
    return {"cert_reqs": ssl.CERT_REQUIRED, "ca_certs": roots}


@pytest.mark.parametrize("pieces", [(SSL_3_HELLO,), (SSL_2_HELLO,),
                                    (SSL_3_HELLO[:1], SSL_3_HELLO[1:2], SSL_3_HELLO[2:])])
def test_old_protocols_are_refused_and_told_nothing(answering, roots, pieces):
    port, received, thread = answering(*pieces)
    sock = socket.create_connection(("127.0.0.1", port), 10)
    with pytest.raises(ssl.SSLError) as caught:
        wrapsocket._shake(sock, arguments(roots))
    assert "SSLv3" in str(caught.value)
    sock.close()
    thread.join(10)
    assert bytearray(received[0])[0] == 0x16 and received[1] == b""     # our hello, then the end


def test_a_silent_server_runs_into_the_time_out(answering, roots):
    port, _, _ = answering()
    sock = socket.create_connection(("127.0.0.1", port), 0.3)
    with pytest.raises((socket.timeout, ssl.SSLError)):
        wrapsocket._shake(sock, arguments(roots))


@pytest.mark.parametrize("timeout", [None, 10])
def test_a_good_server_is_reached_and_the_time_out_stays(good, roots, timeout):
    sock = socket.create_connection(("127.0.0.1", good.port), timeout)
    tls = wrapsocket._shake(sock, arguments(roots))
    assert tls.gettimeout() == timeout
    tls.sendall(b"GET /x HTTP/1.0\r\n\r\n")
    assert tls.recv(100).startswith(b"HTTP/1.1 200")
    tls.close()
    assert good.requests == ["/x"]


def test_the_context_look_alike_verifies_and_refuses_what_it_cannot_check(good, roots):
    context = wrapsocket.Context(sources.resolve(roots))
    sock = socket.create_connection(("127.0.0.1", good.port), 10)
    for settings in ({}, {"server_hostname": "localhost", "server_side": True},
                     {"server_hostname": "localhost", "do_handshake_on_connect": False}):
        with pytest.raises(ValueError):
            context.wrap_socket(sock, **settings)
    with pytest.raises(ValueError):
        context.load_cert_chain("cert.pem", password="secret")
    sock.close()
