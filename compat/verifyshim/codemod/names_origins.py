"""What a dotted name is called in Python 3, whatever the import looked like.

``canonical("urllib2.urlopen")`` is ``"urllib.request.urlopen"``; so are ``urllib.urlopen``,
``six.moves.urllib.request.urlopen`` and ``django.utils.six.moves.urllib.request.urlopen``. A library that
another package carries along keeps its own name: ``requests.packages.urllib3.x`` is ``urllib3.x``.
"""
from __future__ import absolute_import

# Module of Python 2 -> of Python 3; six.moves and future.moves call them by either name, or by their own.
MODULES = {
    "urllib2": "urllib.request", "httplib": "http.client", "xmlrpclib": "xmlrpc.client",
    "urlparse": "urllib.parse",
    "cookielib": "http.cookiejar", "Cookie": "http.cookies", "BaseHTTPServer": "http.server",
    "SimpleHTTPServer": "http.server", "CGIHTTPServer": "http.server", "SimpleXMLRPCServer": "xmlrpc.server",
    "DocXMLRPCServer": "xmlrpc.server", "SocketServer": "socketserver", "Queue": "queue",
    "ConfigParser": "configparser", "__builtin__": "builtins", "robotparser": "urllib.robotparser",
    "thread": "_thread", "cPickle": "pickle", "http_client": "http.client", "http_cookiejar": "http.cookiejar",
    "http_cookies": "http.cookies", "xmlrpc_client": "xmlrpc.client", "xmlrpc_server": "xmlrpc.server",
    "urllib_parse": "urllib.parse", "urllib_error": "urllib.error", "urllib_robotparser": "urllib.robotparser",
}
_ONLY_MOVES = frozenset(["http_client", "http_cookiejar", "http_cookies", "xmlrpc_client", "xmlrpc_server",
                         "urllib_parse", "urllib_error", "urllib_robotparser"])

# Where the names of Python 2's urllib and urllib2 went, but for urllib.request.
_PARSE = frozenset("""quote quote_plus unquote unquote_plus unquote_to_bytes urlencode urlparse urlsplit
    urljoin urlunparse urlunsplit urldefrag parse_qs parse_qsl splitattr splithost splitnport splitpasswd
    splitport splitquery splittag splittype splituser splitvalue""".split())
_ERRORS = frozenset(["URLError", "HTTPError", "ContentTooShortError"])
_URLLIB = frozenset("""urlopen urlretrieve urlcleanup URLopener FancyURLopener pathname2url url2pathname
    getproxies proxy_bypass""".split())

# Modules that one reaches through others that import them: httplib.ssl is ssl.
_REACHED = {"ssl": "ssl", "socket": "socket", "httplib": "http.client", "urllib2": "urllib.request",
            "xmlrpclib": "xmlrpc.client"}
_REACHED_THROUGH = frozenset("""http.client urllib.request xmlrpc.client smtplib imaplib poplib ftplib nntplib
    ssl urllib3.connection urllib3.connectionpool urllib3.util.ssl_ requests.compat""".split())

# Names that a library shows in two places, by the place its documentation uses.
_SHOWN = {
    "requests.api": "requests", "requests.sessions.Session": "requests.Session",
    "requests.sessions.session": "requests.Session", "requests.session": "requests.Session",
    "urllib3.poolmanager.PoolManager": "urllib3.PoolManager",
    "urllib3.poolmanager.ProxyManager": "urllib3.ProxyManager",
    "urllib3.poolmanager.proxy_from_url": "urllib3.proxy_from_url",
    "urllib3.connectionpool.HTTPSConnectionPool": "urllib3.HTTPSConnectionPool",
    "urllib3.connectionpool.HTTPConnectionPool": "urllib3.HTTPConnectionPool",
    "urllib3.connectionpool.connection_from_url": "urllib3.connection_from_url",
    "aiohttp.client.ClientSession": "aiohttp.ClientSession",
    "aiohttp.connector.TCPConnector": "aiohttp.TCPConnector",
    "requests.compat.urlopen": "urllib.request.urlopen",
    "xmlrpc.client.Server": "xmlrpc.client.ServerProxy",
}

# Libraries that are carried along inside of others, and what the packages that hold them are called.
LIBRARIES = frozenset("""requests urllib3 six certifi chardet idna httplib2 boto botocore boto3 tornado httpx
    aiohttp websocket OpenSSL suds simplejson oauthlib requests_toolbelt requests_oauthlib pyasn1 ndg
    cachecontrol tweepy httpcore anyio pycurl ldap redis pymongo elasticsearch paramiko""".split())
