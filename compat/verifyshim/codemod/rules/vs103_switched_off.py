"""VS103: a context that verifies is told not to.

Before::

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

After::

    context = ssl.create_default_context()

Both assignments go or neither: check_hostname alone makes no sense, and CERT_NONE alone raises ValueError. A
context that did not verify to begin with (VS102, VS104) is made anew at the same time. Left alone: what an
option of the program decides, pins, and what is switched on again further down.
https://docs.python.org/3/library/ssl.html#ssl.SSLContext.verify_mode
"""
import re

from . import rule
from .sites import finding, points

_WRONG = {
    "check_hostname": "The certificate may be for any host",
    "verify_mode": "The certificate is not checked at all",
}


@rule("VS103", "verification switched off on a context", needles=(b"check_hostname", b"verify_mode"),
      also=((b"CERT_NONE", b"False", re.compile(br"(?:hostname|mode)\W{1,9}0\b"),
             re.compile(br"(?m)^[ \t]*\w+[ \t]*=[ \t]*0\b")),))
def check(context):
    told = set()
    for point in points(context):
        if point.role == "switch" and id(point.node) not in told:
            told.add(id(point.node))
            yield finding(point, _WRONG[point.item.name])
