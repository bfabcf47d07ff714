"""Which function, class or module a name belongs to, for following one name through a file."""
from __future__ import absolute_import

from ..kept import kept
from ..syntax import tree

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")
_SCOPES = _FUNCTIONS + ("ClassDef", "Module")


def scope_of(node):
    """The function, class or module around *node*."""
    for above in tree.ancestors(node):
        if above.kind in _SCOPES:
            return above
    return None


def home_of(name):
    """The scope that a Name belongs to: the nearest one around it that binds it, else the module."""
    above = scope_of(name)
    while above.kind != "Module":
        if above.kind in _FUNCTIONS and name.id in _own_names(above):
            return above
        if above.kind == "ClassDef" and scope_of(name) is above and name.id in _bound_in(above):
            return above
        above = scope_of(above)
    return above


@kept
def _bound_in(scope):
    return set(node.id for node in tree.walk(scope)
               if node.kind == "Name" and is_target(node) and scope_of(node) is scope)


@kept
def _own_names(function):
    arguments = function.args
    own = set(item.arg for item in arguments.posonlyargs + arguments.args + arguments.kwonlyargs)
    own.update(item.arg for item in (arguments.vararg, arguments.kwarg) if item is not None)
    if function.kind == "Lambda":
        return own
    foreign = set(name for node in tree.walk(function) if node.kind in ("Global", "Nonlocal")
                  for name in node.names)
    return (own | _bound_in(function)) - foreign


def is_target(node):
    parent = node.parent
    if parent.kind in ("Assign", "Delete"):
        return any(node is target for target in parent.targets)
    if parent.kind in ("AugAssign", "AnnAssign", "NamedExpr", "For", "AsyncFor", "comprehension"):
        return parent.target is node
    if parent.kind == "withitem":
        return parent.optional_vars is node
    return parent.kind in ("Tuple", "List") and is_target(parent)
