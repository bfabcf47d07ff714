"""verifyshim.starttls, with and without install(), against servers that remember what was plain text."""
import imaplib
import poplib
import smtplib
import socket
import ssl

import pytest

import verifyshim
from verifyshim import clients

from .conftest import Listener, issue, serving

try:
    import nntplib
except ImportError:
    nntplib = None

SMTP = {"greeting": "220 ready", "EHLO": "250-me\r\n250 STARTTLS", "LHLO": "250-me\r\n250 STARTTLS",
        "STARTTLS": "220 go", "QUIT": "221 bye"}
IMAP = {"greeting": "* OK ready", "CAPABILITY": "* CAPABILITY IMAP4REV1 STARTTLS\r\n%s OK done",
        "STARTTLS": "%s OK go"}
POP = {"greeting": "+OK ready", "CAPA": "+OK\r\nSTLS\r\n.", "STLS": "+OK go", "NOOP": "+OK"}
NNTP = {"greeting": "200 ready", "CAPABILITIES": "101 these\r\nVERSION 2\r\nSTARTTLS\r\n.",
        "STARTTLS": "382 go", "DATE": "111 20200101000000"}


class Server(Listener):
    """Answers by a table; ``plain`` and ``secure`` are the lines it heard before and after a handshake."""

    def __init__(self, folder, certificate, answers):
        self._context = serving(folder, certificate)
        self.plain, self.secure, self.client_certificates = [], [], 0
        self._answers = answers
        Listener.__init__(self)

    def ask_for_certificate(self, roots):
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.load_verify_locations(roots)

    def answer(self, sock):
        heard = self.plain
        try:
            sock.settimeout(20)
            self._say(sock, self._answers["greeting"])
            while True:
                line = self._line(sock)
                heard.append(line)
                tag, _, word = line.rpartition(" ") if self._answers is IMAP else ("", "", line.split(" ")[0])
                answer = self._answers.get(word.upper(), "500 what?")
                self._say(sock, answer % tag if "%" in answer else answer)
                if word.upper() in ("STARTTLS", "STLS") and " ".join(answer.split()[-1:]) == "go":
                    sock, heard = self._context.wrap_socket(sock, server_side=True), self.secure
                    self.client_certificates += bool(sock.getpeercert())
        except (ssl.SSLError, socket.error, OSError, ValueError, EOFError):
            pass        # the client refused; the tests look at what was heard
        finally:
            sock.close()

    @staticmethod
    def _say(sock, text):
        sock.sendall((text + "\r\n").encode("ascii"))

    @staticmethod
    def _line(sock):
        data = b""
        while not data.endswith(b"\n"):
            more = sock.recv(1)
            if not more:
                raise EOFError()
            data += more
        return data.decode("ascii").strip()


@pytest.fixture(params=["alone", "installed"])
def trusting(request, roots, monkeypatch):
    """The policy trusts our authority, and the shim is installed or not."""
    monkeypatch.setenv("VERIFYSHIM_ROOTS", roots)
    if request.param == "installed":
        verifyshim.install()


@pytest.fixture
def start(tmpdir, authority):
    servers = []

    def make(answers=SMTP, name=u"localhost"):
        servers.append(Server(tmpdir, issue(authority, name), answers))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.mark.parametrize("kind", [smtplib.SMTP, smtplib.LMTP])
def test_smtp(kind, trusting, start):
    server = start()
    client = kind("localhost", server.port, "me.example")
    assert verifyshim.starttls(client, server_hostname="localhost") == (220, b"go")
    assert client.ehlo_resp is None and client.esmtp_features == {}
    assert client.ehlo()[0] == 250
    client.quit()
    hello = "lhlo" if kind is smtplib.LMTP else "ehlo"
    assert server.plain == [hello + " me.example", "STARTTLS"]
    assert [line.split()[0] for line in server.secure] == [hello, "quit"]


def test_smtp_is_closed_after_a_refusal(trusting, start):
    server = start(name=u"other.example")
    client = smtplib.SMTP("localhost", server.port, "me")
    with pytest.raises(verifyshim.VerificationError) as caught:
        verifyshim.starttls(client, "localhost")
    assert (caught.value.host, caught.value.port) == ("localhost", server.port)
    assert caught.value.reason == "hostname-mismatch"
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.docmd("AUTH PLAIN secret")
    client.close()
    assert server.secure == [] and not any("secret" in line for line in server.plain)


