"""The names of the old recipe, verified with or without install(), alike on every interpreter."""
import socket

from . import roots as _roots, stdlib

stdlib.load()
from .tls import engine, guard, https       # noqa: E402  after what it imports

request = stdlib.first_of("urllib.request", "urllib2")
_DEFAULT_TIMEOUT = socket._GLOBAL_DEFAULT_TIMEOUT


class VerifiedHTTPSConnection(https.HTTPSConnection, object):
    """An HTTPSConnection that verifies chain and host name.

    Takes the arguments of this interpreter's HTTPSConnection, and ``key_file`` and ``cert_file`` (paths
    of a PEM client key and certificate) also where those are gone (3.12+).

    :raises ValueError: for a ``context`` that does not verify.
    """

    roots = None        # a verifyshim.roots.Roots; None for the policy's

    def __init__(self, host, *args, **kwargs):
        if https.TAKES_CONTEXT:
            context = kwargs.get("context")
            if context is None:
                context = kwargs["context"] = https.default_context(self.roots, self._http_vsn)
            elif engine.weakness(context):
                raise ValueError("VerifiedHTTPSConnection was given a context with which %s; "
                                 "leave it out, or pass verifyshim.create_context()"
                                 % engine.weakness(context))
            # Loaded here, because the arguments are deprecated from 3.6 on and gone in 3.12.
            cert_file, key_file = kwargs.pop("cert_file", None), kwargs.pop("key_file", None)
            if cert_file or key_file:
                context.load_cert_chain(cert_file or key_file, key_file)
        https.HTTPSConnection.__init__(self, host, *args, **kwargs)

    def connect(self):
        """Connect and verify.

        :raises VerificationError: where the peer is refused.
        """
        if https.TAKES_CONTEXT:
            asked = self._context
        else:
            asked = engine.create(self.roots, self.cert_file, self.key_file)
        https.connect(self, asked, type(self).__name__)

    @classmethod
    def with_roots(cls, cafile):
        """Return a subclass that trusts the roots in *cafile* and no others.

        :param cafile: path of a PEM file or a directory of them.
        :raises ConfigurationError: where it is missing, empty or unreadable.
        """
        return type("VerifiedHTTPSConnection", (cls,), {"roots": _roots.resolve(cafile)})


class VerifiedHTTPSHandler(request.HTTPSHandler):
    """A urllib handler that opens https URLs with *connection_class*, for build_opener.

    :param connection_class: VerifiedHTTPSConnection or a class of its ``with_roots``.
    :param debuglevel: int, as HTTPConnection.set_debuglevel takes it.
    """

    def __init__(self, connection_class=VerifiedHTTPSConnection, debuglevel=0):
        # Not HTTPSHandler's: from 3.12 on it would make a context that nobody uses.
        request.AbstractHTTPHandler.__init__(self, debuglevel)
        self.connection_class = connection_class

    def https_open(self, req):
        return self.do_open(self.connection_class, req)


def build_opener(*handlers):
    """Return an opener as urllib's build_opener does, whose https URLs are verified.

    :param handlers: handler objects or classes; one derived from HTTPSHandler takes over https.
    """
    for handler in handlers:
        kind = handler if isinstance(handler, type) or hasattr(handler, "__bases__") else handler.__class__
        if issubclass(kind, request.HTTPSHandler):
            return request.build_opener(*handlers)
    return request.build_opener(VerifiedHTTPSHandler(), *handlers)


def urlopen(url, data=None, timeout=_DEFAULT_TIMEOUT, cafile=None):
    """Open *url* with https verified.

    :param url: text or a Request.
    :param data: bytes to POST, or None.
    :param timeout: seconds.
    :param cafile: path of PEM roots to trust instead of the policy's.
    :raises URLError: whose reason is a VerificationError where the peer is refused.
    """
    if cafile is None:
        opener = build_opener()
    else:
        opener = build_opener(VerifiedHTTPSHandler(VerifiedHTTPSConnection.with_roots(cafile)))
    return opener.open(url, data, timeout)


def create_context(cafile=None, certfile=None, keyfile=None):
    """Return a context whose ``wrap_socket(sock, server_hostname=...)`` verifies chain and host name.

    An ssl.SSLContext where there is one (2.7.9+, 3.3+), else an object with ``wrap_socket`` and
    ``load_cert_chain``.

    :param cafile: path of a PEM file or directory of roots to trust instead of the policy's.
    :param certfile: path of a PEM client certificate; *keyfile* of its key.
    :raises ConfigurationError: where the roots cannot be used.
    """
    return engine.create(None if cafile is None else _roots.resolve(cafile), certfile, keyfile)


def wrap_socket(sock, server_hostname, cafile=None, certfile=None, keyfile=None):
    """Shake hands over a connected socket and return the verified SSL socket.

    :param server_hostname: the name or address the certificate must be for.
    :raises VerificationError: where the peer is refused; *sock* is closed then.
    :raises ValueError: without a name to check.
    """
    if not server_hostname:
        raise ValueError("wrap_socket needs server_hostname, the name the certificate must be for")
    context = create_context(cafile, certfile, keyfile)
    return guard(sock, server_hostname, None, "verifyshim.wrap_socket", context)
