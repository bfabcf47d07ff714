"""What the servers of mail_servers.py speak: as much of each protocol as a session without any mail needs."""

import base64
import contextlib
import re
import socket
import socketserver

from .servers import PATIENCE

USER = re.compile(r"\bcell-[\w.+-]+")


class Conversation:
    """What one connection said: `plain` before any handshake, `secure` after; lists of lines."""

    def __init__(self):
        self.plain, self.secure = [], []

    @property
    def users(self):
        return {user for line in self.secure for user in USER.findall(line)}


class Session(socketserver.BaseRequestHandler):
    """One connection; commands are methods named after them in capitals, which return what to answer."""

    greeting = "220 mail.example.test ready"
    unknown = "500 what?"
    ended = False

    def handle(self):
        self.stream, self.buffer, self.is_secure = self.request, b"", False
        self.said = Conversation()
        self.server.conversations.append(self.said)
        self.stream.settimeout(PATIENCE)
        with contextlib.suppress(OSError, EOFError):
            if self.server.implicit:
                self.encrypt()
            self.say(self.greeting)
            while not self.ended:
                line = self.line()
                self.note(line)
                self.say(self.obey(line))

    def say(self, text):
        if text is not None:
            self.stream.sendall(text.encode("latin-1").replace(b"\n", b"\r\n") + b"\r\n")

    def line(self):
        while b"\n" not in self.buffer:
            more = self.stream.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.decode("latin-1").rstrip("\r")

    def note(self, line):
        (self.said.secure if self.is_secure else self.said.plain).append(line)

    def obey(self, line):
        word, _, rest = line.partition(" ")
        method = getattr(self, word.upper(), None) if word.isalpha() else None
        return method(rest) if method else self.unknown

    def encrypt(self):
        """Where the handshake fails, a client that goes on in plain text is heard out."""
        self.buffer = b""
        try:
            self.stream = self.server.context.wrap_socket(self.request, server_side=True,
                                                          do_handshake_on_connect=False)
            self.stream.do_handshake()
            self.is_secure = True
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                rest = socket.socket.recv(self.stream, 65536).decode("latin-1")
                self.said.plain += ["after a failed handshake: " + rest] if rest else []
            raise EOFError

    def finish(self):
        if self.is_secure:
            with contextlib.suppress(OSError, ValueError):
                self.stream.close()

    def QUIT(self, rest):
        self.ended = True
        return "221 goodbye"


class SMTP(Session):
    """RFC 5321, RFC 3207, and RFC 2033: LMTP says LHLO."""

    def EHLO(self, rest):
        return "250-mail.example.test\n250-STARTTLS\n250 AUTH PLAIN LOGIN"

    LHLO = EHLO

    def STARTTLS(self, rest):
        self.say("220 go ahead")
        self.encrypt()

    def AUTH(self, rest):
        mechanism, _, encoded = rest.partition(" ")
        if mechanism.upper() == "LOGIN":
            encoded = encoded or self.ask("334 VXNlcm5hbWU6")
            self.ask("334 UGFzc3dvcmQ6")
        self.note(base64.b64decode(encoded).decode("latin-1").replace("\0", " "))
        return "235 welcome"

    def ask(self, text):
        self.say(text)
        return self.line()

    def MAIL(self, rest):
        return "250 ok"

    RCPT = RSET = NOOP = MAIL

    def DATA(self, rest):
        self.say("354 go on")
        while self.line() != ".":
            pass
        return "250 taken"


class IMAP(Session):
    """RFC 3501."""

    greeting = "* OK mail.example.test ready"

    def obey(self, line):
        self.tag, _, rest = line.partition(" ")
        return super().obey(rest)

    @property
    def unknown(self):
        return self.tag + " BAD what?"

    def CAPABILITY(self, rest):
        return "* CAPABILITY IMAP4rev1 STARTTLS\n%s OK done" % self.tag

    def STARTTLS(self, rest):
        self.say(self.tag + " OK go ahead")
        self.encrypt()

    def LOGIN(self, rest):
        return self.tag + " OK done"

    NOOP = LOGIN

    def LOGOUT(self, rest):
        self.ended = True
        return "* BYE goodbye\n%s OK done" % self.tag


class POP(Session):
    """RFC 1939, RFC 2449 and RFC 2595."""

    greeting = "+OK mail.example.test ready"
    unknown = "-ERR what?"

    def CAPA(self, rest):
        return "+OK\nSTLS\nUSER\n."

    def STLS(self, rest):
        self.say("+OK go ahead")
        self.encrypt()

    def USER(self, rest):
        return "+OK"

    PASS = NOOP = USER

    def QUIT(self, rest):
        self.ended = True
        return "+OK goodbye"


class FTP(Session):
    """RFC 959 and RFC 4217, passive."""

    protected = False
    listener = None

    def AUTH(self, rest):
        self.say("234 go ahead")
        self.encrypt()

    def PBSZ(self, rest):
        return "200 ok"

    TYPE = NOOP = PBSZ

    def PROT(self, rest):
        self.protected = rest.upper() == "P"
        return "200 ok"

    def USER(self, rest):
        return "331 and the password?"

    def PASS(self, rest):
        return "230 welcome"

    def PASV(self, rest):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        port = self.listener.getsockname()[1]
        return "227 entering passive mode (127,0,0,1,%d,%d)" % divmod(port, 256)

    def STOR(self, rest):
        self.say("150 send it")
        with self.listener, self.listener.accept()[0] as data:
            data.settimeout(PATIENCE)
            try:
                self.note("file: " + self.receive(data).decode("latin-1"))
            except OSError:
                return "426 that did not work"
        return "226 taken"

    def receive(self, data):
        if not self.protected:
            return b"".join(iter(lambda: data.recv(65536), b""))
        with self.server.data_context.wrap_socket(data, server_side=True) as stream:
            content = b"".join(iter(lambda: stream.recv(65536), b""))
            # The client waits for our close_notify before it asks how it went.
            with contextlib.suppress(OSError):
                stream.unwrap()
        return content


class NNTP(Session):
    """RFC 3977, RFC 4642 and RFC 4643."""

    greeting = "200 news.example.test ready"

    def CAPABILITIES(self, rest):
        return "101 what I can\nVERSION 2\nREADER\nSTARTTLS\nAUTHINFO USER\n."

    def MODE(self, rest):
        return "200 reader it is"

    def STARTTLS(self, rest):
        self.say("382 go ahead")
        self.encrypt()

    def AUTHINFO(self, rest):
        return "381 and the password?" if rest.upper().startswith("USER") else "281 welcome"

    def QUIT(self, rest):
        self.ended = True
        return "205 goodbye"
