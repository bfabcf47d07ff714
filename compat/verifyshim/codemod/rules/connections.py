"""connect() of http.client's connection classes, written anew: whose name such a connection is to check.

``connection_host(context, call)`` tells whether a wrapped socket is that of an HTTPS connection object, by
the class its method belongs to or is assigned to.
"""
from __future__ import absolute_import

from .nodes import FUNCTIONS, text_of
from ..syntax import tree

_HTTPS, _HTTP = "http.client.HTTPSConnection", "http.client.HTTPConnection"


def connection_host(context, call):
    """Return the source text of the name to check, "" where it is doubtful, None where this is no connection.

    ``self._tunnel_host or self.host`` is what http.client itself checks: behind a proxy never the proxy's.
    """
    function = tree.enclosing(call, *FUNCTIONS)
    this = _first_parameter(function)
    if this is None or not _keeps_as_sock(call, this):
        return None
    kind = _class_of(context, function)
    if kind is None:
        return None
    host = "%s.host" % this
    if not _tunnels(function, this):
        if _speaks_of_proxy(function):
            return ""
        return host if kind == _HTTP else _tunnelled(context, this)
    return _tunnelled(context, this)


def _tunnelled(context, this):
    # 2.6.0-2.6.2 have no tunnels.
    two = context.options.min_python_2
    if two is not None and two < (2, 7):
        return "getattr(%s, \"_tunnel_host\", None) or %s.host" % (this, this)
    return "%s._tunnel_host or %s.host" % (this, this)


def _first_parameter(function):
    if function.kind != "FunctionDef":
        return None
    parameters = function.args.posonlyargs + function.args.args
    return parameters[0].arg if parameters else None


def _keeps_as_sock(call, this):
    """``self.sock = wrap(...)``, or a name that becomes self.sock later in the function."""
    statement = tree.statement_of(call)
    if statement.kind != "Assign" or statement.value is not call:
        return False
    for target in statement.targets:
        if _is_sock(target, this):
            return True
        if target.kind == "Name" and any(
                part.kind == "Assign" and part.value.kind == "Name" and part.value.id == target.id
                and any(_is_sock(other, this) for other in part.targets)
                for part in tree.walk(tree.enclosing(call, *FUNCTIONS))):
            return True
    return False


def _is_sock(target, this):
    return (target.kind == "Attribute" and target.attr == "sock"
            and target.value.kind == "Name" and target.value.id == this)


def _class_of(context, function):
    """The http.client class whose method *function* is, or becomes by assignment."""
    if function.parent is not None and function.parent.kind == "ClassDef":
        return _kind(context, function.parent, set())
    for part in context.nodes("Assign"):
        if part.value.kind == "Name" and part.value.id == function.name:
            for target in part.targets:
                name = context.names.qualified(target.value) if target.kind == "Attribute" else None
                if name in (_HTTPS, _HTTP):
                    return name
    for call in context.nodes("Call"):
        if context.names.qualified(call.func) == "builtins.setattr" and len(call.args) == 3 \
                and call.args[2].kind == "Name" and call.args[2].id == function.name \
                and context.names.qualified(call.args[0]) in (_HTTPS, _HTTP):
            return context.names.qualified(call.args[0])
    return None


def _kind(context, definition, seen):
    if definition in seen:
        return None
    seen.add(definition)
    found = [_base_kind(context, base, seen) for base in definition.bases]
    return _HTTPS if _HTTPS in found else _HTTP if _HTTP in found else None


def _base_kind(context, base, seen):
    name = context.names.qualified(base)
    if name in (_HTTPS, _HTTP):
        return name
    if name is None and base.kind == "Name":
        for other in context.nodes("ClassDef"):
            if other.name == base.id:
                return _kind(context, other, seen)
    return None


def _tunnels(function, this):
    """Whether the connection is tunnelled the way http.client does it."""
    return any(part.kind == "Attribute" and part.attr in ("_tunnel", "_tunnel_host")
               or part.kind == "Constant" and part.value == "_tunnel_host" for part in tree.walk(function))


def _speaks_of_proxy(function):
    """A proxy of the class's own making: self.host may be the proxy's."""
    for part in tree.walk(function):
        word = part.attr if part.kind == "Attribute" else part.id if part.kind == "Name" else ""
        if "prox" in word.lower():
            return True
        if (text_of(part) or "").startswith("CONNECT"):
            return True
    return False
