"""The reader's part for parameters of functions, lambdas and types."""
from __future__ import absolute_import

from .reader_expressions import Expressions
from .tree import NODES, cover


class Parameters(Expressions):
    """Expects what a Reader has."""

    def parameters(self, closing, fallback):
        """All parameters up to ``closing``, which stays; an empty list stands at ``fallback``."""
        kinds = self.kinds
        only, plain, defaults, keyword_only, keyword_defaults = [], [], [], [], []
        vararg = kwarg = None
        starred = False
        while kinds[self.i] != closing:
            kind = kinds[self.i]
            if kind == "/" and plain and not only:
                self.i += 1
                only, plain = plain, []
            elif kind == "*" and not starred:
                self.i += 1
                starred = True
                if kinds[self.i] != ",":
                    vararg = self.parameter(closing, star=True)
            elif kind == "**":
                self.i += 1
                kwarg = self.parameter(closing)
            else:
                parameter = self.tuple_parameter() if kind == "(" else self.parameter(closing)
                default = self.default()
                (keyword_only if starred else plain).append(parameter)
                if starred:
                    keyword_defaults.append(default)
                elif default is not None:
                    defaults.append(default)
            if kinds[self.i] != ",":
                break
            self.i += 1
        fields = (only, plain, defaults, vararg, keyword_only, keyword_defaults, kwarg)
        held = only + plain + defaults + [vararg, kwarg] + keyword_only + keyword_defaults
        start, end = cover(fallback, held)
        return NODES["arguments"](start, end, *fields)

    def default(self):
        """``=value``, or None."""
        if self.kinds[self.i] != "=":
            return None
        self.i += 1
        return self.expression()

    def parameter(self, closing, star=False):
        """One name, with its annotation if this is no lambda."""
        first = self.i
        name, annotation = self.word(first), None
        self.i += 1
        if closing == ")" and self.kinds[self.i] == ":":
            self.i += 1
            annotation = self.starred() if star and self.kinds[self.i] == "*" else self.expression()
        return NODES["arg"](self.starts[first], self.ends[self.i - 1], name, annotation)

    def tuple_parameter(self):
        """Python 2's ``def f((a, b)):``; parentheses around one name mean nothing."""
        first = self.i
        target = self.assignable(self.parenthesised())
        if target.kind == "Name":
            return NODES["arg"](target.start, target.end, target.id, None)
        return NODES["arg"](self.starts[first], self.ends[self.i - 1], None, None, target)

    def type_parameters(self):
        """``[T: bound = default, *Ts, **P]``, or an empty list."""
        found = []
        if self.kinds[self.i] != "[":
            return found
        self.i += 1
        while self.kinds[self.i] != "]":
            found.append(self.type_parameter())
            if self.kinds[self.i] != ",":
                break
            self.i += 1
        self.expect("]")
        return found

    def type_parameter(self):
        """One of them."""
        first = self.i
        star = self.kinds[first]
        self.i += 2 if star in ("*", "**") else 1
        name, bound = self.word(self.i - 1), None
        if star == "NAME" and self.kinds[self.i] == ":":
            self.i += 1
            bound = self.expression()
        default = None
        if self.kinds[self.i] == "=":
            self.i += 1
            default = self.starred() if star == "*" and self.kinds[self.i] == "*" else self.expression()
        start, end = self.starts[first], self.ends[self.i - 1]
        if star == "NAME":
            return NODES["TypeVar"](start, end, name, bound, default)
        return NODES["TypeVarTuple" if star == "*" else "ParamSpec"](start, end, name, default)
