"""Calls and statements of VS207 that are more than a keyword: pyOpenSSL, ldap, MQTT, kubernetes, boto."""
from __future__ import absolute_import

from ..syntax import tree
from . import Finding, NeedImport, RemoveStatement, Replace
from .grading import graded
from .libraries import imports
from .servers import is_server
from .words import is_off, is_on, last_name, polarity, speaks_of_tls, text_of, VERIFIES

_ATTRIBUTES = frozenset(["verify_ssl", "assert_hostname", "https_validate_certificates"])
_PLAIN = ("http", "ws", "tcp")


def special_calls(context):
    """Yield findings for what each of these libraries spells in its own way."""
    for call in context.nodes("Call"):
        maker = _MAKERS.get(last_name(call.func) or "")
        finding = maker(context, call) if maker is not None else None
        if finding is not None:
            yield finding
    for assign in context.nodes("Assign"):
        finding = _attribute(context, assign) or _overruled_parameter(context, assign)
        if finding is not None:
            yield finding


def _set_verify(context, call):
    """pyOpenSSL: not where the program looks at the certificate itself, and not in servers."""
    mode = call.args[0] if call.args else None
    if mode is None or not (context.names.qualified(mode) or "").endswith("SSL.VERIFY_NONE"):
        return None
    if is_server(context, call):
        return None
    function = tree.enclosing(call, "FunctionDef", "AsyncFunctionDef", "Module")
    names = set(last_name(part.func) for part in tree.walk(function) if part.kind == "Call")
    if names & frozenset(["set_accept_state", "listen", "accept"]):
        return None
    wrong = "pyOpenSSL is told to accept any certificate"
    if "get_peer_certificate" in names or "get_peer_cert_chain" in names or mode.kind != "Attribute":
        return Finding(call, wrong + ": not rewritten, since the program looks at the certificate itself; "
                                     "compare it with what it should be before sending anything.")
    # Without roots every certificate would be refused.
    if not names & frozenset(["set_default_verify_paths", "load_verify_locations"]):
        return Finding(call, wrong + ": not rewritten, since no roots are loaded here; use VERIFY_PEER after "
                             "set_default_verify_paths() or load_verify_locations(), and check the host's "
                             "name.")
    return graded(context, call, wrong, [Replace(mode.value.end, mode.end, ".VERIFY_PEER")], "unsafe")


def _set_option(context, call):
    """``ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)``, on a connection too."""
    if len(call.args) != 2 or last_name(call.args[0]) != "OPT_X_TLS_REQUIRE_CERT":
        return None
    value = call.args[1]
    if last_name(value) not in ("OPT_X_TLS_NEVER", "OPT_X_TLS_ALLOW"):
        return None
    ops = [Replace(value.value.end, value.end, ".OPT_X_TLS_DEMAND")] if value.kind == "Attribute" else [
        Replace(value.start, value.end, "%s.OPT_X_TLS_DEMAND" % context.imported("ldap", value))]
    if value.kind != "Attribute":
        ops.append(NeedImport("ldap", value))
    return graded(context, call, "ldap is told to accept any certificate", ops, "unsafe")


def _tls_insecure_set(context, call):
    if len(call.args) == 1 and is_on(call.args[0]) and call.parent.kind == "Expr":
        return graded(context, call, "The MQTT client is told not to compare the host's name with its "
                                     "certificate",
                      [RemoveStatement(call.parent)], "unsafe")
    return None


def _setbool(context, call):
    """``boto.config.setbool("Boto", "https_validate_certificates", False)``."""
    if len(call.args) == 3 and text_of(call.args[1]) == "https_validate_certificates" and is_off(call.args[2]):
        value = call.args[2]
        return graded(context, call, "boto is told not to validate certificates",
                      [Replace(value.start, value.end, "True")], "unsafe")
    return None


_MAKERS = {"set_verify": _set_verify, "set_option": _set_option, "tls_insecure_set": _tls_insecure_set,
           "setbool": _setbool}


def _attribute(context, assign):
    """``configuration.verify_ssl = False`` (kubernetes), ``conn.https_validate_certificates = ...`` (boto)."""
    target = assign.targets[0]
    if target.kind != "Attribute" or target.attr not in _ATTRIBUTES or not is_off(assign.value):
        return None
    known = context.names.qualified(target.value) or ""
    kubernetes = target.attr in ("verify_ssl", "assert_hostname") and (
        known.startswith(("kubernetes", "openshift")) and known.endswith("Configuration()")
        or "config" in (last_name(target.value) or "").lower() and imports(context, "kubernetes"))
    boto = target.attr == "https_validate_certificates" and last_name(target.value) != "self"
    if not kubernetes and not boto:
        return None
    good = "None" if target.attr == "assert_hostname" else "True"
    return graded(context, assign, "%s is told not to verify certificates" % ("boto" if boto else "kubernetes"),
                  [Replace(assign.value.start, assign.value.end, good)], "unsafe")


def _overruled_parameter(context, assign):
    """``validate_certs = False`` where a parameter of that name is handed on: the caller is overruled."""
    target = assign.targets[0]
    if target.kind != "Name" or len(assign.targets) != 1 or not is_off(assign.value):
        return None
    if polarity(target.id) != VERIFIES or not speaks_of_tls(target.id):
        return None
    function = tree.enclosing(assign, "FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda")
    if function is None or function.kind in ("ClassDef", "Lambda"):
        return None
    arguments = function.args
    named = [argument.arg for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]
    if target.id not in named or not is_handed_on(function, target.id) or is_plain(assign):
        return None
    return graded(context, assign, "Certificates are not verified here, whatever the caller asks for",
                  [RemoveStatement(assign)])


def is_handed_on(function, name):
    """Does a function give its variable *name* to somebody as the keyword of the same name?"""
    return any(part.kind == "keyword" and part.arg == name and part.value.kind == "Name"
               and part.value.id == name for part in tree.walk(function))


def is_plain(assign):
    """Is the connection without TLS here anyway (``protocol = "http"`` next to it)?"""
    block = tree.block_of(assign)[0]
    return any(part.kind == "Constant" and text_of(part) in _PLAIN
               for statement in block or () for part in tree.walk(statement)
               if statement.kind in ("Assign", "AugAssign"))
