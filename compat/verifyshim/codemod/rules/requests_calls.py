"""Which calls end in requests, and what a call has to say there to be verified again.

``reach(context, call)`` returns a Reach or None. A call reaches requests by name (``requests.get``,
``Session().post``, ``partial(requests.get, ...)``), through a function of the same file that passes its
keywords on, or by its looks: a verb of HTTP on something called a session, with an address or with the keywords
of requests. The last is for sessions that come from elsewhere (``from project.api import http``).
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from .functions import definitions, methods, parameter_of
from .libraries import imports
from .words import is_none, is_on, keyword_of, last_name, text_of

VERBS = frozenset("get options head post put patch delete request".split())
_FAMILY = r"(requests|grequests|niquests|requests_futures|requests_html|requests_cache|requests_oauthlib" \
          r"|requests_toolbelt|requests_unixsocket|cachecontrol|cloudscraper|cfscrape|curl_cffi)"
_SESSION = _FAMILY + r"(\.\w+)*\.(\w*[Ss]ession|CacheControl|create_scraper|\w*Scraper|HTTPAdapter)"
_VERB = r"\.(get|options|head|post|put|patch|delete|request|send)$"
_BY_NAME = re.compile(r"^(" + _FAMILY + r"(\.(api|async|sessions|requests))?|" + _SESSION + r"(\(\))?)" + _VERB)
_IS_SESSION = re.compile(r"^" + _SESSION + r"\(\)$")
_SESSION_CLASS = re.compile(r"^" + _SESSION + "$")
_OTHERS = re.compile(r"^(httpx|aiohttp|urllib3|http\.client|urllib|tornado|django|flask|jwt|jose|builtins|os"
                     r"|socket|boto|boto3|botocore|hvac|redis)\b")
_CALLED_SESSION = re.compile(r"session|requests?$|^_*(sess|ses|http|https)$|_(http|sess)$|^http(_|client)"
                             r"|scraper",
                             re.IGNORECASE)
_CALLED_BRIEFLY = re.compile(r"^_*(s|ss|rs|r|c)$")     # believed where the file imports requests
_CALLED_CLIENT = re.compile(r"client|conn(ection)?$|api$|rest|browser|web|agent|adapter|transport|^self$|^req$",
                            re.IGNORECASE)
_ADDRESS = re.compile(r"ur[li]|endpoint|href|link|address|^api$|server|host|path|resource", re.IGNORECASE)
_HOST = re.compile(r"ur[li]$|^ur[li]|endpoint|server|host|address", re.IGNORECASE)
_GIVEN = frozenset("headers auth params data json timeout cookies proxies stream allow_redirects files cert "
                   "hooks"
                   .split())
_last = (None, {})


class Reach(object):
    """How a call reaches requests.

    ``drop``: without the keyword it verifies. Else a function in between has its own default, and the keyword
    has to say True. ``certain`` is False where only the looks of the call tell.
    """

    def __init__(self, drop=True, certain=True):
        self.drop = drop
        self.certain = certain


def reach(context, call, depth=0):
    """Return how *call* passes its keywords to requests, or None."""
    name = context.names.qualified(call.func) or ""
    if _BY_NAME.match(name) or _is_super_call(context, call) or _handed_over(context, call):
        return Reach()
    if _is_chosen(context, call.func):
        return Reach()
    functions = definitions(context, call.func) if depth < 4 and not _is_verb_of_session(call.func) else []
    if functions:
        ways = [_through(context, function, depth + 1) for function in functions]
        ways = [way for way in ways if way is not None]
        return ways[0] if len(ways) == len(functions) else None
    if name and _OTHERS.match(name):
        return None
    return _by_looks(context, call)


def is_session(context, node):
    """Return True for a Session of requests, None where only its name says so, False otherwise."""
    name = context.names.qualified(node)
    if name is not None and _IS_SESSION.match(name):
        return True
    if node.kind == "Name" and node.id == "self":
        return in_session_class(context, node)
    if name is not None and (_OTHERS.match(name) or name in ("requests", "requests.Session")):
        return False
    return None if _is_called_session(context, last_name(node) or "") else False


def _is_called_session(context, name):
    if _CALLED_SESSION.search(name):
        return True
    return _CALLED_BRIEFLY.match(name) is not None and imports(context, "requests")


def in_session_class(context, node):
    """Is *node* inside a class of this file that is a Session?"""
    owner = tree.enclosing(node, "ClassDef")
    return owner is not None and _derives(context, owner, _SESSION_CLASS, 0)


def in_adapter_class(context, node):
    """The enclosing class if it is an HTTPAdapter of requests, else None."""
    owner = tree.enclosing(node, "ClassDef")
    pattern = re.compile(r"(^|\.)\w*HTTPAdapter$")
    return owner if owner is not None and _derives(context, owner, pattern, 0) else None


def _derives(context, owner, pattern, depth):
    for base in owner.bases:
        name = context.names.qualified(base) or ""
        if pattern.search(name) or (pattern.search(last_name(base) or "") and not name):
            return True
        if depth < 4:
            for other in context.nodes("ClassDef"):
                if other is not owner and other.name == last_name(base) and _derives(context, other, pattern,
                                                                                     depth + 1):
                    return True
    return False


def _is_super_call(context, call):
    function = call.func
    if function.kind != "Attribute" or function.attr not in VERBS | frozenset(["send"]):
        return False
    value = function.value
    if value.kind == "Call" and last_name(value.func) == "super":
        return in_session_class(context, call)
    if value.kind == "Name" and value.id == "self":
        return in_session_class(context, call) and not definitions(context, function)
    return False


def _handed_over(context, call):
    """``partial(requests.get, verify=False)``, ``pool.submit(session.get, url, verify=False)``."""
    for argument in call.args[:2]:
        if argument.kind in ("Name", "Attribute"):
            if _BY_NAME.match(context.names.qualified(argument) or ""):
                return True
    target = keyword_of(call, "target") or keyword_of(call, "func")
    return target is not None and bool(_BY_NAME.match(context.names.qualified(target.value) or ""))


def _is_verb_of_session(function):
    """``self.session.get`` is no method of this file, whatever methods it has."""
    return function.kind == "Attribute" and function.attr in VERBS and bool(
        _CALLED_SESSION.search(last_name(function.value) or ""))


def _is_chosen(context, function):
    """``getattr(requests, method)(url)``, ``{"GET": requests.get, "POST": requests.post}[method](url)``."""
    if function.kind == "Call":
        if context.names.qualified(function.func) != "builtins.getattr" or len(function.args) < 2:
            return False
        return context.names.qualified(function.args[0]) == "requests" or bool(
            is_session(context, function.args[0]))
    for item in [function] + list(context.names.values(function)):
        if getattr(item, "kind", None) == "Subscript":
            tables = [table for table in [item.value] + list(context.names.values(item.value))
                      if getattr(table, "kind", None) == "Dict"]
            names = [context.names.qualified(value) or "" for value in tables[0].values] if tables else []
            if names and all(_BY_NAME.match(name) for name in names):
                return True
        elif item is not function and getattr(item, "kind", None) == "Call" and _is_chosen(context, item):
            return True
    return False


def _through(context, function, depth):
    """Reach of what a local function does with a ``verify=`` that it is given; found out once a file."""
    global _last
    if _last[0] is not context:
        _last = (context, {})
    known = _last[1]
    if id(function) not in known:
        known[id(function)] = None      # for functions that call each other
        known[id(function)] = _look_through(context, function, depth)
    return known[id(function)]


def _look_through(context, function, depth):
    arguments = function.args
    rest = arguments.kwarg.arg if arguments.kwarg is not None else None
    parameter, default = parameter_of(function, "verify")
    for call in tree.walk(function):
        if call.kind != "Call":
            continue
        for keyword in call.keywords:
            passed = keyword.arg is None and parameter is None and rest is not None and is_name(
                keyword.value, rest)
            given = keyword.arg == "verify" and parameter is not None and _mentions(keyword.value, "verify")
            if not passed and not given:
                continue
            onward = reach(context, call, depth)
            if onward is not None:
                drop = onward.drop if passed else is_on(default) or is_none(default)
                return Reach(drop, onward.certain)
    return None


def is_name(node, name):
    return node.kind == "Name" and node.id == name


def _mentions(node, name):
    return any(is_name(part, name) for part in tree.walk(node))


def _by_looks(context, call):
    function = call.func
    if function.kind != "Attribute" or function.attr not in VERBS:
        return None
    called = last_name(function.value) or ""
    given = any(keyword.arg in _GIVEN for keyword in call.keywords)
    position = 1 if function.attr == "request" else 0
    addressed = len(call.args) > position and is_address(call.args[position]) or (
        keyword_of(call, "url") is not None)
    if _is_called_session(context, called) and (given or addressed or call.args):
        return Reach(certain=False)
    if _CALLED_CLIENT.search(called) and (
            given and addressed or (given or addressed) and imports(context, "requests")):
        return Reach(certain=False)
    return None


def is_address(node, certainly=False):
    """Does an expression look like a URL: by its text, or by the names in it? A path may be of a file too."""
    for part in tree.walk(node):
        text = text_of(part)
        if text is not None and re.match(r"^https?:" if certainly else r"^(https?:|/)", text):
            return True
        if part.kind in ("Name", "Attribute") and (_HOST if certainly else _ADDRESS).search(last_name(part)):
            return True
    return False


def class_reach(context, call):
    """Reach of ``Api(url, verify=False)`` where Api is a class of this file that hands verify on."""
    if call.func.kind != "Name":
        return None
    for owner in context.nodes("ClassDef"):
        if owner.name != call.func.id or owner.parent.kind != "Module":
            continue
        for method in methods(context, owner, "__init__", 0):
            default = parameter_of(method, "verify")[1]
            if parameter_of(method, "verify")[0] is not None and _hands_on(context, owner):
                return Reach(drop=is_on(default) or is_none(default))
    return None


def _hands_on(context, owner):
    """Does a class give its own ``verify`` to requests somewhere?"""
    for part in tree.walk(owner):
        if part.kind == "Call":
            keyword = keyword_of(part, "verify")
            given = last_name(keyword.value) if keyword is not None else None
            if given in ("verify", "_verify") and reach(context, part):
                return True
        elif part.kind == "Assign" and last_name(part.value) in ("verify", "_verify"):
            for target in part.targets:
                if target.kind == "Attribute" and target.attr == "verify" and is_session(
                        context, target.value) is not False:
                    return True
    return False
