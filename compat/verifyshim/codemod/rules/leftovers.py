"""What VS107 reports without a fix: TLS made before ssl, around it, or with a decision made elsewhere."""
from __future__ import absolute_import

import re

from . import Finding
from .nodes import last_name, text_of
from .servers import is_server
from .testcode import is_test
from .wraps import is_wrap_socket, ssl_name
from ..syntax import tree

_CAPTURED = ("ssl.wrap_socket is kept under another name, where no replacement reaches it; it verifies nothing "
             "by itself and is gone on Python 3.12; call wrap_socket of ssl.create_default_context() instead")
_CONSTRUCTED = ("ssl.SSLSocket() made directly verifies nothing and fails from Python 3.7 on; write "
                "ssl.create_default_context().wrap_socket(sock, server_hostname=...)")
_LEGACY = ("socket.ssl() cannot verify and is gone since Python 2.6 (3.0); write "
           "ssl.create_default_context().wrap_socket(sock, server_hostname=...)")
_CHOSEN = ("ssl.CERT_NONE is chosen here for a handshake made elsewhere; it is not rewritten because what "
           "depends on it is not certain; make it ssl.CERT_REQUIRED, and check the host name too")
_BY_NAME = ("%r is the default of a setting that decides about verification; it is not rewritten because it is "
            "configuration; make it one that verifies")
_DECIDES = re.compile(r"(ca|cert|ssl|tls|verify)_?(reqs?|required|mode)($|_)", re.IGNORECASE)
_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef")


def leftovers(context):
    """Yield Findings without a fix."""
    for finding in _references(context):
        if not _is_left_out(context, finding.node):
            yield finding


def _is_left_out(context, node):
    return not context.options.tests and is_test(context, node)


def _references(context):
    for node in context.nodes("Call", "Attribute", "Name", "ImportFrom", "Return"):
        if node.kind == "Call":
            finding = _call(context, node)
        elif node.kind == "ImportFrom":
            finding = _import(context, node)
        elif node.kind == "Return":
            finding = _returned_word(node)
        else:
            finding = _reference(context, node)
        if finding is not None:
            yield finding


def _call(context, call):
    function = call.func
    name = ssl_name(context, function) if function.kind in ("Attribute", "Name") else None
    if name in ("ssl.SSLSocket", "ssl._ssl.sslwrap", "_ssl.sslwrap", "ssl.sslwrap_simple"):
        return None if is_server(context, call) else Finding(call, _CONSTRUCTED)
    if name == "socket.ssl":
        return Finding(call, _LEGACY)
    return None


def _reference(context, node):
    """wrap_socket or CERT_NONE as a value."""
    word = last_name(node)
    if word == "CERT_NONE" and ssl_name(context, node) == "ssl.CERT_NONE":
        return Finding(node, _CHOSEN) if _is_chosen(node) else None
    if word == "wrap_socket" and ssl_name(context, node) == "ssl.wrap_socket" and _is_value(node):
        return Finding(node, _CAPTURED)
    return None


def _is_value(node):
    """Neither called nor assigned to nor looked into nor named to see whether it is there."""
    above = node.parent
    if above.kind == "Call" and above.func is node or above.kind in ("Attribute", "Compare", "Expr"):
        return False
    if above.kind in ("Assign", "Delete") and any(target is node for target in above.targets):
        return False
    return not (above.kind == "Call" and above.func.kind == "Name" and above.func.id in ("hasattr", "callable"))


def _import(context, statement):
    """``from ssl import wrap_socket``, where a call of it stays as it is."""
    if statement.module != "ssl" or statement.level:
        return None
    for alias in statement.names:
        if alias.name == "wrap_socket" and any(
                is_wrap_socket(context, call.func) for call in context.nodes("Call")
                if call.func.kind == "Name" and call.func.id == (alias.asname or alias.name)):
            return Finding(statement, _CAPTURED)
    return None


def _is_chosen(node):
    """``return CERT_NONE``, ``policy = CERT_NONE``, ``... or CERT_NONE``: a value on its way to a handshake."""
    value, above = node, node.parent
    while above.kind in ("BoolOp", "IfExp"):
        value, above = above, above.parent
    if above.kind == "Return":
        return True
    if above.kind != "Assign" or above.value is not value:
        return False
    return not any(_is_setting(target) for target in above.targets)


def _is_setting(target):
    """``ctx.verify_mode``, which is VS103's, a module's constant, and ``ssl.CERT_REQUIRED = ...``, VS402's."""
    if target.kind == "Attribute":
        return target.attr == "verify_mode" or target.attr.isupper()
    if target.kind == "Subscript":      # kwargs["cert_reqs"] = ..., but not TABLE["none"] = ...
        return not _DECIDES.search(text_of(target.slice) or "")
    return target.kind != "Name" or target.id.isupper()


def _returned_word(statement):
    """A default such as ``return 'none'`` of a function that says what certificates are required."""
    word = text_of(statement.value) if statement.value is not None else None
    if word is None or word.lower() not in ("none", "cert_none"):
        return None
    function = tree.enclosing(statement, *_FUNCTIONS)
    if function is None or not _DECIDES.search(function.name):
        return None
    return Finding(statement, _BY_NAME % str(word))
