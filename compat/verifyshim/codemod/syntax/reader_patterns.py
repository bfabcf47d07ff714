"""The reader's part for ``match``."""
from __future__ import absolute_import

from .tree import NODES

_VALUES = frozenset(["NUMBER", "STRING", "FSTRING", "-"])
_SINGLETONS = {"None": None, "True": True, "False": False}


class Patterns(object):
    """Expects what a Reader has."""

    def matches(self):
        """A whole ``match`` statement."""
        start = self.starts[self.i]
        self.i += 1
        subject = self.expressions(named=True)
        for kind in (":", "NEWLINE", "INDENT"):
            self.expect(kind)
        cases = []
        while self.kinds[self.i] != "DEDENT":
            if self.texts[self.i] != "case":
                raise self.problem()
            self.i += 1
            pattern = self.patterns()
            guard = None
            if self.kinds[self.i] == "if":
                self.i += 1
                guard = self.named()
            body = self.block()
            cases.append(NODES["match_case"](pattern.start, body[-1].end, pattern, guard, body))
        self.i += 1
        return NODES["Match"](start, cases[-1].end, subject, cases)

    def patterns(self):
        """One pattern, or a sequence without brackets."""
        first = self.i
        node = self.star_pattern()
        if self.kinds[self.i] != ",":
            if node.kind == "MatchStar":
                raise self.problem()
            return node
        found = [node]
        while self.kinds[self.i] == ",":
            self.i += 1
            if self.kinds[self.i] in ("if", ":"):
                break
            found.append(self.star_pattern())
        return self.finished("MatchSequence", first, found)

    def star_pattern(self):
        """A pattern, or ``*name``."""
        first = self.i
        if self.kinds[first] != "*":
            return self.pattern()
        self.i += 2
        return self.finished("MatchStar", first, self.captured(self.i - 1))

    def captured(self, at):
        """The name at this token; None for ``_``, which captures nothing."""
        name = self.word(at)
        return None if name == "_" else name

    def pattern(self):
        """Alternatives, and ``as name`` after them."""
        first = self.i
        node = self.closed_pattern()
        if self.kinds[self.i] == "|":
            found = [node]
            while self.kinds[self.i] == "|":
                self.i += 1
                found.append(self.closed_pattern())
            node = self.finished("MatchOr", first, found)
        if self.kinds[self.i] == "as":
            self.i += 2
            node = self.finished("MatchAs", first, node, self.word(self.i - 1))
        return node

    def closed_pattern(self):
        """A pattern without operators."""
        kinds, first = self.kinds, self.i
        kind = kinds[first]
        if kind in _VALUES:
            return self.finished_value(first, self.operators(9))
        if kind in _SINGLETONS:
            self.i += 1
            return self.finished("MatchSingleton", first, _SINGLETONS[kind])
        if kind == "(" or kind == "[":
            return self.sequence_pattern(kind)
        if kind == "{":
            return self.mapping_pattern()
        if kinds[first + 1] != "." and kinds[first + 1] != "(":
            self.i += 1
            return self.finished("MatchAs", first, None, self.captured(first))
        node = self.dotted_name()
        return self.class_pattern(first, node) if kinds[self.i] == "(" else self.finished_value(first, node)

    def finished_value(self, first, node):
        return self.finished("MatchValue", first, node)

    def dotted_name(self):
        """``a.b.c`` as an expression."""
        first = self.i
        node = self.finished_name(first)
        self.i += 1
        while self.kinds[self.i] == ".":
            self.i += 2
            node = self.finished("Attribute", first, node, self.word(self.i - 1))
        return node

    def sequence_pattern(self, opening):
        """``[a, *b]``, ``(a, b)``, or one pattern in redundant parentheses."""
        first = self.i
        closing = ")" if opening == "(" else "]"
        self.i += 1
        found, comma = [], False
        while self.kinds[self.i] != closing:
            found.append(self.star_pattern())
            if self.kinds[self.i] != ",":
                break
            comma = True
            self.i += 1
        self.expect(closing)
        if opening == "(" and len(found) == 1 and not comma:
            return found[0]
        return self.finished("MatchSequence", first, found)

    def mapping_pattern(self):
        """``{key: pattern, **rest}``."""
        first = self.i
        self.i += 1
        keys, found, rest = [], [], None
        while self.kinds[self.i] != "}":
            if self.kinds[self.i] == "**":
                self.i += 2
                rest = self.word(self.i - 1)
            else:
                keys.append(self.operators(9) if self.kinds[self.i] != "NAME" else self.dotted_name())
                self.expect(":")
                found.append(self.pattern())
            if self.kinds[self.i] != ",":
                break
            self.i += 1
        self.expect("}")
        return self.finished("MatchMapping", first, keys, found, rest)

    def class_pattern(self, first, cls):
        """``Point(x, y=pattern)``."""
        self.i += 1
        found, names, named = [], [], []
        while self.kinds[self.i] != ")":
            if self.kinds[self.i] == "NAME" and self.kinds[self.i + 1] == "=":
                names.append(self.word(self.i))
                self.i += 2
                named.append(self.pattern())
            else:
                found.append(self.pattern())
            if self.kinds[self.i] != ",":
                break
            self.i += 1
        self.expect(")")
        return self.finished("MatchClass", first, cls, found, names, named)
