"""The ways a program reaches an HTTPS server: one function each, `make(job)` returning `fetch(cell)`.

Whatever is imported or created in `make` itself is early if the job makes before it installs; whatever
happens in `fetch` is late. Standard library modules are imported inside, so that a job which installs
first really does so before the program imported anything.
"""

import os
import socket
import tempfile

ENTRY_POINTS = {}


def entry(name):
    def register(make):
        ENTRY_POINTS[name] = make
        return make
    return register


def url_of(cell):
    host = cell["host"]
    return "https://%s:%d%s" % (("[%s]" % host) if ":" in host else host, cell["port"], cell["path"])


def http_module():
    try:
        import httplib
    except ImportError:
        import http.client as httplib
    return httplib


def urllib_module():
    """urllib2, and what became of it."""
    try:
        import urllib2
    except ImportError:
        import urllib.request as urllib2
    return urllib2


def legacy_module():
    """The older urllib: URLopener, urlretrieve."""
    try:
        import urllib2  # noqa: F401
        import urllib
        return urllib
    except ImportError:
        import urllib.request
        return urllib.request


def get(connection, cell):
    """One request over an HTTPSConnection."""
    try:
        connection.request("GET", cell["path"])
        return connection.getresponse().read()
    finally:
        connection.close()


def read(response):
    try:
        return response.read()
    finally:
        response.close()


def speak(stream, cell):
    """One request over a bare TLS socket."""
    try:
        stream.sendall(("GET %s HTTP/1.0\r\n\r\n" % cell["path"]).encode("ascii"))
        parts = []
        while True:
            more = stream.recv(65536)
            if not more:
                break
            parts.append(more)
        return b"".join(parts).split(b"\r\n\r\n", 1)[1]
    finally:
        stream.close()


@entry("HTTPSConnection")
def https_connection(job):
    httplib = http_module()
    return lambda cell: get(httplib.HTTPSConnection(cell["host"], cell["port"]), cell)


@entry("captured-name")
def captured_name(job):
    captured = http_module().HTTPSConnection
    return lambda cell: get(captured(cell["host"], cell["port"]), cell)


@entry("subclass")
def subclass(job):
    class Connection(http_module().HTTPSConnection):
        """Adds nothing that matters, and has its own connect only by inheritance."""
        debuglevel = 0

    return lambda cell: get(Connection(cell["host"], cell["port"]), cell)


@entry("httplib.HTTPS")
def httplib_https(job):
    httplib = http_module()

    def fetch(cell):
        connection = httplib.HTTPS(cell["host"], cell["port"])
        connection.putrequest("GET", cell["path"])
        connection.endheaders()
        connection.getreply()
        return read(connection.getfile())
    return fetch


@entry("key_file")
def key_file(job):
    httplib = http_module()
    return lambda cell: get(httplib.HTTPSConnection(
        cell["host"], cell["port"], key_file=job["key_file"], cert_file=job["cert_file"]), cell)


@entry("set_tunnel")
def set_tunnel(job):
    httplib = http_module()

    def fetch(cell):
        connection = httplib.HTTPSConnection("localhost", job["proxy_port"])
        # 2.6 has it with an underscore.
        tunnel = getattr(connection, "set_tunnel", None) or connection._set_tunnel
        tunnel(cell["host"], cell["port"])
        return get(connection, cell)
    return fetch


@entry("ProxyHandler")
def proxy_handler(job):
    urllib2 = urllib_module()
    proxy = "http://127.0.0.1:%d" % job["proxy_port"]
    opener = urllib2.build_opener(urllib2.ProxyHandler({"https": proxy}))
    return lambda cell: read(opener.open(url_of(cell)))


@entry("urlopen")
def urlopen(job):
    urllib2 = urllib_module()
    return lambda cell: read(urllib2.urlopen(url_of(cell)))


@entry("opener")
def opener(job):
    built = urllib_module().build_opener()
    return lambda cell: read(built.open(url_of(cell)))


@entry("install_opener")
def install_opener(job):
    urllib2 = urllib_module()
    urllib2.install_opener(urllib2.build_opener())
    return lambda cell: read(urllib2.urlopen(url_of(cell)))


@entry("primed-urlopen")
def primed_urlopen(job):
    """The opener that the first urlopen of a program leaves behind: 3.12+ keeps its context for good."""
    urllib2 = urllib_module()
    urllib2.urlopen("data:,primed" if hasattr(urllib2, "DataHandler") else "file:///dev/null").close()
    return lambda cell: read(urllib2.urlopen(url_of(cell)))


