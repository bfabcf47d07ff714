"""VS206: pycurl told not to verify.

Before::

    curl.setopt(pycurl.SSL_VERIFYPEER, 0)
    curl.setopt(pycurl.SSL_VERIFYHOST, 1)

After::

    curl.setopt(pycurl.SSL_VERIFYPEER, 1)
    curl.setopt(pycurl.SSL_VERIFYHOST, 2)

A host check of 1 checks nothing (or is refused, depending on libcurl): 2 does.
https://curl.se/libcurl/c/CURLOPT_SSL_VERIFYHOST.html
"""
from __future__ import absolute_import

from . import Finding, Replace, rule
from .grading import graded, is_left_out, quoted
from .words import is_off, is_on, last_name

_GOOD = {"SSL_VERIFYPEER": "1", "SSL_VERIFYHOST": "2", "PROXY_SSL_VERIFYPEER": "1", "PROXY_SSL_VERIFYHOST": "2"}


@rule("VS206", "pycurl told not to verify", needles=(b"SSL_VERIFYPEER", b"SSL_VERIFYHOST"))
def check(context):
    if is_left_out(context):
        return
    for call in context.nodes("Call"):
        if last_name(call.func) in ("setopt", "set_option", "setOption") and len(call.args) == 2:
            for finding in _option(context, call, call.args[0], call.args[1]):
                yield finding
    for display in context.nodes("Dict"):
        for key, value in zip(display.keys, display.values):
            if key is not None:
                for finding in _option(context, value, key, value):
                    yield finding
    for assign in context.nodes("Assign"):
        for target in assign.targets:
            if target.kind == "Subscript":
                for finding in _option(context, assign, target.slice, assign.value):
                    yield finding


def _option(context, node, option, value):
    good = _GOOD.get(last_name(option)) if option.kind in ("Name", "Attribute") else None
    if good is None or not _is_curls(context, option) or is_left_out(context, node):
        return
    wrong = "%s=%s switches a certificate check of curl off" % (last_name(option), context.text(value))
    if is_off(value) or good == "2" and is_on(value):
        yield graded(context, node, wrong, [Replace(value.start, value.end, good)])
    elif value.kind != "Constant":
        known = [item for item in context.names.values(value) or [] if getattr(item, "kind", "") == "Constant"]
        if not known or any(is_off(item) or good == "2" and is_on(item) for item in known):
            yield Finding(node, "Whether curl verifies here depends on %s: not rewritten; see that it is "
                                "always %s."
                          % (quoted(context.text(value)), good))


def _is_curls(context, option):
    """``pycurl.SSL_VERIFYPEER``, ``curl.SSL_VERIFYPEER`` of an instance, or the name imported from pycurl."""
    name = context.names.qualified(option)
    return option.kind == "Attribute" if name is None else name.split(".")[0] in ("pycurl", "curl")
