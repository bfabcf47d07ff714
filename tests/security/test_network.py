"""Whoever answers in the place of the server, or between. The verdict is the servers'."""
import contextlib
import socketserver

import pytest

from ..activation.environments import Done
from ..conformance.harness import python_path
from ..conformance.interpreters import clean_environment
from ..conformance.servers import LoopbackServer, server_context
from .rows import EDGES, NEWEST

TUNNELLED = """
import sys
import verifyshim
verifyshim.install()
try:
    from http.client import HTTPSConnection
except ImportError:
    from httplib import HTTPSConnection
connection = HTTPSConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
connection.set_tunnel("good.example.test", int(sys.argv[2]))
connection.request("GET", "/cell-tunnelled")
print(connection.getresponse().read())
"""
MAIL = """
import smtplib, sys
import verifyshim
verifyshim.install()
client = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20)
client.ehlo()
client.starttls()
print(client.ehlo()[1].decode())
"""
FETCH = """
import sys
import verifyshim
verifyshim.install()
try:
    verifyshim.urlopen("https://127.0.0.1:%s/" % sys.argv[1], timeout=20)
except IOError:
    sys.stderr.write(str(sys.exc_info()[1]))
"""


def run(row, farm, code, *arguments, **environ):
    environ = clean_environment(PYTHONPATH=python_path(row), SSL_CERT_FILE=farm.pki.roots_file, **environ)
    return Done([row.executable, "-c", code] + list(arguments), environ, cwd="/")


class Answering(socketserver.BaseRequestHandler):
    """A proxy that says the tunnel is there, and shakes hands itself, with a good certificate of its own."""

    def handle(self):
        self.request.settimeout(20)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.request.recv(65536)
        self.request.sendall(b"HTTP/1.0 200 Connection established\r\n\r\n")
        with contextlib.suppress(OSError):
            stream = self.server.context.wrap_socket(self.request, server_side=True)
            self.server.requests.append(stream.recv(65536))


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_a_proxy_that_answers_for_the_target_is_refused(row, farm):
    proxy = LoopbackServer(Answering)
    proxy.context, proxy.requests = server_context(farm.pki.leaves["other"]), []
    done = run(row, farm, TUNNELLED, proxy.port, farm.servers["good"].port)
    proxy.shutdown()
    proxy.server_close()
    assert not any(proxy.requests) and "good.example.test" in done.err, done
    assert "verified" in run(row, farm, TUNNELLED, farm.proxy.port, farm.servers["good"].port).out
    farm.settle()
    assert farm.servers["good"].requests.count("cell-tunnelled") == 1
    del farm.servers["good"].requests[:]


class Mail(socketserver.StreamRequestHandler):
    """SMTP with STARTTLS; in one packet with its answer goes what an attacker puts in before TLS."""

    def handle(self):
        stream = self.rfile, self.wfile
        stream[1].write(b"220 mail\r\n")
        for line in stream[0]:
            if line.upper().startswith(b"STARTTLS"):
                stream[1].write(b"220 go\r\n" + self.server.injected)
                with contextlib.suppress(OSError):
                    tls = self.server.context.wrap_socket(self.request, server_side=True)
                    self.server.secured.append(tls.recv(100))
                    tls.sendall(b"250 the-server-itself\r\n")
                    self.server.secured.append(tls.recv(100))
                return
            stream[1].write(b"250-mail\r\n250 STARTTLS\r\n")


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_an_answer_put_in_before_starttls_is_not_taken_for_one_after_it(row, farm):
    for injected in (b"", b"250 INJECTED\r\n"):
        server = LoopbackServer(Mail)
        server.context, server.injected, server.secured = server_context(farm.pki.leaves["ipv4"]), injected, []
        done = run(row, farm, MAIL, server.port)
        server.shutdown()
        server.server_close()
        assert "INJECTED" not in done.out, done
        if not injected:
            assert "the-server-itself" in done.out and server.secured[0].lower().startswith(b"ehlo"), done


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_what_a_certificate_says_does_nothing_to_a_terminal_or_a_log(row, farm, tmp_path):
    """A refusal quotes the certificate: names with escape sequences and line ends are shown, not obeyed."""
    farm.pki.leaf("shouting", ["IP:127.0.0.2"], issuer=farm.pki.stranger,
                  common_name='\x1b[2J\x1b]0;x\x07\r\n{"event":"connection"}')
    from ..conformance.servers import TLSServer
    server, log = TLSServer(server_context(farm.pki.leaves["shouting"])), tmp_path / "log"
    try:
        done = run(row, farm, FETCH, server.port, VERIFYSHIM_LOG=str(log))
    finally:
        server.shutdown()
        server.server_close()
    assert "certificate verify failed" in done.err and not server.requests, done
    written = log.read_bytes()
    for text in (done.err.encode(), written):
        assert b"\x1b" not in text and b"\x07" not in text and b"\r" not in text, text
    assert b"[2J" in written and written.count(b"\n") == len(written.splitlines()) == 2     # install, refused


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_garbage_in_place_of_a_handshake_is_no_answer(row, farm):
    """Also where it looks like what the program waits for; the twin is any good server."""
    class Garbage(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(10)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nverified")

    server = LoopbackServer(Garbage)
    code = FETCH.replace("verifyshim.urlopen", "print(verifyshim.urlopen").replace("=20)\n", "=20).read())\n")
    done = run(row, farm, code, server.port)
    server.shutdown()
    server.server_close()
    assert not done.out.strip() and done.err, done
    assert "verified" in run(row, farm, code.replace(":%s/", ":%s/cell-any"), farm.servers["ipv4"].port).out
