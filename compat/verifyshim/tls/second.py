"""What makes a connection once more, up to where TLS is expected as on the first: for audit, and a second look.

Here *sock* is the socket underneath or None (wrap_bio), *mark* the innermost marks.Mark or None, and *known* what is
known of the connection, an opened.Opened or None.
"""
import functools
import os
import socket

from . import marks, opened, refusal


def LATER():
    """Stands for what connects once more where the first connection is not there yet."""


def is_first_spoken(sock, mark, known):
    """Whether TLS is the first that is spoken on the connection, or all before can be said again."""
    if sock is None:
        return known is not None and known.said is None
    return mark is not None or opened.is_fresh(sock)


def before(sock, mark, known, fresh, may_wait):
    """Return what connects once more, up to where TLS begins, to go on with; None where that cannot be had.

    Not for a socket that does not block: what waits for it has the kernel watch this very one (epoll).

    :param fresh: what `is_first_spoken` says.
    :param may_wait: whether to return LATER for a socket that is not connected.
    """
    if sock is None or sock.gettimeout() == 0 or os.name == "nt" or _is_never(mark, known):
        return None
    redial = (mark and mark.redial) or (known and known.redial)
    if redial is not None:
        return redial
    if not fresh:
        return None
    end = opened.end_of(sock)
    if end is None and may_wait:        # wrapped before it is connected
        return LATER
    return refusal.redial(sock, sock.gettimeout()) if end else None     # "" is of one of socket.socketpair()


def aside(sock, mark, known, fresh, peer):
    """Return what connects to the same peer once more, beside the connection; None where that cannot be had.

    :param peer: ``(host, port)`` where nothing is known of the connection.
    """
    if known is not None and known.redial is not None and not _is_never(mark, known):
        return known.redial
    if _is_never(mark, known) or not fresh or peer[1] is None:
        return None
    if sock is not None:
        return refusal.redial(sock, refusal.SECONDS)
    return functools.partial(socket.create_connection, known.peer or peer, refusal.SECONDS)


def bounded(sock):
    """Have *sock* wait no longer than refusal.SECONDS; return its own timeout, in a tuple."""
    own = sock.gettimeout()
    sock.settimeout(refusal.seconds(sock))
    return own,


def _is_never(mark, known):
    return any(each is not None and each.redial is marks.NEVER for each in (mark, known))
