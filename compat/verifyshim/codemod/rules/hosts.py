"""Whose certificate a socket is to show: the host name that a file proves, as source text to emit.

``host_for(context, call)`` is for a call that wraps a socket. Proof is what the program itself does with the
name: ``connect((host, port))``, ``create_connection((host, port))``, ``getaddrinfo(host, ...)``, a hand-made
``CONNECT host:port`` to a proxy, or the http.client connection that the wrapped socket is put into. A proxy's
name is never the answer (RFC 2817, RFC 9110 9.3.6).
"""
from __future__ import absolute_import

from .connections import connection_host
from .nodes import FUNCTIONS, is_text, is_within, last_name
from .tunnels import known, own_nodes, tunnels
from ..syntax import tree

_CONNECTS = ("connect", "connect_ex")
_RESOLVERS = ("gethostbyname", "gethostbyname_ex", "inet_aton", "getaddrinfo", "getfqdn")


def host_for(context, call, near=False):
    """Return the host's source text for a call that wraps its first argument, or None where it is not proven.

    The text is an expression without effects that can be evaluated where the call stands.

    :param near: only what the same function does with the socket counts, not other methods of the class.
    """
    own = connection_host(context, call)
    if own is not None:
        return own or None
    injected = _injected_connection(context, call)
    if injected is not None:
        return injected
    scope = tree.enclosing(call, *FUNCTIONS)
    tunnelled = tunnels(context, scope)
    if tunnelled:
        return agreed(context, tunnelled, call)
    sock = call.args[0] if call.args else None
    if sock is None:
        return None
    found = _connections(context, scope, sock, call)
    if found:
        return agreed(context, found, call)
    if sock.kind == "Attribute" and not near:
        around = tree.enclosing(call, "ClassDef")
        if around is not None and not tunnels(context, around):
            found = _connections(context, around, sock, call)
            if all(_reaches_everywhere(host) for host in found):
                return agreed(context, found, call)
    return None


def address_host(context, call):
    """Return ``address[0]`` where the socket is connected to an *address* of unknown making, else None.

    A guess: a program may have resolved it, and a pair it is in all probability.
    """
    scope = tree.enclosing(call, *FUNCTIONS)
    if not call.args or tunnels(context, scope):
        return None
    addresses = [address for _, address in _connect_calls(scope, [call.args[0]] + _results(call))]
    addresses += [value.args[0] for value in _made_by(scope, call.args[0], call)
                  if value.kind == "Call" and (last_name(value.func) or "").endswith("create_connection")
                  and value.args]
    if len(addresses) != 1 or addresses[0].kind not in ("Name", "Attribute") or known(context, addresses[0]):
        return None
    return "%s[0]" % context.text(addresses[0])


def connects_later(context, call):
    """Whether the socket is connected only after it was wrapped, so that the handshake comes later."""
    scope = tree.enclosing(call, *FUNCTIONS)
    return any(use.start > call.end for use, _ in _connect_calls(scope, _results(call)))


# ---- the http.client connection that the socket is for

def _injected_connection(context, call):
    """``conn = HTTPSConnection(h); conn.sock = wrap(...)``: http.client would check conn.host."""
    statement = tree.statement_of(call)
    if statement.kind != "Assign" or statement.value is not call:
        return None
    for target in statement.targets:
        if target.kind == "Attribute" and target.attr == "sock" and target.value.kind in ("Name", "Attribute"):
            holder = target.value
            if context.names.qualified(holder) == "http.client.HTTPSConnection()" and not _is_self(holder):
                return "%s.host" % context.text(holder)
    return None


def _is_self(node):
    return node.kind == "Name" and node.id == "self"


# ---- connect() and its kin

def _connections(context, scope, sock, call):
    """The hosts that *sock* is connected to in *scope*; None among them for one that cannot be told."""
    found = []
    for value in _made_by(scope, sock, call):
        if value.kind == "Call" and (last_name(value.func) or "").endswith("create_connection") and value.args:
            found.append(_host_of_address(context, value.args[0]))
    for _, address in _connect_calls(scope, [sock] + _results(call)):
        found.append(_host_of_address(context, address))
    return found


def _made_by(scope, sock, call):
    if sock.kind == "Call":
        return [sock]
    return [part.value for part in own_nodes(scope)
            if part.kind == "Assign" and not is_within(call, part)
            and any(tree.same(target, sock) for target in part.targets)]


def _results(call):
    """The variables that the wrapped socket is assigned to."""
    statement = tree.statement_of(call)
    if statement.kind == "Assign" and statement.value is call:
        return [target for target in statement.targets if target.kind in ("Name", "Attribute")]
    return []


