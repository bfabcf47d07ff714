"""Fixes in, text out; checked after.

The operations of all fixes are worked out together (two keywords of one call, all statements of one block),
applied to the text, and the result is read again: every node outside the edits must be there as before, at
the place where it was moved to, and no other. A fix that gets in the way of an earlier one, or fails this
check, is left out and returned as such.
"""
from . import imports, syntax
from .arguments import argument_edits
from .layout import Lines
from .names import Names
from .ops import (AddKeyword, DropUnusedImports, NeedImport, RemoveDictItem, RemoveKeyword, RemoveStatement,
                  Replace, SetArgument)
from .removal import removals
from .spans import EditProblem, Moves, check, merged

_STRETCH = 256      # characters

__all__ = ["AddKeyword", "DropUnusedImports", "EditProblem", "NeedImport", "RemoveDictItem", "RemoveKeyword",
           "RemoveStatement", "Replace", "Result", "SetArgument", "apply"]


class Result(object):
    """A new ``text`` with its ``tree``, the ``moves`` that lead to it, and the fixes that are ``left`` out."""

    def __init__(self, text, tree, moves, left):
        self.text = text
        self.tree = tree
        self.moves = moves      # list of Moves, one after the other
        self.left = left        # [(fix, EditProblem)]


def apply(text, tree, names, fixes):    # pylint: disable=redefined-builtin
    """Return a Result. *names* is a function that returns the Names of *tree*: few edits need them."""
    lines = Lines(text)
    accepted, left = _compatible(fixes)
    try:
        return _applied(lines, tree, names, accepted, left)
    except EditProblem as problem:
        if len(accepted) == 1:
            return Result(text, tree, [], left + [(accepted[0], problem)])
    # One of them spoils it for all: find out which, by halves, and keep the others.
    good, result, waiting = [], None, _halves(accepted)
    while waiting:
        some = waiting.pop()
        try:
            result = _applied(lines, tree, names, good + some, left)
            good += some
        except EditProblem as problem:
            if len(some) == 1:
                left.append((some[0], problem))
            else:
                waiting += _halves(some)
    return result if result is not None else Result(text, tree, [], left)


def _halves(fixes):
    """The two halves of a list, the first one last: where the next one is taken from."""
    middle = len(fixes) // 2
    return [fixes[middle:], fixes[:middle]]


def _applied(lines, tree, names, fixes, left):
    if not fixes:
        return Result(lines.text, tree, [], left)
    moves = Moves(lines.text, merged(_resolve(lines, tree, names, fixes)))
    text = moves.text
    new_tree = _read(text)
    check(tree, new_tree, moves)
    wanted = set(name for fix in fixes for op in fix.ops if isinstance(op,
                                                                       DropUnusedImports) for name in op.names)
    if not wanted:
        return Result(text, new_tree, [moves], left)
    return _without_imports(text, new_tree, names, moves, wanted, left)


def _without_imports(text, tree, old_names, moves, wanted, left):
    """The second half of DropUnusedImports: what is unused shows only when all else is done."""
    used = set((moves.new(imported.node.start), imported.bound) for imported in old_names().imports
               if imported.used and imported.bound in wanted)
    gone = imports.unused(tree, Names(tree), wanted, lambda statement, bound: (statement.start, bound) in used)
    if not gone:
        return Result(text, tree, [moves], left)
    lines = Lines(text)
    more = Moves(text, merged(imports.removals(lines, gone)))
    new_tree = _read(more.text)
    check(tree, new_tree, more)
    return Result(more.text, new_tree, [moves, more], left)


def _read(text):
    try:
        return syntax.parse(text)
    except syntax.SyntaxProblem as problem:
        raise EditProblem("the result would not parse (line %s: %s)" % (problem.line, problem.message))


def _resolve(lines, tree, names, fixes):
    """Return the edits of all these fixes together."""
    edits, statements, parts, added = [], [], [], set()
    for fix in fixes:
        for op in fix.ops:
            if isinstance(op, Replace):
                edits.append((op.start, op.end, op.text))
            elif isinstance(op, RemoveStatement):
                statements.append((op.statement, op.prune))
            elif isinstance(op, NeedImport):
                addition = imports.addition(lines, tree, op.module, op.at)
                if addition and addition not in added:
                    added.add(addition)
            elif not isinstance(op, DropUnusedImports):
                parts.append(op)
    edits += argument_edits(lines, parts)
    edits += removals(lines, statements)
    return edits + sorted(added)


def _compatible(fixes):
    """Return (fixes that can be applied together, [(fix, EditProblem)] of those in the way of earlier ones)."""
    accepted, left, claims = [], [], {}     # claims by the stretches of the text that they touch
    for fix in fixes:
        mine = [claim for op in fix.ops for claim in _claims(op)]
        if any(_clash(one, other) for one in mine for stretch in _stretches(one)
               for other in claims.get(stretch, ())):
            left.append((fix, EditProblem("another fix changes the same place")))
        else:
            accepted.append(fix)
            for claim in mine:
                for stretch in _stretches(claim):
                    claims.setdefault(stretch, set()).add(claim)
    return accepted, left


def _stretches(claim):
    """The numbers of the stretches of text that a claim reaches into: only claims that share one can clash."""
    return range(claim[1] // _STRETCH, claim[2] // _STRETCH + 1)


def _claims(op):
    """Yield (kind, start, end, what) of the places an operation wants for itself."""
    if isinstance(op, Replace):
        yield "put", op.start, op.end, op.text
    elif isinstance(op, RemoveStatement):
        yield "gone", op.statement.start, op.statement.end, None
    elif isinstance(op, RemoveKeyword):
        yield "gone", op.keyword.start, op.keyword.end, None
    elif isinstance(op, RemoveDictItem):
        key, value = op.dict.keys[op.index], op.dict.values[op.index]
        yield "gone", (key or value).start, value.end, None
    elif isinstance(op, (AddKeyword, SetArgument)):
        yield "grow", op.call.start, op.call.end, (op.name, op.text)


def _clash(one, other):
    kinds = (one[0], other[0])
    if one == other or kinds == ("gone", "gone"):
        return False
    if kinds == ("grow", "grow"):
        return one[1:3] == other[1:3] and one[3][0] == other[3][0]
    if one[0] == "grow" or other[0] == "grow":
        grown, taken = (one, other) if one[0] == "grow" else (other, one)
        return taken[1] <= grown[1] and grown[2] <= taken[2]
    if one[1] == one[2] or other[1] == other[2]:        # an insertion: at an edge it is in nobody's way
        return one[1] < other[2] and other[1] < one[2] or one[1:3] == other[1:3]
    return one[1] < other[2] and other[1] < one[2]
