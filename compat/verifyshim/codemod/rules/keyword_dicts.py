"""Dictionaries that become keyword arguments: where an item is put in, and which calls get it.

``entries(context, key)`` finds ``{"verify": x}``, ``dict(verify=x)``, ``kw["verify"] = x``,
``kw.setdefault("verify", x)`` and ``kw.update(verify=x)``; ``flows(context, entry)`` follows the dictionary
to the calls that expand it with ``**`` or are handed it as it is.
"""
from __future__ import absolute_import

from ..syntax import tree
from . import RemoveDictItem, RemoveKeyword, RemoveStatement
from .functions import definitions
from .scopes import home_of, is_target
from .words import item_key, keyword_of, text_of

_STEPS = 60     # of following; a file that needs more is too tangled to be sure about


class Entry(object):
    """One item: its ``key`` and ``value``, the ``node`` to show, the ``ops`` that take it out of ``container``.

    ``default`` marks setdefault; ``alone`` that nothing else is in the literal.
    """

    def __init__(self, key, value, node, container, ops, default=False, alone=False):
        self.key = key
        self.value = value
        self.node = node
        self.container = container
        self.ops = ops
        self.default = default
        self.alone = alone


class Flow(object):
    """A call that gets the dictionary: with ``name`` None by ``**``, else as the argument of that name.

    ``name`` is "" for a positional argument. ``direct``: the literal itself stands in the call.
    """

    def __init__(self, call, name, node, direct):
        self.call = call
        self.name = name
        self.node = node
        self.direct = direct


def entries(context, *keys):
    """Return the Entry objects of the file for these keys."""
    found = []
    for display in context.nodes("Dict"):
        for index, key in enumerate(display.keys):
            if text_of(key) in keys:
                found.append(_of_display(display, index))
    for call in context.nodes("Call"):
        found.extend(_of_call(context, call, keys))
    for assign in context.nodes("Assign"):
        for target in assign.targets:
            if item_key(target) in keys:
                ops = [RemoveStatement(assign)] if len(assign.targets) == 1 else None
                found.append(Entry(item_key(target), assign.value, assign, target.value, ops))
    return found


def _of_display(display, index):
    key, value = display.keys[index], display.values[index]
    shown = Span(key.start, value.end, key)
    alone, ops = len(display.keys) == 1, [RemoveDictItem(display, index)]
    call = display.parent
    if call.kind == "Call" and _method(call) == "update" and call.args == [display]:
        if alone and call.parent.kind == "Expr" and not call.keywords:
            ops = [RemoveStatement(call.parent)]
        return Entry(key.value, value, shown, call.func.value, ops, alone=alone)
    return Entry(key.value, value, shown, display, ops, alone=alone)


def _of_call(context, call, keys):
    method = _method(call)
    if method == "setdefault" and len(call.args) == 2 and text_of(call.args[0]) in keys:
        ops = [RemoveStatement(call.parent)] if call.parent.kind == "Expr" else None
        return [Entry(call.args[0].value, call.args[1], call, call.func.value, ops, default=True)]
    if not any(keyword.arg in keys for keyword in call.keywords):
        return []
    is_dict = context.names.qualified(call.func) == "builtins.dict"
    if not is_dict and method != "update":
        return []
    found = []
    for key in keys:
        keyword = keyword_of(call, key)
        if keyword is None:
            continue
        alone = len(call.keywords) == 1 and not call.args
        ops = [RemoveKeyword(call, keyword)]
        if alone and not is_dict and call.parent.kind == "Expr":
            ops = [RemoveStatement(call.parent)]
        found.append(Entry(key, keyword.value, keyword, call if is_dict else call.func.value, ops, alone=alone))
    return found


class Span(object):
    """A stretch of the source with a place in the tree: what a finding about a dictionary item points at."""
    kind = "Item"

    def __init__(self, start, end, inner):
        self.start = start
        self.end = end
        self.parent = inner.parent
        self.inner = inner


def flows(context, entry):
    """Return the Flow objects of where the dictionary of *entry* goes."""
    found, seen, waiting = [], set(), [(entry.container, True)]
    while waiting and len(seen) < _STEPS:
        node, direct = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        direct = direct and node is entry.container and node.kind in ("Dict", "Call")
        if node.kind in ("Name", "Attribute") and not is_target(node):
            waiting.extend((other, False) for other in _uses(context, node))
        flow, further = _one_step(context, node, direct)
        if flow is not None:
            found.append(flow)
        waiting.extend((other, False) for other in further)
    return found


def _one_step(context, node, direct):
    """Return (Flow or None, nodes that hold the dictionary too) for one place where it is."""
    parent = node.parent
    if parent.kind == "keyword":
        call = parent.parent
        if call.kind != "Call":
            return None, []
        if parent.arg is None and context.names.qualified(call.func) == "builtins.dict":
            return None, [call]
        return Flow(call, parent.arg, parent, direct), []
    if parent.kind == "Call" and any(node is argument for argument in parent.args):
        if context.names.qualified(parent.func) in ("builtins.dict", "copy.copy", "copy.deepcopy"):
            return None, [parent]
        if _method(parent) == "update":
            return None, [parent.func.value]
        return Flow(parent, "", node, direct), []
    if parent.kind == "Attribute" and parent.attr == "copy" and parent.parent.kind == "Call":
        return None, [parent.parent]
    if parent.kind in ("Assign", "AnnAssign") and node is parent.value:
        targets = parent.targets if parent.kind == "Assign" else [parent.target]
        return None, [use for target in targets if target.kind in ("Name", "Attribute")
                      for use in _uses(context, target)]
    if parent.kind in ("IfExp", "BoolOp", "Await", "NamedExpr"):
        return None, [parent]
    if parent.kind == "Dict" and any(key is None and node is value
                                     for key, value in zip(parent.keys, parent.values)):
        return None, [parent]
    if parent.kind == "Return":
        return None, _calls_of(context, parent)
    return None, []


def _uses(context, node):
    """The other places where the variable *node* stands for its value."""
    if node.kind == "Name":
        home = home_of(node)
        return [other for other in context.nodes("Name") if other.id == node.id and other is not node
                and not is_target(other) and home_of(other) is home]
    if node.value.kind == "Name" and node.value.id in ("self", "cls"):
        owner = tree.enclosing(node, "ClassDef")
        return [other for other in context.nodes("Attribute")
                if other.attr == node.attr and other is not node and not is_target(other)
                and tree.enclosing(other, "ClassDef") is owner
                and other.value.kind == "Name" and other.value.id in ("self", "cls")]
    return []


def _calls_of(context, statement):
    function = tree.enclosing(statement, "FunctionDef", "AsyncFunctionDef", "Lambda")
    if function is None or function.kind == "Lambda":
        return []
    return [call for call in context.nodes("Call")
            if any(found is function for found in definitions(context, call.func))]


def _method(call):
    return call.func.attr if call.func.kind == "Attribute" else None
