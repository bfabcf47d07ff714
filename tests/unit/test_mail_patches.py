"""What the mail patches say about a connection (tls.marks), and what they leave as it was.

What comes of it on real connections is in tests/conformance/test_mail.py.
"""
import ftplib
import imaplib
import inspect
import poplib
import smtplib
import socket
import ssl
import threading

import pytest

import verifyshim
from verifyshim import policy
from verifyshim.patches import ftp, imap, mail, nntp, pop, smtp
from verifyshim.tls import marks
from verifyshim.tls.failure import VerificationError

PATCHERS = [(smtplib, smtp), (imaplib, imap), (poplib, pop), (ftplib, ftp)]
try:
    import nntplib
    if hasattr(nntplib, "NNTP_SSL"):        # 3.2-3.12
        PATCHERS.append((nntplib, nntp))
except ImportError:
    nntplib = None


@pytest.fixture
def installed(roots):
    policy.use(verifyshim.Policy(roots=roots))
    yield
    policy.use(None)


@pytest.fixture
def patched(installed):
    """Return a function that patches a module, or what stands for one, until the end of the test."""
    applied = []

    def patch(module, patcher):
        for one in patcher.patches(module):
            one.apply()
            applied.append(one)

    yield patch
    for one in reversed(applied):
        one.revert()


def signature(function):
    if hasattr(inspect, "getfullargspec"):
        return inspect.getfullargspec(function)
    return inspect.getargspec(function)


@pytest.mark.parametrize("module,patcher", PATCHERS, ids=lambda one: one.__name__)
def test_methods_look_as_before_and_come_back(module, patcher, installed):
    found = patcher.patches(module)
    assert found
    for one in found:
        before = vars(one.owner)[one.name]
        one.apply()
        assert vars(one.owner)[one.name] is not before
        assert signature(vars(one.owner)[one.name]) == signature(before), str(one)
        one.revert()
        assert vars(one.owner)[one.name] is before


class Fake(object):
    """A module of the standard library in small: its methods tell which mark they ran under."""

    class SMTP(object):
        default_port = 25
        ehlo_msg, local_hostname = "ehlo", "me"
        sock = None

        def __init__(self, host="", port=0):
            self._host = host
            if host:
                self.connect(host, port)

        def connect(self, host="localhost", port=0):
            return marks.current()

        def starttls(self, keyfile=None, certfile=None, context=None):
            return marks.current()

        def close(self):
            pass

    class SMTP_SSL(SMTP):
        def __init__(self, host="", port=0, context=None):
            self.context = context or Context()
            Fake.SMTP.__init__(self, host, port)

        def connect(self, host="localhost", port=0):
            self.seen = self._get_socket(host, port, 5)

        def _get_socket(self, host, port, timeout):
            return marks.current()


class Context(object):
    verify_mode = ssl.CERT_NONE


def told(mark):
    return mark.entry_point, mark.host, mark.port, mark.protocol, mark.named


@pytest.fixture
def fake(patched):
    patched(Fake, smtp)
    return Fake


@pytest.mark.parametrize("host,port,peer", [
    ("mail.example", 2525, ("mail.example", 2525)), ("mail.example", 0, ("mail.example", 25)),
    ("mail.example:587", 0, ("mail.example", 587)), ("::1", 0, ("::1", 25)), ("", 0, ("localhost", 25)),
    ("mail.example:x", 0, ("mail.example", 25)),
])
def test_starttls_is_about_whom_connect_was_given(fake, host, port, peer):
    client = fake.SMTP()
    client.connect(host, port)
    assert told(client.starttls()) == ("SMTP.starttls",) + peer + ("smtp", False)


def test_starttls_without_connect_through_us_takes_what_the_library_knows(fake):
    client = fake.SMTP()
    assert told(client.starttls())[1:3] == (None, None)
    client._host = "mail.example"
    assert told(client.starttls())[1:3] == ("mail.example", None)
    client._host = "/var/run/lmtp"      # a Unix socket has no name
    assert told(client.starttls())[1:3] == (None, None)
    client._host = b"mail.example"      # what 3.x resolves as well
    assert told(client.starttls())[1:3] == ("mail.example", None)


def test_a_context_of_the_programs_own_is_named_whichever_way_it_is_passed(fake):
    client = fake.SMTP("mail.example", 25)
    assert client.starttls(context=Context()).named and client.starttls(None, None, Context()).named
    assert not client.starttls("key", "certificate").named


def test_a_context_that_loggings_handler_makes_is_not_the_programs(fake):
    namespace = {"__name__": "logging.handlers"}
    exec("def emit(client, context): return client.starttls(context=context)", namespace)
    assert not namespace["emit"](fake.SMTP("mail.example", 25), Context()).named


