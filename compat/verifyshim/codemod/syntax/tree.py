"""The one small tree that rules see, whichever reader made it and whichever Python the source is for.

A node has a ``kind`` (ast's class name of Python 3), ``start`` and ``end`` (offsets into the text, which are
byte offsets of the file), a ``parent`` and the fields of its kind. Where this differs from ast:

- operators are texts: ``BinOp.op == "Mod"``, ``Compare.ops == ["IsNot"]``; there is no ``ctx``;
- numbers, strings, None, True, False and ``...`` are Constant in Python 2 sources too; ``value`` of a string
  is text, also of bytes (one character a byte), which ``is_bytes`` tells apart;
- t-strings are JoinedStr; what f-strings hold is placed exactly, on every host;
- ``Subscript.slice`` is the expression itself; ``ExceptHandler.name`` is a node;
- Print, Exec and Repr are what Python 2 has; Raise has ``inst`` and ``tback``; a tuple parameter of Python 2
  is an ``arg`` without a name and with a ``target``;
- withitem, comprehension, match_case and arguments reach from their first child to the end of their last
  one; arguments that are empty are an empty span where their function starts.
"""
from __future__ import absolute_import

# One line a kind. "x" is a node or None, "x*" a list of nodes (or of None, in kw_defaults and Dict.keys),
# "x." is no node: a text, a number or a list of texts. In the order in which they stand in the source.
_KINDS = """
Module body*
FunctionDef decorator_list* name. type_params* args returns body*
AsyncFunctionDef decorator_list* name. type_params* args returns body*
ClassDef decorator_list* name. type_params* bases* keywords* body*
Return value
Delete targets*
Assign targets* value
TypeAlias name type_params* value
AugAssign target op. value
AnnAssign target annotation value simple.
For target iter body* orelse*
AsyncFor target iter body* orelse*
While test body* orelse*
If test body* orelse*
With items* body*
AsyncWith items* body*
Match subject cases*
Raise exc cause inst tback
Try body* handlers* orelse* finalbody*
TryStar body* handlers* orelse* finalbody*
Assert test msg
Import names*
ImportFrom module. names* level.
Global names.
Nonlocal names.
Expr value
Pass
Break
Continue
Print dest values* nl.
Exec body globals locals
BoolOp op. values*
NamedExpr target value
BinOp left op. right
UnaryOp op. operand
Lambda args body
IfExp body test orelse
Dict keys* values*
Set elts*
ListComp elt generators*
SetComp elt generators*
DictComp key value generators*
GeneratorExp elt generators*
Await value
Yield value
YieldFrom value
Compare left ops. comparators*
Call func args* keywords*
FormattedValue value conversion. format_spec
JoinedStr values*
Constant value. is_bytes. is_unicode.
Attribute value attr.
Subscript value slice
Starred value
Name id.
List elts*
Tuple elts*
Slice lower upper step
Repr value
comprehension target iter ifs* is_async.
ExceptHandler type name body*
arguments posonlyargs* args* defaults* vararg kwonlyargs* kw_defaults* kwarg
arg arg. annotation target
keyword arg. value
alias name. asname.
withitem context_expr optional_vars
match_case pattern guard body*
MatchValue value
MatchSingleton value.
MatchSequence patterns*
MatchMapping keys* patterns* rest.
MatchClass cls patterns* kwd_attrs. kwd_patterns*
MatchStar name.
MatchAs pattern name.
MatchOr patterns*
TypeVar name. bound default_value
ParamSpec name. default_value
TypeVarTuple name. default_value
"""

_STATEMENTS = frozenset("""FunctionDef AsyncFunctionDef ClassDef Return Delete Assign TypeAlias AugAssign
    AnnAssign For AsyncFor While If With AsyncWith Match Raise Try TryStar Assert Import ImportFrom Global
    Nonlocal Expr Pass Break Continue Print Exec""".split())

# What may stay unsaid when a node is made.
_DEFAULTS = {"is_bytes": "False", "is_unicode": "False", "target": "None"}


class Node(object):
    """A piece of the source: see the module's text. Made by the readers only."""

    __slots__ = ("start", "end", "parent")
    kind = None

    def __repr__(self):
        names = [name for name in FIELDS[self.kind] if name in VALUES[self.kind]]
        shown = "".join(" %s=%r" % (name, getattr(self, name)) for name in names)
        return "<%s %d:%d%s>" % (self.kind, self.start, self.end, shown)


FIELDS = {}     # kind -> names of its fields
VALUES = {}     # kind -> those that hold no nodes
_SINGLES = {}   # kind -> those that hold a node or None
_LISTS = {}     # kind -> those that hold a list of nodes
_BELOW = {}     # kind -> both, in order, as (name, whether it is a list)
NODES = {}      # kind -> its class


