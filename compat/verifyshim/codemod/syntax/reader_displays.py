"""The reader's part for what is written in brackets, for comprehensions, and for strings."""
from __future__ import absolute_import

from . import literals
from .tree import NODES, cover

_Tuple, _List, _Dict, _Set = NODES["Tuple"], NODES["List"], NODES["Dict"], NODES["Set"]
_Constant = NODES["Constant"]


class Displays(object):
    """Expects what a Reader has, and Expressions."""

    def parenthesised(self):
        """A tuple, a generator, a yield, or an expression in redundant parentheses."""
        kinds, first = self.kinds, self.i
        self.i += 1
        if kinds[self.i] == ")":
            self.i += 1
            return _Tuple(self.starts[first], self.ends[first + 1], [])
        if kinds[self.i] == "yield":
            node = self.yields()
            self.expect(")")
            return node
        node = self.starred() if kinds[self.i] == "*" else self.named()
        if kinds[self.i] == ",":
            node = self.tuple_from(self.i, node, self.named)
            self.expect(")")
            node.start, node.end = self.starts[first], self.ends[self.i - 1]
            return node
        if self.comprehends():
            generators = self.generators()
            self.expect(")")
            return NODES["GeneratorExp"](self.starts[first], self.ends[self.i - 1], node, generators)
        if node.kind == "Starred":
            raise self.problem()
        self.expect(")")
        return node

    def list_display(self):
        """A list or a list comprehension."""
        first = self.i
        self.i += 1
        elements = self.elements("]")
        if len(elements) == 1 and self.comprehends():
            generators = self.generators(old=True)
            self.expect("]")
            return NODES["ListComp"](self.starts[first], self.ends[self.i - 1], elements[0], generators)
        self.expect("]")
        return _List(self.starts[first], self.ends[self.i - 1], elements)

    def elements(self, closing):
        """The elements up to the closing bracket, or to what cannot be one."""
        kinds, elements = self.kinds, []
        while kinds[self.i] != closing:
            elements.append(self.starred() if kinds[self.i] == "*" else self.named())
            if kinds[self.i] != ",":
                break
            self.i += 1
        return elements

    def braces(self):
        """A dict, a set, or a comprehension of either."""
        kinds, first = self.kinds, self.i
        self.i += 1
        if kinds[self.i] == "}" or kinds[self.i] == "**":
            return self.dict_display(first, [], [])
        element = self.starred() if kinds[self.i] == "*" else self.named()
        if kinds[self.i] == ":":
            self.i += 1
            value = self.expression()
            if not self.comprehends():
                return self.dict_display(first, [element], [value])
            generators = self.generators()
            self.expect("}")
            return NODES["DictComp"](self.starts[first], self.ends[self.i - 1], element, value, generators)
        if self.comprehends():
            generators = self.generators()
            self.expect("}")
            return NODES["SetComp"](self.starts[first], self.ends[self.i - 1], element, generators)
        elements = [element]
        if kinds[self.i] == ",":
            self.i += 1
            elements += self.elements("}")
        self.expect("}")
        return _Set(self.starts[first], self.ends[self.i - 1], elements)

    def dict_display(self, first, keys, values):
        """The rest of a dict of which one item may be read."""
        kinds = self.kinds
        if keys and kinds[self.i] != "}":
            self.expect(",")
        while kinds[self.i] != "}":
            if kinds[self.i] == "**":
                self.i += 1
                keys.append(None)
                values.append(self.operators(5))
            else:
                keys.append(self.expression())
                self.expect(":")
                values.append(self.expression())
            if kinds[self.i] != ",":
                break
            self.i += 1
        self.expect("}")
        return _Dict(self.starts[first], self.ends[self.i - 1], keys, values)

    def comprehends(self):
        """Whether a comprehension goes on here."""
        at = self.i
        kind = self.kinds[at]
        return kind == "for" or kind == "NAME" and self.texts[at] == "async" and self.kinds[at + 1] == "for"

    def generators(self, old=False):
        """All ``for target in iter if test``; with ``old`` also Python 2's ``for x in 1, 2``."""
        found = []
        while self.comprehends():
            is_async = int(self.kinds[self.i] == "NAME")
            self.i += is_async + 1
            target = self.targets()
            self.expect("in")
            first = self.i
            iterable = self.condition()
            if old and self.kinds[self.i] == ",":
                iterable = self.tuple_from(first, iterable, self.condition)
            ifs = []
            while self.kinds[self.i] == "if":
                self.i += 1
                ifs.append(self.condition())
            start, end = cover(None, [target, iterable] + ifs)
            found.append(NODES["comprehension"](start, end, target, iterable, ifs, is_async))
        return found

    def condition(self):
        """What may stand after ``in`` and ``if`` of a comprehension: no conditional expression."""
        first = self.i
        if self.kinds[first] == "lambda":
            return self.lambdas(self.condition)
        node = self.operators(1)
        if self.kinds[self.i] != ":=" or node.kind != "Name":
            return node
        self.i += 1
        value = self.expression()
        return NODES["NamedExpr"](self.starts[first], self.ends[self.i - 1], node, value)

    def targets(self):
        """One or several targets, up to ``in``."""
        first = self.i
        node = self.target()
        if self.kinds[self.i] == ",":
            node = self.tuple_from(first, node, self.target)
        return self.assignable(node)

    def target(self):
        """One target: nothing that holds an ``in`` of its own."""
        return self.starred() if self.kinds[self.i] == "*" else self.operators(5)

    def strings(self):
        """Literals side by side: one Constant or, with an f-string among them, one JoinedStr."""
        kinds, first = self.kinds, self.i
        if kinds[first] == "STRING" and kinds[first + 1] != "STRING" and kinds[first + 1] != "FSTRING":
            self.i += 1
            return _Constant(self.starts[first], self.ends[first], *literals.string(self.texts[first]))
        values, joined = [], False
        while kinds[self.i] == "STRING" or kinds[self.i] == "FSTRING":
            start, end, text = self.starts[self.i], self.ends[self.i], self.texts[self.i]
            if kinds[self.i] == "FSTRING":
                joined = True
                prefix = text[:2].rstrip("'\"").lower()
                self.join(values, self.joined(self.parts[start], prefix, False))
            else:
                self.join(values, [_Constant(start, end, *literals.string(text))])
            self.i += 1
        start, end = self.starts[first], self.ends[self.i - 1]
        if joined:
            values = [each for each in values if each.kind != "Constant" or each.value]
            return NODES["JoinedStr"](start, end, values)
        values[0].start, values[0].end = start, end
        return values[0]

    @staticmethod
    def join(values, more):
        """Append nodes, literal text to the literal text before it."""
        for node in more:
            if node.kind == "Constant" and values and values[-1].kind == "Constant":
                values[-1].end = node.end
                values[-1].value = literals.joined(values[-1].value, node.value)
            else:
                values.append(node)

    def joined(self, parts, prefix, spec):
        """The nodes of an f-string's parts, or of a format specification's."""
        values = []
        verbatim = dict((part.start + 1, part) for part in parts if len(part) > 2 and part.debug)
        for part in parts:
            if len(part) > 2:
                values.append(self.formatted(part, prefix))
                continue
            text = self.text[part[0]:part[1]]
            if part[0] in verbatim:     # the field's own text, but for comments
                for _, start, end in reversed(verbatim[part[0]].tokens.trivia):
                    text = text[:start - part[0]] + text[end - part[0]:]
                value = literals.body(text, "r")
            else:
                value = literals.body(text if spec else text.replace("{{", "{").replace("}}", "}"), prefix)
            self.join(values, [_Constant(part[0], part[1], value)])
        return values

    def formatted(self, part, prefix):
        """The node of a replacement field."""
        conversion = ord(part.conversion[0]) if part.conversion else -1
        specification = None
        if part.spec is not None:
            values = self.joined(part.spec, prefix, True)
            end = part.end - 1
            specification = NODES["JoinedStr"](values[0].start if values else end, end, values)
        elif part.debug and not part.conversion:
            conversion = ord("r")
        value = self.inner(part.tokens)
        return NODES["FormattedValue"](part.start, part.end, value, conversion, specification)
