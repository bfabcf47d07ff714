"""Statements that make all later contexts of the standard library unverified: the ways out of PEP 476, 493."""
from __future__ import absolute_import

from ..syntax import tree
from .contexts import variables
from .once import once
from .switches import UNVERIFIED, argument, kind_of, named_attribute, state
from .wraps import ssl_name

NAME = "_create_default_https_context"
_VERIFIED = ("ssl.create_default_context", "ssl." + NAME, "verifyshim.create_context")
_MODULES = ("ssl", "http.client.ssl", "urllib.request.ssl", "xmlrpc.client.ssl", "smtplib.ssl")
_SWITCH = "ssl._https_verify_certificates"
_HARMLESS_CALLS = ("hasattr", "getattr", "get", "getenv", "callable", "isinstance", "startswith",
                   "python_version")


class Hook(object):
    """One statement. ``value`` is what the hook is set to (None for ssl._https_verify_certificates);
    ``verdict`` is "unverified" or "unknown"."""

    def __init__(self, statement, value, verdict):
        self.statement = statement
        self.value = value
        self.verdict = verdict


@once
def hooks(context):
    """Return the Hooks of a file that switch verification off, or may."""
    return list(_find(context))


def _find(context):
    for assign in context.nodes("Assign"):
        if any(_is_hook(context, target) for target in assign.targets):
            verdict = _verdict(context, assign.value)
            if verdict != "verified":
                yield Hook(assign, assign.value, verdict if len(assign.targets) == 1 else "unknown")
    for call in context.nodes("Call"):
        if call.parent.kind != "Expr":
            continue
        name = ssl_name(context, call.func)
        if name == "builtins.setattr" and len(call.args) == 3 and _names_hook(context, call):
            verdict = _verdict(context, call.args[2])
            if verdict != "verified":
                yield Hook(call.parent, call.args[2], verdict)
        elif name == _SWITCH:
            value = argument(call, "enable", 0)
            found = "on" if value is None else state(context, "check_hostname", value)
            if found != "on":
                yield Hook(call.parent, None, "unverified" if found == "off" else "unknown")


def _is_hook(context, target):
    if target.kind != "Attribute" or target.attr != NAME:
        return False
    return ssl_name(context, target) == "ssl." + NAME


def _names_hook(context, call):
    name = call.args[1]
    return name.kind == "Constant" and name.value == NAME and context.names.qualified(call.args[0]) in _MODULES


def _verdict(context, value, depth=0):
    """What kind of factory *value* is."""
    if not hasattr(value, "kind") or depth > 4:
        return "unknown"
    name = named_attribute(context, value) or ssl_name(context, value)
    if name in UNVERIFIED:
        return "unverified"
    if name in _VERIFIED:
        return "verified"
    if value.kind == "Lambda":
        return _made(context, [value.body], depth)
    if value.kind == "Call":
        if context.names.qualified(value.func) == "functools.partial" and value.args:
            return _verdict(context, value.args[0], depth + 1)
        return _made(context, [value], depth)       # a context where a function belongs: broken, and meant so
    if value.kind in ("FunctionDef", "AsyncFunctionDef"):
        return _made(context, _returned(value), depth)
    if value.kind in ("Name", "Attribute"):
        function = _local_function(context, value)
        values = [function] if function is not None else context.names.values(value)
        return _common([_verdict(context, each, depth + 1) for each in values if each is not value])
    return "unknown"


def _made(context, expressions, depth):
    """What kind of context a function gives back that returns one of *expressions*."""
    found = []
    for expression in expressions:
        if expression.kind == "Call":
            kind = kind_of(context, expression)
            if kind is None:
                function = _local_function(context, expression.func)
                found.append("unknown" if function is None or depth > 4
                             else _made(context, _returned(function), depth + 1))
            else:
                found.append({"default": "verified", "client": "verified", "unverified": "unverified",
                              "bare": "unverified"}.get(kind, "unknown"))
        else:
            found.append(_variables_verdict(context, expression))
    return _common(found)


def _variables_verdict(context, expression):
    for variable in variables(context):
        if any(use.node is expression for use in variable.uses):
            modes = set(state(context, item.name, item.value) for item in variable.switches
                        if item.name == "verify_mode")
            if modes == {"off"} or (not modes and any(creation.kind == "unverified"
                                                      for creation in variable.creations)):
                return "unverified"
            kinds = set(creation.kind for creation in variable.creations)
            return "verified" if modes <= {"on"} and kinds and kinds <= {"default", "bare"} else "unknown"
    return "unknown"


