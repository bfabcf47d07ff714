"""Which of a name's bindings can be the one that is seen where it is read.

Not a data flow analysis: what is bound in a block that is certainly run before hides what was bound earlier,
the other arm of an ``if`` is not seen, and what comes later counts only in a loop around both.
"""
from __future__ import absolute_import

from .names_scopes import COMPREHENSIONS, branches

_LOOPS = ("For", "AsyncFor", "While")
_ARMS = (["handler", "handler"], ["handler", "orelse"], ["orelse", "handler"])     # of which a try runs one


def reaching(use, scope, bindings):
    """Those of ``bindings`` (all of one name in one scope) that the Name ``use`` in ``scope`` may see."""
    home = bindings[0].scope
    while scope is not home and scope.node.kind in COMPREHENSIONS:
        scope = scope.parent
    if scope is not home or len(bindings) == 1:
        return bindings         # in another function: who knows when that is called
    path = branches(use, home.node)
    found, hidden = [], -1
    for each in reversed(bindings):
        if each.after <= use.start and not _apart(each.path, path):
            found.append(each)
            if _certain(each, path):
                hidden = each.after
                break
    loops = [owner for owner, field in path
             if owner.kind in _LOOPS and field == "body" and owner.start > hidden]
    if loops:
        found += [each for each in bindings if each.after > use.start and any(
            owner.start <= each.node.start < owner.end for owner in loops)]
    return found or bindings


def _certain(binding, path):
    """Whether the binding's block is one of those around the use: then it is run before."""
    if binding.sort == "parameter" or not binding.path:
        return True
    owner, field = binding.path[0]
    return any(owner is other and field == where for other, where in path)


def _apart(one, other):
    """Whether two places are in arms of one statement of which only one is run."""
    for owner, field in one:
        for second, where in other:
            if owner is not second or field == where:
                continue
            if owner.kind in ("If", "Match"):
                return True
            arms = [each if isinstance(each, str) else "handler" for each in (field, where)]
            if owner.kind in ("Try", "TryStar") and arms in _ARMS:
                return True
    return False
