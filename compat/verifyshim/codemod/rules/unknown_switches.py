"""Switches that speak of certificates but belong to nobody we know: reported, never rewritten."""
from __future__ import absolute_import

import re

from ..syntax import tree
from . import Finding
from .grading import quoted
from .keyword_dicts import Span
from .libraries import imports, is_owned, switch_for
from .service_calls import is_handed_on, is_plain
from .words import last_name, speaks_of_tls, text_of, waives

_SETTERS = re.compile(r"^(set|put|configure|update|assign|define|override)")
_READERS = re.compile(r"^(get|pop|setdefault|has|read|fetch|add_argument|add_option|getattr|Bool|option"
                      r"|config_bool)")
_LIBRARY_KEYS = frozenset(["check_hostname"])      # the business of VS103 and VS109
_WRONG = "%s seems to switch certificate checks off"
_WHY = ": not rewritten, since whose it is is not known from this file; see what it does, and take it out."


def unknown_switches(context):
    """Yield findings for keywords, settings and constants: ``verify_ssl=False``, ``INSECURE = True``."""
    for display in context.nodes("Dict"):
        if display.parent.kind == "keyword" and display.parent.arg in ("data", "json", "params"):
            continue        # for the server to read
        for key, value in zip(display.keys, display.values):
            name = text_of(key)
            if name is not None and waives(name, value) and _is_tls(name) and not is_owned(context, name):
                place = Span(key.start, value.end, key)
                yield Finding(place, _WRONG % quoted(context.text(place)) + _WHY)
    for call in context.nodes("Call"):
        for finding in _of_call(context, call):
            yield finding
    for assign in context.nodes("Assign"):
        target = assign.targets[0]
        name = _assigned(target)
        if len(assign.targets) != 1 or name is None or not waives(name, assign.value) or not _is_tls(name):
            continue
        if target.kind == "Attribute" and (is_owned(context, name) or _is_libclouds(context, name)):
            continue
        if _is_seen(target) and not is_plain(assign) and not _is_given_as_verify(context, name):
            yield Finding(assign, _WRONG % quoted(context.text(assign)) + _WHY)


def _is_libclouds(context, name):
    return name.startswith("VERIFY_SSL_CERT") and imports(context, "libcloud")


def _of_call(context, call):
    function = last_name(call.func) or ""
    if not _READERS.match(function):
        for keyword in call.keywords:
            if keyword.arg is None or not waives(keyword.arg, keyword.value) or not _is_tls(keyword.arg):
                continue
            if switch_for(context, call, keyword.arg) is not None or _is_stdlib(context, call):
                continue
            if function != "dict" or not is_owned(context, keyword.arg):
                yield Finding(keyword, _WRONG % quoted(context.text(keyword)) + _WHY)
    if _SETTERS.match(function) and len(call.args) >= 2:
        name, value = text_of(call.args[-2]), call.args[-1]
        if name is not None and waives(name, value) and _is_tls(name):
            yield Finding(call, _WRONG % quoted(context.text(call)) + _WHY)


def _assigned(target):
    if target.kind == "Name":
        return target.id
    if target.kind == "Attribute":
        return target.attr
    return text_of(target.slice) if target.kind == "Subscript" else None


def _is_seen(target):
    """Do others read it? A function's own variable only if the function hands it on."""
    function = tree.enclosing(target, "FunctionDef", "AsyncFunctionDef")
    return target.kind != "Name" or function is None or is_handed_on(function, target.id)


def _is_given_as_verify(context, name):
    """``requests.get(url, verify=VERIFY_SSL)``: VS201 looks at that one."""
    return any(keyword.arg == "verify" and last_name(keyword.value) == name
               for call in context.nodes("Call") for keyword in call.keywords)


def _is_tls(name):
    return speaks_of_tls(name) and name not in _LIBRARY_KEYS and not re.search(r"(?i)warn|signature"
                                                                               r"|signing", name)


def _is_stdlib(context, call):
    """Contexts and connections of the standard library are looked at by other rules."""
    return (context.names.qualified(call.func) or "").startswith(
        ("ssl.", "http.client.", "urllib.", "smtplib.", "imaplib.", "ftplib.", "poplib.", "nntplib.",
         "xmlrpc."))
