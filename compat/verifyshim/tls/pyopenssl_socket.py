"""A pyOpenSSL connection that behaves as Python 2's ssl.SSLSocket does.

Programs and the standard library (httplib, urllib2, xmlrpclib) know that one's habits: closing is counted
in files made, an end without close_notify is an end, what goes wrong is a socket.error or an ssl.SSLError.
"""
import errno
import os
import select
import socket
import ssl
import time

from OpenSSL import SSL, crypto

from . import peercert
from ..events.locks import ForkLock

_RECORD = 16384         # bytes of one TLS record (RFC 8446, 5.1): no call of OpenSSL takes or gives more
_READING, _WRITING = 0, 1
_EOF_REASON = "unexpected eof while reading"    # OpenSSL 3 has a reason where 1.1 has a system error


class TimedOut(socket.timeout, ssl.SSLError):
    """ssl of 2.x raises an SSLError, everything else socket.timeout: handlers for either catch this."""


def translated(error):
    """Return the socket.error or ssl.SSLError that stands for an ``OpenSSL`` *error*."""
    if isinstance(error, SSL.ZeroReturnError):
        return ssl.SSLError(ssl.SSL_ERROR_ZERO_RETURN, "TLS/SSL connection has been closed")
    if isinstance(error, SSL.SysCallError) and error.args[0] != -1:
        return socket.error(error.args[0], os.strerror(error.args[0]))
    reasons = error.args[0] if error.args and isinstance(error.args[0], list) else []
    if isinstance(error, SSL.SysCallError) or any(entry[-1] == _EOF_REASON for entry in reasons):
        return ssl.SSLError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")
    said = "; ".join(":".join(str(part) for part in entry if part) for entry in reasons)
    return ssl.SSLError(ssl.SSL_ERROR_SSL, said or "unknown error of OpenSSL")


