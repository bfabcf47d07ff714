"""VS201: requests told not to verify.

Before::

    requests.get(url, timeout=5, verify=False)
    session.verify = False
    options = {"timeout": 5, "verify": False}

After::

    requests.get(url, timeout=5)
    options = {"timeout": 5}

What requests does by itself is verify: the keyword, the statement or the item goes. A constant that is passed
on becomes True, which is unsafe: others may read it. Where the value is a variable that anybody may set, it is
reported. https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from . import Finding, RemoveKeyword, RemoveStatement, Replace, rule
from .grading import graded, is_left_out, quoted
from .keyword_dicts import entries, flows
from .libraries import known_callee
from .requests_calls import (class_reach, in_adapter_class, in_session_class, is_address, is_session, reach)
from .third_party_options import option_fix
from .values_of_verify import look_at
from .words import VERIFIES, is_none, is_off, item_key, keyword_of, last_name, polarity, text_of

_OFF = "requests does not verify here: verify is %s"
_LOOKS = frozenset("url host hostname base_url server username user password token headers auth timeout cert "
                   "endpoint address api_key port proxies".split())


@rule("VS201", "requests told not to verify",
      needles=(b"verify=", b"verify =", b"verify  =", b"verify\t=", b"verify'", b'verify"'),
      also=((re.compile(br"verify[\"']?\]?[ \t]*[=:,](?![\s\\(]*True\b)"),),))
def check(context):
    if is_left_out(context):
        return []
    found = []
    for call in context.nodes("Call"):
        keyword = keyword_of(call, "verify")
        if keyword is not None:
            found.extend(_keyword(context, call, keyword))
        elif last_name(call.func) == "setattr" and len(call.args) == 3 and text_of(call.args[1]) == "verify":
            found.extend(_setattr(context, call))
    for assign in context.nodes("Assign"):
        for target in assign.targets:
            if target.kind == "Attribute" and target.attr == "verify":
                found.extend(_attribute(context, assign, target))
    for entry in entries(context, "verify"):
        found.extend(_entry(context, entry))
    return _once(context, found)


def _keyword(context, call, keyword):
    if context.names.qualified(call.func) == "builtins.dict" or last_name(call.func) == "update":
        return      # keyword_dicts has those
    if last_name(call.func) == "cert_verify" and in_adapter_class(context, call):
        if is_off(keyword.value):
            yield Finding(keyword, "An adapter of requests that never verifies: not rewritten, since that is "
                                   "all it is for; mount a plain HTTPAdapter instead.")
        return
    known = known_callee(context, call)
    if known is not None:
        return      # VS205 and VS207 know better
    way = reach(context, call) or class_reach(context, call)
    if way is None:
        if is_off(keyword.value) and _looks_like_client(context, call):
            yield Finding(keyword, "verify=%s is given to %s, which is not in this file: not rewritten, since "
                                   "what it does with it is unknown; leave it out if it is TLS that this is "
                                   "about."
                          % (context.text(keyword.value), quoted(context.text(call.func))))
        return
    if is_off(keyword.value):
        yield graded(context, keyword, _OFF % context.text(keyword.value), _without(call, keyword, way))
    else:
        for finding in look_at(context, keyword, keyword.value):
            yield finding


def _without(call, keyword, way):
    if way.drop:
        return [RemoveKeyword(call, keyword)]
    return [Replace(keyword.value.start, keyword.value.end, "True")]


def _looks_like_client(context, call):
    """Does a call outside of what we know seem to open HTTPS connections? jwt.decode(verify=False) does not."""
    name = (context.names.qualified(call.func) or last_name(call.func) or "").lower()
    if name.startswith(("jwt", "jose", "builtins", "itsdangerous")) or not name:
        return False
    given = any(keyword.arg in _LOOKS for keyword in call.keywords)
    return given or bool(call.args) and is_address(call.args[0], certainly=True)


def _attribute(context, assign, target):
    session = is_session(context, target.value)
    if session is False or not is_off(assign.value) and not (session and is_none(assign.value)):
        if session or session is None and not _is_known(assign.value):
            for finding in look_at(context, assign, assign.value):
                yield finding
        elif _is_client(context, target) and polarity(last_name(assign.value) or "") == VERIFIES:
            for finding in look_at(context, assign, assign.value):
                yield finding
        elif is_off(assign.value) and _is_client(context, target):
            yield Finding(assign, "%s = False may switch certificate checks off: not rewritten, since what %s "
                                  "is, is unknown; leave it out if it is TLS that this is about."
                          % (context.text(target), quoted(context.text(target.value))))
        return
    if _is_set_again(context, assign, target):
        return
    ops = [RemoveStatement(assign)] if len(assign.targets) == 1 else [
        Replace(assign.value.start, assign.value.end, "True")]
    yield graded(context, assign, "Nothing that this session of requests fetches is verified", ops)


def _is_known(value):
    return value.kind == "Constant"


def _is_client(context, target):
    """``client.verify = False``: not for self, whose attribute is looked at where it is passed on."""
    name = last_name(target.value) or ""
    known = context.names.qualified(target.value) or ""
    return name not in ("self", "cls", "requests") and not known.endswith("()") and any(
        word in name.lower() for word in ("client", "conn", "api", "rest", "adapter", "transport"))


def _is_set_again(context, assign, target):
    """Does a later statement of the same block turn verification on again before anything is fetched?"""
    block, index = tree.block_of(assign)[:2]
    wanted, owner = context.text(target), context.text(target.value)
    for later in range(index + 1, len(block)) if block is not None else ():
        statement = block[later]
        if statement.kind == "Assign" and any(context.text(item) == wanted for item in statement.targets):
            return not is_off(statement.value)
        if owner in context.text(statement):
            return False
    return False


def _setattr(context, call):
    if call.parent.kind == "Expr" and is_off(call.args[2]) and is_session(context, call.args[0]) is not False:
        yield graded(context, call, "Nothing that this session of requests fetches is verified",
                     [RemoveStatement(call.parent)])


def _entry(context, entry):
    off = is_off(entry.value)
    if not off and _is_known(entry.value):
        return
    for flow in flows(context, entry):
        if flow.name is None and known_callee(context, flow.call) is not None:
            return      # VS205 and VS207 know better
        way = reach(context, flow.call) if flow.name is None else _by_name(context, flow)
        if way is None:
            continue
        if not off:
            for finding in look_at(context, entry.node, entry.value):
                yield finding
            return
        ops = entry.ops if way.drop and entry.ops is not None else [
            Replace(entry.value.start, entry.value.end, "True")]
        if entry.default:
            yield graded(context, entry.node, "requests does not verify unless the caller says "
                                              "so", ops, "unsafe")
        else:
            yield graded(context, entry.node, _OFF % context.text(entry.value), ops)
        return
    if off and _in_environment_settings(context, entry):
        yield Finding(entry.node, "A replacement of merge_environment_settings switches verification off in "
                                  "every session: not rewritten, since that is all it is for; take out its "
                                  "use.")
    elif off:
        for finding in option_fix(context, entry):
            yield finding


def _by_name(context, flow):
    """``Thread(target=requests.get, kwargs={"verify": False})``."""
    return reach(context, flow.call) if flow.name in ("kwargs", "fkwargs", "kwds") else None


def _in_environment_settings(context, entry):
    function = tree.enclosing(entry.node, "FunctionDef")
    return function is not None and (function.name.endswith("merge_environment_settings")
                                     and not in_session_class(context, entry.node)
                                     or function.name == "merge_environment_settings") and (
        entry.node.kind == "Assign" and item_key(entry.node.targets[0]) == "verify")


def _once(context, found):
    """One finding for each place; nothing inside of tests."""
    seen = set()
    for finding in found:
        place = (finding.start, finding.end)
        if place not in seen and not is_left_out(context, finding.node):
            seen.add(place)
            yield finding
