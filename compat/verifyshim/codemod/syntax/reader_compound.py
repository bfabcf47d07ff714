"""The reader's part for statements that hold blocks."""
from __future__ import absolute_import

import re

from .problem import SyntaxProblem
from .reader_parameters import Parameters
from .reader_patterns import Patterns
from .tree import NODES, cover

_EXCEPTION = re.compile("[A-Z].*(Error|Exception|Warning|Exit|Interrupt|Iteration|Failure|Fault|Timeout)$")


class Compounds(Patterns, Parameters):
    """Expects what a Reader has, and Statements."""

    def block(self):
        """``:`` and the statements that it opens."""
        self.expect(":")
        body = []
        if self.kinds[self.i] != "NEWLINE":
            self.line(body)
            return body
        self.i += 1
        if self.kinds[self.i] != "INDENT":
            raise self.problem("a block is missing: the next line is not indented")
        self.i += 1
        while self.kinds[self.i] != "DEDENT":
            self.statement(body)
        self.i += 1
        return body

    def soft_compound(self):
        """The reader of what starts with ``async`` or ``match`` where these are no names, or None."""
        word, following = self.texts[self.i], self.kinds[self.i + 1]
        if word == "async" and following in ("def", "for", "with"):
            return Compounds.asynchronous
        if word == "match" and following not in ("=", ".", ")", ",", ":", "NEWLINE") and self.opens_cases():
            return Compounds.matches
        return None

    def opens_cases(self):
        """Whether this line ends with a colon and the next one is indented and starts with ``case``."""
        end = self.kinds.index("NEWLINE", self.i)
        return (self.kinds[end - 1] == ":" and self.kinds[end + 1] == "INDENT"
                and self.texts[end + 2] == "case" and self.kinds[end + 2] == "NAME")

    def asynchronous(self):
        """``async`` before def, for and with: the span starts with it."""
        start = self.starts[self.i]
        self.i += 1
        return self.compounds[self.kinds[self.i]](self, start, "Async")

    def ifs(self):
        """A whole ``if``: however many ``elif`` there are, it is a loop."""
        kinds, arms, orelse = self.kinds, [], []
        while not arms or kinds[self.i] == "elif":
            start = self.starts[self.i]
            self.i += 1
            test = self.named()
            arms.append((start, test, self.block()))
        if kinds[self.i] == "else":
            self.i += 1
            orelse = self.block()
        for start, test, body in reversed(arms):
            orelse = [NODES["If"](start, (orelse or body)[-1].end, test, body, orelse)]
        return orelse[0]

    def otherwise(self):
        """The ``else`` of a loop or a ``try``, or nothing."""
        if self.kinds[self.i] != "else":
            return []
        self.i += 1
        return self.block()

    def whiles(self):
        start = self.starts[self.i]
        self.i += 1
        test = self.named()
        body = self.block()
        orelse = self.otherwise()
        return NODES["While"](start, (orelse or body)[-1].end, test, body, orelse)

    def fors(self, start=None, prefix=""):
        start = self.starts[self.i] if start is None else start
        self.i += 1
        target = self.targets()
        self.expect("in")
        iterable = self.expressions()
        body = self.block()
        orelse = self.otherwise()
        return NODES[prefix + "For"](start, (orelse or body)[-1].end, target, iterable, body, orelse)

    def tries(self):
        """``try`` with all its clauses; ``except*`` makes it a TryStar."""
        start = self.starts[self.i]
        self.i += 1
        body, handlers, kind = self.block(), [], "Try"
        while self.kinds[self.i] == "except":
            if self.kinds[self.i + 1] == "*":
                kind = "TryStar"
            handlers.append(self.handler())
        orelse = self.otherwise() if handlers else []
        final = []
        if self.kinds[self.i] == "finally":
            self.i += 1
            final = self.block()
        if not handlers and not final:
            raise self.problem()
        last = (final or orelse or handlers)[-1]
        return NODES[kind](start, last.end, body, handlers, orelse, final)

    def handler(self):
        """One ``except`` clause.

        ``except A, B:`` binds B in Python 2 and catches both in 3.14. It is taken for the latter where B is
        called like an exception, and where there are three or more.
        """
        start = self.starts[self.i]
        self.i += 1
        if self.kinds[self.i] == "*":
            self.i += 1
        caught = name = None
        if self.kinds[self.i] != ":":
            first = self.i
            caught = self.expression()
            if self.kinds[self.i] == "as":
                self.i += 1
                name = self.assignable(self.target())
            elif self.kinds[self.i] == ",":
                both = self.tuple_from(first, caught, self.expression)
                if len(both.elts) == 2 and self.kinds[self.i - 1] != "," and not _like_a_class(both.elts[1]):
                    name = self.assignable(both.elts[1])
                else:
                    caught = both
        body = self.block()
        return NODES["ExceptHandler"](start, body[-1].end, caught, name, body)

    def withs(self, start=None, prefix=""):
        start = self.starts[self.i] if start is None else start
        self.i += 1
        items = self.bracketed_items()
        if items is None:
            items = [self.item()]
            while self.kinds[self.i] == ",":
                self.i += 1
                items.append(self.item())
        body = self.block()
        return NODES[prefix + "With"](start, body[-1].end, items, body)

    def bracketed_items(self):
        """The items in parentheses that are theirs alone, or None and nothing is read."""
        first = self.i
        if self.kinds[first] != "(":
            return None
        try:
            self.i += 1
            items = []
            while self.kinds[self.i] != ")":
                items.append(self.item())
                if self.kinds[self.i] != ",":
                    break
                self.i += 1
            self.expect(")")
            if items and self.kinds[self.i] == ":":
                return items
        except SyntaxProblem:
            pass
        self.i = first
        return None

    def item(self):
        """``expression as target``."""
        value, target = self.expression(), None
        if self.kinds[self.i] == "as":
            self.i += 1
            target = self.assignable(self.target())
        start, end = cover(None, [value, target])
        return NODES["withitem"](start, end, value, target)

    def decorated(self):
        """A function or class with its decorators; it starts at its own keyword."""
        decorators = []
        while self.kinds[self.i] == "@":
            self.i += 1
            decorators.append(self.named())
            self.expect("NEWLINE")
        if self.kinds[self.i] == "NAME" and self.texts[self.i] == "async" and self.kinds[self.i + 1] == "def":
            node = self.asynchronous()
        elif self.kinds[self.i] in ("def", "class"):
            node = self.compounds[self.kinds[self.i]](self)
        else:
            raise self.problem()
        node.decorator_list = decorators
        return node

    def functions(self, start=None, prefix=""):
        start = self.starts[self.i] if start is None else start
        name = self.word(self.i + 1)
        self.i += 2
        type_parameters = self.type_parameters()
        self.expect("(")
        parameters = self.parameters(")", start)
        self.expect(")")
        returns = None
        if self.kinds[self.i] == "->":
            self.i += 1
            returns = self.expressions()
        body = self.block()
        node = NODES[prefix + "FunctionDef"]
        return node(start, body[-1].end, [], name, type_parameters, parameters, returns, body)

    def classes(self):
        start, name = self.starts[self.i], self.word(self.i + 1)
        self.i += 2
        type_parameters = self.type_parameters()
        bases, keywords = self.arguments() if self.kinds[self.i] == "(" else ([], [])
        body = self.block()
        return NODES["ClassDef"](start, body[-1].end, [], name, type_parameters, bases, keywords, body)

    compounds = {"if": ifs, "while": whiles, "for": fors, "try": tries, "with": withs, "@": decorated,
                 "def": functions, "class": classes}


def _like_a_class(node):
    """Whether this is called as exceptions are, with dots or not."""
    if node.kind == "Attribute":
        return node.attr[:1].isupper()
    return node.kind == "Name" and bool(_EXCEPTION.match(node.id))
