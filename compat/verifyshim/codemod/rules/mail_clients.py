"""The mail, news and FTP clients of the standard library: which calls speak TLS, and how each is told to.

None of them verifies without a context, on any Python: 3.13's make one by ssl._create_stdlib_context, which
does not (https://github.com/python/cpython/issues/91826).
"""
from __future__ import absolute_import

from .nodes import last_name
from ..names import UNKNOWN
from ..syntax import tree


class Entry(object):
    """One call: ``keyword`` takes the context, at ``position``; ``legacy`` positions of (keyfile, certfile).

    ``since_2`` and ``since_3`` are the first versions whose context is told the name to check as well (3.3 has
    the keyword and passes no name), None for never; _NOT_THERE where Python 2 has no such method to call.
    """

    def __init__(self, keyword, position, legacy, since_2, since_3):
        self.keyword = keyword
        self.position = position
        self.legacy = legacy
        self.since_2 = since_2
        self.since_3 = since_3


_NOT_THERE = ()

CONSTRUCTORS = {
    "smtplib.SMTP_SSL": Entry("context", 7, (3, 4), None, (3, 4)),
    "imaplib.IMAP4_SSL": Entry("ssl_context", 4, (2, 3), None, (3, 4)),
    "poplib.POP3_SSL": Entry("context", 5, (2, 3), None, (3, 4)),
    "ftplib.FTP_TLS": Entry("context", 6, (4, 5), (2, 7, 10), (3, 4)),
    "nntplib.NNTP_SSL": Entry("ssl_context", 4, (), None, (3, 4)),
}
METHODS = {
    "smtplib.SMTP.starttls": Entry("context", 2, (0, 1), None, (3, 4)),
    "imaplib.IMAP4.starttls": Entry("ssl_context", 0, (), _NOT_THERE, (3, 4)),
    "poplib.POP3.stls": Entry("context", 0, (), _NOT_THERE, (3, 4)),
    "nntplib.NNTP.starttls": Entry("context", 0, (), _NOT_THERE, (3, 4)),
}
# The class whose method it is, for classes derived from it in the standard library.
_FAMILY = {
    "smtplib.SMTP": "smtplib.SMTP", "smtplib.SMTP_SSL": "smtplib.SMTP", "smtplib.LMTP": "smtplib.SMTP",
    "imaplib.IMAP4": "imaplib.IMAP4", "imaplib.IMAP4_SSL": "imaplib.IMAP4",
    "imaplib.IMAP4_stream": "imaplib.IMAP4",
    "poplib.POP3": "poplib.POP3", "poplib.POP3_SSL": "poplib.POP3",
    "nntplib.NNTP": "nntplib.NNTP", "nntplib.NNTP_SSL": "nntplib.NNTP",
}
UPGRADES = ("starttls", "stls")
LIBRARIES = ("smtplib", "imaplib", "poplib", "ftplib", "nntplib")
_DEPTH = 3


def entry_of(context, call):
    """Return ``(Entry, name, certain)`` for a call that starts TLS, else None.

    *certain* is False where the object may be something else as well: a factory that was passed in.
    """
    name = context.names.qualified(call.func)
    if name in CONSTRUCTORS:
        return CONSTRUCTORS[name], name, True
    if name in METHODS:                         # smtplib.SMTP.starttls(self), in a subclass
        return METHODS[name], name, True
    if call.func.kind != "Attribute" or call.func.attr not in UPGRADES:
        return None
    if any(getattr(value, "kind", None) == "FunctionDef" for value in context.names.values(call.func)):
        return None                             # the file's own
    classes, certain = classes_of(context, call.func.value)
    families = set(_FAMILY.get(each) for each in classes)
    if len(families) != 1 or None in families:
        return None
    name = "%s.%s" % (families.pop(), call.func.attr)
    return (METHODS[name], name, certain) if name in METHODS else None


def classes_of(context, expression, depth=0):
    """Return (set of canonical class names an object may be of, whether it can be nothing else)."""
    name = context.names.qualified(expression) or ""
    if name.endswith("()") and name[:-2] in _FAMILY:
        return set([name[:-2]]), True
    found, certain = set(), True
    if depth > _DEPTH:
        return found, False
    for value in context.names.values(expression):
        if value is UNKNOWN:
            certain = False
        elif value.kind == "Call":
            classes, sure = _made_by(context, value.func, depth)
            found |= classes
            certain = certain and sure
        elif not (value.kind == "Constant" and value.value is None):
            return set(), False
    return found, certain and bool(found)