def test_a_context_made_in_init_is_unnamed_until_the_program_makes_it_its_own(fake):
    client = fake.SMTP_SSL("mail.example", 465)
    assert told(client.seen) == ("SMTP_SSL", "mail.example", 465, "smtp", False)
    client.connect("other.example", 465)
    assert told(client.seen)[1:] == ("other.example", 465, "smtp", False)
    client.context.verify_mode = ssl.CERT_REQUIRED
    client.connect("mail.example", 465)
    assert client.seen.named
    client.context = Context()
    client.connect("mail.example", 465)
    assert client.seen.named
    assert fake.SMTP_SSL("mail.example", 465, Context()).seen.named


def test_a_client_older_than_the_patches_is_taken_at_its_word(installed, patched):
    client = Fake.SMTP_SSL()
    patched(Fake, smtp)
    client.connect("mail.example", 465)
    assert client.seen.named
    client.context = None       # 3.3: none was made
    client.connect("mail.example", 465)
    assert not client.seen.named


def test_without_a_policy_nothing_is_said(fake):
    client = fake.SMTP("mail.example", 25)
    policy.use(None)
    assert client.starttls() is None and fake.SMTP_SSL("mail.example").seen is None


def test_after_a_refusal_the_connection_is_closed(patched, installed):
    near, far = socket.socketpair()

    class Client(object):
        sock, file = near, near.makefile("rb")

        def upgrade(self):
            raise VerificationError("mail.example", 25, "expired", "none", "", 0)

    class Other(Client):
        def upgrade(self):
            raise ValueError("another matter")

    def what(client, arguments):
        return mail.mark(False, "x", ("mail.example", 25), "smtp")

    with pytest.raises(ValueError):
        mail.upgrading(vars(Other)["upgrade"], what)(Other())
    near.send(b"open")
    with pytest.raises(VerificationError):
        mail.upgrading(vars(Client)["upgrade"], what)(Client())
    assert far.recv(10) == b"open" and far.recv(10) == b""
    assert marks.current() is None


class Script(object):
    """A server for two connections that says its lines, each after one of the client's, and keeps those."""

    def __init__(self, *lines):
        self.heard, self._lines = [], lines
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(5)
        self.address = self._listener.getsockname()
        thread = threading.Thread(target=self._serve)
        thread.daemon = True
        thread.start()

    def _serve(self):
        self._listener.accept()
        sock = self._listener.accept()[0]
        reader = sock.makefile("rb")
        for line in self._lines:
            sock.sendall(line)
            self.heard.append(reader.readline())
        sock.close()


@pytest.mark.parametrize("ask,lines,heard", [
    (lambda lines: smtp._to_starttls(Fake.SMTP(), lines),
     [b"220-hello\r\n220 there\r\n", b"250-me\r\n250-AUTH X\r\n250 STARTTLS\r\n", b"220 go\r\n"],
     [b"ehlo me\r\n", b"STARTTLS\r\n"]),
    (imap._to_starttls, [b"* OK hello\r\n", b"* CAPABILITY x\r\nVSTLS OK go\r\n"], [b"VSTLS STARTTLS\r\n"]),
    (pop._to_stls, [b"+OK hello\r\n", b"+OK go\r\n"], [b"STLS\r\n"]),
    (ftp._to_auth, [b"220-hello\r\n you\r\n220 there\r\n", b"234 go\r\n"], [b"AUTH TLS\r\n"]),
    (lambda lines: nntp._to_starttls(object(), lines), [b"200 hello\r\n", b"382 go\r\n"], [b"STARTTLS\r\n"]),
    (lambda lines: nntp._to_starttls(Reader(), lines), [b"200 hello\r\n", b"200 reader\r\n", b"382 go\r\n"],
     [b"MODE READER\r\n", b"STARTTLS\r\n"]),
])
def test_a_second_connection_comes_as_far_as_the_first(ask, lines, heard):
    server = Script(*lines)
    first = socket.create_connection(server.address)
    first.settimeout(7)
    second = mail.Redial(first, ask)()
    assert second.gettimeout() == 7 and second.getpeername() == first.getpeername()
    second.sendall(b"end\r\n")
    assert second.recv(10) == b""
    assert server.heard == heard + [b"end\r\n"]


class Reader(object):
    _caps = {"READER": []}


@pytest.mark.parametrize("line", [b"421 busy\r\n", b"", b"250-" * 3000])
def test_a_second_connection_that_goes_otherwise_is_an_ioerror(line):
    server = Script(line)
    first = socket.create_connection(server.address)
    first.settimeout(0.3)
    with pytest.raises((IOError, socket.error)):
        mail.Redial(first, lambda lines: lines.expect("220"))()


def test_no_second_connection_without_a_first():
    with pytest.raises(Exception):
        mail.Redial(None, None)()
