"""A verifying context for a call that had none, with the client's certificate that the call had.

In one expression where that is possible, else with lines before the statement::

    context = ssl.create_default_context()
    if self.cert_file:
        context.load_cert_chain(self.cert_file, self.key_file)
    self.sock = context.wrap_socket(sock, server_hostname=self.host)
"""
from __future__ import absolute_import

from . import Replace
from .nodes import FUNCTIONS, is_none
from ..layout import newline_at
from ..syntax import tree

WIDTH = 100
_SIMPLE = ("Assign", "AugAssign", "AnnAssign", "Expr", "Return", "With", "AsyncWith", "Assert", "Raise")
_BLOCKS = ("FunctionDef", "ClassDef", "If", "Try", "For", "While", "With")
_NAMES = ("context", "tls_context", "verifying_context")
_LEVEL = "\t"       # stands for one level of the file's own indentation


class Made(object):
    """A context: ``text`` is its expression, ``lines`` go before the statement, ``ops`` bring the imports."""

    def __init__(self, text, lines, ops):
        self.text = text
        self.lines = lines
        self.ops = ops


def client_context(context, call, cafile=None, certfile=None, keyfile=None, ciphers=None):
    """Return Made for a client's context at *call*, or None where none can be written there.

    :param cafile, ciphers: source texts or None; *cafile* may evaluate to None.
    :param certfile, keyfile: nodes or None; a certificate that may evaluate to None is loaded if it is one.
    """
    certfile, keyfile = _given(certfile), _given(keyfile)
    if certfile is None and ciphers is None:
        made = context.make_context(cafile=cafile, at=call)
        return made and Made(made[0], [], made[1])
    cert, key = _text(context, call, certfile), _text(context, call, keyfile)
    if not context.stdlib_verifies or not can_precede(context, call):
        made = None if ciphers else context.make_context(cafile=cafile, certfile=cert, keyfile=key, at=call)
        return made and Made(made[0], [], made[1])
    name = _free_name(call)
    if name is None:
        return None
    text, ops = context.make_context(cafile=cafile, at=call)
    lines = ["%s = %s" % (name, text)]
    if certfile is not None:
        given = context.text(certfile) + (", " + key if key else "")
        load = "%s.load_cert_chain(%s)" % (name, given)
        lines += [load] if certfile.kind == "Constant" else ["if %s:" % cert, _LEVEL + load]
    if ciphers is not None:
        lines.append("%s.set_ciphers(%s)" % (name, ciphers))
    return Made(name, lines, ops)


def _given(node):
    return None if node is None or is_none(node) else node


def _text(context, call, node):
    """``self.key_file`` is gone from http.client on 3.12: asked for with care unless the class sets it."""
    if node is None:
        return None
    if node.kind == "Attribute" and node.attr in ("key_file", "cert_file") and node.value.kind == "Name":
        around = tree.enclosing(call, "ClassDef")
        if context.options.min_python_3 is not None and not (around is not None and _assigns(around, node)):
            return "getattr(%s, \"%s\", None)" % (node.value.id, node.attr)
    return context.text(node)


def _assigns(around, attribute):
    return any(part.kind == "Assign" and any(tree.same(target, attribute) for target in part.targets)
               for part in tree.walk(around))


def _free_name(call):
    taken = set()
    for part in tree.walk(tree.enclosing(call, *FUNCTIONS)):
        taken.add(part.id if part.kind == "Name" else part.arg if part.kind == "arg" else None)
    for name in _NAMES:
        if name not in taken:
            return name
    return None


def can_precede(context, node):
    """Whether lines can be put before the statement that *node* stands in, and nothing runs in between."""
    statement = tree.statement_of(node)
    if statement is None or statement.kind not in _SIMPLE or not begins_line(context, statement):
        return False
    for above in tree.ancestors(node):
        if above is statement:
            break
        # Not evaluated with the statement, or not always.
        if above.kind in ("Lambda", "IfExp", "BoolOp", "ListComp", "SetComp", "DictComp", "GeneratorExp"):
            return False
    if statement.kind in ("With", "AsyncWith"):
        first = statement.items[0].context_expr
        return first.start <= node.start and node.end <= first.end
    return True


def begins_line(context, statement):
    """Whether a statement is the first on its line."""
    return context.source.lines.begins(statement.start)


def before(context, node, lines):
    """Return the operations that put *lines* before the statement of *node*."""
    if not lines:
        return []
    statement = tree.statement_of(node)
    text = context.source.text
    indent = context.source.lines.before(statement.start).lstrip(u"\xef\xbb\xbf")
    newline, step = newline_at(text, statement.start), _step(context, indent)
    return [Replace(statement.start, statement.start, "".join(
        line.replace(_LEVEL, step) + newline + indent for line in lines))]


def _step(context, indent):
    """One level of indentation as this file has it."""
    if indent.startswith("\t"):
        return "\t"
    lines = context.source.lines
    for statement in context.tree.body:
        if statement.kind in _BLOCKS and statement.body and lines.begins(statement.body[0].start):
            found = lines.before(statement.body[0].start)
            if found and not found.strip(" \t"):
                return found
    return "    "


def arguments(context, call, opening, parts):
    """Return ``opening(part, part)``, over several lines if it would be too wide where *call* stands."""
    text = context.source.text
    head = context.source.lines.before(call.start)
    line = "%s(%s)" % (opening, ", ".join(parts))
    if len(head.expandtabs(4)) + len(line) <= WIDTH or "\n" in line:
        return line
    indent = head[:len(head) - len(head.lstrip(" \t"))] + _step(context, head)
    broken = newline_at(text, call.start) + indent
    together = ", ".join(parts)
    if len((indent + together).expandtabs(4)) > WIDTH:
        together = ("," + broken).join(parts)
    return "%s(%s%s)" % (opening, broken, together)
