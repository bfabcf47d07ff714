"""Which calls make an XML-RPC or SOAP client: VS302's, where VS102 says nothing of its own."""
from __future__ import absolute_import

from ..syntax import tree

_RPC = ("xmlrpc.client.ServerProxy", "xmlrpc.client.Server", "xmlrpc.client.SafeTransport")


def is_rpc_use(context, point):
    """Is a use of a context one of an XML-RPC or SOAP client?"""
    call = point.item.call
    name = context.names.qualified(call.func) or ""
    if name in _RPC or (name.endswith("()") and name[:-2] in _RPC):
        return True
    if _is_subclass_of_transport(context, call):
        return True
    around = tree.enclosing(call, "FunctionDef")
    return around is not None and around.name == "u2handlers"


def _is_subclass_of_transport(context, call):
    """``MyTransport(context=ctx)`` of a class in this file."""
    if call.func.kind != "Name":
        return False
    return any(node.name == call.func.id and any(context.names.qualified(base) in _RPC for base in node.bases)
               for node in context.nodes("ClassDef"))
