"""FTP's data connections as the popular subclass of FTP_TLS makes them, which servers want to go on with a session."""
import ftplib
import socket
import ssl

import pytest

import verifyshim

from .conftest import Listener, issue, serving
from .test_modes import log, unverified, verdicts       # noqa: F401  log is a fixture

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLContext"), reason="about contexts")


class Server(Listener):
    """One file over FTP (RFC 4217). A port of PASV takes one connection, of which *served* counts the good ones."""

    def __init__(self, folder, certificate):
        self._context, self.served = serving(folder, certificate), 0
        Listener.__init__(self)

    def answer(self, sock):
        answers = {"AUTH": "234 go", "USER": "331 who", "PASS": "230 in", "PBSZ": "200 ok", "PROT": "200 ok",
                   "TYPE": "200 ok", "QUIT": "221 bye"}
        try:
            sock.settimeout(20)
            say = lambda text: sock.sendall((text + "\r\n").encode("ascii"))     # noqa: E731
            say("220 hello")
            passive = None
            while True:
                line = b""
                while not line.endswith(b"\n"):
                    more = sock.recv(1)
                    if not more:
                        return
                    line += more
                command = line[:4].strip().decode("ascii")
                if command == "PASV":
                    passive = self.bound()
                    passive.listen(1)
                    port = passive.getsockname()[1]
                    say("227 here (127,0,0,1,%d,%d)" % (port >> 8, port & 255))
                elif command == "RETR":
                    say("150 it comes")
                    data = passive.accept()[0]
                    passive.close()
                    data.settimeout(20)
                    stream = self._context.wrap_socket(data, server_side=True)
                    stream.sendall(b"the file")
                    stream.unwrap().close()
                    self.served += 1
                    say("226 done")
                else:
                    say(answers[command])
                    if command == "AUTH":
                        sock = self._context.wrap_socket(sock, server_side=True)
        except (ssl.SSLError, socket.error, ValueError, KeyError):
            pass        # the client refused; the tests look at `served`
        finally:
            sock.close()


class Reusing(ftplib.FTP_TLS):

    def ntransfercmd(self, cmd, rest=None):
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        options = {"session": self.sock.session} if hasattr(self.sock, "session") else {}      # 3.6+
        return self.context.wrap_socket(data, server_hostname=self.host, **options), size


@pytest.fixture
def ftp(tmpdir):
    servers = []

    def start(certificate):
        servers.append(Server(tmpdir, certificate))
        return servers[-1]
    yield start
    for server in servers:
        server.close()


def fetch(client, server):
    found = []
    client.connect("localhost", server.port, 20)
    client.login("user", "word")
    client.prot_p()
    client.retrbinary("RETR file", found.append)
    client.close()
    return b"".join(found)


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("kind", [ftplib.FTP_TLS, Reusing])
def test_audit_lets_data_connections_through_that_cannot_be_made_again(kind, trusted, roots, authority, stranger, ftp,
                                                                       log):
    server = ftp(issue(authority if trusted else stranger, u"localhost"))
    verifyshim.install(mode="audit", roots=roots)
    assert fetch(kind(), server) == b"the file" and server.served == 1
    control = ("verified", "") if trusted else ("let-through", "unknown-issuer")
    # A session that a context of ours has cannot go on with the program's.
    goes_on = trusted and kind is Reusing and hasattr(ssl, "SSLSession")
    assert verdicts(log) == [control, control if goes_on else ("unchecked", "")]


@pytest.mark.parametrize("mode", ["enforce", "strict"])
@pytest.mark.parametrize("kind", [ftplib.FTP_TLS, Reusing])
def test_they_are_verified(kind, mode, roots, authority, stranger, ftp):
    good, bad = ftp(issue(authority, u"localhost")), ftp(issue(stranger, u"localhost"))
    verifyshim.install(mode=mode, roots=roots)
    assert fetch(kind(), good) == b"the file"
    with pytest.raises(verifyshim.VerificationError):
        fetch(kind(), bad)
    assert (good.served, bad.served) == (1, 0)


class Nameless(ftplib.FTP_TLS):
    """Says no name for its data connections."""

    def ntransfercmd(self, cmd, rest=None):
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        return unverified().wrap_socket(data), size


def test_a_data_connection_is_with_the_host_of_the_control_connection_where_none_is_named(roots, authority, ftp):
    server = ftp(issue(authority, u"localhost"))
    verifyshim.install(mode="strict", roots=roots)
    assert fetch(Nameless(), server) == b"the file" and server.served == 1
