"""VS302: XML-RPC and SOAP clients that are given an unverified context.

Before::

    proxy = ServerProxy(url, context=ssl._create_unverified_context())

After::

    proxy = ServerProxy(url, context=ssl.create_default_context())

ServerProxy and SafeTransport of xmlrpc.client (xmlrpclib), and the u2handlers method by which suds gets its
HTTPSHandler. Rewritten together with what makes the context (VS102 to VS104).
https://docs.python.org/3/library/xmlrpc.client.html#xmlrpc.client.ServerProxy
"""
from . import rule
from .rpc import is_rpc_use
from .sites import finding, points


@rule("VS302", "XML-RPC or SOAP client with an unverified context",
      needles=(b"ServerProxy", b"SafeTransport", b"xmlrpc", b"u2handlers"),
      also=((b"_unverified_context", b"_create_stdlib_context", b"SSLContext", b"CLIENT_AUTH",
             b"check_hostname", b"verify_mode"),))
def check(context):
    for point in points(context):
        if point.role == "use" and is_rpc_use(context, point):
            yield finding(point, "This XML-RPC or SOAP client does not verify whom it talks to")
