"""The one error of this room."""
from __future__ import absolute_import

import re

_LINE_END = re.compile("\r\n?|\n")


class SyntaxProblem(Exception):
    """No reader here reads the text.

    ``message`` says what is wrong, ``line`` where, counted from 1.
    """

    def __init__(self, message, line):
        Exception.__init__(self, message, line)
        self.message = message
        self.line = line

    def __str__(self):
        return "line %d: %s" % (self.line, self.message)


def problem_at(text, offset, message):
    """The error to raise for something at an offset of the text."""
    return SyntaxProblem(message, len(_LINE_END.findall(text, 0, offset)) + 1)
