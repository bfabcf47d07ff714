"""Putting a connection in the place of another one, which the program goes on to hold."""
import os
import socket

# What a program that looks may have set on its socket; a second connection in its place has it too.
_KEPT_OPTIONS = [(getattr(socket, level), getattr(socket, name)) for level, name in (
    ("IPPROTO_TCP", "TCP_NODELAY"), ("SOL_SOCKET", "SO_KEEPALIVE"), ("IPPROTO_TCP", "TCP_KEEPIDLE"),
    ("IPPROTO_TCP", "TCP_KEEPINTVL"), ("IPPROTO_TCP", "TCP_KEEPCNT")) if hasattr(socket, name)]


def hang_up(sock):
    """Tell the peer that the connection of *sock*, whose file descriptor stays, is over."""
    try:
        # A twin's: shutdown of SSLSocket would take away its _sslobj, too.
        twin = socket.fromfd(sock.fileno(), sock.family, sock.type)
        try:
            twin.shutdown(socket.SHUT_RDWR)
        finally:
            twin.close()
    except Exception:       # the peer was faster, or a look-alike socket
        pass


def put_under(sock, fresh):
    """Have *sock*, and whoever else holds its file descriptor, go on with the connection of *fresh*."""
    fresh.settimeout(sock.gettimeout())
    for level, option in _KEPT_OPTIONS:
        try:
            fresh.setsockopt(level, option, sock.getsockopt(level, option))
        except socket.error:        # not an option of this kind of socket
            pass
    inherited = () if not hasattr(os, "get_inheritable") else (os.get_inheritable(sock.fileno()),)
    os.dup2(fresh.fileno(), sock.fileno(), *inherited)
    fresh.close()
