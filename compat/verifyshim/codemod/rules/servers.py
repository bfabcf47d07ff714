"""Servers: sockets and contexts that accept connections are none of the codemod's business.

``is_server(context, node)`` looks at a call that wraps a socket or makes a context, or at an expression that
names one. It errs towards "server": what it takes for one is left alone.
"""
from __future__ import absolute_import

import re

from .nodes import FUNCTIONS, last_name
from .once import once
from ..kept import kept
from ..syntax import tree

# Where server_side stands without its name: wrap_socket(sock, keyfile, certfile, server_side), SSLSocket alike;
# SSLContext.wrap_socket(sock, server_side); wrap_bio(incoming, outgoing, server_side).
_FUNCTION_POSITION, _METHOD_POSITION, _BIO_POSITION = 3, 1, 2
_LIBRARY_CALLS = ("ssl.wrap_socket", "ssl.SSLSocket", "ssl.sslwrap_simple", "ssl._ssl.sslwrap")
# Base names, for bases that no import here explains.
_SERVER_CLASS = re.compile(r"^(Threading|Forking|Simple|Doc|Base|Multi\w*)*"
                           r"(TCP|HTTP|HTTPS|XMLRPC|WSGI|SSL|TLS|Unix\w*)+(XMLRPC)?Server$")
_SERVER_MODULES = ("socketserver.", "http.server.", "wsgiref.simple_server.", "xmlrpc.server.", "asyncore.",
                   "tornado.httpserver.", "tornado.tcpserver.", "smtpd.")
_TAKES_SERVER_CONTEXT = frozenset("""
    create_server start_server create_unix_server start_unix_server serve serve_forever run_simple run_app run
    TCPSite SockSite UnixSite NamedPipeSite make_server HTTPServer HTTPSServer TCPServer WSGIServer listen
    listenSSL ThreadingHTTPServer ThreadingTCPServer add_sockets bind_sockets SSLServer serve_http""".split())
_TAKES_CLIENT_CONTEXT = frozenset("""
    HTTPSConnection HTTPSHandler urlopen ServerProxy SafeTransport open_connection create_connection SMTP_SSL
    IMAP4_SSL POP3_SSL FTP_TLS NNTP_SSL starttls stls AsyncHTTPClient HTTPAdapter ClientSession TCPConnector
    ProxyManager PoolManager set_tunnel""".split())


def is_server(context, node):
    """Return whether the socket or context that *node* makes or names is (or may be) a server's.

    :param node: a Call that wraps a socket or makes a context, or an expression or statement about one.
    """
    call = node if node.kind == "Call" else _first_call(node)
    if call is not None and (_says_server_side(context, call) or _is_server_context(context, call)):
        return True
    return _stored_in_server(context, node) or _serves_later(context, node) or _accepts_here(context, node)


def _first_call(node):
    if node.kind == "Assign":
        return node.value if node.value.kind == "Call" else None
    return None


# ---- what the call itself says

def _says_server_side(context, call):
    """server_side=True in any place; whatever is not plainly false counts."""
    for keyword in call.keywords:
        if keyword.arg == "server_side":
            return not _is_false(context, keyword.value)
    for key, value in _expanded(context, call):
        if key == "server_side" and _is_true(context, value):
            return True
    position = _position(context, call)
    if position is not None and len(call.args) > position:
        if any(argument.kind == "Starred" for argument in call.args[:position + 1]):
            return False
        return not _is_false(context, call.args[position])
    return False


def _expanded(context, call):
    """What a ``**`` is known to give; a client may hand on a dict in which there could be a server_side."""
    if all(keyword.arg is not None for keyword in call.keywords):
        return []
    return [(item[0], item[1]) for item in context.names.expanded(call)]


def _is_true(context, value):
    known, constant = context.names.constant(value)
    return known and bool(constant)


def _position(context, call):
    name = context.names.qualified(call.func) or ""
    if name.startswith("http.client.ssl."):
        name = name[len("http.client."):]
    if name in _LIBRARY_CALLS:
        return _FUNCTION_POSITION
    last = last_name(call.func)
    if last == "wrap_socket" and call.func.kind == "Attribute":
        # Some file's ssl of unknown origin takes what ssl.wrap_socket does.
        return _FUNCTION_POSITION if last_name(call.func.value) == "ssl" else _METHOD_POSITION
    if last == "wrap_bio":
        return _BIO_POSITION
    return None


def _is_false(context, value):
    if value.kind == "Constant":
        return not value.value
    known, constant = context.names.constant(value)
    return known and not constant


def _is_server_context(context, call):
    """PROTOCOL_TLS_SERVER, or CLIENT_AUTH where nothing shows a client that got it wrong."""
    arguments = list(call.args) + [keyword.value for keyword in call.keywords]
    for argument in arguments:
        last = last_name(argument)
        if last == "PROTOCOL_TLS_SERVER":
            return True
        if last == "CLIENT_AUTH":
            return not _uses(context, call, _is_client_use)
    return False


# ---- where its result goes

def _stored_in_server(context, node):
    """``httpd.socket = ...`` of a server, and what methods of a server class do with their own socket."""
    statement = tree.statement_of(node)
    if statement is not None and statement.kind == "Assign":
        for target in statement.targets:
            if target.kind == "Attribute" and _is_server_object(context, target.value):
                return True
    around = tree.enclosing(node, "ClassDef")
    return around is not None and any(_is_server_class(context, base) for base in around.bases)


