"""Functions of a file: which of them a call may mean, and what parameters they have."""
from __future__ import absolute_import

from ..syntax import tree
from .words import last_name


def definitions(context, function):
    """The functions of this file that the expression *function* may call."""
    if function.kind == "Name":
        found = [node for node in context.nodes("FunctionDef", "AsyncFunctionDef") if node.name == function.id]
        return [node for node in found if _is_visible(node, function)]
    if function.kind != "Attribute":
        return []
    value = function.value
    if value.kind == "Name" and value.id in ("self", "cls"):
        owner = tree.enclosing(function, "ClassDef")
        return methods(context, owner, function.attr, 0) if owner is not None else []
    if value.kind == "Call" and last_name(value.func) == "super":
        owner = tree.enclosing(function, "ClassDef")
        return _inherited(context, owner, function.attr, 0) if owner is not None else []
    found = [node for node in context.nodes("FunctionDef", "AsyncFunctionDef")
             if node.name == function.attr and node.parent.kind == "ClassDef"]
    return found if len(found) == 1 and context.names.qualified(function) is None else []


def _is_visible(definition, name):
    around = tree.enclosing(definition, "FunctionDef", "AsyncFunctionDef", "ClassDef")
    if around is None:
        return True
    return around.kind != "ClassDef" and any(above is around for above in tree.ancestors(name))


def methods(context, owner, name, depth):
    """The methods *name* that a class of this file has or inherits from classes of this file."""
    for node in owner.body:
        if node.kind in ("FunctionDef", "AsyncFunctionDef") and node.name == name:
            return [node]
    return _inherited(context, owner, name, depth)


def _inherited(context, owner, name, depth):
    for base in owner.bases if depth < 4 else ():
        for other in context.nodes("ClassDef"):
            if other.name == last_name(base) and other is not owner:
                found = methods(context, other, name, depth + 1)
                if found:
                    return found
    return []


def parameter_of(function, name):
    """Return (argument node, default node or None) of a function's parameter, or (None, None)."""
    arguments = function.args
    plain = list(getattr(arguments, "posonlyargs", None) or []) + list(arguments.args)
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = list(zip(plain, defaults)) + list(zip(arguments.kwonlyargs, arguments.kw_defaults))
    for argument, default in pairs:
        if argument.arg == name:
            return argument, default
    return None, None
