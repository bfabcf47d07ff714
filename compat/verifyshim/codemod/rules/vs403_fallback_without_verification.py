"""VS403: when verification fails, the program tries again without it, or without TLS.

Before::

    try:
        page = requests.get(url)
    except requests.exceptions.SSLError:
        page = requests.get(url, verify=False)

Reported only: whoever sits between gets what he wants by failing the first try. What should happen instead
(an error for the user, another source) is the program's to say. The second try itself is found and rewritten
by the other rules.
"""
import re

from . import Finding, rule
from ..syntax import tree
from .grading import is_left_out
from .hooks import NAME
from .switches import UNVERIFIED, state
from .words import is_off, last_name

_TLS_ERRORS = re.compile(r"(SSL\w*Error|sslerror|CertificateError|SSLCertVerificationError|VerificationError"
                         r"|ClientConnectorCertificateError|ClientSSLError|SSLHandshakeError)$")
_WIDE = ("builtins.Exception", "builtins.BaseException", "urllib.error.URLError", "builtins.OSError",
         "builtins.IOError", "socket.error", "requests.exceptions.ConnectionError",
         "requests.exceptions.RequestException", "requests.ConnectionError", "requests.RequestException")
_TRIES = re.compile(r"^(get|post|put|delete|head|patch|request|open|wrap_socket|urlretrieve|send|do_handshake"
                    r"|starttls|login|fetch|download|retrieve|getresponse)$|https?|urlopen|connect",
                    re.IGNORECASE)
_KEYWORDS = {"verify": is_off, "verify_ssl": is_off, "ssl_verify": is_off, "validate_cert": is_off,
             "validate_certs": is_off, "ssl": is_off, "check_hostname": is_off, "verify_certs": is_off}


# What the second try looks like in bytes.
_GIVES_WAY = (b"_unverified", b"_create_stdlib", b"CERT_NONE", b"verify_mode", b"_create_default_https",
              re.compile(br"(?:verify|verify_ssl|ssl_verify|validate_certs?|ssl|check_hostname|verify_certs"
                         br"|cert_reqs)[\s\\]*=[\s\\(]*(?:False|0\b)"))
_DROPS_TLS = (b"wrap_socket", b"HTTPConnection", re.compile(br"https[^)]{0,80}[\"'\\/(^]http\b"))


@rule("VS403", "retry without verification",
      needles=(b"SSLError", b"sslerror", b"CertificateError", b"VerificationError", b"_unverified",
               b"_create_stdlib", b"CERT_NONE", b"cert_reqs", b"verify_mode", b"_create_default_https",
               b"check_hostname", b"verify=", b"verify =", b"verify_ssl", b"ssl_verify", b"validate_cert",
               b"verify_cert", b"ssl=False", b"ssl = False"),
      also=((b"except",), _GIVES_WAY + _DROPS_TLS))
def check(context):
    for owner in context.nodes("Try", "TryStar"):
        if not any(_is_try(node) for statement in owner.body for node in tree.walk(statement)):
            continue
        for handler in owner.handlers:
            width = _width(context, handler.type)
            if width is None or is_left_out(context, handler):
                continue
            how = _gives_way(context, handler, width)
            if how is not None:
                yield Finding(_Head(context, handler), "Where verification fails, this tries again %s: whoever "
                              "sits between only has to make it fail; not rewritten: let the error out." % how)


class _Head(object):
    """The first line of a handler: what is shown and may carry an ignore comment."""

    def __init__(self, context, handler):
        self.start = handler.start
        self.end = context.source.text.index(":", handler.type.end if handler.type else handler.start) + 1


def _is_try(node):
    return node.kind == "Call" and bool(_TRIES.search(last_name(node.func) or ""))


def _width(context, caught):
    """ "tls" for errors of verification, "wide" for what includes them, None for others."""
    if caught is None:
        return "wide"
    parts = caught.elts if caught.kind == "Tuple" else [caught]
    names = [context.names.qualified(part) or last_name(part) or "" for part in parts]
    if any(_TLS_ERRORS.search(name) for name in names):
        return "tls"
    return "wide" if any(name in _WIDE for name in names) else None


def _gives_way(context, handler, width):
    """How the handler gives verification up, in words, or None."""
    for node in (each for statement in handler.body for each in tree.walk(statement)):
        if node.kind == "keyword" and node.arg in _KEYWORDS and _KEYWORDS[node.arg](node.value):
            return "without verification"
        if node.kind == "Assign" and _switches_off(context, node):
            return "without verification"
        if node.kind in ("Name", "Attribute") and context.names.qualified(node) in UNVERIFIED:
            return "without verification"
        if node.kind == "keyword" and node.arg == "cert_reqs" \
                and state(context, "verify_mode", node.value) == "off":
            return "without verification"
        if node.kind == "Call" and width == "tls":
            if context.names.qualified(node.func) == "ssl.wrap_socket" and not any(
                    keyword.arg in ("cert_reqs", None) for keyword in node.keywords):
                return "without verification"
            if _drops_tls(context, node):
                return "without TLS"
    return None


def _switches_off(context, assign):
    target = assign.targets[0]
    if target.kind == "Attribute" and target.attr == "verify_mode":
        return state(context, "verify_mode", assign.value) == "off"
    if target.kind == "Attribute" and target.attr in ("verify", "check_hostname", "verify_ssl"):
        return is_off(assign.value)
    if target.kind == "Name" and target.id in ("verify", "verify_ssl", "ssl_verify"):
        return is_off(assign.value)
    return target.kind == "Attribute" and target.attr == NAME


def _drops_tls(context, call):
    """``url.replace("https", "http")``, a plain HTTPConnection."""
    if context.names.qualified(call.func) == "http.client.HTTPConnection":
        return True
    if last_name(call.func) not in ("replace", "sub"):
        return False
    words = [item.value for item in call.args if item.kind == "Constant" and isinstance(item.value, str)]
    return (len(words) >= 2 and words[0].strip("^").startswith("https")
            and re.match(r"http(:|$)", words[1]) is not None)
