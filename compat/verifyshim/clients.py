"""The names of the old recipe, verified with or without install(), alike on every interpreter."""
import functools
import re
import socket

from . import roots as _roots, stdlib

stdlib.load()
from .patches import imap, mail, pop, signature, smtp      # noqa: E402  after what they import
from .tls import engine, guard, https       # noqa: E402

request = stdlib.named("urllib.request", "urllib2")
_DEFAULT_TIMEOUT = socket._GLOBAL_DEFAULT_TIMEOUT
_HOST_AND_PORT = re.compile(r"(\[[^\]]+\]|[^:]+):\d+$")


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


def starttls(client, server_hostname=None, certfile=None, keyfile=None):
    """Turn a mail client's plain connection into a verified TLS one (RFC 3207; RFC 2595, 3 and 4).

    :param client: a connected smtplib.SMTP or LMTP, on every interpreter; an imaplib.IMAP4, poplib.POP3 or
        nntplib.NNTP on those where it has a ``starttls`` or ``stls`` (3.2+, POP3 3.4+).
    :param server_hostname: the name or address the certificate must be for, as smtplib takes it
        ("host:port" too); by default whom *client* was connected to, which smtplib forgets below 3.4
        and, where it was said to ``connect()``, everywhere.
    :param certfile: path of a PEM client certificate; *keyfile* of its key.
    :returns: what the client's own method returns.
    :raises VerificationError: where the peer is refused. Nothing can be sent over *client* after that, nor
        after any other error of the handshake.
    :raises smtplib.SMTPResponseException: where the server does not begin after all; below 2.7.12 and 3.4.5
        smtplib returned that, for programs to overlook (CVE-2016-0772).
    :raises ValueError: without a name to check.
    :raises TypeError: for a client that cannot be told to verify.

    Other errors are those of the client's own method.
    """
    upgrade = _Upgrade(client, _name_to_check(client, server_hostname),
                       create_context(certfile=certfile or None, keyfile=keyfile or None))
    speaks_smtp = hasattr(client, "docmd")
    method = getattr(client, "starttls", None) or getattr(client, "stls", None)
    parameters = [name for name in ("context", "ssl_context")
                  if hasattr(method, "__code__") and signature.takes(method, name)]
    if parameters:
        answer = method(**{parameters[0]: upgrade})
    elif speaks_smtp:
        answer = _smtp_starttls(client, upgrade)
    else:
        raise TypeError("%s of this interpreter cannot be told to verify a certificate; use a connection with "
                        "TLS from its first byte, after verifyshim.install()" % client.__class__.__name__)
    if not upgrade.done:
        _not_begun(client, answer, speaks_smtp)
    return answer


def _name_to_check(client, given):
    peer = getattr(client, "_verifyshim_peer", None)        # patches/smtp.py: what connect() was given
    host = given or (peer and peer[0]) or getattr(client, "_host", None) or getattr(client, "host", None)
    if isinstance(host, bytes) and not isinstance(host, str):
        host = host.decode("ascii")
    if not host or host.startswith("/"):        # LMTP over a Unix socket
        raise ValueError("starttls does not know whom this %s is connected to; pass server_hostname, the name "
                         "that the certificate must be for" % client.__class__.__name__)
    pair = _HOST_AND_PORT.match(host)
    return pair.group(1) if pair else host


class _Upgrade(object):
    """Passes for the context of one handshake, whose name it knows.

    The clients of 3.3 pass their context no name, and smtplib the constructor's, never that of connect().
    """

    def __init__(self, client, host, context):
        self._client, self._host, self._context = client, host, context
        self.done = False

    def __getattr__(self, name):
        return getattr(self._context, name)

    def wrap_socket(self, sock, *args, **kwargs):
        again = mail.Redial(sock, _so_far(self._client))
        try:
            wrapped = guard(sock, self._host, None, "verifyshim.starttls", self._context,
                            lambda timeout: again())
        except BaseException:       # whatever it is, this is no connection for a password
            _close(self._client)
            raise
        self.done = True
        return wrapped


def _so_far(client):
    """Return what a second connection has to say to come to where TLS begins."""
    if hasattr(client, "docmd"):
        return functools.partial(smtp._to_starttls, client)
    return pop._to_stls if hasattr(client, "stls") else imap._to_starttls


def _close(client):
    for name in ("sock", "file", "_file"):      # 3.14's IMAP4 warns of who asks for its file
        try:
            vars(client)[name].close()
        except Exception:       # absent, or closed: what matters is that it is not open
            pass


def _smtp_starttls(client, upgrade):
    """RFC 3207 for an smtplib that takes no context (2.x)."""
    import smtplib
    client.ehlo_or_helo_if_needed()
    if not client.has_extn("starttls"):
        raise smtplib.SMTPException("STARTTLS extension not supported by server.")
    code, reply = client.docmd("STARTTLS")
    if code == 220:
        client.sock = upgrade.wrap_socket(client.sock)
        client.file = smtplib.SSLFakeFile(client.sock)
        # What was said in plain text may have been said by anybody (RFC 3207, 4.2).
        client.helo_resp = client.ehlo_resp = None
        client.esmtp_features, client.does_esmtp = {}, 0
    return code, reply


def _not_begun(client, answer, speaks_smtp):
    if speaks_smtp and isinstance(answer, tuple):
        import smtplib
        raise smtplib.SMTPResponseException(*answer)
    _close(client)
    raise TypeError("%s did not use the context that it was given; this is not verified, and the connection is "
                    "closed" % client.__class__.__name__)
