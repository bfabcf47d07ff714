"""Sockets wrapped by hand: what ``ssl.wrap_socket(...)`` asks for, and what to write instead.

VS106 and VS107 share this; they differ in how the host name is known.
"""
from __future__ import absolute_import

import re

from . import DropUnusedImports
from .client_contexts import arguments, client_context
from .hosts import connects_later
from .nodes import FUNCTIONS, is_none, last_name
from .once import once
from .pins import pins
from .servers import is_server
from ..names import UNKNOWN
from ..syntax import tree

# ssl.wrap_socket(sock, ...) as 2.6 to 3.11 have it; SSLSocket() begins alike.
PARAMETERS = ("sock", "keyfile", "certfile", "server_side", "cert_reqs", "ssl_version", "ca_certs",
              "do_handshake_on_connect", "suppress_ragged_eofs", "ciphers")
# boto.compat.http_client.ssl: a module of the program's own that hands on the library's.
_THROUGH = re.compile(r"((?:^|\.)(?:http\.client|http_client|httplib)\.)ssl\.\w+$")
_SHIM = re.compile(r"(_?verifyshim)\.create_context\((.*)\)$", re.DOTALL)
# What SSLContext.wrap_socket takes too; the default of each, which need not be said.
_KEPT = (("do_handshake_on_connect", True), ("suppress_ragged_eofs", True))
NONE, REQUIRED, UNSURE = "none", "required", "unsure"


class Wrap(object):
    """A call of ssl.wrap_socket.

    ``given`` maps parameter names to nodes; ``open`` tells that a ``*`` or ``**`` may give more; ``checks`` is
    NONE (accepts every certificate), REQUIRED or UNSURE; ``is_pinned`` that the certificate is looked at by
    the program; ``is_doubtful`` that ``ssl`` is imported in a way that cannot be seen.
    """

    def __init__(self, context, call):
        self.context = context
        self.call = call
        self.given, self.open = _arguments(context, call)
        self.is_pinned = is_pinned(context, call)
        self.is_doubtful = context.names.qualified(call.func) is None and _is_unbound(context, call.func)
        self.checks = self._checks()

    @property
    def sock(self):
        return self.given.get("sock")

    @property
    def scope(self):
        return tree.enclosing(self.call, *FUNCTIONS)

    def _checks(self):
        asked = self.given.get("cert_reqs")
        if asked is None:
            return UNSURE if self.open else NONE
        return requirement(self.context, asked)


@once
def wraps(context):
    """Return a Wrap for each client-side call of ssl.wrap_socket."""
    return [Wrap(context, call) for call in context.nodes("Call")
            if (call.args or call.keywords) and is_wrap_socket(context, call.func)
            and not is_server(context, call)]


def ssl_name(context, node):
    """The canonical name of something in ssl; ``httplib.ssl`` is ssl, and so is one with a stand-in for 2.5."""
    name = context.names.qualified(node)
    if name is None and node.kind == "Attribute" and node.value.kind == "Name" \
            and (_is_guarded_import(context, node.value) or _is_unbound(context, node)):
        name = "ssl." + node.attr
    through = _THROUGH.search(name or "")
    return name[through.end(1):] if through else name


def _is_unbound(context, node):
    """``ssl.x`` where nothing binds ssl: what bzr's lazy imports look like, and ``from .compat import *``."""
    return node.kind == "Attribute" and node.value.kind == "Name" and node.value.id == "ssl" \
        and not context.names.bindings(node.value)


def _is_guarded_import(context, name):
    """``try: import ssl`` with something of the same name for interpreters that have none.

    A function that binds the name itself means its own.
    """
    if name.id not in _guarded_imports(context):
        return False
    for above in tree.ancestors(name):
        if above.kind in ("FunctionDef", "AsyncFunctionDef", "Lambda") and _binds(above, name.id):
            return False
        if above.kind == "ClassDef" and above.name == name.id:
            return False
    return True


@once
def _guarded_imports(context):
    """Return the names by which a try at the top of the file imports ssl."""
    tries = [part for part in context.nodes("Try") if tree.enclosing(part, *FUNCTIONS).kind == "Module"]
    return frozenset(alias.asname or "ssl" for part in tries for statement in part.body
                     if statement.kind == "Import" for alias in statement.names if alias.name == "ssl")


def _binds(function, wanted):
    for part in tree.walk(function):
        if part.kind == "arg" and part.arg == wanted:
            return True
        if part.kind == "Assign" and any(
                target.kind == "Name" and target.id == wanted for target in part.targets):
            return True
    return False


