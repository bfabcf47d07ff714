"""Where an f- or t-string ends, and what its replacement fields are."""
from __future__ import absolute_import

import re
from collections import namedtuple

from .problem import problem_at

# {expression=!r:spec}: the tokens of the expression, the letter after "!" (or None), whether there is an "=",
# and the parts of the format specification (or None). Parts are Fields and (start, end) of literal text.
Field = namedtuple("Field", "start end tokens conversion debug spec")

_CONVERSION = re.compile(r"!\s*([A-Za-z]+)\s*")
_DEBUG = re.compile(r"=(?:\s|#[^\r\n]*)*(?=[}!:])")
_COMMENT = re.compile(r"#[^\r\n]*")
_LITERALS = {}


def _literal(quote, raw, spec):
    """What matches literal text up to a brace that is not doubled, or to the closing quote."""
    if (quote, raw, spec) not in _LITERALS:
        choices = [r"[^\\{}%s%s]+" % (quote[0], "" if len(quote) == 3 else r"\r\n")]
        if len(quote) == 3:
            choices.append("%s(?!%s)" % (quote[0], quote[:2]))
        if not raw:
            choices.append(r"\\N\{[^{}'\"\r\n]*\}")
        choices += [r"\\(?:\r\n|[^{}])", r"\\(?=[{}])"]
        if not spec:
            choices.append(r"\{\{|\}\}")
        _LITERALS[quote, raw, spec] = re.compile("(?:%s)*" % "|".join(choices))
    return _LITERALS[quote, raw, spec]


def scan(text, start, position, expression):
    """Scan the string that starts at ``start`` and whose first quote ends at ``position``.

    Return (where it ends, its parts). ``expression(text, position, start)`` returns the tokens of a field and
    where they end.
    """
    opening = text[start:position]
    quote = opening.lstrip("fFtTrR")
    raw = "r" in opening[:-len(quote)].lower()
    position, parts = _Fields(text, start, quote, raw, expression).parts(position, False)
    if not text.startswith(quote, position):
        raise problem_at(text, start, "an f-string is never closed")
    return position + len(quote), parts


class _Fields(object):

    def __init__(self, text, start, quote, raw, expression):
        self.text = text
        self.start = start
        self.quote = quote
        self.raw = raw
        self.expression = expression

    def parts(self, position, spec):
        """The parts from here to the closing quote or, of a specification, brace; and where that is."""
        parts = []
        literal = _literal(self.quote, self.raw, spec)
        while True:
            end = literal.match(self.text, position).end()
            if end > position:
                parts.append((position, end))
            position = end
            if not self.text.startswith("{", position):
                return position, parts
            position = self.field(position, parts)

    def field(self, opening, parts):
        """Append the Field whose brace is at ``opening``, after its own text if "=" shows that; its end."""
        text = self.text
        tokens, position = self.expression(text, opening + 1, self.start)
        debug = _DEBUG.match(text, position)
        if debug:
            for comment in _COMMENT.finditer(text, position, debug.end()):
                tokens.trivia.append(("COMMENT",) + comment.span())
            position = debug.end()
            parts.append((opening + 1, position))
        conversion = _CONVERSION.match(text, position)
        if conversion:
            position = conversion.end()
        spec = None
        if text.startswith(":", position):
            position, spec = self.parts(position + 1, True)
        if not text.startswith("}", position):
            raise problem_at(text, opening, "a replacement field of an f-string is never closed")
        letter = conversion and conversion.group(1)
        parts.append(Field(opening, position + 1, tokens, letter, bool(debug), spec))
        return position + 1
