"""http.client / httplib: where every HTTPS connection of the standard library ends.

urllib, urllib2, httplib.HTTPS, xmlrpc and logging all use this class, so they need no patch of their own.
"""
import functools

from . import Patch, signature
from .. import policy
from ..stdlib import http_client
from ..tls import engine, https


def patches():
    connection = http_client.HTTPSConnection
    found = [Patch(connection, "connect", _connect(vars(connection)["connect"]))]
    init = vars(connection)["__init__"]
    if signature.takes(init, "context"):
        # What "no context" means is decided here and not in ssl._create_default_https_context, which
        # programs reassign; absent below 2.7.9, where connect() alone decides.
        found.append(Patch(connection, "__init__", signature.with_default(init, "context", _context_for)))
    if hasattr(http_client, "_create_https_context"):       # 3.12+: shared with urllib.request
        found.append(Patch(http_client, "_create_https_context",
                           _create_https_context(http_client._create_https_context)))
    return found


def _context_for(connection):
    if policy.installed() is None:
        return None
    return https.default_context(http_version=connection._http_vsn)


def _create_https_context(original):
    @functools.wraps(original)
    def _create_https_context(http_version):
        if policy.installed() is None:
            return original(http_version)
        return https.default_context(http_version=http_version)
    return _create_https_context


def _connect(original):
    @functools.wraps(original)
    def connect(self):
        if policy.installed() is None:
            return original(self)
        if not https.TAKES_CONTEXT:
            asked = engine.create(certfile=self.cert_file, keyfile=self.key_file)
        elif https.made_by_default(self._context):
            asked = https.default_context(http_version=self._http_vsn)
        else:
            asked = self._context
        https.connect(self, asked, "HTTPSConnection")
    return connect
