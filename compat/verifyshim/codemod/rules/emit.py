"""What is put where an unverified context was made."""
from __future__ import absolute_import

from ..syntax import tree
from . import RemoveStatement, Replace
from .switches import argument

_LOADS = ("load_verify_locations", "load_default_certs", "set_default_verify_paths")
_ROOTS = ("cafile", "capath", "cadata")


def loaded_here(variable):
    """Does the program give this context its roots?"""
    return any(item.name in _LOADS for item in variable.settings)


def creation_ops(context, variable, creation):
    """Return the ops that make a creation verify, or None where its arguments have no equivalent."""
    call = creation.call
    if creation.kind == "client_auth":
        return _server_auth(context, call)
    if any(item.kind == "Starred" for item in call.args) or any(item.arg is None for item in call.keywords):
        return None
    given, removed = {}, []
    if creation.kind == "unverified":
        for name in _ROOTS + ("certfile", "keyfile"):
            value = argument(call, name)
            if value is not None and not (value.kind == "Constant" and value.value is None):
                given[name] = context.text(value)
    else:
        given, removed = _roots_given_later(context, variable, call)
    made = context.make_context(at=call, **given)
    if made is None and removed:
        given, removed = {}, []
        made = context.make_context(at=call)
    if made is None or any(ord(character) > 126 or character in "\r\n" for character in made[0]):
        return None
    return [Replace(call.start, call.end, made[0])] + made[1] + removed


def _server_auth(context, call):
    value = argument(call, "purpose", 0)
    if value.kind != "Attribute" or value.attr != "CLIENT_AUTH":
        return None
    return [Replace(value.end - len("CLIENT_AUTH"), value.end, "SERVER_AUTH")]


def _roots_given_later(context, variable, call):
    """The one load_verify_locations that follows in the same block, as arguments.

    Its roots are then the only ones, as before. A context with the system's roots loaded already would trust
    these as well.
    """
    loads = [item for item in variable.settings if item.name in _LOADS]
    statement = tree.statement_of(call)
    if len(loads) != 1 or loads[0].name != _LOADS[0] or len(variable.creations) != 1:
        return {}, []
    if statement.kind != "Assign" or statement.value is not call:
        return {}, []
    load = loads[0]
    block, index = tree.block_of(statement)[:2]
    if load.statement.kind != "Expr" or not any(load.statement is later for later in block[index + 1:]):
        return {}, []
    given = {}
    for position, name in enumerate(_ROOTS):
        value = argument(load.call, name, position)
        if value is not None and not (value.kind == "Constant" and value.value is None):
            if not _is_settled(value, block, index, load.statement):
                return {}, []
            given[name] = context.text(value)
    known = len(load.call.args) + len(load.call.keywords) <= len(_ROOTS) and given
    return (given, [RemoveStatement(load.statement)]) if known else ({}, [])


def _is_settled(value, block, index, last):
    """Can *value* be evaluated at block[index] as well as at *last*?"""
    names = set()
    for node in tree.walk(value):
        if node.kind not in ("Constant", "Name", "Attribute"):
            return False
        if node.kind == "Name":
            names.add(node.id)
    for statement in block[index + 1:]:
        if statement is last:
            return True
        if any(node.kind == "Name" and node.id in names and node.parent.kind in ("Assign", "AugAssign", "For")
               for node in tree.walk(statement)):
            return False
    return False


def keeps_option_usable(context, variable, changed, item):
    """What lets an option to switch verification off go on working: check_hostname has to go off first.

    A context that did not verify took ``verify_mode = CERT_NONE`` as it was; one that does raises ValueError.
    """
    block = tree.block_of(item.statement)[0] or []
    if not changed or item.name != "verify_mode" or item.statement.kind != "Assign" or any(
            other.name == "check_hostname" and any(other.statement is each for each in block)
            for other in variable.switches):
        return []
    text, start = context.source.text, item.statement.start
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    indent = text[line:start]
    newline = "\r\n" if text[item.statement.end:].lstrip(" \t").startswith("\r\n") else "\n"
    between = "; " if indent.strip(" \t\f") else newline + indent
    owner = context.text(item.statement.targets[0].value)
    return [Replace(start, start, "%s.check_hostname = False%s" % (owner, between))]


def name_ops(nodes):
    """The names used in what goes away, whose imports may go with it."""
    return sorted(set(node.id for top in nodes for node in tree.walk(top) if node.kind == "Name"))