@entry("urllib.urlopen")
def legacy_urlopen(job):
    legacy = legacy_module()
    return lambda cell: read(legacy.urlopen(url_of(cell)))


@entry("URLopener")
def url_opener(job):
    legacy = legacy_module()
    return lambda cell: read(legacy.URLopener().open(url_of(cell)))


@entry("FancyURLopener")
def fancy_url_opener(job):
    legacy = legacy_module()
    return lambda cell: read(legacy.FancyURLopener().open(url_of(cell)))


@entry("urlretrieve")
def urlretrieve(job):
    legacy = legacy_module()

    def fetch(cell):
        handle, path = tempfile.mkstemp()
        os.close(handle)
        try:
            legacy.urlretrieve(url_of(cell), path)
            with open(path, "rb") as stream:
                return stream.read()
        finally:
            os.remove(path)
    return fetch


@entry("xmlrpc")
def xmlrpc(job):
    try:
        import xmlrpclib
    except ImportError:
        import xmlrpc.client as xmlrpclib
    return lambda cell: xmlrpclib.ServerProxy(url_of(cell)).call()


@entry("logging")
def logging_handler(job):
    import logging
    import logging.handlers
    import sys

    class Handler(logging.handlers.HTTPHandler):
        """Errors are for us, not for stderr."""

        def handleError(self, record):
            self.error = sys.exc_info()[1]

    def fetch(cell):
        host = "[%s]" % cell["host"] if ":" in cell["host"] else cell["host"]
        handler = Handler("%s:%d" % (host, cell["port"]), cell["path"], secure=True)
        handler.error = None
        handler.emit(logging.LogRecord("name", logging.ERROR, "path", 1, "message", (), None))
        if handler.error is not None:
            raise handler.error
        return "verified"  # the handler reads the answer and throws it away
    return fetch


@entry("explicit-context")
def explicit_context(job):
    """Unverified on purpose, from two lines of code: cells alternate between them."""
    import ssl
    httplib = http_module()

    def fetch(cell):
        context = ssl._create_unverified_context()
        if job["cells"].index(cell) % 2:
            connection = httplib.HTTPSConnection(cell["host"], cell["port"], context=context)
            return get(connection, cell)
        connection = httplib.HTTPSConnection(cell["host"], cell["port"], context=context)
        connection.request("GET", cell["path"])
        return read(connection.getresponse())
    return fetch


@entry("library")
def library(job):
    """What the TLS library says by itself when asked to verify: the expected answer of LIBRARY cases."""
    import ssl
    if job.get("pyopenssl"):
        wrap = pyopenssl_wrap(job)
    elif hasattr(ssl, "create_default_context"):
        context = ssl.create_default_context(cafile=job["roots"])

        def wrap(sock, host):
            return context.wrap_socket(sock, server_hostname=host)
    else:
        def wrap(sock, host):
            return ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs=job["roots"])
    return lambda cell: speak(
        wrap(socket.create_connection((cell["host"], cell["port"])), cell["host"]), cell)


def pyopenssl_wrap(job):
    """The same with pyOpenSSL as it comes, on blocking sockets."""
    from OpenSSL import SSL
    context = SSL.Context(SSL.SSLv23_METHOD)
    context.set_verify(SSL.VERIFY_PEER, lambda connection, certificate, code, depth, accepted: bool(accepted))
    context.load_verify_locations(job["roots"])

    class Ending(object):
        """speak() wants the end of the stream as an empty string."""

        def __init__(self, connection):
            self.sendall, self.close, self._recv = connection.sendall, connection.close, connection.recv

        def recv(self, size):
            try:
                return self._recv(size)
            except (SSL.ZeroReturnError, SSL.SysCallError):
                return b""

    def wrap(sock, host):
        sock.settimeout(None)
        connection = SSL.Connection(context, sock)
        connection.set_tlsext_host_name(host)
        connection.set_connect_state()
        connection.do_handshake()
        return Ending(connection)
    return wrap


import shim_entry_points  # noqa: E402,F401  registers verifyshim's own names here
import context_entry_points  # noqa: E402,F401  registers hand-made contexts
import mail_entry_points  # noqa: E402,F401  registers "mail", all of it under one name
