"""Make a later 2.7 look like 2.7.8: no SSLContext, no SNI, no match_hostname, unverified HTTPS.

Imported by the client before anything else. Features newer than 2.7.8 are taken out of the ssl module, and
the standard library's HTTPS classes are put back to how 2.7.8 wrote them. What stays 2.7.18's is everything
below: the socket class, _ssl, OpenSSL. So this is a stand-in, and the table calls it one.
"""

import _ssl
import httplib
import re
import ssl
import types
import urllib2
import xmlrpclib

# Public and private names that 2.7.8's ssl.py has.
KEEP = re.compile(r"^(__\w+__|SSL_ERROR_\w+|RAND_\w+|CERT_\w+|OPENSSL_VERSION\w*|SSLError|SSLSocket|wrap_socket"
                  r"|PROTOCOL_(SSLv2|SSLv3|SSLv23|TLSv1)|_PROTOCOL_NAMES|_SSLv2_IF_EXISTS|textwrap|socket"
                  r"|_fileobject|_delegate_methods|socket_error|base64|errno|cert_time_to_seconds|PEM_\w+"
                  r"|DER_cert_to_PEM_cert|PEM_cert_to_DER_cert|get_server_certificate|get_protocol_name"
                  r"|sslwrap_simple|_ssl)$")


def hide_newer_names():
    """Delete them from the module, and let the functions that stay go on seeing them."""
    private = dict(vars(ssl), SSLContext=Context)

    def rebound(function):
        return types.FunctionType(function.__code__, private, function.__name__, function.__defaults__,
                                  function.__closure__)

    for name, member in list(private.items()):
        if isinstance(member, types.FunctionType) and member.__globals__ is vars(ssl):
            private[name] = rebound(member)
            setattr(ssl, name, private[name])
    for holder in (ssl.SSLSocket, ssl.SSLContext):
        for name, member in list(vars(holder).items()):
            if isinstance(member, types.FunctionType):
                setattr(holder, name, rebound(member))
            elif isinstance(member, staticmethod):  # __new__
                setattr(holder, name, staticmethod(rebound(member.__get__(holder))))
            elif isinstance(member, property):
                parts = (member.fget, member.fset, member.fdel)
                setattr(holder, name, property(*[part and rebound(part) for part in parts]))
    for name in list(vars(ssl)):
        if not KEEP.match(name):
            delattr(ssl, name)


def connection_init(self, host, port=None, key_file=None, cert_file=None, strict=None,
                    timeout=httplib.socket._GLOBAL_DEFAULT_TIMEOUT, source_address=None):
    httplib.HTTPConnection.__init__(self, host, port, strict, timeout, source_address)
    self.key_file = key_file
    self.cert_file = cert_file


def connection_connect(self):
    sock = httplib.socket.create_connection((self.host, self.port), self.timeout, self.source_address)
    if self._tunnel_host:
        self.sock = sock
        self._tunnel()
    self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file)


def https_init(self, host="", port=None, key_file=None, cert_file=None, strict=None, context=None):
    # 2.7.8 has no context here; 2.7.18's urllib passes one (None), and has to be let through.
    if port == 0:
        port = None
    self._setup(self._connection_class(host, port, key_file, cert_file, strict))
    self.key_file = key_file
    self.cert_file = cert_file


def handler_open(self, request):
    return self.do_open(httplib.HTTPSConnection, request)


def transport_make_connection(self, host):
    if self._connection and host == self._connection[0]:
        return self._connection[1]
    bare_host, self._extra_headers, x509 = self.get_host_info(host)
    self._connection = host, httplib.HTTPSConnection(bare_host, None, **(x509 or {}))
    return self._connection[1]


ssl_context_init = ssl.SSLContext.__init__


class Context(ssl.SSLContext):
    """What the later SSLSocket makes its handshake with: passes it on to sslwrap, as 2.7.8's does."""

    def __init__(self, protocol):
        ssl_context_init(self, protocol)
        self._files = [None, None, None]

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        self._files[:2] = keyfile, certfile

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        self._files[2] = cafile

    def _wrap_socket(self, sock, server_side=False, server_hostname=None, ssl_sock=None):
        keyfile, certfile, ca_certs = self._files
        return _ssl.sslwrap(sock, server_side, keyfile, certfile, self.verify_mode, self.protocol, ca_certs)


def sslwrap(sock, server_side, keyfile=None, certfile=None, cert_reqs=ssl.CERT_NONE,
            ssl_version=ssl.PROTOCOL_SSLv23, ca_certs=None, ciphers=None, SSLContext=ssl.SSLContext):
    """_ssl.sslwrap, the C function that later versions have no more."""
    context = SSLContext(ssl_version)
    context.verify_mode = cert_reqs
    if ca_certs:
        context.load_verify_locations(ca_certs)
    if certfile:
        context.load_cert_chain(certfile, keyfile)
    if ciphers:
        context.set_ciphers(ciphers)
    return context._wrap_socket(sock, server_side)


_ssl.sslwrap = sslwrap
hide_newer_names()
httplib.HTTPSConnection.__init__ = connection_init
httplib.HTTPSConnection.connect = connection_connect
httplib.HTTPS.__init__ = https_init
del urllib2.HTTPSHandler.__init__
urllib2.HTTPSHandler.https_open = handler_open
xmlrpclib.SafeTransport.make_connection = transport_make_connection
