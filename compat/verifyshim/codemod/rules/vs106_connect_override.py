"""connect() overridden or replaced, with a socket wrapped as ssl.wrap_socket does: every certificate accepted.

Before::

    class Connection(httplib.HTTPSConnection):
        def connect(self):
            sock = socket.create_connection((self.host, self.port), self.timeout)
            if self._tunnel_host:
                self.sock = sock
                self._tunnel()
            self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file)

After::

            context = ssl.create_default_context()
            if getattr(self, "cert_file", None):
                context.load_cert_chain(self.cert_file, getattr(self, "key_file", None))
            self.sock = context.wrap_socket(sock, server_hostname=self._tunnel_host or self.host)

Each retry is rewritten with it, or none. https://docs.python.org/3/library/ssl.html#socket-creation
"""
from __future__ import absolute_import

from . import rule
from .connections import connection_host
from .handshakes import findings


@rule("VS106", "connect() that does not verify", needles=(b"wrap_socket", b"SSLSocket"))
def check(context):
    return findings(context, lambda wrap: connection_host(context, wrap.call) is not None)