def _made_by(context, function, depth):
    """The classes that a call of *function* makes objects of."""
    name = context.names.qualified(function)
    if name is not None:
        if name in _FAMILY:
            return set([name]), True
        local = _base_of_local(context, function)
        return (set([local]), True) if local else (set(["?" + name]), True)
    local = _base_of_local(context, function)
    if local:
        return set([local]), True
    found, certain = set(), True
    for value in _returned(function) or context.names.values(function):
        if value is UNKNOWN:
            certain = False
            continue
        if value is function or depth > _DEPTH:
            return found, False
        for part in _choices(value):
            named = part.kind in ("Name", "Attribute")
            classes, sure = _made_by(context, part, depth + 1) if named else (set(), False)
            found |= classes
            certain = certain and sure
    return found, certain and bool(found)


def _returned(function):
    """What the property returns that ``self.connection_class`` is."""
    if function.kind != "Attribute" or function.value.kind != "Name" or function.value.id != "self":
        return []
    around = tree.enclosing(function, "ClassDef")
    found = []
    for part in around.body if around is not None else ():
        if part.kind == "FunctionDef" and part.name == function.attr and any(
                (last_name(decorator) or "").endswith("property") for decorator in part.decorator_list):
            found.extend(each.value for each in tree.walk(part)
                         if each.kind == "Return" and each.value is not None)
    return found


def _choices(value):
    """The last part of ``a and b``, both of ``x if c else y``: what classes are chosen by."""
    if value.kind == "IfExp":
        return _choices(value.body) + _choices(value.orelse)
    if value.kind == "BoolOp":
        return [part for each in value.values for part in _choices(each)
                if part.kind == "Attribute"] or [value]
    return [value]


def _base_of_local(context, function):
    """The library's class that a class of this file is derived from, unless it has its own way to start TLS."""
    if function.kind != "Name":
        return None
    for definition in context.nodes("ClassDef"):
        if definition.name != function.id:
            continue
        if any(part.kind == "FunctionDef" and part.name in UPGRADES for part in definition.body):
            return "?own"
        for base in definition.bases:
            name = context.names.qualified(base)
            if name in _FAMILY:
                return name
    return None


def chosen_classes(context):
    """Yield references to TLS client classes chosen among others, so that no call is certainly theirs."""
    for node in context.nodes("Attribute", "Name"):
        if last_name(node) in _SSL_WORDS and context.names.qualified(node) in CONSTRUCTORS \
                and _is_chosen(context, node):
            yield node


def derived_classes(context):
    """Yield the TLS client classes that classes of the file are derived from without an own __init__."""
    for definition in context.nodes("ClassDef"):
        for base in definition.bases:
            if context.names.qualified(base) in CONSTRUCTORS and not any(
                    part.kind == "FunctionDef" and part.name == "__init__" for part in definition.body):
                yield base


_SSL_WORDS = frozenset(name.rsplit(".", 1)[1] for name in CONSTRUCTORS)


def _is_chosen(context, node):
    value, above = node, node.parent
    while above is not None and above.kind in ("BoolOp", "IfExp") and above.kind != "Call":
        value, above = above, above.parent
    if above is None or above.kind in ("Attribute", "ClassDef", "Compare", "ExceptHandler", "Import", "alias"):
        return False
    if above.kind == "Call":
        return above.func is not node and not _asks_for_class(above)
    if above.kind == "Tuple" and above.parent is not None and above.parent.kind in ("Call", "ExceptHandler"):
        return False
    if above.kind == "Assign" and above.value is value:
        return not any(_is_called_as(context, target) for target in above.targets)
    return above.kind in ("Return", "Dict", "List", "Tuple", "keyword", "arguments", "Lambda")


def _is_called_as(context, target):
    """Whether calls under the name *target* are certainly of the class that is assigned to it here."""
    calls = [call for call in context.nodes("Call")
             if call.func.kind == target.kind and last_name(call.func) == last_name(target)]
    return bool(calls) and all(context.names.qualified(call.func) in CONSTRUCTORS for call in calls)


def _asks_for_class(call):
    return call.func.kind == "Name" and call.func.id in (
        "isinstance", "issubclass", "hasattr", "getattr", "super", "type", "callable")


def is_of_unknown_making(context, call):
    """``server.starttls()`` on a parameter, in a file that uses these libraries: whose it is cannot be told."""
    if call.func.kind != "Attribute" or call.func.attr not in UPGRADES:
        return False
    if not any((item.module or "").split(".")[0] in LIBRARIES for item in context.names.imports):
        return False
    if any(part.kind == "FunctionDef" and part.name == call.func.attr for part in tree.walk(context.tree)):
        return False
    values = context.names.values(call.func.value)
    return bool(values) and all(value is UNKNOWN for value in values)
