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
    """

    __slots__ = ("entry_point", "host", "port", "redial", "protocol", "named", "ours", "_here", "_outer")

    def __init__(self, entry_point, host, port, redial=None, protocol="http", named=False, ours=False):
        self.entry_point, self.host, self.port, self.redial = entry_point, host, port, redial
        self.protocol, self.named, self.ours = protocol, named, ours

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


def named(entry_point, host, port, redial=None, protocol="http"):
    """Mark the calls inside as a connection whose context is the program's own."""
    return Mark(entry_point, host, port, redial, protocol, named=True)


def ours(entry_point="verifyshim"):
    """Mark the calls inside as verified, or deliberately not, by who makes them."""
    return Mark(entry_point, None, None, ours=True)
