"""VS104: a client's context is made with ``SSLContext(PROTOCOL_...)``, which checks nothing until it is told to.

Before::

    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    context.load_verify_locations(roots)
    sock = context.wrap_socket(sock, server_hostname=host)

After::

    context = ssl.create_default_context(cafile=roots)
    sock = context.wrap_socket(sock, server_hostname=host)

Loading roots alone does not check anything either. Options, ciphers and the client's certificate stay; a pin
to one protocol version does not, as OpenSSL 3 connects to nobody with PROTOCOL_TLSv1. wrap_socket gets a
server_hostname where the host is certain. https://docs.python.org/3/library/ssl.html#ssl.SSLContext
"""
import re

from . import rule
from .sites import finding, points
from .switches import argument

_OLD = ("PROTOCOL_TLSv1", "PROTOCOL_TLSv1_1", "PROTOCOL_SSLv3", "PROTOCOL_SSLv2")


@rule("VS104", "SSLContext without verification", needles=(b"SSLContext",),
      also=((re.compile(br"SSLContext[\s\\]*\(|[:=,][\s\\(]*(?:\w+\.)*SSLContext\b|SSLContext[\s\\]+as\b"),),))
def check(context):
    for point in points(context):
        if point.role == "bare":
            yield finding(point, _wrong(point.item.call))


def _wrong(call):
    protocol = argument(call, "protocol", 0)
    name = getattr(protocol, "attr", getattr(protocol, "id", None))
    if name in _OLD:
        return ("A context made like this checks neither certificate nor host name, and OpenSSL 3 connects to "
                "nobody with %s" % name)
    return "A context made like this checks neither certificate nor host name by itself"