def is_wrap_socket(context, function):
    """Whether a call of *function* is one of ssl.wrap_socket, also under a name the file gave it."""
    if ssl_name(context, function) == "ssl.wrap_socket":
        return True
    if function.kind != "Name":
        return False
    # `_wrap = ssl.wrap_socket` in a try, and for interpreters without ssl a function of that name.
    given = _given_to_names(context).get(function.id, ())
    if not given or any(ssl_name(context, value) != "ssl.wrap_socket" for value in given):
        return False
    return all(_in_handler(part) for part in context.nodes("FunctionDef") if part.name == function.id)


@once
def _given_to_names(context):
    """Return {name: the values it is assigned anywhere}."""
    given = {}
    for part in context.nodes("Assign"):
        for target in part.targets:
            if target.kind == "Name":
                given.setdefault(target.id, []).append(part.value)
    return given


def _in_handler(node):
    return any(above.kind == "ExceptHandler" for above in tree.ancestors(node))


def _arguments(context, call):
    given, is_open = {}, False
    for name, node in zip(PARAMETERS, call.args):
        if node.kind == "Starred":
            is_open = True
            break
        given[name] = node
    for keyword in call.keywords:
        if keyword.arg is None:
            is_open = True
        else:
            given[keyword.arg] = keyword.value
    return given, is_open


def requirement(context, node):
    """What a value of cert_reqs asks for: NONE, REQUIRED or UNSURE."""
    name = ssl_name(context, node)
    if name in ("ssl.CERT_NONE", "ssl.CERT_OPTIONAL", "ssl.CERT_REQUIRED"):
        return NONE if name == "ssl.CERT_NONE" else REQUIRED
    known, value = context.names.constant(node)
    if known and value in (None, 0):
        return NONE
    if known and value in (1, 2):
        return REQUIRED
    values = context.names.values(node)
    if UNKNOWN not in values and all(ssl_name(context, value) == "ssl.CERT_NONE" for value in values):
        return NONE
    return UNSURE


def is_pinned(context, call):
    """Whether the certificate is fetched or compared with a pin: here, or by who calls this function."""
    if pins(context, call):
        return True
    scope = tree.enclosing(call, *FUNCTIONS)
    return scope.kind == "FunctionDef" and any(
        tree.enclosing(part, *FUNCTIONS).kind != "Module" and pins(context, part)
        for part in _calls(context).get(scope.name, ()))


@once
def _calls(context):
    """Return {last part of a function's name: the calls of it}."""
    found = {}
    for call in context.nodes("Call"):
        found.setdefault(last_name(call.func), []).append(call)
    return found


def checks_name(wrap):
    """Whether what verified the chain looks at the certificate's names too, in the function or its class."""
    places = [wrap.scope, tree.enclosing(wrap.call, "ClassDef")]
    for place in places:
        for part in tree.walk(place) if place is not None else ():
            word = (last_name(part) or "").lower()
            if word == "getpeercert" or "hostname" in word.strip("_") and word.strip("_") != "hostname":
                return True
    return False


class Rewrite(object):
    """``text`` replaces the call, ``lines`` go before its statement, ``ops`` bring the imports."""

    def __init__(self, text, lines, ops):
        self.text = text
        self.lines = lines
        self.ops = ops


def rewrite(wrap, host):
    """Return the Rewrite that makes *wrap* verify for *host* (source text), or None where there is none."""
    context, call, given = wrap.context, wrap.call, wrap.given
    if wrap.open or wrap.sock is None or set(given) - set(PARAMETERS):
        return None
    kept = _kept(context, given)
    if not context.stdlib_verifies and (kept or connects_later(context, call)):
        return None     # below 2.7.9 only a handshake made at once can be checked
    ca_certs, ciphers = _text(context, given.get("ca_certs")), _text(context, given.get("ciphers"))
    made = client_context(context, call, ca_certs, given.get("certfile"), given.get("keyfile"), ciphers)
    if made is None:
        return None
    parts = [context.text(wrap.sock), "server_hostname=" + host] + kept
    shim = _SHIM.match(made.text)
    if shim and not kept:       # what verifyshim has one function for
        parts += re.split(r", (?=(?:certfile|keyfile)=)", shim.group(2)) if shim.group(2) else []
        text = arguments(context, call, shim.group(1) + ".wrap_socket", parts)
    else:
        text = arguments(context, call, made.text + ".wrap_socket", parts)
    dropped = [DropUnusedImports([call.func.id])] if call.func.kind == "Name" else []
    return Rewrite(text, made.lines, made.ops + dropped)


def _text(context, node):
    return None if node is None or is_none(node) else context.text(node)


def _kept(context, given):
    kept = []
    for name, default in _KEPT:
        node = given.get(name)
        if node is not None and not (node.kind == "Constant" and node.value is default):
            kept.append("%s=%s" % (name, context.text(node)))
    return kept
