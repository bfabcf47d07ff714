"""Small questions about one node that many rules ask."""
from __future__ import absolute_import

FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda", "Module")     # what names and sockets live in


def last_name(node):
    """Return the last part of a dotted name, or None for what is no name."""
    if node.kind == "Name":
        return node.id
    return node.attr if node.kind == "Attribute" else None


def is_text(value):
    """Return whether the value of a Constant is a text (of either kind that Python 2 has)."""
    return isinstance(value, (str, type(u"")))


def text_of(node):
    """Return the text that a node is a constant of, or None."""
    return node.value if node.kind == "Constant" and is_text(node.value) else None


def is_none(node):
    return node.kind == "Constant" and node.value is None


def is_within(node, around):
    return around.start <= node.start and node.end <= around.end
