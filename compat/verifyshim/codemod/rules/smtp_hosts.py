"""smtplib checks the name that SMTP() was given, as it was given: not connect()'s, and not without its port.

``SMTP("mail.example.org:587")`` would check the name "mail.example.org:587", and ``SMTP()`` the empty name,
which is refused (CPython 3.4 to 3.13, SMTP._host). So the host is put where it is found.
"""
from __future__ import absolute_import

import re

from . import RemoveStatement, Replace
from .hosts import agreed
from .mail_clients import UPGRADES
from .nodes import FUNCTIONS, text_of
from .tunnels import known, own_nodes
from ..syntax import tree

NO_HOST = object()
_CLASSES = ("smtplib.SMTP", "smtplib.SMTP_SSL")
_PAIR = re.compile(r"^([^:\[\]/%{}]+):(\d+)$")


def host_ops(context, call):
    """Return the ops that let *call* check the right name, or NO_HOST where SMTP() is given none."""
    made = [call]
    if call.func.kind == "Attribute" and call.func.attr in UPGRADES:
        made = [value for value in context.names.values(call.func.value)
                if getattr(value, "kind", None) == "Call" and context.names.qualified(value.func) in _CLASSES]
    ops = []
    for constructor in made:
        host = _host(constructor)
        if host is not None:
            ops += _split(context, constructor, host)
            continue
        if _is_open(constructor):
            continue
        joined = _with_connect(context, constructor)
        if joined is None:
            return NO_HOST
        ops += joined
    return ops


def named_host(context, call):
    """Return (source text, whether it is certain) of the host that the client of *call* is connected to.

    Whatever SMTP() and connect() are given for it has to agree; the text is None where that is not proven.
    """
    client = call.func.value
    made = [value for value in known(context, client) if value.kind == "Call"]
    hosts = [_host_given(context, constructor) for constructor in made
             if _is_open(constructor) or _host(constructor) is not None]
    certain = len(hosts) == len(made)
    places = [tree.enclosing(call, *FUNCTIONS)]
    if client.kind == "Attribute" and tree.enclosing(call, "ClassDef") is not None:
        places.append(tree.enclosing(call, "ClassDef"))
    connects = [part for place in places for part in own_nodes(place)
                if part.kind == "Call" and part.func.kind == "Attribute" and part.func.attr == "connect"
                and tree.same(part.func.value, client)]
    hosts += [None if _is_open(connect) else _name_in(_host(connect)) for connect in connects]
    certain = (certain or bool(connects)) and all(
        context.names.qualified(constructor.func) != "smtplib.LMTP" for constructor in made)
    return agreed(context, hosts, call), certain


def _host_given(context, constructor):
    """The host that SMTP(), or a class derived from it, is made with; None where it cannot be told."""
    function = constructor.func
    own = function.kind == "Name" and any(
        part.kind == "FunctionDef" and part.name == "__init__"
        for definition in context.nodes("ClassDef") if definition.name == function.id
        for part in definition.body)
    return None if own or _is_open(constructor) else _name_in(_host(constructor))


def _name_in(host):
    """The name in ``"%s:%d" % (name, port)``, else the host as it is."""
    return host.right.elts[0] if host is not None and _is_formatted_pair(host) else host


def _is_formatted_pair(host):
    return host.kind == "BinOp" and host.op == "Mod" and host.left.kind == "Constant" \
        and re.match(r"^%s:%[sdi]$", str(host.left.value)) is not None and host.right.kind == "Tuple" \
        and len(host.right.elts) == 2


def _is_open(call):
    """Whether a ``*`` or ``**`` argument may bring the host."""
    return any(argument.kind == "Starred" for argument in call.args) or any(
        keyword.arg is None for keyword in call.keywords)


def _host(constructor):
    if constructor.args:
        return constructor.args[0]
    for keyword in constructor.keywords:
        if keyword.arg == "host":
            return keyword.value
    return None


def _split(context, constructor, host):
    """``"host:port"`` taken apart, where nothing else gives the port."""
    if len(constructor.args) > 1 or any(keyword.arg == "port" for keyword in constructor.keywords):
        return []
    pair = None
    if text_of(host) is not None:
        match = _PAIR.match(host.value)
        quoted = context.text(host)
        if match and quoted.count(match.group(0)) == 1:
            pair = quoted.replace(match.group(0), match.group(1)), match.group(2)
    elif _is_formatted_pair(host):
        pair = context.text(host.right.elts[0]), "int(%s)" % context.text(host.right.elts[1])
        if host.left.value.endswith("d"):
            pair = pair[0], context.text(host.right.elts[1])
    if pair is None:
        return []
    if host.parent.kind == "keyword":
        return [Replace(host.start, host.end, "%s, port=%s" % pair)]
    return [Replace(host.start, host.end, "%s, %s" % pair)]


def _with_connect(context, constructor):
    """``s = SMTP()`` and further down ``s.connect(host, port)``, made one where nothing stands in the way."""
    statement = tree.statement_of(constructor)
    if statement.kind != "Assign" or statement.value is not constructor or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    block, index = tree.block_of(statement)[:2]
    for later in block[index + 1:] if block else ():
        call = later.value if later.kind == "Expr" else None
        if call is not None and call.kind == "Call" and call.func.kind == "Attribute" \
                and tree.same(call.func.value, target):
            if call.func.attr == "connect":
                return _joined(context, constructor, later, call)
            if call.func.attr == "set_debuglevel":
                continue
        return None
    return None


def _joined(context, constructor, statement, connect):
    if not connect.args or _is_open(connect) or constructor.args:
        return None
    given = context.source.text[connect.args[0].start:(connect.keywords or connect.args)[-1].end]
    if "\n" in given or "#" in given or _PAIR.match(given.strip("\"'")) or "%s:%" in given:
        return None
    opening = constructor.end - 1
    if constructor.keywords:
        opening = constructor.keywords[0].start
        given += ", "
    return [Replace(opening, opening, given), RemoveStatement(statement)]
