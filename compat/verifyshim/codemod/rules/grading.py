"""How a finding is graded: test code is left out, gated sites need --unsafe, all of it in one place."""
from __future__ import absolute_import

from . import Finding, Fix
from .gates import gated
from .testcode import is_test


def is_left_out(context, node=None):
    """Is the file, or *node* in it, test code that nobody asked to see?"""
    return not context.options.tests and is_test(context, node)


def graded(context, node, wrong, ops, safety="safe", fix=None):
    """Return the Finding for *node*, whose fix is unsafe where a gate is on the way to it.

    :param wrong: what is wrong, a sentence without its full stop.
    :param fix: a Fix to share instead of a new one of *ops* and *safety*.
    """
    reason = gated(context, node)
    if reason is not None:
        return Finding(node, "%s, as %s decides; --unsafe takes the choice away." % (wrong, quoted(reason)),
                       Fix("unsafe", ops))
    return Finding(node, wrong + ".", Fix(safety, ops) if fix is None else fix)


def quoted(text):
    """Source text for a message: one line, not too long."""
    text = " ".join(text.split())
    return "'%s'" % (text if len(text) <= 60 else text[:57] + "...")