def test_after_another_error_of_the_handshake_too(trusting, start, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt()

    server = start()
    client = smtplib.SMTP("localhost", server.port, "me")
    monkeypatch.setattr(clients, "guard", interrupted)
    with pytest.raises(KeyboardInterrupt):
        verifyshim.starttls(client, "localhost")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.docmd("AUTH PLAIN secret")


def test_an_unknown_authority_is_refused_without_any_configuration(start):
    client = smtplib.SMTP("localhost", start().port, "me")
    with pytest.raises(verifyshim.VerificationError):
        verifyshim.starttls(client, "localhost")


def test_the_name_is_checked_that_connect_was_given_if_it_is_said(trusting, start):
    server = start()
    client = smtplib.SMTP(local_hostname="me")
    client.connect("127.0.0.1", server.port)
    verifyshim.starttls(client, server_hostname="localhost:%d" % server.port)
    client.quit()
    assert server.secure == ["quit"]


def test_installed_it_knows_by_itself(roots, start):
    verifyshim.install(roots=roots)
    server = start()
    client = smtplib.SMTP(local_hostname="me")
    client.connect("localhost:%d" % server.port)
    verifyshim.starttls(client)
    client.quit()
    assert server.secure == ["quit"]


def test_without_a_name_it_says_what_to_do(start):
    server = start()
    client = smtplib.SMTP(local_hostname="me")
    client.connect("localhost", server.port)
    with pytest.raises(ValueError) as caught:
        verifyshim.starttls(client)
    assert "server_hostname" in str(caught.value)
    client.quit()
    assert server.plain == ["quit"]         # nothing was begun
    with pytest.raises(ValueError):
        verifyshim.starttls(client, "/var/run/lmtp")


@pytest.mark.parametrize("host,name", [
    ("mail.example", "mail.example"), ("mail.example:587", "mail.example"), (b"mail.example", "mail.example"),
    ("::1", "::1"), ("[::1]:25", "[::1]"), (u"mail.example:25", u"mail.example"),
])
def test_names(host, name):
    class Client(object):
        pass

    client = Client()
    assert clients._name_to_check(client, host) == name
    client.host = host
    assert clients._name_to_check(client, None) == name
    client._host = "constructor.example"
    assert clients._name_to_check(client, None) == "constructor.example"
    client._verifyshim_peer = (host, 25)
    assert clients._name_to_check(client, None) == name


def test_a_client_certificate(trusting, start, authority, roots, tmpdir):
    server = start()
    server.ask_for_certificate(roots)
    path = tmpdir.join("client.pem")
    path.write_binary(issue(authority, u"client").private_key_and_cert_chain_pem.bytes())
    client = smtplib.SMTP("localhost", server.port, "me")
    verifyshim.starttls(client, "localhost", certfile=str(path), keyfile=str(path))
    client.quit()
    assert server.client_certificates == 1


def test_a_server_without_it(trusting, start):
    server = start(dict(SMTP, EHLO="250 me"))
    client = smtplib.SMTP("localhost", server.port, "me")
    with pytest.raises(smtplib.SMTPException) as caught:
        verifyshim.starttls(client, "localhost")
    assert "not supported" in str(caught.value)
    assert client.quit()[0] == 221


def test_a_server_that_does_not_begin_after_all(trusting, start):
    server = start(dict(SMTP, STARTTLS="454 not now"))
    client = smtplib.SMTP("localhost", server.port, "me")
    with pytest.raises(smtplib.SMTPResponseException) as caught:
        verifyshim.starttls(client, "localhost")
    assert caught.value.smtp_code == 454


def test_an_smtplib_that_hands_a_no_back(trusting, start):
    class Old(smtplib.SMTP):
        def starttls(self, keyfile=None, certfile=None, context=None):
            return 454, b"not now"

    client = Old("localhost", start().port, "me")
    with pytest.raises(smtplib.SMTPResponseException):
        verifyshim.starttls(client, "localhost")


def _imap(server):
    return imaplib.IMAP4("localhost", server.port)


def _pop(server):
    return poplib.POP3("localhost", server.port)


def _nntp(server):
    return nntplib.NNTP("localhost", server.port)


OTHERS = [(_imap, IMAP, "capability", "CAPABILITY"), (_pop, POP, "noop", "NOOP")]
OTHERS += [(_nntp, NNTP, "date", "DATE")] if nntplib else []


@pytest.mark.skipif(not hasattr(imaplib.IMAP4, "starttls"), reason="2.x has no STARTTLS but SMTP's")
@pytest.mark.parametrize("connect,answers,method,command", OTHERS)
def test_others(connect, answers, method, command, trusting, start):
    server = start(answers)
    client = connect(server)
    verifyshim.starttls(client)
    getattr(client, method)()
    client.sock.close()
    assert any(command in line for line in server.secure)

    wrong = start(answers, u"other.example")
    client = connect(wrong)
    with pytest.raises(verifyshim.VerificationError):
        verifyshim.starttls(client)
    with pytest.raises((OSError, ValueError, imaplib.IMAP4.abort)):
        getattr(client, method)()
    assert wrong.secure == []


@pytest.mark.skipif(hasattr(imaplib.IMAP4, "starttls"), reason="3.x can")
def test_others_on_2(trusting, start):
    with pytest.raises(TypeError) as caught:
        verifyshim.starttls(_imap(start(IMAP)))
    assert "IMAP4" in str(caught.value)


def test_a_client_that_ignores_its_context_is_closed():
    class Client(object):
        host, closed = "mail.example", False

        def __init__(self):
            self.sock = self

        def starttls(self, context):
            return "fine"

        def close(self):
            self.closed = True

    client = Client()
    with pytest.raises(TypeError) as caught:
        verifyshim.starttls(client)
    assert "not verified" in str(caught.value) and client.closed
