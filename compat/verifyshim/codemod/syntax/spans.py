"""Where a node is with the redundant parentheses around it, which no tree holds."""
from __future__ import absolute_import

from . import tokens
from .tree import ancestors, is_statement

# After these a parenthesis opens arguments, parameters or bases; after any other token it only groups.
_OPERAND_ENDS = frozenset(["NAME", "STRING", "FSTRING", ")", "]", "}", "`"])

_BARE = frozenset(["Module", "alias", "arg", "arguments", "comprehension", "keyword", "withitem", "match_case",
                   "ExceptHandler", "FormattedValue", "TypeVar", "TypeVarTuple", "ParamSpec"])


def outer_span(text, node):
    """(start, end) of an expression with all redundant parentheses around it.

    :param text: what was parsed. A node that is no expression has no such parentheses: its own span.
    """
    if is_statement(node) or node.kind in _BARE:
        return node.start, node.end
    found = _surroundings(text, node)
    kinds, starts, ends = found.kinds, found.starts, found.ends
    if node.start not in starts or node.end not in ends:
        return node.start, node.end
    left, right = starts.index(node.start), ends.index(node.end)
    begin, end = node.start, node.end
    while left > 0 and kinds[left - 1] == "(" and kinds[right + 1] == ")" and _groups(found, left - 1, node):
        left -= 1
        right += 1
        begin, end = starts[left], ends[right]
    return begin, end


def _surroundings(text, node):
    """The tokens of the head of the statement around a node, or of the field of an f-string."""
    around = child = node
    while not is_statement(around) and around.kind not in ("ExceptHandler", "match_case", "FormattedValue"):
        around, child = around.parent, around
        if around is None:
            return tokens.scan(text, 0, len(text))
    if around.kind == "FormattedValue":
        return tokens.scan_field(text, around.start + 1)[0]
    start = around.start
    if child.start < start:     # a decorator, or a case's pattern
        start = max(text.rfind("@", 0, child.start), text.rfind("case", 0, child.start), 0)
    held = getattr(around, "body", None) or getattr(around, "cases", None)
    return tokens.scan(text, start, max(held[0].start, node.end) if held.__class__ is list else around.end)


def _groups(found, opening, node):
    """Whether the parenthesis at this token groups, and is not that of a call, of parameters or of bases."""
    if opening == 0 or found.kinds[opening - 1] not in _OPERAND_ENDS:
        return True
    word, start = found.texts[opening - 1], found.starts[opening - 1]
    if word in ("print", "exec", "match"):
        return any(each.start == start and each.kind in ("Print", "Exec", "Match") for each in ancestors(node))
    return word == "await" and any(each.start == start and each.kind == "Await" for each in ancestors(node))
