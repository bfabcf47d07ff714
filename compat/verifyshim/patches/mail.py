"""What the patches of smtplib, imaplib, poplib, ftplib and nntplib share.

They verify nothing and reimplement nothing: for as long as the original method runs they say what it is
about (tls.marks), and the hook under ssl, where all handshakes end, does the rest. Whether the program
named a context cannot be seen there: these modules make unverified ones for who named none, on every
interpreter to this day (cpython issue 91826).
"""
import socket
import sys
import time

from . import signature
from .. import policy
from ..tls import marks
from ..tls.failure import VerificationError

# How long a second connection may take, audit's only; servers greet late on purpose to vex spammers.
_REDIAL_SECONDS = 30.0
_LONGEST_LINE, _MOST_LINES = 4096, 200

_MAKING = object()      # while __init__ runs: whatever context the instance has, it has made


def saying(original, what):
    """Return a method that runs *original* inside the mark that ``what(client, arguments)`` returns.

    :param what: gets all arguments as a dict by name.
    """
    def run(client, arguments, call):
        if policy.installed() is None:
            return call()
        with what(client, arguments):
            return call()
    return signature.around(original, run)


def upgrading(original, what):
    """The same for a method that turns a plain connection into TLS; where that is refused, it is closed.

    Or a program that catches the error would go on in plain text: 2.x keeps the plain socket open.
    """
    def run(client, arguments, call):
        if policy.installed() is None:
            return call()
        try:
            with what(client, arguments):
                return call()
        except VerificationError:
            _close(client)
            raise
    return signature.around(original, run)


def _close(client):
    for name, method, arguments in (("sock", "shutdown", (socket.SHUT_RDWR,)), ("file", "close", ()),
                                    ("sock", "close", ())):
        try:
            getattr(getattr(client, name), method)(*arguments)
        except Exception:       # detached, closed or absent already: what matters is that it is not open
            pass


def remembering(original, parameter, attribute):
    """Return an ``__init__`` that remembers which context the instance made because it was given none.

    :param parameter: the name under which a context is given; *attribute*, where the instance keeps it.
    """
    def run(client, arguments, call):
        if arguments.get(parameter) is not None or policy.installed() is None:
            return call()
        client._verifyshim_unnamed = _MAKING
        call()
        client._verifyshim_unnamed = getattr(client, attribute, None)
    return signature.around(original, run)


def names_context(client, attribute):
    """Whether the context that *client* keeps in *attribute* is the program's own doing.

    It is where it was given to ``__init__`` or assigned later, and where the one that the client made for
    itself has been told to verify since.
    """
    context = getattr(client, attribute, None)
    if context is None:     # 2.x and 3.3 keep none
        return False
    made = vars(client).get("_verifyshim_unnamed")
    if made is not _MAKING and made is not context:
        return True
    return bool(getattr(context, "verify_mode", 0))


def mark(named, entry_point, peer, protocol, redial=None):
    """Return the Mark for a handshake with *peer*, ``(host, port)``."""
    host, port = peer
    if isinstance(host, bytes) and not isinstance(host, str):       # 3.x resolves those, too
        host = host.decode("ascii", "replace")
    if host and host.startswith("/"):       # LMTP over a Unix socket
        host = None
    make = marks.named if named else marks.unnamed
    return make(entry_point, host, port, redial=redial, protocol=protocol)


def called_by_logging():
    """Whether the patched method is called by SMTPHandler: a context it passes is not the program's (3.12+)."""
    frame, here = sys._getframe(1), __name__.rpartition(".")[0]
    while frame is not None and (frame.f_globals.get("__name__", "").startswith(here)
                                 or frame.f_code.co_filename.startswith(signature.FILENAME)):
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") == "logging.handlers"


class Redial(object):
    """Connects again to where a socket is connected, up to where the server expects a TLS handshake.

    :param sock: a connected plain socket.
    :param ask: ``ask(lines)`` speaks the protocol so far over a `Lines`; no login, no mail.
    """

    def __init__(self, sock, ask):
        self._ask = ask
        try:
            self._family, self._address, self._timeout = sock.family, sock.getpeername(), sock.gettimeout()
        except Exception:       # a look-alike socket, or none: then there is no second connection
            self._family = self._address = self._timeout = None

    def __call__(self):
        """Return the new socket, its timeout as the first one's.

        :raises socket.error: where it cannot be had; IOError where the server says something else now.
        """
        fresh = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            fresh.settimeout(min(self._timeout or _REDIAL_SECONDS, _REDIAL_SECONDS))
            fresh.connect(self._address)
            self._ask(Lines(fresh))
            fresh.settimeout(self._timeout)
        except Exception:
            fresh.close()
            raise
        return fresh


class Lines(object):
    """Commands and replies over a plain socket."""

    def __init__(self, sock):
        self._sock, self._deadline = sock, time.time() + _REDIAL_SECONDS

    def send(self, command):
        self._sock.sendall((u"%s\r\n" % command).encode("ascii", "replace"))

    def expect(self, *beginnings):
        """Read lines up to one that begins like *beginnings*, and raise IOError if it is another one.

        A reply's other lines are those with a hyphen behind their number (RFC 5321, 4.2.1; RFC 959, 4.2) and,
        in IMAP, those with an asterisk instead of a tag (RFC 3501, 2.2.2).
        """
        for _ in range(_MOST_LINES):
            line = self._line()
            if line.startswith(beginnings):
                if line[3:4] != "-":
                    return
            elif line[3:4] != "-" and line[:1] not in ("*", " "):
                break
        raise IOError("the server said something else to a second connection: %r" % line)

    def _line(self):
        line = b""
        # Byte by byte: nothing may be read that is not ours.
        while not line.endswith(b"\n") and len(line) < _LONGEST_LINE:
            more = self._sock.recv(1)
            if not more or time.time() > self._deadline:
                raise IOError("the server ended a second connection after %r" % line)
            line += more
        return line.decode("latin-1")
