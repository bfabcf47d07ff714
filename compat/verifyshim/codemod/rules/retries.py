"""Handshakes tried twice: ``try: wrap with TLSv1`` and ``except ssl.SSLError: wrap with SSLv23``.

If only one were rewritten, a refusal would fall back to the other: all are, or none is. Where both come to
the same statement the second try goes, as a verifying context negotiates the version by itself.
"""
from __future__ import absolute_import

from . import Replace
from .client_contexts import before, begins_line
from .nodes import is_within
from ..layout import newline_at
from ..syntax import tree
from ..syntax.tokens import COMMENT, tokens


def fixes(context, rewrites):
    """Return ``{wrap: ops}`` for the Rewrites of a file's wraps; no ops (None) for those that must stay.

    :param rewrites: list of (Wrap, Rewrite or None); wraps of one retry share one list of ops.
    """
    done = {}
    for group in _groups(rewrites):
        if len(group) == 1:
            (wrap, change), = group
            done[wrap] = None if change is None else _ops(context, [(wrap, change)])
            continue
        ops = None
        if all(change is not None for _, change in group):
            ops = _merged(context, group) or _ops(context, group)
        for wrap, _ in group:
            done[wrap] = ops
    return done


def _ops(context, group):
    ops = []
    for wrap, change in group:
        ops += before(context, wrap.call, change.lines)
        ops.append(Replace(wrap.call.start, wrap.call.end, change.text))
        ops += change.ops
    return ops


def _groups(rewrites):
    """Wraps of one ``try`` that has some in its body and some in its handlers stand together."""
    by_try, order = {}, []
    for wrap, change in rewrites:
        owner = _retry(wrap, [other for other, _ in rewrites])
        key = wrap if owner is None else owner
        if key not in by_try:
            by_try[key] = []
            order.append(key)
        by_try[key].append((wrap, change))
    return [by_try[key] for key in order]


def _retry(wrap, others):
    """The outermost ``try`` around *wrap*, in its function, that tries a handshake again."""
    found = None
    for above in tree.ancestors(wrap.call):
        if above is wrap.scope:
            break
        if above.kind == "Try" and above.handlers:
            inside = [_in_handler_of(above, other.call) for other in others if is_within(other.call, above)]
            if True in inside and False in inside:
                found = above
    return found


def _in_handler_of(owner, node):
    return any(is_within(node, handler) for handler in owner.handlers)


def _merged(context, group):
    """The ops that put one statement in place of the whole ``try``, or None where it does more."""
    owner = _retry(group[0][0], [wrap for wrap, _ in group])
    blocks = [owner.body] + [handler.body for handler in owner.handlers]
    if owner.orelse or owner.finalbody or len(blocks) != len(group) or any(len(block) != 1 for block in blocks):
        return None
    if not begins_line(context, owner) or _has_comment(context, owner):
        return None
    statements = [_statement(context, wrap, change) for wrap, change in group]
    if any(statement != statements[0] for statement in statements):
        return None
    lines, text = statements[0]
    source = context.source.text
    gap = newline_at(source, owner.start) + context.source.lines.before(owner.start)
    return before(context, owner, list(lines)) + [
        Replace(owner.start, owner.end, text.replace(_broken(context, group[0][0]), gap))] + group[0][1].ops


def _statement(context, wrap, change):
    statement = tree.statement_of(wrap.call)
    source = context.source.text
    text = source[statement.start:wrap.call.start] + change.text + source[wrap.call.end:statement.end]
    return tuple(change.lines), text


def _broken(context, wrap):
    """A line break with the indentation of the statement inside the ``try``."""
    source, start = context.source.text, tree.statement_of(wrap.call).start
    return newline_at(source, start) + context.source.lines.before(start)


def _has_comment(context, node):
    return "#" in context.text(node) and any(
        token.type == COMMENT for token in tokens(context.source.text)
        if node.start <= token.start < node.end)
