"""VS105: a client's context is made for the purpose of servers, and so accepts everything.

Before::

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    urlopen(url, context=context)

After::

    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    urlopen(url, context=context)

Purpose.CLIENT_AUTH means: for authenticating clients. Rewritten where the use of the context proves a client;
an option to switch verification off goes on working, for which check_hostname has to go off before it.
https://docs.python.org/3/library/ssl.html#ssl.Purpose
"""
from . import rule
from .sites import finding, points


@rule("VS105", "context for servers used by a client", needles=(b"CLIENT_AUTH",))
def check(context):
    for point in points(context):
        if point.role == "client_auth":
            yield finding(point, "Purpose.CLIENT_AUTH is for servers: a client's context made so is unchecked")
