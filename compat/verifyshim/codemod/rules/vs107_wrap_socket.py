"""ssl.wrap_socket() without cert_reqs: an encrypted connection to whoever answers.

Before::

    sock = socket.create_connection((host, port))
    tls = ssl.wrap_socket(sock)

After::

    sock = socket.create_connection((host, port))
    tls = ssl.create_default_context().wrap_socket(sock, server_hostname=host)

Where the program does not prove the host name it is reported only, and so are ssl.SSLSocket(), the socket.ssl()
of 2.5, captured references to wrap_socket, and values of cert_reqs that are decided elsewhere.
https://docs.python.org/3/library/ssl.html#socket-creation
"""
from __future__ import absolute_import

from . import rule
from .connections import connection_host
from .handshakes import findings
from .leftovers import leftovers


@rule("VS107", "TLS socket that does not verify",
      needles=(b"wrap_socket", b"SSLSocket", b"socket.ssl", b"sslwrap", b"CERT_NONE", b"cert_reqs", b"ca_reqs"))
def check(context):
    for finding in findings(context, lambda wrap: connection_host(context, wrap.call) is None):
        yield finding
    for finding in leftovers(context):
        yield finding
