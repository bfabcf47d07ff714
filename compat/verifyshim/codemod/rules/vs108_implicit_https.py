"""HTTPS that only newer Pythons verify: below 2.7.9, and from 3.0 to 3.4.2, nothing checks who answers.

Before (with --min-python 2.6, --unsafe)::

    connection = httplib.HTTPSConnection(host)
    page = urllib2.urlopen(url)

After::

    connection = verifyshim.VerifiedHTTPSConnection(host)
    page = verifyshim.urlopen(url)

What has no equal among verifyshim's names is reported: verifyshim.install() in the main program covers it.
https://www.python.org/dev/peps/pep-0476/
"""
from __future__ import absolute_import

import re

from . import DropUnusedImports, Finding, Fix, NeedImport, Replace, rule
from .choices import note
from .gates import gated
from .implicit import is_for_old_pythons, uses
from .installs import is_covered
from .testcode import is_test
from ..context import EVERYWHERE
from ..dialect import narrowed
from ..prefilter import code_alone

_NAMES = {
    "http.client.HTTPSConnection": "VerifiedHTTPSConnection",
    "urllib.request.urlopen": "urlopen",
    "urllib.request.build_opener": "build_opener",
    "urllib.request.HTTPSHandler": "VerifiedHTTPSHandler",
}
_TAKEN = {
    "urllib.request.urlopen": ("url", "data", "timeout"),
    "urllib.request.HTTPSHandler": ("debuglevel",),
}
_OLD = "%s verifies only from Python 2.7.9 and 3.4.3 on"
_INSTALL = "call verifyshim.install() first thing in the main program"


# What is_for_old_pythons sees, in bytes, and what only Python 2 has (see dialect.py), in those of the code.
_ASKS = re.compile(br"hasattr\s*\([^()]*[Cc]ontext")
_GIVES = re.compile(br"\bcontext[\s\\]*=[^=]")
_LACKS = re.compile(br"\bexcept\b[^:]*(?:TypeError|AttributeError|ImportError)")
_OLD_MODULES = frozenset(["httplib", "urllib2", "xmlrpclib"])
_SHOWS_2 = re.compile(
    br"\b(?:httplib|urllib2|xmlrpclib)\b|\bprint[ \t]+[\w'\">]|\bexec[ \t]+\w|`"
    br"|\braise\b[^\r\n]*,|\bdef\b[^:]*\(\(|\blambda[ \t]*\(|\b(?:BaseHTTPServer|ConfigParser|Cookie"
    br"|HTMLParser|Queue|c?StringIO|cookielib|urlparse)\b")


_NEEDLES = (b"HTTPSConnection", b"HTTPSHandler", b"urlopen", b"urlretrieve", b"build_opener", b"httplib.HTTPS",
            b"URLopener", b"SafeTransport")


def _may_apply(options, data):
    code = code_alone(data)
    if not any(needle in code for needle in _NEEDLES):
        return False        # a text or a comment speaks of it
    if not options.stdlib_verifies or _ASKS.search(data) or _GIVES.search(data) and _LACKS.search(data):
        return True
    return not options.stated and _SHOWS_2.search(code) is not None


@rule("VS108", "HTTPS that old Pythons do not verify", needles=_NEEDLES, applies=_may_apply)
def check(context):
    everywhere = _meets_old_pythons(context)
    for node, name, call in uses(context):
        if not everywhere and not is_for_old_pythons(node):
            continue
        if (is_test(context, node) and not context.options.tests) or is_covered(context, node):
            continue
        yield _finding(context, node, name, call)


def _meets_old_pythons(context):
    """Whether an unverifying Python may run this: who asked said so, or it is for Python 2, whichever."""
    if not context.stdlib_verifies:
        return True
    if context.options.stated:
        return False
    return _imports_old_modules(context) or narrowed(EVERYWHERE, context.tree, context.nodes) == EVERYWHERE[:1]


def _imports_old_modules(context):
    """Whether a module of Python 2 is imported anywhere: where Python 3's does not come, for example."""
    return any(alias.name in _OLD_MODULES for node in context.nodes("Import") for alias in node.names) or any(
        node.module in _OLD_MODULES and not node.level for node in context.nodes("ImportFrom"))


def _finding(context, node, name, call):
    wrong = _OLD % name
    if context.stdlib_verifies:
        return Finding(node, "%s; if an older one runs this, %s, else name the oldest with --min-python"
                       % (wrong, _INSTALL))
    replacement = call is not None and _replacement(context, call, name)
    if not replacement:
        return Finding(node, "%s; it is not rewritten because verifyshim has no equal to it; %s"
                       % (wrong, _INSTALL))
    return Finding(node, wrong + note(gated(context, node)), Fix("unsafe", replacement))


def _replacement(context, call, name):
    if name not in _NAMES or "install_opener" in context.source.text:
        return None
    if context.names.qualified(call.func) != name or _is_of_urllib_2(call.func):
        return None
    taken = _TAKEN.get(name)
    if taken is not None and (len(call.args) > len(taken) or any(
            argument.kind == "Starred" for argument in call.args) or any(
                keyword.arg not in taken for keyword in call.keywords)):
        return None
    if name.endswith("HTTPSHandler") and call.args:
        return None
    root = call.func
    while root.kind == "Attribute":
        root = root.value
    module = context.imported("verifyshim", call)
    return [Replace(call.func.start, call.func.end, "%s.%s" % (module, _NAMES[name])),
            NeedImport("verifyshim", call), DropUnusedImports([root.id] if root.kind == "Name" else [])]


def _is_of_urllib_2(function):
    """Python 2's urllib.urlopen opens local files as well."""
    return function.kind == "Attribute" and function.value.kind == "Name" and function.value.id == "urllib"
