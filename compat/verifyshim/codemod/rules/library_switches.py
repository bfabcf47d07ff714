"""The table of libraries.py applied to a file: calls, dictionaries that become keywords, and attributes."""
from __future__ import absolute_import

from . import RemoveKeyword, RemoveStatement, Replace
from .cert_none import required
from .functions import definitions
from .grading import graded, is_left_out
from .keyword_dicts import entries, flows
from .libraries import imports, keywords_of, switch_for, SWITCHES
from .scopes import is_target
from .values_of_verify import look_at
from .words import is_off, is_on

_WRONG = "%s=%s switches certificate checks off"


def find(context, rule, safety):
    """Yield the findings of *rule*'s switches; their fixes are *safety*."""
    wanted = keywords_of(rule)
    for call in context.nodes("Call"):
        for keyword in call.keywords:
            if keyword.arg not in wanted or context.names.qualified(call.func) == "builtins.dict":
                continue
            switch = switch_for(context, call, keyword.arg)
            if switch is not None and switch.rule == rule and not is_left_out(context, call):
                for finding in _keyword(context, call, keyword, switch, safety):
                    yield finding
    for entry in entries(context, *wanted):
        if not is_left_out(context, entry.value):
            for finding in _entry(context, entry, rule, safety):
                yield finding
    for finding in _attributes(context, rule):
        if not is_left_out(context, finding.node):
            yield finding


def _keyword(context, call, keyword, switch, safety):
    if switch.is_bad(context, keyword.value):
        ops = _good(context, switch, keyword.value)
        if ops is None:
            # A function of this file may have a default of its own.
            ops = [RemoveKeyword(call, keyword)] if not definitions(context, call.func) else [
                _opposite(switch, keyword.value)]
        yield graded(context, keyword, _WRONG % (keyword.arg, context.text(keyword.value)), ops, safety)
    elif switch.bad in ("off", "on") and not _is_passed_on(keyword):
        bad, good = (is_off, "True") if switch.bad == "off" else (is_on, "False")
        for finding in look_at(context, keyword, keyword.value, switch.roots[0], bad, good):
            yield finding


def _is_passed_on(keyword):
    """``validate_certs=validate_certs``: whoever called decides, and is looked at where that is."""
    return keyword.value.kind == "Constant" or keyword.value.kind == "Name" and keyword.value.id == keyword.arg


def _good(context, switch, value):
    """The operations that put the good value there, or None where the keyword goes."""
    if switch.good is None:
        return None
    if switch.good == "cert":
        return required(context, value)
    return [Replace(value.start, value.end, switch.good)]


def _opposite(switch, value):
    return Replace(value.start, value.end, "True" if switch.bad == "off" else "False")


def _entry(context, entry, rule, safety):
    for flow in flows(context, entry):
        switch = switch_for(context, flow.call, entry.key)
        nested = flow.name is not None and not (flow.name in ("defaults", "kwargs") and switch is not None)
        if switch is None or switch.rule != rule or nested or not switch.is_bad(context, entry.value):
            continue
        ops = _good(context, switch, entry.value) or entry.ops or [_opposite(switch, entry.value)]
        yield graded(context, entry.node, _WRONG % (entry.key, context.text(entry.value)), ops,
                     "unsafe" if entry.default else safety)
        return


def _attributes(context, rule):
    """``http.disable_ssl_certificate_validation = True``, ``request.validate_cert = False``."""
    mine = dict((switch.keyword, switch) for switch in SWITCHES if switch.rule == rule and (
        switch.anyone or switch.keyword == "validate_cert"))
    if not mine:
        return
    for assign in context.nodes("Assign"):
        target = assign.targets[0]
        switch = mine.get(target.attr) if len(assign.targets) == 1 and target.kind == "Attribute" else None
        if switch is None or not switch.is_bad(context, assign.value):
            continue
        if not switch.anyone and not any(imports(context, root) for root in switch.roots):
            continue
        wrong = "%s = %s switches certificate checks off" % (context.text(target), context.text(assign.value))
        if _is_read(context, target):
            yield graded(context, assign, wrong, [_opposite(switch, assign.value)], "unsafe")
        else:
            yield graded(context, assign, wrong, [RemoveStatement(assign)])


def _is_read(context, target):
    """Does the file read an attribute of this name? Then it has to be there."""
    return any(other.attr == target.attr for other in context.nodes("Attribute") if not is_target(other))
