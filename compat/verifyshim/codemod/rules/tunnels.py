"""CONNECT by hand: programs that ask a proxy for a tunnel and then speak TLS through it.

The name to check is the one in the CONNECT line, never the proxy's (RFC 9110, 9.3.6).
"""
from __future__ import absolute_import

import re

from .nodes import is_text
from ..syntax import tree

_NESTED = ("FunctionDef", "AsyncFunctionDef", "Lambda", "ClassDef")
_CONNECT_LINE = re.compile(r"^CONNECT\s+(%s|\{[^:}]*\}):")
_CONNECT_WHOLE = re.compile(r"^CONNECT\s+(%s|\{[^:}]*\})(\s|$)")


def own_nodes(scope):
    """Walk a function or module without what is nested in it; of a class its methods too."""
    inner = scope.kind != "ClassDef"
    waiting = [scope]
    while waiting:
        node = waiting.pop()
        yield node
        for child in reversed(tree.children(node)):
            if not (inner and child.kind in _NESTED):
                waiting.append(child)


def tunnels(context, scope):
    """The hosts of all CONNECT lines made in *scope*: nodes, or None for one that cannot be told."""
    found = []
    for part in own_nodes(scope):
        if part.kind == "Constant" and is_text(part.value) and part.value.lstrip().startswith("CONNECT"):
            if part.parent.kind == "Expr" or not re.match(r"\s*CONNECT(\s|$)", part.value):
                continue
            if part.value.strip() == "CONNECT" and _is_method_name(part):
                found.append(None)
            elif part.value.strip() != "CONNECT" or part.parent.kind in ("BinOp", "JoinedStr"):
                found.append(_tunnel_host(context, part))
    return found


def _is_method_name(constant):
    """``connection.request('CONNECT', path)``."""
    above = constant.parent
    return above.kind == "Call" and bool(above.args) and above.args[0] is constant


def _tunnel_host(context, constant):
    text, above = constant.value.lstrip(), constant.parent
    if above.kind == "BinOp" and above.op == "Mod" and above.left is constant:
        values = above.right.elts if above.right.kind == "Tuple" else [above.right]
        return _formatted(context, text, values)
    if above.kind == "Attribute" and above.attr == "format" and above.parent.kind == "Call":
        return _formatted(context, text, above.parent.args)
    if above.kind == "JoinedStr":
        parts = above.values
        after = parts[parts.index(constant) + 1:] if constant in parts else []
        if text.strip() == "CONNECT" and len(after) > 1 and after[0].kind == "FormattedValue":
            if after[1].kind == "Constant" and after[1].value.startswith(":"):
                return after[0].value
        return None
    if above.kind == "BinOp" and above.op == "Add" and above.left is constant and text.strip() == "CONNECT":
        after = above.parent
        if after.kind == "BinOp" and after.op == "Add" and after.left is above and _begins_port(after.right):
            return above.right
        return _host_of_pair(context, above.right)
    return None


def _begins_port(node):
    return node.kind == "Constant" and is_text(node.value) and node.value.startswith(":")


def _formatted(context, text, values):
    if not values or values[0].kind == "Starred":
        return None
    if _CONNECT_LINE.match(text):
        return values[0]
    if _CONNECT_WHOLE.match(text):
        return _host_of_pair(context, values[0])
    return None


def _host_of_pair(context, node):
    """The host in a value that is ``'%s:%d' % (host, port)`` or ``host + ':' + port`` wherever it is set."""
    hosts = []
    for value in known(context, node):
        if value.kind == "BinOp" and value.op == "Mod" and value.left.kind == "Constant" \
                and re.match(r"%s:%[sd]$", str(value.left.value)) and value.right.kind == "Tuple":
            hosts.append(value.right.elts[0])
        elif value.kind == "BinOp" and value.op == "Add" and value.left.kind == "BinOp" \
                and value.left.op == "Add" and _begins_port(value.left.right):
            hosts.append(value.left.left)
        else:
            return None
    return hosts[0] if hosts and all(tree.same(hosts[0], host) for host in hosts) else None


def known(context, node):
    """The values *node* may have, without the unknown ones."""
    return [value for value in context.names.values(node) if hasattr(value, "kind")]
