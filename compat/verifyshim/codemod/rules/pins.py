"""Pins and certificate fetchers: code that looks at the certificate itself after an unverified handshake."""
from __future__ import absolute_import

import re

from .once import once
from ..syntax import tree

_WORDS = re.compile(r"thumbprint"
                    r"|(cert|ssl|tls|peer|server|assert|expected|host|known|trusted|sha1|sha256)\w*fingerprint"
                    r"|(cert|ssl|tls|key)_?pin(s|ned|ning)?(_|$)|^pinned|spki|trust_on_first_use",
                    re.IGNORECASE)
_FETCHES = ("DER_cert_to_PEM_cert", "dump_certificate", "load_der_x509_certificate", "get_peer_cert_chain",
            "get_unverified_chain")
_AROUND = ("ClassDef", "FunctionDef", "AsyncFunctionDef")


def pins(context, node):
    """Return whether the outermost class or function around *node* (else the file) does so."""
    around = ([context.tree] + [above for above in reversed(list(tree.ancestors(node)))
                                if above.kind in _AROUND])[:2][-1]
    known = _known(context)
    if id(around) not in known:
        known[id(around)] = any(_is_sign(part) for part in tree.walk(around))
    return known[id(around)]


@once
def _known(context):        # pylint: disable=unused-argument
    """Return {id of a class or function: what pins says of it}, to be filled."""
    return {}


def _is_sign(node):
    if node.kind == "Call":
        name = _last_name(node.func)
        if name in _FETCHES:
            return True
        return name == "getpeercert" and (_is_true(node.args[0]) if node.args else any(
            keyword.arg == "binary_form" and _is_true(keyword.value) for keyword in node.keywords))
    if node.kind == "keyword" or node.kind == "arg":
        return bool(node.arg and _WORDS.search(node.arg))
    return bool(_WORDS.search(_last_name(node) or ""))


def _is_true(value):
    return not (value.kind == "Constant" and not value.value)


def _last_name(node):
    if node.kind == "Name":
        return node.id
    return node.attr if node.kind == "Attribute" else None