def _common(verdicts):
    return verdicts[0] if verdicts and len(set(verdicts)) == 1 else "unknown"


def _returned(function):
    return [node.value for node in tree.walk(function) if node.kind == "Return" and node.value is not None
            and tree.enclosing(node, "FunctionDef", "AsyncFunctionDef") is function]


def _local_function(context, name):
    if name.kind != "Name":
        return None
    found = [node for node in context.nodes("FunctionDef") if node.name == name.id
             and tree.enclosing(node, "ClassDef", "Lambda") is None]
    return found[0] if len(found) == 1 else None


def site(context, hook):
    """Return what goes with a hook: it or its guard, and the assignment that fed nothing else."""
    statement = _guard(context, hook.statement)
    statements = [statement]
    value = hook.value
    if value is not None and value.kind == "Name":
        for assign in context.nodes("Assign"):
            if _only_feeds(context, assign, value) and not _within(assign, statement):
                statements.append(assign)
    return statements


def _guard(context, statement):
    """The largest statement around *statement* that does nothing else."""
    owner = statement.parent
    if owner.kind == "If" and _is_only(owner.body, statement) and not owner.orelse and harmless(owner.test):
        # An elif hands its else on to the if above; the editing knows how to take one away.
        return _guard(context, owner)
    if owner.kind in ("Try", "TryStar") and _is_idle_try(context, owner, statement):
        return _guard(context, owner)
    return statement


def _is_only(block, statement):
    return all(each is statement or each.kind == "Pass" for each in block)


def _is_idle_try(context, owner, statement):
    """PEP 476's own recipe, and its kin: try to find the unverified factory, else do nothing."""
    if owner.finalbody or not all(_is_nothing(handler.body) for handler in owner.handlers):
        return False
    if not all(each is statement or each.kind == "Pass" or _is_capture(context, each, owner)
               for each in owner.body + owner.orelse):
        return False
    return any(each is statement for each in owner.body + owner.orelse)


def _is_nothing(block):
    return all(each.kind == "Pass" or (each.kind == "Expr" and each.value.kind == "Constant") for each in block)


def _is_capture(context, statement, owner):
    """``name = ssl._create_unverified_context`` or ``import ssl``, for nothing outside of *owner*."""
    if statement.kind == "Import":
        names = set(alias.asname or alias.name for alias in statement.names)
        return names == {"ssl"} and _used_only_in(context, "ssl", owner)
    if statement.kind == "ImportFrom":
        return statement.module == "ssl" and not statement.level and all(
            _used_only_in(context, alias.asname or alias.name, owner) for alias in statement.names)
    if statement.kind != "Assign" or len(statement.targets) != 1 or statement.targets[0].kind != "Name":
        return False
    name = named_attribute(context, statement.value) or ssl_name(context, statement.value)
    return name in UNVERIFIED and _used_only_in(context, statement.targets[0].id, owner)


def _used_only_in(context, name, owner):
    return all(_within(node, owner) for node in context.nodes("Name") if node.id == name) and not any(
        item.kind == "Constant" and item.value == name for item in context.nodes("Constant"))


def _only_feeds(context, assign, value):
    """Is *assign* the capture of the unverified factory in *value*'s name, which is used nowhere else?"""
    if len(assign.targets) != 1 or assign.targets[0].kind != "Name" or assign.targets[0].id != value.id:
        return False
    name = named_attribute(context, assign.value) or ssl_name(context, assign.value)
    return name in UNVERIFIED and all(node is value or node is assign.targets[0]
                                      for node in context.nodes("Name") if node.id == value.id)


def _within(node, around):
    return around.start <= node.start and node.end <= around.end


def harmless(test):
    """Does a test only ask: the interpreter, a module, the environment?"""
    for node in tree.walk(test):
        if node.kind == "Call":
            name = node.func.id if node.func.kind == "Name" else getattr(node.func, "attr", "")
            if name not in _HARMLESS_CALLS:
                return False
        elif node.kind in ("Await", "Yield", "YieldFrom", "NamedExpr", "JoinedStr"):
            return False
    return True
