"""VS202: a parameter that switches verification off unless the caller says otherwise.

Before::

    def fetch(url, verify=False):
        return requests.get(url, verify=verify)

    def connect(host, insecure=True):

After::

    def fetch(url, verify=True):
        return requests.get(url, verify=verify)

    def connect(host, insecure=False):

Unsafe: every caller that relies on the default is verified from then on.
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from . import Finding, Fix, Replace, rule
from .cert_none import is_cert_none
from .grading import is_left_out
from .keyword_dicts import entries, flows
from .libraries import imports, switch_for
from .requests_calls import is_session, reach
from .words import ACCEPTS, NEEDLES, SWITCHED, VERIFIES, last_name, polarity, speaks_of_tls, waives

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef")
_NETWORK = ("requests urllib3 httpx aiohttp tornado httplib2 httplib http urllib urllib2 ssl socket pycurl "
            "OpenSSL boto boto3 botocore websocket treq suds zeep xmlrpclib xmlrpc grequests ldap redis "
            "elasticsearch hvac pyVim pyVmomi docker kubernetes paho pymongo asyncio twisted six smtplib "
            "imaplib ftplib libcloud").split()
_OTHER_MATTER = re.compile(r"(?i)^(is_?|was_?)?verified|verifier|verification_?(code|token|email)|validator"
                           r"|input|schema|signature|email|password|checksum")


@rule("VS202", "a default that does not verify", needles=NEEDLES,
      also=((SWITCHED, b"cert_reqs"), (b"def ",)))
def check(context):
    if is_left_out(context) or not any(imports(context, library) for library in _NETWORK):
        return
    for function in context.nodes(*_FUNCTIONS):
        if polarity(function.name) == ACCEPTS:
            continue        # create_unverified_context says what it is
        for argument, default in _with_defaults(function):
            if argument.arg is None or is_left_out(context, argument):
                continue
            if argument.arg == "cert_reqs" and not _is_none(default) and is_cert_none(context, default):
                yield Finding(_Both(argument, default), "cert_reqs is CERT_NONE unless the caller says "
                                                        "otherwise: not rewritten, since verifying takes roots "
                                                        "here as well; make CERT_REQUIRED the default and give "
                                                        "it roots.")
            elif waives(argument.arg, default) and not _OTHER_MATTER.search(argument.arg) and _is_ours(
                    context, function, argument.arg):
                good = "True" if polarity(argument.arg) == VERIFIES else "False"
                yield Finding(_Both(argument, default), "Certificates are not verified unless the caller says "
                                                        "so: the default of %s is %s."
                              % (argument.arg, context.text(default)),
                              Fix("unsafe", [Replace(default.start, default.end, good)]))


class _Both(object):
    """``name=default``."""

    def __init__(self, argument, default):
        self.start = argument.start
        self.end = default.end
        self.parent = argument.parent


def _with_defaults(function):
    arguments = function.args
    plain = list(arguments.posonlyargs) + list(arguments.args)
    pairs = list(zip(plain[len(plain) - len(arguments.defaults):], arguments.defaults))
    pairs += [pair for pair in zip(arguments.kwonlyargs, arguments.kw_defaults) if pair[1] is not None]
    return pairs


def _is_none(default):
    return default.kind == "Constant" and default.value is None


def _is_ours(context, function, name):
    """Is it TLS that the parameter is about: by its name, or by where it is handed on?"""
    if speaks_of_tls(name):
        return _is_used(function, name)
    stored = _stored_as(function, name)
    owner = tree.enclosing(function, "ClassDef")
    inside = tree.walk(owner if stored and owner is not None else function)
    for part in inside:
        if part.kind == "Call":
            for keyword in part.keywords:
                if _is_it(keyword.value, name, stored) and _takes_verify(context, part, keyword.arg):
                    return True
        elif part.kind == "Assign" and _is_it(part.value, name, stored):
            for target in part.targets:
                if target.kind == "Attribute" and target.attr == "verify" and is_session(
                        context, target.value) is not False and last_name(target.value) != "self":
                    return True
    return any(_is_it(entry.value, name, stored) and tree.enclosing(entry.value, *_FUNCTIONS) is function
               and any(flow.name is None and reach(context, flow.call) for flow in flows(context, entry))
               for entry in entries(context, "verify"))


def _is_used(function, name):
    """A parameter that nothing reads decides nothing."""
    return any(part.kind == "Name" and part.id == name
               for statement in function.body for part in tree.walk(statement))


def _takes_verify(context, call, keyword):
    if keyword == "verify":
        return reach(context, call) is not None or switch_for(context, call, keyword) is not None
    return keyword is not None and (speaks_of_tls(keyword) and polarity(keyword) is not None
                                    or switch_for(context, call, keyword) is not None)


def _is_it(node, name, stored):
    return node.kind == "Name" and node.id == name or node.kind == "Attribute" and node.attr in stored


def _stored_as(function, name):
    """The attributes of self that the parameter is kept in."""
    found = set()
    for part in tree.walk(function):
        if part.kind == "Assign" and part.value.kind == "Name" and part.value.id == name:
            found.update(target.attr for target in part.targets
                         if target.kind == "Attribute" and last_name(target.value) == "self")
    return found
