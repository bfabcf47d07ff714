"""What the call in progress is about, told by those who know it to the hook that sees the handshake.

Every handshake on top of ssl passes ``tls.clients``, which sees a socket and a context and no more. Who
calls the standard library on a program's behalf says for that time what is being done: by which entry
point, to which host, and whether the program named a context of its own.
"""
from .own import Own


def NEVER():
    """Stands for *redial* where a second connection would not be the same (FTP's data connections)."""


class Mark(object):
    """One statement about the calls inside it, a context manager; of nested ones the innermost counts.

    :ivar named: whether the program named a context of its own.
    :ivar ours: whether verification is being done already, by who made the mark.
    :ivar about: the one context, or the number of the one file descriptor, that it is about; None for whatever
        comes. Signal handlers and callbacks make connections of their own meanwhile.
    """

    __slots__ = ("entry_point", "host", "port", "redial", "protocol", "named", "ours", "about", "_here", "_outer")

    def __init__(self, entry_point, host, port, redial=None, protocol="http", named=False, ours=False, about=None):
        self.entry_point, self.host, self.port, self.redial = entry_point, host, port, redial
        self.protocol, self.named, self.ours, self.about = protocol, named, ours, about

    def is_for(self, context, sock):
        """Whether it is about a handshake with *context*, or None, on *sock*, or None."""
        return self.about is None or self.about is context or (
            isinstance(self.about, int) and sock is not None and self.about == number(sock))

    def __enter__(self):
        self._here = here = _own.here()
        self._outer, here.mark = here.mark, self
        return self

    def __exit__(self, *trouble):
        self._here.mark = self._outer


class _Innermost(object):
    mark = None


_own = Own(_Innermost)


def current():
    """Return the innermost Mark of this thread, or None."""
    return _own.here().mark


def unnamed(entry_point, host, port, redial=None, protocol="http"):
    """Mark the calls inside as a connection for which the program named no context.

    :param entry_point: the public name the program used, for the log.
    :param host: whom the program connects to; *port* its TCP port, or None.
    :param redial: called without arguments where audit needs a second connection: returns a connected
        plain socket at which the server expects a TLS handshake, as at the first. None to connect to the
        same address; NEVER where that would not do.
    :param protocol: http, smtp, imap, pop, ftp or nntp: one that the policy leaves out is left alone.
    """
    return Mark(entry_point, host, port, redial, protocol)


def named(entry_point, host, port, redial=None, protocol="http", about=None):
    """Mark the calls inside as a connection whose context is the program's own."""
    return Mark(entry_point, host, port, redial, protocol, named=True, about=about)


def ours(entry_point="verifyshim", about=None):
    """Mark the handshake inside as verified, or deliberately not, by who makes it."""
    return Mark(entry_point, None, None, ours=True, about=about)


def number(sock):
    """Return the file descriptor of *sock*, or None where a look-alike has none."""
    try:
        return sock.fileno()
    except Exception:
        return None


class aside(object):        # noqa: N801  a context manager
    """While it lasts nothing is marked: what code of the program's runs is about something else."""

    def __enter__(self):
        self._here = _own.here()
        self._outer, self._here.mark = self._here.mark, None

    def __exit__(self, *trouble):
        self._here.mark = self._outer
