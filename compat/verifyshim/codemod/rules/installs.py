"""verifyshim.install() before a statement: for what an old Python gives no other way to verify.

It is for the whole process and does nothing the second time, so a call that surely ran earlier is enough.
"""
from __future__ import absolute_import

from . import NeedImport, Replace
from .client_contexts import begins_line
from ..layout import newline_at
from ..syntax import tree

_DEFINITIONS = ("FunctionDef", "AsyncFunctionDef", "ClassDef")
_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef")
_INSTALL = "verifyshim.install"


def is_covered(context, node):
    """Whether ``verifyshim.install()`` runs before *node*: earlier in a block around it, or at the top."""
    if "install" not in context.source.text or "verifyshim" not in context.source.text:
        return False
    statement = tree.statement_of(node)
    while statement is not None:
        block, index = tree.block_of(statement)[:2]
        if block is not None:
            earlier = block if statement.parent.kind == "Module" else block[:index]
            if any(_installs(context, each) for each in earlier):
                return True
        statement = tree.statement_of(statement.parent) if statement.parent is not None else None
    return False


def _installs(context, statement):
    if statement.kind == "If":      # under ``if __name__ == "__main__":``
        return any(_installs(context, each) for each in statement.body)
    return statement.kind == "Expr" and statement.value.kind == "Call" \
        and context.names.qualified(statement.value.func) == _INSTALL


def installing(context, node):
    """Return the ops that install the shim before the statement of *node*, or None where none can be put."""
    statement = _outer(tree.statement_of(node))
    if statement is None or statement.kind in _DEFINITIONS or _in_class_body(statement):
        return None
    text = context.source.text
    if begins_line(context, statement):
        indent = context.source.lines.before(statement.start).lstrip(u"\xef\xbb\xbf")
        between = newline_at(text, statement.start) + indent
    elif statement.kind in ("Expr", "Assign", "Return", "AugAssign", "Assert", "Raise", "Delete", "Print"):
        between = "; "
    else:
        return None
    call = "%s.install()%s" % (context.imported("verifyshim", node), between)
    return [Replace(statement.start, statement.start, call), NeedImport("verifyshim", node)]


def shared(node, places):
    """Return which of *places*, statements before which the shim is to be installed, serves *node* as well."""
    statement = place(node)
    while statement is not None:
        block, index = tree.block_of(statement)[:2]
        alone = block is None or statement.parent.kind == "Module"
        for earlier in [statement] if alone else block[:index + 1]:
            if any(earlier is each for each in places):
                return earlier
        if statement.kind in _DEFINITIONS or statement.parent is None:
            break
        statement = tree.statement_of(statement.parent)
    return None


def place(node):
    """The statement that the ops of ``installing`` stand before."""
    return _outer(tree.statement_of(node))


def _outer(statement):
    """The ``if`` of an ``elif``: nothing can be put between the two."""
    while statement is not None and statement.kind == "If" and statement.parent.kind == "If" \
            and statement.parent.orelse == [statement]:
        statement = statement.parent
    return statement


def _in_class_body(statement):
    around = tree.enclosing(statement, "ClassDef", *_FUNCTIONS)
    return around is not None and around.kind == "ClassDef"
