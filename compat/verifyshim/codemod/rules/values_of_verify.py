"""A verify= that is not said in so many words: a constant from above, a variable, an option.

``look_at(context, node, value)`` yields what is to be said about *node*, the place that hands *value* to
requests, and about the places where the value was made.
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from . import Finding, Fix, Replace
from .gates import gated
from .grading import quoted
from .words import is_off, is_on, last_name, text_of

_ROOTS = re.compile(r"ca_?(cert|file|bundle|path|chain|pem)|cert_?(file|path|bundle|pem|store)|bundle"
                    r"|^certs?$|^ca$|pem$",
                    re.IGNORECASE)
_FINE = re.compile(r"^(certifi\.|os\.path\.|pkg_resources\.|builtins\.str|importlib\.|pathlib\.|tempfile\.)")


def look_at(context, node, value, who="requests", bad=is_off, good="True"):
    """Yield findings about *value*, which *who* gets at *node*; *bad* tells the constants that waive checks."""
    known, unknown = _possible(context, value)
    off = [item for item in known if bad(item)]
    on = [item for item in known if (is_on if bad is is_off else is_off)(item)]
    if not off:
        defaults = [item for item in (_default_of(call, bad) for call in _calls_in(value)) if item is not None]
        if defaults:
            yield Finding(node, "%s does not verify unless the caller or the configuration says so: %s decides."
                          % (who, quoted(context.text(value))),
                          Fix("unsafe", [Replace(item.start, item.end, good) for item in defaults]))
        elif unknown and not _names_roots(context, value):
            yield Finding(node, "Whether %s verifies here depends on %s: not rewritten; see that nobody "
                                "switches it off there." % (who, quoted(context.text(value))))
        return
    choice = next((reason for reason in (gated(context, item) for item in off) if reason is not None), None)
    if choice is not None or on or _is_overruled(context, value, off):
        yield Finding(node, "%s does not verify here where %s says so: not rewritten, since it is a choice "
                            "that the program offers; take the choice away."
                      % (who, quoted(context.text(value) if choice is None else choice)))
        for item in off:
            if not _holds(node, item):
                yield Finding(_shown(item), "This switches certificate checks of %s off (line %d) unless "
                                            "something overrules it: not rewritten, since it is a choice that "
                                            "the program offers."
                              % (who, context.source.line_column(node.start)[0]))
        return
    fix = Fix("unsafe", [Replace(item.start, item.end, good) for item in off])
    yield Finding(node, "%s does not verify here: %s is %s." % (who, quoted(context.text(value)),
                                                                context.text(off[0])), fix)
    for item in off:
        if not _holds(node, item):
            yield Finding(_shown(item), "This constant switches certificate checks of %s off (line %d)."
                          % (who, context.source.line_column(node.start)[0]), fix)


def _possible(context, value):
    """Return (expressions that the value may be, whether there may be others)."""
    if value.kind == "IfExp":
        return _joined(context, [value.body, value.orelse])
    if value.kind == "BoolOp":
        return _joined(context, value.values)
    if value.kind == "Constant":
        return [value], False
    known, unknown = [], False
    for item in context.names.values(value) or [None]:
        if getattr(item, "kind", None) is None:
            unknown = True
        elif item.kind == "Constant":
            known.append(item)
        elif item.kind in ("IfExp", "BoolOp") and item is not value:
            more, other = _possible(context, item)
            known, unknown = known + more, unknown or other
        else:
            unknown = unknown or not _is_fine(context, item)
    return known, unknown


def _joined(context, values):
    known, unknown = [], False
    for item in values:
        more, other = _possible(context, item)
        known, unknown = known + more, unknown or other
    return known, unknown


def _is_fine(context, item):
    """A path, made of whatever: never False."""
    if item.kind == "Call":
        function = context.names.qualified(item.func) or ""
        return bool(_FINE.match(function)) or last_name(item.func) in ("join", "format")
    return item.kind in ("JoinedStr", "BinOp")


def _names_roots(context, value):
    """``verify=self.ca_file``: roots, not a choice."""
    name = last_name(value)
    if name is None and value.kind == "Subscript":
        name = text_of(value.slice)
    if name is not None and _ROOTS.search(name) and "verify" not in name.lower():
        return True
    return _is_fine(context, value)


def _calls_in(value):
    return [part for part in tree.walk(value) if part.kind == "Call"]


def _default_of(call, bad):
    """The False of ``kwargs.get("verify", False)`` and of ``getattr(config, "verify", False)``."""
    name = last_name(call.func)
    if name in ("get", "pop", "setdefault") and len(call.args) == 2 and bad(call.args[1]):
        return call.args[1]
    if name == "getattr" and len(call.args) == 3 and bad(call.args[2]):
        return call.args[2]
    return None


def _is_overruled(context, value, off):
    """Is a True or an option assigned to the same variable elsewhere, so that False is one choice of two?"""
    del off
    for item in context.names.values(value) or []:
        if getattr(item, "kind", None) in ("Attribute", "Subscript", "Compare", "UnaryOp"):
            return not _names_roots(context, item)
    return False


def _holds(node, item):
    return node.start <= item.start and item.end <= node.end


def _shown(item):
    """The statement of a constant, if that is short; a parameter's default is shown by itself."""
    statement = tree.statement_of(item)
    return statement if statement is not None and statement.kind in ("Assign", "AnnAssign") else item
