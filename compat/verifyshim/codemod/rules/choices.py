"""Gates that are about trust. Whether TLS is used at all, or a proxy, is another matter."""
from __future__ import absolute_import

import re

from .gates import gated, speaks_of_verification
from ..syntax import tree


def choice(context, node):
    """Return what the user of the program decides about verification on the way to *node*, or None.

    As gates.gated, which tells of the nearest gate; one that is not about trust is passed by.
    """
    while node is not None:
        reason = gated(context, node)
        if reason is None:
            return None
        if any(speaks_of_verification(word) for word in re.findall(r"\w+", reason)):
            return reason
        node = tree.statement_of(node.parent) if node.parent is not None else None
    return None


def note(reason):
    """Return the end of a message for a choice."""
    return "; whether it is reached depends on %s" % reason if reason else ""
