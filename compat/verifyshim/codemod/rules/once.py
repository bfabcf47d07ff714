"""What several rules ask of one file is found out once."""
from __future__ import absolute_import

import functools


_answers = []


def forget():
    """Let go of the last file, so that its tree can go at once."""
    for kept in _answers:
        kept[:] = [None, None]


def once(function):
    """Decorate a function of a Context so that it keeps its last answer: one file at a time is looked at."""
    kept = [None, None]
    _answers.append(kept)

    @functools.wraps(function)
    def wrapper(context):
        if kept[0] is not context:
            kept[:] = [None, None]      # whatever happens, the file before this one can go
            kept[:] = [context, function(context)]
        return kept[1]
    return wrapper
