"""Options that a library hands on to requests: ``Server(url, http_options={"verify": False})``."""
from __future__ import absolute_import

import re

from . import Finding, RemoveKeyword, RemoveStatement
from .grading import graded, quoted
from .keyword_dicts import flows
from .words import last_name

_OPTIONS = re.compile(r"^_*(\w*_)?(http|https|requests?|session|client|transport|connection|conn|ssl|tls|rest"
                      r"|httpclient)_?(lib_?)?(options|opts|kwargs|kw|args|arguments|params|parameters|config"
                      r"|settings|keywords)$|^requests$",
                      re.IGNORECASE)
_SETTERS = re.compile(r"^(add|set|update|with|configure)_?\w*(http|request|session|ssl|tls|transport"
                      r"|connection)\w*(options|opts|kwargs|args|params|config|settings)$", re.IGNORECASE)
# (function as names.qualified() has it, argument): known to be handed on to requests, and may be left out.
_KNOWN = (
    (re.compile(r"^tableauserverclient(\.\w+)*\.Server$"), "http_options"),
    (re.compile(r"^jira(\.\w+)*\.JIRA$"), "options"),
)
_JIRA_SERVER = re.compile(r"^jira(\.\w+)*\.JIRA$")


def option_fix(context, entry):
    """Yield the finding for an item ``"verify": False`` of a dictionary that somebody gets as options."""
    for flow in flows(context, entry):
        if not _is_for_requests(context, flow):
            continue
        ops = _ops(context, entry, flow)
        if ops is not None:
            yield graded(context, entry.node, "%s is told not to verify certificates"
                         % quoted(context.text(flow.call.func)), ops)
            return
    word = last_name(entry.container) or ""
    if _OPTIONS.match(word) or word == "kwargs" and entry.node.kind in ("Assign", "Call"):
        yield Finding(entry.node, "%s says that certificates are not verified: not rewritten, since where it "
                                  "goes is not known from this file; leave 'verify' out of it." % quoted(word))


def _is_for_requests(context, flow):
    if flow.name is None:
        return False
    if _known(context, flow):
        return True
    return bool(_OPTIONS.match(flow.name) or not flow.name and _SETTERS.match(last_name(flow.call.func) or ""))


def _known(context, flow):
    function = context.names.qualified(flow.call.func) or ""
    if flow.name == "" and _JIRA_SERVER.match(function):
        return True
    return any(pattern.match(function) and flow.name == name for pattern, name in _KNOWN)


def _ops(context, entry, flow):
    """An options dictionary that would be left empty goes as a whole where that means the same for certain."""
    if entry.alone and flow.direct and entry.container.kind == "Dict":
        statement = flow.call.parent
        if not flow.name and statement.kind == "Expr" and len(flow.call.args) == 1 and not flow.call.keywords:
            return [RemoveStatement(statement)]
        if flow.name and _known(context, flow):
            return [RemoveKeyword(flow.call, flow.node)]
    return entry.ops
