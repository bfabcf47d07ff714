"""VS204: urllib3 told not to verify.

Before::

    urllib3.PoolManager(num_pools=4, cert_reqs="CERT_NONE", assert_hostname=False)

After, for Python 3::

    urllib3.PoolManager(num_pools=4)

After, where Python 2 is among the targets (its urllib3 may be older than 1.25, which verifies only if asked)::

    urllib3.PoolManager(num_pools=4, cert_reqs="CERT_REQUIRED")

A fingerprint (assert_fingerprint) is a check of its own: such pools are left alone.
https://urllib3.readthedocs.io/en/stable/advanced-usage.html#certificate-verification
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from . import DropUnusedImports, Finding, RemoveKeyword, RemoveStatement, rule
from .cert_none import is_cert_none, required
from .gates import gated
from .grading import graded, is_left_out
from .keyword_dicts import entries, flows
from .requests_calls import in_adapter_class
from .words import ACCEPTS, is_off, keyword_of, last_name, polarity

_POOLS = re.compile(r"^urllib3(\.\w+)*\.(PoolManager|ProxyManager|SOCKSProxyManager|HTTPSConnectionPool"
                    r"|HTTPSConnection|VerifiedHTTPSConnection|connection_from_url|proxy_from_url"
                    r"|connection_from_host|HTTPConnectionPool|set_cert)(\(\)(\.\w+)*)?$")
_METHODS = frozenset(["init_poolmanager", "proxy_manager_for", "PoolManager", "ProxyManager",
                      "HTTPSConnectionPool", "set_cert", "connection_from_url", "proxy_from_url"])
_KEYS = ("cert_reqs", "assert_hostname")
_KWARGS = frozenset(["connection_pool_kw", "pool_kwargs", "pool_kw", "conn_kw", "ssl_kwargs"])


@rule("VS204", "urllib3 told not to verify", needles=(b"cert_reqs", b"assert_hostname"))
def check(context):
    if is_left_out(context):
        return
    for source in (_calls(context), _items(context), _attributes(context)):
        for finding in source:
            if not is_left_out(context, finding.node):
                yield finding


def _calls(context):
    for call in context.nodes("Call"):
        for name in _KEYS:
            keyword = keyword_of(call, name)
            if keyword is None or not _is_waived(context, name, keyword.value) or not _is_pool(context, call):
                continue
            if keyword_of(call, "assert_fingerprint") is None:
                yield _found(context, keyword, name, _repair(context, name, keyword.value,
                                                             [RemoveKeyword(call, keyword)]))


def _items(context):
    for entry in entries(context, *_KEYS):
        if not _is_waived(context, entry.key, entry.value):
            continue
        pools = [flow for flow in flows(context, entry) if flow.name is None and _is_pool(context, flow.call)]
        if last_name(entry.container) in _KWARGS or any(
                keyword_of(flow.call, "assert_fingerprint") is None for flow in pools):
            ops = _repair(context, entry.key, entry.value, entry.ops or [])
            yield _found(context, entry.node, entry.key, ops)


def _attributes(context):
    """``pool.assert_hostname = False``, ``self.poolmanager...``, ``conn.cert_reqs = "CERT_NONE"``."""
    for assign in context.nodes("Assign"):
        target = assign.targets[0]
        if target.kind != "Attribute" or target.attr not in _KEYS or len(assign.targets) != 1:
            continue
        if not _is_waived(context, target.attr, assign.value):
            continue
        function = tree.enclosing(assign, "FunctionDef")
        if function is not None and function.name == "cert_verify":
            if gated(context, assign) is not None:
                continue        # requests itself, and what is like it: its parameter verify decides
            yield Finding(assign, "A replacement of cert_verify switches verification off for whoever mounts "
                                  "this adapter: not rewritten, since that is all it is for; mount a plain "
                                  "HTTPAdapter instead.")
        elif in_adapter_class(context, assign) or _is_pool_object(context, target.value):
            yield _found(context, assign, target.attr, _repair(context, target.attr, assign.value,
                                                               [RemoveStatement(assign)]))


def _is_waived(context, name, value):
    return is_cert_none(context, value) if name == "cert_reqs" else is_off(value)


def _is_pool(context, call):
    name = context.names.qualified(call.func)
    if name is not None and _POOLS.match(name):
        return True
    return last_name(call.func) in _METHODS and (name is None or "urllib3" in name or "requests" in name)


def _is_pool_object(context, node):
    name = context.names.qualified(node) or ""
    return bool(_POOLS.match(name)) or re.search(r"pool(manager)?$", last_name(node) or "") is not None


def _repair(context, name, value, removal):
    """The keyword goes, or says CERT_REQUIRED where an old urllib3 needs to be told."""
    if name == "cert_reqs" and (context.options.min_python_2 is not None or not removal):
        return required(context, value)
    return removal + [DropUnusedImports(["ssl", "CERT_NONE"])]


def _found(context, node, name, ops):
    owner = in_adapter_class(context, node)
    if owner is not None and _says_so(owner.name):
        return Finding(node, "%s is for whoever wants unverified connections: not rewritten, since that is all "
                             "it is for; mount a plain HTTPAdapter instead." % owner.name)
    wrong = "urllib3 is told not to verify certificates" if name == "cert_reqs" else (
        "urllib3 is told not to compare the host's name with its certificate")
    return graded(context, node, wrong, ops)


def _says_so(name):
    return polarity(name) == ACCEPTS or re.search(r"(?i)ignor|^no|without|unverif|any", name) is not None