class TLSSocket(socket._socketobject):      # not socket.socket: SOCKS libraries put their own there
    """The client's end of a TLS connection over *sock*, which it shares as ssl.SSLSocket does.

    OpenSSL allows one thread at a time in a connection. So the file descriptor is non-blocking, each call
    of OpenSSL is short and made under a lock, and the waiting is done outside of it: one thread may read
    while another writes or closes.

    :param sock: a connected socket.socket.
    :param connection: the SSL.Connection made on ``sock._sock``.
    :param suppress_ragged_eofs: whether an end without close_notify is just an end.
    """

    cert_reqs = ssl.CERT_REQUIRED
    do_handshake_on_connect = True

    def __init__(self, sock, connection, suppress_ragged_eofs=True):
        socket._socketobject.__init__(self, _sock=sock._sock)
        # It puts the plain socket's recv, send and so on into the instance; they must not be found there.
        for name in socket._delegate_methods:
            self.__dict__.pop(name, None)
        self._timeout = sock.gettimeout()
        self._sock.settimeout(0.0)
        self._connection = connection
        self._lock = ForkLock()      # a signal handler may close in the middle of this
        self._makefile_refs = 0
        self._encoded = None
        self.suppress_ragged_eofs = suppress_ragged_eofs

    # Time-outs are kept here, because the descriptor is non-blocking whatever they are.

    def settimeout(self, timeout):
        """:param timeout: seconds, or None to wait for ever, or 0 not to wait at all."""
        if timeout is not None:
            timeout = float(timeout)
            if timeout < 0:
                raise ValueError("Timeout value out of range")
        self._timeout = timeout

    def gettimeout(self):
        return self._timeout

    def setblocking(self, flag):
        self._timeout = None if flag else 0.0

    def _run(self, what, method, *args):
        """Call a method of the connection, and again whenever it could not finish.

        :param what: read, write, handshake or shutdown, for the error's text.
        :raises TimedOut: after the time-out, counted over the whole call.
        :raises ssl.SSLError: with SSL_ERROR_WANT_READ or SSL_ERROR_WANT_WRITE at a time-out of 0.
        """
        timeout = self._timeout
        deadline = timeout and time.time() + timeout
        while True:
            plain = self._sock      # held, so that its number is nobody else's while we wait for it
            with self._lock:
                if self._connection is None:
                    raise socket.error(errno.EBADF, os.strerror(errno.EBADF))
                try:
                    return getattr(self._connection, method)(*args)
                except SSL.WantReadError:       # also in writing: renegotiation, key update
                    direction = _READING
                except SSL.WantWriteError:
                    direction = _WRITING
                except SSL.Error as error:
                    raise translated(error)
            if timeout == 0:
                raise ssl.SSLError((ssl.SSL_ERROR_WANT_READ, ssl.SSL_ERROR_WANT_WRITE)[direction],
                                   "The operation did not complete (%s)" % ("read", "write")[direction])
            # A clock that is set back must not make it longer than it was.
            if not _wait(plain, direction, deadline and min(deadline - time.time(), timeout)):
                raise TimedOut("The %s operation timed out" % what)

    def do_handshake(self):
        self._run("handshake", "do_handshake")

    def read(self, len=1024):
        """Return up to *len* bytes; none at the end of the stream."""
        if len < 0:
            raise ValueError("negative buffersize in read")
        if not len:
            return b""
        try:
            return self._run("read", "recv", min(len, _RECORD))
        except ssl.SSLError as error:
            if error.args[0] == ssl.SSL_ERROR_ZERO_RETURN:
                return b""
            if error.args[0] == ssl.SSL_ERROR_EOF and self.suppress_ragged_eofs:
                return b""
            raise

    def recv(self, buflen=1024, flags=0):
        self._no_flags(flags, "recv")
        return self.read(buflen)

    def recv_into(self, buffer, nbytes=None, flags=0):
        self._no_flags(flags, "recv_into")
        data = self.read(nbytes or len(buffer) or 1024)
        buffer[:len(data)] = data
        return len(data)

    def write(self, data):
        """Send some of *data* and return how many bytes."""
        data = _readable(data)
        if not len(data):
            return 0
        # The same bytes again after a wait, wherever they are: pyOpenSSL sets
        # SSL_MODE_ENABLE_PARTIAL_WRITE and SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER.
        return self._run("write", "send", bytes(data[:_RECORD]))

    def send(self, data, flags=0):
        """As ssl.SSLSocket.send: at a time-out of 0 it returns 0 where it would have to wait."""
        self._no_flags(flags, "send")
        try:
            return self.write(data)
        except ssl.SSLError as error:
            if error.args[0] in (ssl.SSL_ERROR_WANT_READ, ssl.SSL_ERROR_WANT_WRITE):
                return 0
            raise

    def sendall(self, data, flags=0):
        self._no_flags(flags, "sendall")
        data = _readable(data)
        sent = 0
        while sent < len(data):
            count = self.send(data[sent:sent + _RECORD])
            if not count:       # a time-out of 0: ssl.SSLSocket spins here
                _wait(self._sock, _WRITING, 1)
            sent += count
        return sent

    def _no_flags(self, flags, method):
        if flags:
            raise ValueError("non-zero flags not allowed in calls to %s() on %s" % (method, type(self)))

    def _plain(self, *args, **kwargs):
        raise ValueError("not allowed on a TLS socket: it would go past the encryption")

    sendto = recvfrom = recvfrom_into = connect = connect_ex = accept = listen = bind = dup = _plain

    def pending(self):
        """Return how many bytes can be read that select() does not see."""
        with self._lock:
            return self._connection.pending() if self._connection is not None else 0

    def makefile(self, mode="r", bufsize=-1):
        """Each file counts as one more that has to close before the connection does (httplib needs that)."""
        self._makefile_refs += 1
        return socket._fileobject(self, mode, bufsize, close=True)

    def close(self):
        """Close; tell the peer so if that can be done without waiting."""
        if self._makefile_refs > 0:
            self._makefile_refs -= 1
            return
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                _say_goodbye(connection)
        socket._socketobject.close(self)

    def abort(self):
        """End the connection now, also for those who hold the plain socket."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except socket.error:        # the peer was faster
            pass
        with self._lock:
            self._connection = None
        socket._socketobject.close(self)

    def shutdown(self, how):
        # ssl.SSLSocket goes on in plain text after this; here what follows fails or is the end.
        with self._lock:
            if self._connection is not None and how != socket.SHUT_RD:
                _say_goodbye(self._connection)
        self._sock.shutdown(how)

    def unwrap(self):
        """End TLS in both directions and return a socket for what comes after, in plain text."""
        if self._connection is None:
            raise ValueError("No SSL wrapper around %s" % self)
        if not self._run("shutdown", "shutdown"):       # ours is sent; the second waits for theirs
            self._run("shutdown", "shutdown")
        with self._lock:
            self._connection = None
        plain = socket._socketobject(_sock=self._sock)
        plain.settimeout(self._timeout)
        return plain

    def getpeercert(self, binary_form=False):
        """Return the leaf as DER bytes or as ssl's dictionary; None where there is none."""
        if self._encoded is None:
            with self._lock:
                found = self._connection and self._connection.get_peer_certificate()
            self._encoded = crypto.dump_certificate(crypto.FILETYPE_ASN1, found) if found else b""
        if binary_form:
            return self._encoded or None
        return peercert.dictionary(self._encoded) if self._encoded else None

    def cipher(self):
        """Return ``(name, version, bits)``."""
        with self._lock:
            found = self._connection
            return found and (str(found.get_cipher_name()), str(found.get_cipher_version()),
                              found.get_cipher_bits())

    def version(self):
        """Return for example ``"TLSv1.3"``."""
        with self._lock:
            return self._connection and str(self._connection.get_protocol_version_name())


def _readable(data):
    """Return *data*, of any type that sockets of 2.x send, so that it can be cut without copying it all."""
    if isinstance(data, type(u"")):
        data = data.encode("ascii")         # what ssl does; httplib sends unicode if the URL was
    elif hasattr(data, "tobytes"):          # memoryview is not a buffer() on 2.7
        data = data.tobytes()
    return data if isinstance(data, bytes) else buffer(data)        # noqa: F821


def _say_goodbye(connection):
    """close_notify, if the kernel takes it at once."""
    try:
        connection.shutdown()
    except SSL.Error:
        pass


def _wait(plain, direction, seconds):
    """Return whether *plain* became ready for reading or writing in that time (None: for ever)."""
    deadline = None if seconds is None else time.time() + seconds
    while True:
        left = None if deadline is None else max(0, deadline - time.time())
        try:
            if hasattr(select, "poll"):     # select() cannot have descriptors from 1024 on; gevent has no poll
                poll = select.poll()
                poll.register(plain, (select.POLLIN, select.POLLOUT)[direction])
                return bool(poll.poll(None if left is None else left * 1000))
            waiting = ([plain], []) if direction == _READING else ([], [plain])
            return any(select.select(waiting[0], waiting[1], [], left))
        except select.error as error:
            if error.args[0] != errno.EINTR:        # below 3.5 a signal ends the wait
                raise
