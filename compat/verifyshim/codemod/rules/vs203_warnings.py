"""VS203: the warnings about unverified requests switched off.

Before::

    import urllib3
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

After, when nothing in the file is unverified any more: nothing. While something is, the warnings are all that
tells of it; they are reported and kept off until it is gone, which takes a second round.
https://urllib3.readthedocs.io/en/stable/advanced-usage.html#tls-warnings
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from . import DropUnusedImports, Finding, Fix, RemoveStatement, rule
from . import vs201_requests_verify, vs202_defaults, vs204_urllib3, vs205_clients, vs207_services
from .gates import gated
from .grading import is_left_out
from .words import last_name, text_of

_ABOUT = re.compile(r"InsecureRequest|Unverified HTTPS|InsecureRequestWarning")
_OTHERS = (vs201_requests_verify, vs202_defaults, vs204_urllib3, vs205_clients, vs207_services)


@rule("VS203", "warnings about unverified requests switched off",
      needles=(b"disable_warnings", b"InsecureRequest", b"Unverified HTTPS"))
def check(context):
    if is_left_out(context):
        return
    remaining = None
    for statement in context.nodes("Expr"):
        call = statement.value
        if call.kind != "Call" or not _silences(context, call) or is_left_out(context, statement):
            continue
        if gated(context, statement) is not None:
            continue        # somebody's choice, together with what it is about
        if remaining is None:
            remaining = _remaining(context)
        yield _finding(context, statement, remaining)


def _finding(context, statement, remaining):
    if remaining:
        line = context.source.line_column(remaining[0].start)[0]
        return Finding(statement, "Warnings about unverified requests are switched off: not rewritten while "
                                  "something here may be unverified (line %d); this goes when that is "
                                  "verified." % line)
    if _is_after_its_import(statement):
        return Finding(statement, "Warnings about unverified requests are switched off: not rewritten, since "
                                  "only the import would be left in this 'try'; take all of it out.")
    return Finding(statement, "Warnings about unverified requests are switched off, though nothing here is "
                              "unverified.",
                   Fix("safe", [RemoveStatement(statement, prune=True), DropUnusedImports(_names(statement))]))


def _silences(context, call):
    function = last_name(call.func)
    if function == "disable_warnings":
        name = context.names.qualified(call.func)
        ours = name == "urllib3.disable_warnings" or name is None and "urllib3" in context.text(call.func) or (
            name or "").endswith("urllib3.disable_warnings")
        given = [last_name(item) for item in call.args + [keyword.value for keyword in call.keywords]]
        return ours and (not given or given == ["InsecureRequestWarning"])
    if function in ("filterwarnings", "simplefilter"):
        name = context.names.qualified(call.func)
        if name is not None and not name.startswith("warnings."):
            return False
        given = call.args + [keyword.value for keyword in call.keywords]
        return bool(given) and text_of(given[0]) == "ignore" and any(
            _ABOUT.search(text_of(item) or last_name(item) or "") for item in given[1:])
    return False


def _remaining(context):
    """What other rules find in the text as it is now: this round or the next takes away what can go."""
    return [finding for module in _OTHERS for finding in module.check(context)]


def _is_after_its_import(statement):
    block, _, owner, field = tree.block_of(statement)
    return owner is not None and owner.kind == "Try" and field == "body" and len(block) > 1 and all(
        other is statement or other.kind in ("Import", "ImportFrom") for other in block)


def _names(statement):
    return sorted(set(part.id for part in tree.walk(statement) if part.kind == "Name"))