def _is_server_object(context, expression):
    name = context.names.qualified(expression) or ""
    if name.endswith("()") and _names_server(name[:-2]):
        return True
    return any(value.kind == "Call" and _is_server_class(context, value.func)
               for value in context.names.values(expression) if hasattr(value, "kind"))


def _is_server_class(context, expression):
    return _names_server(context.names.qualified(expression) or last_name(expression) or "")


def _names_server(name):
    if name.startswith(_SERVER_MODULES) and not name.startswith("asyncore."):
        return name.endswith("Server")
    return bool(_SERVER_CLASS.match(name.rsplit(".", 1)[-1]))


def _serves_later(context, node):
    return bool(_uses(context, node, _is_server_use))


def _uses(context, node, wanted):
    """The places where the variable that *node* is assigned to, or names, is used as *wanted* tells."""
    found = []
    if node.kind == "Call" and node.parent is not None:
        # Passed on at once: run_simple(ssl_context=ssl.SSLContext(...)).
        found = [node] if wanted(context, node) else []
    for target in _variables(node):
        scope = _scope_of_variable(target)
        if scope is not None:
            said = tree.dump(target)
            found.extend(part for part in _wanted(context, wanted).get((scope, said), ()) if part is not target)
            if target.kind == "Attribute":      # server.tls is self.tls of another class
                found.extend(part for shown, part in _wanted(context, wanted).get(target.attr, ())
                             if shown != said)
    return found


def _variables(node):
    if node.kind in ("Name", "Attribute") and node.parent is not None and node.parent.kind != "Call":
        return [node.value if node.kind == "Attribute" and node.value.kind in ("Name", "Attribute")
                and node.attr in ("verify_mode", "check_hostname", "wrap_socket") else node]
    if node.kind in ("Name", "Attribute"):
        return [node]
    statement = tree.statement_of(node)
    if statement is None or statement.kind != "Assign":
        return []
    targets = []
    for target in statement.targets:
        if target.kind == "Attribute" and target.attr in ("verify_mode", "check_hostname"):
            target = target.value
        if target.kind in ("Name", "Attribute"):
            targets.append(target)
    return targets


def _scope_of_variable(target):
    if target.kind == "Attribute":
        return tree.enclosing(target, "ClassDef") or tree.enclosing(target, "Module")
    return tree.enclosing(target, *FUNCTIONS)


@kept
def _wanted(context, wanted):
    """The names and attributes of a file that are used so.

    :return: {(scope, what they say as tree.dump has it): [node], attribute: [(what it says, node)]}
    """
    found = {}
    for part in context.nodes("Name", "Attribute"):
        if wanted(context, part):
            said = tree.dump(part)
            for above in tree.ancestors(part):
                found.setdefault((above, said), []).append(part)
            if part.kind == "Attribute":
                found.setdefault(part.attr, []).append((said, part))
    return found


def _is_server_use(context, use):
    """``ctx.wrap_socket(s, server_side=True)`` or ctx given to something that serves."""
    above = use.parent
    if above is None:
        return False
    if above.kind == "Attribute" and above.parent is not None and above.parent.kind == "Call":
        return above.attr in ("wrap_socket", "wrap_bio") and _says_server_side(context, above.parent)
    call = _call_it_is_given_to(use)
    if call is None:
        return False
    name = last_name(call.func)
    if name in ("wrap_socket", "wrap_bio"):
        return False
    if name == "run":
        return above.kind == "keyword" and (above.arg or "").startswith("ssl")
    return name in _TAKES_SERVER_CONTEXT


def _is_client_use(context, use):
    above = use.parent
    if above is not None and above.kind == "Attribute" and above.parent.kind == "Call":
        if above.attr not in ("wrap_socket", "wrap_bio"):
            return False
        names = [keyword.arg for keyword in above.parent.keywords] + [
            key for key, _ in _expanded(context, above.parent)]
        return "server_hostname" in names
    call = _call_it_is_given_to(use)
    return call is not None and last_name(call.func) in _TAKES_CLIENT_CONTEXT


def _call_it_is_given_to(use):
    above = use.parent
    if above is not None and above.kind == "keyword":
        above = above.parent
    if above is not None and above.kind == "Call" and above.func is not use:
        return above
    return None


# ---- what is done around it

def _accepts_here(context, node):
    """A socket that came out of accept(), or listens: in the same function, on the same object."""
    call = node if node.kind == "Call" else _first_call(node)
    if call is None or not call.args:
        return False
    sock = call.args[0]
    scope = tree.enclosing(node, *FUNCTIONS)
    if sock.kind == "Call":
        return last_name(sock.func) == "accept"
    if sock.kind not in ("Name", "Attribute", "Subscript") or scope is None:
        return False
    return (scope, tree.dump(sock)) in _accepting(context)


@once
def _accepting(context):
    """{(node around it, a socket that listens or was accepted, as tree.dump has it)} of a file."""
    found = [(part, part.func.value) for part in context.nodes("Call")
             if part.func.kind == "Attribute" and part.func.attr == "listen"]
    for part in context.nodes("Assign"):
        value = part.value.value if part.value.kind == "Subscript" else part.value
        if value.kind == "Call" and last_name(value.func) == "accept":
            for target in part.targets:
                found += [(part, each) for each in (
                    target.elts if target.kind in ("Tuple", "List") else [target])]
    return set((above, tree.dump(sock)) for part, sock in found for above in tree.ancestors(part))
