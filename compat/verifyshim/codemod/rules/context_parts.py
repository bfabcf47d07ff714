"""What is known of one context: how it was made, set and used."""
from __future__ import absolute_import

from .switches import SWITCHES, is_context_keyword


class Variable(object):
    """One context, under all its names.

    ``creations`` are Creation objects, ``settings`` Setting, ``uses`` Use, in the order of the file;
    ``foreign`` tells that the names get values from elsewhere too; ``helpers`` are the functions that return
    it.
    """

    def __init__(self):
        self.creations = []
        self.settings = []
        self.uses = []
        self.foreign = False
        self.helpers = []

    @property
    def switches(self):
        return [setting for setting in self.settings if setting.name in SWITCHES and setting.value is not None]

    def uses_of(self, *kinds):
        return [use for use in self.uses if use.kind in kinds]


class Creation(object):
    """A call that makes a context. ``kind``: "default", "unverified", "client_auth", "bare" (nothing is
    checked), "client" (PROTOCOL_TLS_CLIENT: checked, but without roots), "server" or "unsure"."""
    __slots__ = ("call", "kind")

    def __init__(self, call, kind):
        self.call = call
        self.kind = kind


class Setting(object):
    """``ctx.name = value`` (has ``value``) or ``ctx.name(...)`` (has ``call``); ``statement`` is all of it."""
    __slots__ = ("statement", "name", "value", "call")

    def __init__(self, statement, name, value=None, call=None):
        self.statement = statement
        self.name = name
        self.value = value
        self.call = call


class Use(object):
    """``kind``: "wrap" (its own wrap_socket), "keyword" (an argument named like a context), "argument",
    "returned", "stored", "read" or "unknown"; ``call`` where there is one, ``word`` the keyword."""
    __slots__ = ("kind", "node", "call", "word")

    def __init__(self, kind, node, call=None, word=None):
        self.kind = kind
        self.node = node
        self.call = call
        self.word = word


def use_of(node):
    """Return the Use that an expression is of the context that it names."""
    parent = node.parent
    if parent.kind == "keyword":
        kind = "keyword" if is_context_keyword(parent.arg) else "argument"
        return Use(kind, node, parent.parent, parent.arg)
    if parent.kind == "Call":
        return Use("argument", node, parent)
    if parent.kind in ("Return", "Yield", "Lambda"):
        return Use("returned", node)
    if parent.kind in ("Compare", "If", "IfExp", "UnaryOp", "Assert", "While", "Global"):
        return Use("read", node)
    if parent.kind in ("Assign", "Dict", "Tuple", "List"):
        word = _key(node)
        return Use("keyword" if is_context_keyword(word) else "stored", node, None, word)
    return Use("unknown", node)


def _key(node):
    """The key under which a dict gets *node*: ``{"context": ctx}``, ``kwargs["context"] = ctx``; or None."""
    parent, key = node.parent, None
    if parent.kind == "Dict":
        key = [name for name, value in zip(parent.keys, parent.values) if value is node][0]
    elif parent.kind == "Assign" and parent.targets[0].kind == "Subscript":
        key = parent.targets[0].slice
    return key.value if key is not None and key.kind == "Constant" and isinstance(key.value, str) else None
