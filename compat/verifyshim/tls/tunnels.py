"""Whom a connection leads to when a program asks a proxy for it by itself.

http.client's own tunnels are known (patches/http_client.py). httplib2, boto and websocket-client send CONNECT
themselves and then wrap the socket, saying no name or, below 2.7.9, having no way to: without this they would
be verified for the name of the proxy.
"""
import functools
import socket

from . import opened, refusal

_CONNECT = b"CONNECT "
_MOST = 65536           # bytes, of what is said to a proxy and of what it answers


def sent(sock, data):
    """Take notice of *data*, sent on *sock* before TLS; a request may come in several pieces."""
    number = sock.fileno()
    known = opened.entry(number)
    if _first(data, len(_CONNECT)) == _CONNECT:
        _keep(number, sock, known, _first(data, _MOST))
    elif known is not None and known.said is not None and not _is_tls(data):    # event loops send that here too
        if known.said.endswith(b"\r\n\r\n") or len(known.said) > _MOST:
            known.said = known.redial = None        # goes on in plaintext: cannot be done again
        else:
            _keep(number, sock, known, known.said + _first(data, _MOST))


def _first(data, most):
    """Return up to *most* bytes from where *data*, anything that sockets send, begins.

    Neither its slices nor its ``==`` need be those of bytes: numpy's are not.
    """
    if isinstance(data, type(u"")):     # 2.x sends that, too
        return data.encode("ascii", "replace")[:most]
    if str is bytes:
        return str(buffer(data, 0, most))       # noqa: F821  2.6 has no memoryview, and 2.7's takes no array
    view = memoryview(data)
    try:
        return view.cast("B")[:most].tobytes()
    except (TypeError, ValueError, NotImplementedError):        # of texts or records; this copies all of it
        return view.tobytes()[:most]


def _is_tls(data):
    """Whether *data* begins as a TLS record does (RFC 8446, 5.1)."""
    head = _first(data, 2)
    return head[1:] == b"\x03" and head[:1] in (b"\x14", b"\x15", b"\x16", b"\x17")


def _keep(number, sock, known, said):
    host, port = _target(said) or ((known.host, known.port) if known else (None, None))
    peer = known and known.peer or opened.peer_of(sock)
    seconds = sock.gettimeout()
    seconds = refusal.SECONDS if seconds == 0 else seconds      # one that does not block is a loop's
    again = None if peer is None else functools.partial(_again, sock.family, peer, seconds, said)
    opened.keep(number, opened.Opened(host, port, peer, again, said))


def _target(request):
    """Return ``(host, port)`` of a request for CONNECT (RFC 9110, 9.3.6); None where that is not what it is."""
    words = request.split(b"\r\n", 1)[0].split()
    if len(words) != 3 or not words[2].startswith(b"HTTP/"):
        return None
    host, colon, port = words[1].decode("latin-1").rpartition(":")
    if not colon or not port.isdigit():
        return None
    return opened.named(str(host.strip("[]"))), int(port)


def _again(family, address, seconds, said):
    """Return a new socket on which *said*, the request for CONNECT, has been sent and granted."""
    fresh = socket.socket(family, socket.SOCK_STREAM)
    try:
        fresh.settimeout(seconds)
        fresh.connect(address)
        fresh.sendall(said)
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):     # byte by byte: what follows belongs to the peer
            more = fresh.recv(1)
            if not more or len(answer) > _MOST:
                raise socket.error("the proxy closed a second connection")
            answer += more
        if answer.split(None, 2)[1:2] != [b"200"]:
            raise socket.error("the proxy refused a second connection")
        return fresh
    except Exception:
        fresh.close()
        raise
