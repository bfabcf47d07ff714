"""What a call makes of a context and what a switch is set to: the vocabulary of the rules about contexts."""
from __future__ import absolute_import

from .once import once
from .words import last_name
from .wraps import ssl_name

CREATIONS = {
    "ssl.create_default_context": "default",
    "ssl._create_default_https_context": "default",
    "ssl.SSLContext": "bare",
    "ssl._create_unverified_context": "unverified",
    "ssl._create_stdlib_context": "unverified",
    "verifyshim.create_context": "default",
    "urllib3.util.ssl_.create_urllib3_context": "default",
    "urllib3.util.create_urllib3_context": "default",
}
UNVERIFIED = ("ssl._create_unverified_context", "ssl._create_stdlib_context")
SWITCHES = ("check_hostname", "verify_mode")
_KEYWORDS = frozenset("""context ssl_context sslcontext ssl_ctx sslctx tls_context ssl tls https_context
    http_context client_context""".split())


def kind_of(context, call):
    """Return what kind of context *call* makes, or None if it makes none.

    "default" verifies; "unverified" does not, as asked; "client_auth" is what servers use and verifies nothing
    up to 3.9; "bare" is SSLContext(PROTOCOL_...), without verification unless it is set; "client" is
    PROTOCOL_TLS_CLIENT, which verifies but has no roots; "server"; "unsure" is none of these for certain.
    """
    kind = CREATIONS.get(ssl_name(context, call.func))
    if kind is None and (call.func in fetched(context) or last_name(call.func) in fetched(context)):
        kind = "unverified"
    if kind == "default":
        return _purpose(context, call)
    if kind == "bare":
        return _protocol(context, call)
    return _as_asked(context, call) if kind == "unverified" else None


def named_attribute(context, node):
    """Return the dotted name that ``getattr(module, "name"[, default])`` fetches, or None."""
    if node.kind != "Call" or context.names.qualified(node.func) != "builtins.getattr" or len(node.args) < 2:
        return None
    module, name = context.names.qualified(node.args[0]), node.args[1]
    return "%s.%s" % (module, name.value) if module is not None and name.kind == "Constant" else None


@once
def fetched(context):
    """Return the expressions and names that are ``getattr(ssl, "_create_unverified_context"[, None])``."""
    found = set()
    if UNVERIFIED[0][4:] in context.source.text:
        for call in context.nodes("Call"):
            if named_attribute(context, call) in UNVERIFIED:
                found.add(call)
                if call.parent.kind == "Assign":
                    found.update(last_name(target) for target in call.parent.targets)
    return found - {None}


def argument(call, name, position=None):
    """Return the value of an argument given by name or at a position, or None."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and len(call.args) > position and not any(
            item.kind == "Starred" for item in call.args[:position + 1]):
        return call.args[position]
    return None


def is_context_keyword(word):
    """Is an argument of this name a context (``context=``, ``sslContext=``, ``ssl=``)?"""
    return word is not None and word.lower().strip("_") in _KEYWORDS


def state(context, name, value):
    """Return what a switch is set to: "on", "off", "mixed" (off, but not always) or "unknown"."""
    found = set(_one_state(context, name, leaf) for leaf in _leaves(context, value))
    if len(found) == 1 and "mixed" not in found:
        return found.pop()
    return "mixed" if "off" in found else "unknown"


def choices(value):
    """Return the expressions that ``a if test else b`` and ``a or b`` may give."""
    if value.kind == "IfExp":
        return choices(value.body) + choices(value.orelse)
    if value.kind == "BoolOp":
        return [leaf for part in value.values for leaf in choices(part)]
    return [value]


def _purpose(context, call):
    value = argument(call, "purpose", 0)
    function = ssl_name(context, call.func) or ""
    if value is None or not function.startswith("ssl."):
        return "default"
    name = ssl_name(context, value) or ""
    if name.endswith("Purpose.SERVER_AUTH"):
        return "default"
    return "client_auth" if name.endswith("Purpose.CLIENT_AUTH") else "unsure"


def _protocol(context, call):
    value = argument(call, "protocol", 0)
    name = "" if value is None else (ssl_name(context, value) or "")
    if name.endswith("PROTOCOL_TLS_SERVER"):
        return "server"
    return "client" if name.endswith("PROTOCOL_TLS_CLIENT") else "bare"


def _as_asked(context, call):
    """_create_unverified_context verifies when it is asked to, and makes servers' contexts too."""
    purpose, required = argument(call, "purpose"), argument(call, "cert_reqs")
    if purpose is not None and (ssl_name(context, purpose) or "").endswith("CLIENT_AUTH"):
        return "server"
    if required is None or state(context, "verify_mode", required) == "off":
        return "unverified"
    checked = argument(call, "check_hostname")
    on = checked is not None and state(context, "check_hostname", checked) == "on"
    return "default" if on and state(context, "verify_mode", required) == "on" else "unsure"


def _leaves(context, value):
    found = []
    for choice in choices(value):
        if choice.kind == "Constant" or (ssl_name(context, choice) or "").startswith("ssl."):
            found.append(choice)
        else:
            found.extend(context.names.values(choice) or [choice])
    return found


def _one_state(context, name, leaf):
    if not hasattr(leaf, "kind"):
        return "unknown"
    if leaf.kind == "Constant":
        known = isinstance(leaf.value, (bool, int)) and leaf.value in (0, 1, 2)
        return ("on" if leaf.value else "off") if known else "unknown"
    words = (ssl_name(context, leaf) or "").split(".")
    if name == "verify_mode" and words[0] == "ssl":
        return {"CERT_NONE": "off", "CERT_REQUIRED": "on", "CERT_OPTIONAL": "on"}.get(words[-1], "unknown")
    return "unknown"
