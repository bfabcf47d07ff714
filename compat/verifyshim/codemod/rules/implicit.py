"""What only newer Pythons verify by themselves: http.client's HTTPS classes and what urllib builds on them."""
from __future__ import absolute_import

import re

from .nodes import is_none, is_text, last_name, text_of
from ..syntax import tree

# Canonical name -> (keywords or positions that bring a context or roots: then it is somebody's decision).
_CONTEXTS = ("context", "cafile", "capath", "ssl_context")
CALLS = {
    "http.client.HTTPSConnection": 8, "http.client.HTTPS": None,
    "urllib.request.urlopen": None, "urllib.request.HTTPSHandler": 1, "urllib.request.build_opener": None,
    "urllib.request.urlretrieve": None, "urllib.request.URLopener": None, "urllib.request.FancyURLopener": None,
    "xmlrpc.client.SafeTransport": None,
}
# Under these names the functions stand in modules of many programs, where imports do not tell.
_WORDS = frozenset(name.rsplit(".", 1)[1] for name in CALLS)
_HOLDER = re.compile(r"^_?(compat_)?(urllib2?|http_?lib|http_client|urllib_request|urlrequest|u2)$")
_MODULES = {"HTTPSConnection": "http.client.", "HTTPS": "http.client."}
_NOT_HTTPS = re.compile(r"^(http|ftp|file|data):", re.IGNORECASE)
_PROBES = ("hasattr", "isinstance", "issubclass", "callable", "getattr", "super", "type")


def uses(context):
    """Yield ``(node, canonical name, call or None)`` for each use without a context."""
    words = _WORDS.union(alias.asname for alias in context.nodes("alias")
                         if alias.asname and alias.name in _WORDS)
    for node in context.nodes("Attribute", "Name"):
        word = last_name(node)
        if word in words:
            name = _name(context, node, word)
            if name is not None:
                found = _use(context, node, name)
                if found is not None:
                    yield found
    for statement in context.nodes("ImportFrom"):
        if _is_conditional_alias(context, statement):
            yield statement, "http.client.HTTPSConnection", None


def _name(context, node, word):
    name = context.names.qualified(node)
    if name in CALLS:
        return name
    if name is not None:
        # boto.compat.http_client.HTTPSConnection: a module of the program's own that hands on the library's.
        parts = name.split(".")
        return _MODULES.get(word, "urllib.request.") + word if parts[-1] == word and len(parts) > 1 \
            and _HOLDER.match(parts[-2]) and word in _WORDS else None
    if node.kind == "Attribute" and word in _WORDS and node.value.kind == "Name" \
            and _HOLDER.match(node.value.id) and _is_foreign(context, node.value):
        return _MODULES.get(word, "urllib.request.") + word
    return None


def _is_foreign(context, name):
    """Whether a name comes from another module of the program, so that only its name speaks for it."""
    found = [item for item in context.names.imports if item.bound == name.id]
    stars = any(alias.name == "*" for statement in context.nodes("ImportFrom") for alias in statement.names)
    return bool(found) or stars


def _use(context, node, name):
    above = node.parent
    if above.kind == "Call" and above.func is node:
        return None if _is_decided(context, above, name) else (above, name, above)
    if above.kind == "Attribute":
        # HTTPSConnection.connect(self): the stdlib's own way, inherited on purpose.
        call = above.parent
        inherited = above.attr == "connect" and name.endswith("HTTPSConnection")
        return (call, name, None) if inherited and call.kind == "Call" and call.func is above else None
    if above.kind in ("ClassDef", "Compare", "ExceptHandler", "Delete", "alias", "arg"):
        return None
    if above.kind == "Assign" and any(target is node for target in above.targets):
        return None
    if above.kind == "Call" and above.func.kind == "Name" and above.func.id in _PROBES:
        return None
    if above.kind == "Tuple" and above.parent.kind in ("Call", "ExceptHandler"):
        return None
    value = above.kind in ("Assign", "Call", "Return", "List", "Tuple", "Dict", "keyword")
    return (node, name, None) if value or node.kind == "Attribute" else None


def _is_decided(context, call, name):
    """Whether the call has a context or roots, or an address that is not https."""
    if any(keyword.arg in _CONTEXTS and not is_none(keyword.value) for keyword in call.keywords):
        return True
    if any(keyword.arg is None and item[0] in _CONTEXTS for keyword in call.keywords
           for item in (context.names.expanded(call) if keyword.arg is None else ())):
        return True
    position = CALLS[name]
    if position is not None and len(call.args) > position:
        return True
    if name.endswith(".build_opener"):
        return any(context.names.qualified(handler) == "urllib.request.HTTPSHandler()" for handler in call.args)
    if name.endswith((".urlopen", ".urlretrieve")) and call.args:
        return _is_plain(context, call.args[0])
    return False


def _is_plain(context, url):
    known, value = context.names.constant(url)
    if known:
        return is_text(value) and bool(_NOT_HTTPS.match(value))
    while url.kind == "BinOp":
        url = url.left
    if url.kind == "Call" and url.func.kind == "Attribute" and url.func.attr == "format":
        url = url.func.value
    return bool(_NOT_HTTPS.match(text_of(url) or ""))


def _is_conditional_alias(context, statement):
    """``from httplib import HTTPSConnection as Connection`` with another Connection in the other branch."""
    if statement.level or statement.module not in ("httplib", "http.client", "six.moves.http_client"):
        return False
    for alias in statement.names:
        if alias.name == "HTTPSConnection" and alias.asname is not None:
            others = [item for item in context.names.imports if item.node is not statement]
            return any(item.bound == alias.asname and item.alias.name != alias.name for item in others)
    return False


def is_for_old_pythons(node):
    """Whether *node* stands where the program goes only if ssl lacks what verifies."""
    below = node
    for above in tree.ancestors(node):
        if above.kind == "If" and any(below is each for each in above.orelse) and _asks_for_ssl(above.test):
            return True
        if above.kind == "ExceptHandler" and above.type is not None \
                and any(part.kind == "Name" and part.id in ("TypeError", "AttributeError", "ImportError")
                        for part in tree.walk(above.type)) and _tries_context(above.parent):
            return True
        below = above
    return False


def _asks_for_ssl(test):
    return test.kind == "Call" and last_name(test.func) == "hasattr" and len(test.args) == 2 \
        and "context" in (text_of(test.args[1]) or "").lower()


def _tries_context(statement):
    return any(part.kind == "keyword" and part.arg == "context"
               for each in statement.body for part in tree.walk(each))
