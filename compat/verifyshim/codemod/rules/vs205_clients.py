"""VS205: httpx, aiohttp, tornado, httplib2, websocket-client or libcloud told not to verify.

Before::

    httpx.Client(verify=False)
    await session.get(url, ssl=False)
    httplib2.Http(disable_ssl_certificate_validation=True)
    create_connection(url, sslopt={"cert_reqs": ssl.CERT_NONE, "check_hostname": False})
    libcloud.security.VERIFY_SSL_CERT = False

After::

    httpx.Client()
    await session.get(url)
    httplib2.Http()
    create_connection(url)

All of these verify by themselves. https://www.python-httpx.org/advanced/ssl/
https://docs.aiohttp.org/en/stable/client_advanced.html#ssl-control-for-tcp-sockets
"""
from __future__ import absolute_import

import re

from . import DropUnusedImports, RemoveDictItem, RemoveKeyword, RemoveStatement, rule
from .cert_none import is_cert_none
from .grading import graded, is_left_out
from .keyword_dicts import Span, flows, Entry
from .library_switches import find
from .words import is_off, text_of


@rule("VS205", "httpx, aiohttp, tornado, httplib2, websocket-client, libcloud told not to verify",
      needles=(b"httpx", b"aiohttp", b"validate_cert", b"disable_ssl_certificate_validation", b"sslopt",
               b"VERIFY_SSL_CERT"),
      also=((b"validate_cert", b"disable_ssl_certificate_validation", b"sslopt", b"VERIFY_SSL_CERT", b"verify",
             re.compile(br"\bssl\b[\"']?[\s\\]*[:=]")),))
def check(context):
    if is_left_out(context):
        return
    for finding in find(context, "VS205", "safe"):
        yield finding
    for found in (_sslopt(context), _libcloud(context)):
        for finding in found:
            if not is_left_out(context, finding.node):
                yield finding


def _sslopt(context):
    """websocket-client: both halves of the dictionary, which is named sslopt where it is handed over."""
    for display in context.nodes("Dict"):
        waived = [index for index, key in enumerate(display.keys)
                  if _waives(context, key, display.values[index])]
        if not waived:
            continue
        flow = _goes_to_sslopt(context, display)
        if flow is None:
            continue
        first, last = display.keys[waived[0]], display.values[waived[-1]]
        if len(waived) == len(display.keys) and flow.direct:
            ops = [RemoveKeyword(flow.call, flow.node)]
        else:
            ops = [RemoveDictItem(display, index) for index in waived]
        yield graded(context, Span(first.start, last.end, first), "websocket-client is told not to verify",
                     ops + [DropUnusedImports(["ssl"])])


def _waives(context, key, value):
    name = text_of(key)
    return name == "cert_reqs" and is_cert_none(context, value) or name == "check_hostname" and is_off(value)


def _goes_to_sslopt(context, display):
    entry = Entry(None, None, display, display, None)
    for flow in flows(context, entry):
        if flow.name == "sslopt":
            return flow
    parent = display.parent
    if parent.kind == "Dict":
        for key, value in zip(parent.keys, parent.values):
            if value is display and text_of(key) == "sslopt":
                return _NoCall
    return None


class _NoCall(object):
    """Handed over inside of another dictionary."""
    direct = False


def _libcloud(context):
    for assign in context.nodes("Assign"):
        target = assign.targets[0]
        if target.kind != "Attribute" or not is_off(assign.value) or len(assign.targets) != 1:
            continue
        if target.attr in ("VERIFY_SSL_CERT", "VERIFY_SSL_CERT_STRICT"):
            name = context.names.qualified(target) or ""
            if name.startswith("libcloud.security."):
                yield graded(context, assign, "libcloud is told not to verify certificates",
                             [RemoveStatement(assign), DropUnusedImports([_root(target)])])


def _root(node):
    while node.kind == "Attribute":
        node = node.value
    return node.id
