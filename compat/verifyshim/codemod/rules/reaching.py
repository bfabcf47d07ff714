"""Which assignments of a name a place may see: one name may be several things, one after the other."""
from __future__ import absolute_import

from ..syntax import tree
from .scopes import is_target, scope_of

_LOOPS = ("For", "AsyncFor", "While")
_HOLDERS = ("With", "AsyncWith", "For", "AsyncFor")


def groups(nodes):
    """Return {id(node): number}: nodes of one number have to do with each other.

    :param nodes: all nodes of one variable of one scope: Names, and the arg that it is a parameter by.
    """
    definitions = [node for node in nodes if node.kind == "arg" or is_target(node)]
    leader = dict((id(node), id(node)) for node in definitions)

    def find(key):
        while leader[key] != key:
            key = leader[key]
        return key

    seen_by = {}
    for node in nodes:
        if id(node) not in leader:
            reached = _reaching(node, definitions) or definitions
            for other in reached[1:]:
                leader[find(id(other))] = find(id(reached[0]))
            seen_by[id(node)] = id(reached[0]) if reached else None
    numbers = dict((key, find(key)) for key in leader)
    numbers.update((key, None if first is None else find(first)) for key, first in seen_by.items())
    return numbers


def _reaching(use, definitions):
    """The definitions whose value *use* may see."""
    if any(node.kind != "arg" and scope_of(node) is not scope_of(use) for node in definitions):
        return definitions      # a global or a closure: when it is called nobody knows
    above = [node for node in definitions if _dominates(node, use)]
    if not above:
        return [node for node in definitions if not _exclusive(node, use)]
    last = max(above, key=lambda node: node.start)
    return [last] + [node for node in definitions if node is not last and (
        (last.start < node.start < use.start and not _exclusive(node, use) and not _same_statement(node, use))
        or (node.start > use.start and _comes_round(node, use, last)))]


def _dominates(definition, use):
    """Has *definition* been executed whenever *use* is?"""
    if definition.kind == "arg":
        return True
    statement = tree.statement_of(definition)
    if definition.start >= use.start or _same_statement(definition, use):
        return False
    above = tree.statement_of(use)
    if statement.kind in _HOLDERS:
        return any(each is statement for each in tree.ancestors(use)) and not _within_head(statement, use)
    while above is not None:
        if above.parent is statement.parent and tree.block_of(above)[0] is tree.block_of(statement)[0]:
            return True
        above = tree.statement_of(above.parent)
    return False


def _within_head(statement, use):
    return bool(statement.body) and use.start < statement.body[0].start


def _same_statement(definition, use):
    return definition.kind != "arg" and tree.statement_of(definition) is tree.statement_of(use) \
        and tree.statement_of(use).kind not in _HOLDERS


def _exclusive(one, other):
    """Are the two in the two branches of an if?"""
    above = dict((id(node), below) for node, below in _steps(one))
    for node, below in _steps(other):
        if id(node) in above:
            return node.kind == "If" and _is_in(node.body, above[id(node)]) != _is_in(node.body, below)
    return False


def _steps(node):
    below = node
    for above in tree.ancestors(node):
        yield above, below
        below = above


def _is_in(block, node):
    return any(each is node for each in block)


def _comes_round(definition, use, last):
    """Does a loop around both carry *definition*'s value to *use*, past the assignment *last*?"""
    around = [node for node in tree.ancestors(use) if node.kind in _LOOPS]
    return any(any(node is each for each in tree.ancestors(definition))
               and not any(node is each for each in tree.ancestors(last)) for node in around)