_HOLDERS = frozenset("""packages vendor vendored _vendor vendors _vendored ext extern externals thirdparty
    third_party bundled _internal lib libs""".split())

# What ``from module import *`` is known to bring.
STARS = {
    "ssl": """SSLContext SSLSocket SSLError CertificateError wrap_socket create_default_context match_hostname
    get_server_certificate CERT_NONE CERT_OPTIONAL CERT_REQUIRED PROTOCOL_SSLv2 PROTOCOL_SSLv3 PROTOCOL_SSLv23
    PROTOCOL_TLS PROTOCOL_TLSv1 PROTOCOL_TLSv1_1 PROTOCOL_TLSv1_2 PROTOCOL_TLS_CLIENT PROTOCOL_TLS_SERVER
    Purpose""",
    "http.client": "HTTPConnection HTTPSConnection HTTPResponse HTTPException",
    "urllib.request": """urlopen build_opener install_opener Request HTTPSHandler HTTPHandler ProxyHandler
        HTTPCookieProcessor HTTPRedirectHandler urlretrieve URLopener FancyURLopener""",
    "urllib": "urlopen urlretrieve urlencode quote unquote URLopener FancyURLopener",
    "smtplib": "SMTP SMTP_SSL LMTP", "imaplib": "IMAP4 IMAP4_SSL", "poplib": "POP3 POP3_SSL",
    "ftplib": "FTP FTP_TLS", "nntplib": "NNTP NNTP_SSL",
    "xmlrpc.client": "ServerProxy Server Transport SafeTransport",
    "requests": "get post put patch delete head options request Session session",
    "socket": "socket create_connection getaddrinfo AF_INET SOCK_STREAM",
    "pycurl": "Curl SSL_VERIFYPEER SSL_VERIFYHOST",
}
STARS = dict((module, frozenset(names.split())) for module, names in STARS.items())

_known = {}


def canonical(dotted):
    """The Python 3 spelling of an absolute dotted name; any that is not known stays as it is."""
    if dotted not in _known:
        if len(_known) > 20000:     # a long run over many repositories: the table is a cache and no more
            _known.clear()
        _known[dotted] = _canonical(dotted)
    return _known[dotted]


def _canonical(dotted):
    words = _unpacked(_moved(dotted.split(".")))
    if words[0] in MODULES and words[0] not in _ONLY_MOVES:
        old = words[0]
        words = MODULES[old].split(".") + words[1:]
    if words[0] == "urllib" and len(words) > 1:
        words = _urllib(words)
    for length in range(len(words) - 1, 0, -1):
        if words[length] in _REACHED and ".".join(words[:length]) in _REACHED_THROUGH:
            words = _REACHED[words[length]].split(".") + words[length + 1:]
            break
    for length in range(len(words), 0, -1):
        shown = _SHOWN.get(".".join(words[:length]))
        if shown:
            return ".".join([shown] + words[length:])
    return ".".join(words)


def _moved(words):
    """Without six.moves (of whatever six) and future.moves."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] == "moves" and words[index - 1] in ("six", "future") and index + 1 < len(words):
            rest = words[index + 1:]
            return MODULES.get(rest[0], rest[0]).split(".") + rest[1:]
    return words


def _unpacked(words):
    """Without the packages that carry a library along."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] in LIBRARIES and words[index - 1] in _HOLDERS:
            return words[index:]
    return words


def _urllib(words):
    """Names of Python 2's urllib and urllib2, where Python 3 has them."""
    at = 2 if words[1] == "request" else 1
    if len(words) <= at:
        return words
    name = words[at]
    if name in _PARSE:
        return ["urllib", "parse"] + words[at:]
    if name in _ERRORS:
        return ["urllib", "error"] + words[at:]
    if at == 1 and name in _URLLIB:
        return ["urllib", "request"] + words[at:]
    return words


def of_import(statement, alias):
    """What an alias of an import statement names, canonically; None for a relative import that is not known.

    ``import a.b`` without ``as`` names what it binds: ``a``.
    """
    if statement.kind == "Import":
        return canonical(alias.name if alias.asname else alias.name.split(".")[0])
    dotted = ".".join(each for each in (statement.module, alias.name) if each)
    if not statement.level:
        return canonical(dotted)
    words = dotted.split(".")
    shorter = _moved(_unpacked(words))
    return canonical(".".join(shorter)) if shorter != words else None
