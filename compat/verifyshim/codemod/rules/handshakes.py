"""Findings for sockets wrapped by hand, as VS106 and VS107 both report them."""
from __future__ import absolute_import

from . import Finding, Fix
from .choices import choice, note
from .connections import connection_host
from .hosts import address_host, host_for
from .once import once
from .retries import fixes
from .testcode import is_test
from .wraps import NONE, REQUIRED, checks_name, rewrite, wraps, ssl_name

_NEGOTIATE = ("ssl.PROTOCOL_SSLv23", "ssl.PROTOCOL_TLS", "ssl.PROTOCOL_TLS_CLIENT")
_UNVERIFIED = "ssl.wrap_socket accepts every certificate"
_INSTEAD = "write ssl.create_default_context().wrap_socket(sock, server_hostname=...) instead"


def findings(context, wanted):
    """Return a Finding for each socket that is wrapped unverified and for which ``wanted(wrap)`` is true."""
    return [Finding(found.node, found.message, found.fix) for wrap, found in _findings(context) if wanted(wrap)]


@once
def _findings(context):
    """Return (Wrap, Finding) of all sockets that are wrapped unverified; the two rules share the Fixes."""
    rewrites, hosts = [], {}
    for wrap in wraps(context):
        if not context.options.tests and is_test(context, wrap.call):
            continue
        hosts[wrap] = _host(context, wrap)
        ready = wrap.checks == NONE and hosts[wrap][0] and not wrap.is_pinned and not wrap.is_doubtful
        change = rewrite(wrap, hosts[wrap][0]) if ready else None
        rewrites.append((wrap, change))
    done, shared = fixes(context, rewrites), {}
    found = [(wrap, _finding(context, wrap, hosts[wrap], done[wrap], shared)) for wrap, _ in rewrites]
    return [pair for pair in found if pair[1] is not None]


def _host(context, wrap):
    """Return (source text or None, whether it is certain)."""
    host = connection_host(context, wrap.call)
    if host is not None:
        return host or None, True
    host = host_for(context, wrap.call, near=True)
    if host is not None:
        return host, True
    return host_for(context, wrap.call) or address_host(context, wrap.call), False


def _finding(context, wrap, host, ops, shared):
    if wrap.checks == REQUIRED:
        if checks_name(wrap):
            return None
        return Finding(wrap.call, "ssl.wrap_socket checks the chain but not the host name, so any valid "
                                  "certificate of anybody will do; %s" % _INSTEAD)
    if wrap.checks != NONE:
        decides = "** argument" if wrap.open else "cert_reqs"
        return Finding(wrap.call, "ssl.wrap_socket verifies only if its %s says so; it is not rewritten, as "
                                  "that is decided elsewhere; %s" % (decides, _INSTEAD))
    if ops is None:
        return Finding(wrap.call, "%s; %s" % (_UNVERIFIED, _why_not(wrap, host)))
    key = id(ops)
    if key not in shared:
        reason = choice(context, wrap.call)
        safe = host[1] and (reason is None or _is_about_roots(reason))
        shared[key] = Fix("safe" if safe else "unsafe", ops), None if safe else reason
    fix, reason = shared[key]
    return Finding(wrap.call, _UNVERIFIED + _pinned_version(context, wrap) + note(reason), fix)


def _why_not(wrap, host):
    if wrap.is_pinned:
        return ("it is not rewritten because the certificate is fetched or compared with a pin here; "
                "review it by hand")
    if wrap.is_doubtful:
        return "it is not rewritten because nothing here imports ssl; " + _INSTEAD
    if wrap.open:
        return "it is not rewritten because of its * or ** argument; " + _INSTEAD
    if not host[0]:
        return "it is not rewritten because the host name to check is not certain here; " + _INSTEAD
    return "it is not rewritten because another branch or argument cannot be; " + _INSTEAD


def _is_about_roots(reason):
    """``if self.ca_file:`` chooses roots; without a file the usual ones verify."""
    reason = reason.lower()
    return any(word in reason for word in ("ca_file", "cafile", "ca_cert", "cacert", "ca_bundle", "cabundle"))


def _pinned_version(context, wrap):
    node = wrap.given.get("ssl_version")
    if node is None or ssl_name(context, node) in _NEGOTIATE:
        return ""
    return ("; ssl_version=%s goes with it, because a pinned version cannot connect where OpenSSL refuses it "
            "and a verifying context negotiates" % context.text(node))
