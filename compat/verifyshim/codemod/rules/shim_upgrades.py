"""``verifyshim.starttls(client, server_hostname=host)`` in the place of ``client.starttls()``.

For Pythons whose client takes no context there: smtplib's of 2.x, which also forgets whom it is connected to,
so that the name has to be said. Below 3.4 a context would be told no name to check.
"""
from __future__ import absolute_import

from . import NeedImport, Replace
from .client_contexts import arguments
from .nodes import FUNCTIONS, is_none, is_within
from .smtp_hosts import named_host
from .tunnels import known
from ..syntax import tree


def shim_upgrade(context, call, entry, name):
    """Return (ops, whether the host is certain) for a call of a client's method, or None where there are none.

    :param name: canonical, "smtplib.SMTP.starttls".
    """
    client, parts, certain = call.func.value, [], True
    if name.startswith("smtplib."):
        host, certain = named_host(context, call)
        if host is None:
            return None
        parts.append("server_hostname=" + host)
    if "#" in context.source.text[client.end:call.end]:     # a comment, in all probability
        return None
    given = dict((keyword.arg, keyword.value) for keyword in call.keywords)
    for parameter, position in zip(("keyfile", "certfile"), entry.legacy):
        if len(call.args) > position:
            given[parameter] = call.args[position]
    parts += ["%s=%s" % (parameter, context.text(given[parameter])) for parameter in ("certfile", "keyfile")
              if parameter in given and not is_none(given[parameter])]
    opening = context.imported("verifyshim", call) + ".starttls"
    text = arguments(context, call, opening, [context.text(client)] + parts)
    return [Replace(call.start, call.end, text), NeedImport("verifyshim", call)], certain


def making(context, call):
    """Return the statement in whose block the client of *call* is made, if in the same function; else *call*.

    smtplib of 2.x remembers no host, so that a shim installed after SMTP() and connect() cannot check a name.
    """
    if call.func.kind != "Attribute":
        return call
    scope = tree.enclosing(call, *FUNCTIONS)
    made = [value for value in known(context, call.func.value) if value.kind == "Call"
            and value.start < call.start and tree.enclosing(value, *FUNCTIONS) is scope]
    found, statement = call, tree.statement_of(call)
    while made and statement is not None and statement is not scope:
        block, index = tree.block_of(statement)[:2]
        for earlier in block[:index] if block else ():
            if any(is_within(each, earlier) for each in made):
                found = earlier
                break
        statement = tree.statement_of(statement.parent) if statement.parent is not None else None
    return found
