"""VS402: a function, constant or method that verifies is replaced by something that does not.

Before::

    ssl.match_hostname = lambda certificate, hostname: None
    ssl.CERT_REQUIRED = ssl.CERT_NONE
    requests.adapters.HTTPAdapter.cert_verify = lambda *arguments: None

Reported only: what else in the process relies on the replacement cannot be told from one file. Putting in
another function that verifies (backports.ssl_match_hostname) is not reported.
"""
import re

from . import Finding, rule
from ..syntax import tree
from .grading import is_left_out
from .hooks import NAME
from .switches import UNVERIFIED, named_attribute
from .words import last_name

_VERIFYING = ("match_hostname", "_dnsname_match", "CERT_REQUIRED", "CERT_OPTIONAL", "create_default_context",
              "SSLContext", "wrap_socket", "cert_verify", "verify_mode", "check_hostname",
              "create_urllib3_context", "_create_stdlib_context")
_HOLDERS = re.compile(r"^(ssl|http\.client|urllib3|requests|urllib\.request|httplib2"
                      r"|backports\.ssl_match_hostname|pip\._vendor|aiohttp|httpx|smtplib|imaplib)(\.|$)")


@rule("VS402", "verification patched away", needles=(b"match_hostname", b"CERT_REQUIRED", b"cert_verify",
                                                     b"_create_unverified_context", b"create_urllib3_context",
                                                     b"_dnsname_match"))
def check(context):
    for assign in context.nodes("Assign"):
        for target in assign.targets:
            if target.kind == "Attribute" and _holds(context, target.value, target.attr) \
                    and _gives_nothing(context, target.attr, assign.value) and not is_left_out(context, assign):
                yield Finding(assign, _message("%s.%s" % (context.text(target.value), target.attr)))
    for call in context.nodes("Call"):
        if context.names.qualified(call.func) == "builtins.setattr" and len(call.args) == 3:
            holder, name, value = call.args
            if name.kind == "Constant" and _holds(context, holder, name.value) \
                    and _gives_nothing(context, name.value, value) and not is_left_out(context, call):
                yield Finding(call, _message("%s.%s" % (context.text(holder), name.value)))
    for function in context.nodes("FunctionDef"):
        if _stands_in(context, function) and not is_left_out(context, function):
            yield Finding(function, "A %s that accepts everything stands in for the real one; not rewritten: "
                                    "let it verify, or take it away." % function.name)


def _message(name):
    return ("%s is replaced by something that does not verify, for the whole process; not rewritten: see who "
            "relies on it and take it away." % name)


def _holds(context, holder, name):
    if name not in _VERIFYING or name == NAME:
        return False
    owner = context.names.qualified(holder)
    return owner is not None and "()" not in owner and bool(_HOLDERS.match(owner))


def _gives_nothing(context, name, value):
    """Does *value* not verify, where *name* did?"""
    origin = named_attribute(context, value) or context.names.qualified(value) or ""
    if origin in UNVERIFIED or origin.endswith("CERT_NONE"):
        return True
    if name in ("verify_mode", "check_hostname"):
        return value.kind == "Constant" and not value.value
    if name in ("CERT_REQUIRED", "CERT_OPTIONAL"):
        return value.kind == "Constant" and value.value == 0
    if value.kind == "Lambda":
        return _is_empty_value(context, value.body)
    if value.kind == "Name":
        functions = [node for node in context.nodes("FunctionDef") if node.name == value.id]
        return bool(functions) and all(_does_nothing(context, node) for node in functions)
    return origin.startswith("mock.") or last_name(value) == "Mock"


def _is_empty_value(context, value):
    if value.kind == "Constant":
        return True
    return value.kind == "Call" and context.names.qualified(value.func) in UNVERIFIED


def _does_nothing(context, function):
    """Is its body nothing but pass, a docstring, printing, or return of a constant?"""
    for statement in function.body:
        if statement.kind == "Return":
            if statement.value is not None and not _is_empty_value(context, statement.value):
                return False
        elif statement.kind == "Expr":
            if statement.value.kind != "Constant":
                return False
        elif statement.kind not in ("Pass", "Print"):
            return False
    return True


def _stands_in(context, function):
    """``def match_hostname(...): pass`` where the import failed, or an adapter's cert_verify without checks."""
    if function.name == "match_hostname":
        return tree.enclosing(function, "ClassDef") is None and _does_nothing(context, function)
    if function.name != "cert_verify" or function.parent.kind != "ClassDef":
        return False
    adapter = any((last_name(base) or "").endswith("Adapter") for base in function.parent.bases)
    return adapter and (_does_nothing(context, function) or _waives(context, function))


def _waives(context, function):
    """Does it say CERT_NONE whatever it was asked for? Handing verify=False on is VS201's."""
    modes = [node for node in tree.walk(function) if node.kind == "Assign"
             and last_name(node.targets[0]) == "cert_reqs"]
    return bool(modes) and all(_is_none_mode(context, node.value) for node in modes)


def _is_none_mode(context, value):
    return (value.kind == "Constant" and value.value == "CERT_NONE") or (
        context.names.qualified(value) or "").endswith("CERT_NONE")