def _connect_calls(scope, sockets):
    """Yield ``(call, address)`` for each connect() on one of *sockets*, or on the dispatcher that holds it."""
    for part in own_nodes(scope):
        if part.kind == "Call" and part.func.kind == "Attribute" and part.func.attr in _CONNECTS and part.args:
            receiver = part.func.value
            for sock in sockets:
                if tree.same(receiver, sock) or (
                        sock.kind == "Attribute" and sock.attr == "socket" and tree.same(receiver, sock.value)):
                    yield part, part.args[0]
                    break


def _host_of_address(context, address):
    """The host in what is given to connect(): a pair, or a variable that holds one."""
    if address.kind == "Tuple":
        return address.elts[0] if len(address.elts) >= 2 else None
    if address.kind not in ("Name", "Attribute", "Subscript"):
        return None
    resolved = _resolved(address)
    if resolved is not None:
        return resolved
    hosts = [value.elts[0] if value.kind == "Tuple" and len(value.elts) >= 2 else None
             for value in known(context, address)]
    if hosts and None not in hosts and all(tree.same(hosts[0], host) for host in hosts):
        return hosts[0]
    return None


def _resolved(address, depth=0):
    """The name given to getaddrinfo() whose answer *address* was taken from."""
    scope = tree.enclosing(address, *FUNCTIONS)
    if depth > 3:
        return None
    value = address
    while value.kind == "Subscript":
        value = value.value
    if value.kind == "Call":
        return value.args[0] if last_name(value.func) == "getaddrinfo" and value.args else None
    if value.kind != "Name":
        return None
    found = []
    for part in own_nodes(scope):
        if part.kind == "For" and _binds(part.target, value.id):
            found.append(_resolved(part.iter, depth + 1))
        elif part.kind == "Assign" and any(_binds(target, value.id) for target in part.targets):
            found.append(_resolved(part.value, depth + 1))
    if found and None not in found and all(tree.same(found[0], host) for host in found):
        return found[0]
    return None


def _binds(target, name):
    if target.kind == "Name":
        return target.id == name
    return target.kind in ("Tuple", "List") and any(_binds(part, name) for part in target.elts)


# ---- what may be emitted

def agreed(context, hosts, call):
    """The text of the one host that *hosts* (nodes or None) all are, if it can be written again at *call*."""
    if not hosts or None in hosts or not all(tree.same(hosts[0], host) for host in hosts):
        return None
    host = hosts[0]
    if not _can_be_repeated(host) or not all(_is_seen_from(call, each) for each in hosts):
        return None
    if host.kind == "Constant":
        return context.text(host) if is_text(host.value) and host.value else None
    if _was_resolved(context, host) or any(_set_between(each, call) for each in hosts):
        return None
    return context.text(host)


def _can_be_repeated(host):
    """Without calls, so that it costs and changes nothing to evaluate it once more."""
    if host.kind == "Constant" or host.kind == "Name":
        return True
    if host.kind == "Attribute":
        return _can_be_repeated(host.value)
    return host.kind == "Subscript" and _can_be_repeated(host.value) and host.slice.kind in ("Constant", "Name")


def _is_seen_from(call, host):
    """Whether a name means the same at *call*: it is of the same function, or of one around it."""
    scope = tree.enclosing(host, *FUNCTIONS)
    return _reaches_everywhere(host) or scope is tree.enclosing(call, *FUNCTIONS) or any(
        scope is above for above in tree.ancestors(call))


def _was_resolved(context, host):
    """An address that a name was resolved to is not what certificates are made out to."""
    return any(value.kind == "Call" and last_name(value.func) in _RESOLVERS
               or value.kind == "Subscript" and value.value.kind == "Call"
               and last_name(value.value.func) in _RESOLVERS
               for value in known(context, host))


def _set_between(host, call):
    """Whether a variable of the host gets another value between its use and the call, in this function."""
    if host.kind != "Name":
        return False
    first, last = sorted((host.start, call.start))
    scope = tree.enclosing(call, *FUNCTIONS)
    for part in own_nodes(scope):
        if first < part.start < last or part.kind == "For":
            if part.kind == "Assign" and any(_binds(target, host.id) for target in part.targets):
                return True
            if part.kind == "AugAssign" and _binds(part.target, host.id):
                return True
            if part.kind == "For" and _binds(part.target, host.id) and not is_within(call, part):
                return True
    return False


def _reaches_everywhere(host):
    """Whether an expression means the same in every method: ``self.host``, or a text."""
    if host is None:
        return False
    root = host
    while root.kind in ("Attribute", "Subscript"):
        root = root.value
    return host.kind == "Constant" or (root.kind == "Name" and root.id == "self" and host.kind == "Attribute")