def _declare(kind, fields):
    """The class of one kind, with a constructor as fast as Python has: thousands are made for each file."""
    names = [field.rstrip("*.") for field in fields]
    optional = kind in ("Constant", "arg")
    arguments = [name + ("=" + _DEFAULTS[name] if optional and name in _DEFAULTS else "") for name in names]
    lines = ["def __init__(self, start, end%s):" % "".join(", " + each for each in arguments),
             "    self.start = start", "    self.end = end", "    self.parent = None"]
    lines += ["    self.%s = %s" % (name, name) for name in names]
    namespace = {}
    exec("\n".join(lines), namespace)  # as collections.namedtuple does, and with constant input
    namespace.update(__slots__=tuple(names + ["by_kind"] if kind == "Module" else names), kind=kind)
    del namespace["__builtins__"]
    NODES[kind] = type(kind, (Node,), namespace)
    FIELDS[kind] = tuple(names)
    VALUES[kind] = frozenset(field[:-1] for field in fields if field.endswith("."))
    _SINGLES[kind] = tuple(field for field in fields if field[-1] not in "*.")
    _LISTS[kind] = tuple(field[:-1] for field in fields if field.endswith("*"))
    _BELOW[kind] = tuple((field.rstrip("*"), field.endswith("*")) for field in fields if field[-1] != ".")


for _line in _KINDS.split("\n"):
    if _line.strip():
        _declare(_line.split()[0], _line.split()[1:])


def children(node):
    """The nodes directly below this one, in the order of its fields."""
    found = []
    for name, is_list in _BELOW[node.kind]:
        value = getattr(node, name)
        if not is_list:
            if value is not None:
                found.append(value)
        elif value:
            found += [each for each in value if each is not None] if None in value else value
    return found


def walk(node):
    """The node and everything below it, each before what it holds."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if _BELOW[node.kind]:       # most nodes are names and constants
            waiting += children(node)[::-1]


def adopt(root):
    """Tell every node below the Module ``root`` its parent; the last thing a reader does.

    ``root.by_kind`` is then {kind: nodes}, in no order but that a node stands before what it holds.
    """
    waiting = [root]
    push, more = waiting.append, waiting.extend
    root.by_kind = found = dict((kind, []) for kind in FIELDS)
    while waiting:
        node = waiting.pop()
        kind = node.kind
        found[kind].append(node)
        for name in _SINGLES[kind]:
            child = getattr(node, name)
            if child is not None:
                child.parent = node
                push(child)
        for name in _LISTS[kind]:
            held = getattr(node, name)
            if held:
                if None in held:
                    held = [child for child in held if child is not None]
                for child in held:
                    child.parent = node
                more(held)
    return root


def cover(fallback, nodes):
    """The span of those nodes that are there, or an empty one at ``fallback``."""
    there = [node for node in nodes if node is not None]
    if not there:
        return fallback, fallback
    return min(node.start for node in there), max(node.end for node in there)


def ancestors(node):
    """The nodes around this one, from the nearest to the Module."""
    node = node.parent
    while node is not None:
        yield node
        node = node.parent


def is_statement(node):
    """Whether this is a statement; an except clause and a case are not, they belong to one."""
    return node.kind in _STATEMENTS


def statement_of(node):
    """The statement this is or stands in; None for the Module."""
    while node is not None and node.kind not in _STATEMENTS:
        node = node.parent
    return node


def enclosing(node, *kinds):
    """The nearest node around this one that is of one of these kinds, or None."""
    node = node.parent
    while node is not None and node.kind not in kinds:
        node = node.parent
    return node


def block_of(statement):
    """Where a statement stands: (list of statements, index in it, the node that owns the list, its field).

    The owner may be an ExceptHandler or a match_case. (None, None, None, None) when it is in no block.
    """
    owner = statement.parent
    for field in _LISTS[owner.kind] if owner is not None else ():
        block = getattr(owner, field)
        index, end = 0, len(block)
        while index < end:      # statements stand in the order of the source, and there may be thousands
            middle = (index + end) // 2
            if block[middle].start < statement.start:
                index = middle + 1
            else:
                end = middle
        if index < len(block) and block[index] is statement:
            return block, index, owner, field
    return None, None, None, None


def dump(node):
    """The tree as text without positions: kinds, fields and values, for people and for comparing."""
    parts, waiting = [], [node]
    while waiting:
        item = waiting.pop()
        if item.__class__ is str:
            parts.append(item)
        elif item is None:
            parts.append("None")
        else:
            pieces = [item.kind + "("]
            for name in FIELDS[item.kind]:
                pieces.append(name + "=")
                pieces.extend(_shown(item, name))
                pieces.append(", ")
            if pieces[-1] == ", ":
                pieces.pop()
            pieces.append(")")
            waiting.extend(reversed(pieces))
    return "".join(parts)


def _shown(node, name):
    value = getattr(node, name)
    if name in VALUES[node.kind]:
        return [repr(value)]
    if value.__class__ is not list:
        return [value]
    pieces = ["["]
    for each in value:
        pieces.extend([each, ", "])
    if value:
        pieces.pop()
    return pieces + ["]"]


def same(one, other):
    """Whether two trees say the same: equal kinds, fields and values, wherever they stand."""
    return dump(one) == dump(other)
