"""The reader's part for expressions.

A node starts with its first token and ends with its last one, as ast has it; that the parentheses of
``(a) + b`` belong to the sum, but not to ``a``, follows from that.
"""
from __future__ import absolute_import

from . import literals
from .problem import problem_at
from .reader_displays import Displays
from .tree import NODES

_Name, _Constant = NODES["Name"], NODES["Constant"]
_Attribute, _Subscript = NODES["Attribute"], NODES["Subscript"]
_Call, _BinOp, _UnaryOp, _BoolOp = NODES["Call"], NODES["BinOp"], NODES["UnaryOp"], NODES["BoolOp"]
_Compare, _IfExp, _Lambda, _Starred = NODES["Compare"], NODES["IfExp"], NODES["Lambda"], NODES["Starred"]
_keyword, _Slice, _Tuple = NODES["keyword"], NODES["Slice"], NODES["Tuple"]

OR, AND, NOT, COMPARE, BITS, UNARY, POWER = 1, 2, 3, 4, 5, 11, 12
_LEVELS = {"or": OR, "and": AND, "not": COMPARE, "in": COMPARE, "is": COMPARE, "|": BITS, "^": 6, "&": 7,
           "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "//": 10, "%": 10, "@": 10, "**": POWER}
_COMPARISONS = {"==": "Eq", "!=": "NotEq", "<>": "NotEq", "<": "Lt", "<=": "LtE", ">": "Gt", ">=": "GtE",
                "in": "In"}
_LEVELS.update((sign, COMPARE) for sign in _COMPARISONS)
BINARY = {"+": "Add", "-": "Sub", "*": "Mult", "/": "Div", "//": "FloorDiv", "%": "Mod", "@": "MatMult",
          "**": "Pow", "<<": "LShift", ">>": "RShift", "|": "BitOr", "^": "BitXor", "&": "BitAnd"}
_PREFIXES = {"not": "Not", "-": "USub", "+": "UAdd", "~": "Invert"}
_SINGLETONS = {"None": None, "True": True, "False": False, "...": Ellipsis}

# What an expression can start with; the rest of the operators and the closing brackets end it.
STARTS = frozenset("NAME NUMBER STRING FSTRING ( [ { ` ... None True False lambda not - + ~ *".split())
_AWAITABLE = STARTS - frozenset(["not", "*"])


class Expressions(Displays):
    """Expects ``kinds``, ``texts``, ``starts``, ``ends`` and the position ``i`` of a Reader."""

    def expect(self, kind):
        """Step over a token that has to come here."""
        if self.kinds[self.i] != kind:
            raise self.problem()
        self.i += 1

    def problem(self, message=None, at=None):
        """The error for the token at hand."""
        at = self.i if at is None else at
        if message is None:
            kind = self.kinds[at]
            what = {"END": "the end", "NEWLINE": "the end of the line", "INDENT": "this indentation",
                    "DEDENT": "the end of the block"}.get(kind) or repr(str(self.texts[at][:20]))
            message = "Python does not expect %s here" % what
        return problem_at(self.text, self.starts[at], message)

    def expressions(self, named=False):
        """One expression, or a tuple without parentheses, which may hold starred ones."""
        first = self.i
        node = self.starred() if self.kinds[first] == "*" else self.named() if named else self.expression()
        if self.kinds[self.i] != ",":
            return node
        return self.tuple_from(first, node, self.named if named else self.expression)

    def tuple_from(self, first, node, element):
        """The tuple without parentheses whose first element is read and is followed by a comma."""
        elements = [node]
        while self.kinds[self.i] == ",":
            self.i += 1
            if self.kinds[self.i] not in STARTS:
                break
            elements.append(self.starred() if self.kinds[self.i] == "*" else element())
        return _Tuple(self.starts[first], self.ends[self.i - 1], elements)

    def starred(self, argument=False):
        """``*value``; only an argument may have a conditional expression there."""
        first = self.i
        self.i += 1
        value = self.expression() if argument else self.operators(BITS)
        return _Starred(self.starts[first], self.ends[self.i - 1], value)

    def named(self):
        """An expression, or ``name := expression``."""
        first = self.i
        node = self.expression()
        if self.kinds[self.i] != ":=":
            return node
        if node.kind != "Name":
            raise self.problem()
        self.i += 1
        value = self.expression()
        return NODES["NamedExpr"](self.starts[first], self.ends[self.i - 1], node, value)

    def expression(self):
        """A lambda, a conditional expression, or anything that binds more tightly."""
        first = self.i
        if self.kinds[first] == "lambda":
            return self.lambdas()
        body = self.operators(OR)
        if self.kinds[self.i] != "if":
            return body
        self.i += 1
        test = self.operators(OR)
        self.expect("else")
        orelse = self.expression()
        return _IfExp(self.starts[first], self.ends[self.i - 1], body, test, orelse)

    def lambdas(self, result=None):
        """``lambda parameters: expression``."""
        first = self.i
        self.i += 1
        parameters = self.parameters(":", self.starts[first])
        self.expect(":")
        body = (result or self.expression)()
        return _Lambda(self.starts[first], self.ends[self.i - 1], parameters, body)

    def operators(self, floor):
        """Operands and those operators between them that bind at least as tightly as ``floor``.

        A chain of operators is a loop, as long as it may be; only what binds more tightly is a recursion.
        """
        kinds, first = self.kinds, self.i
        kind = kinds[first]
        if kind in _PREFIXES:
            left = self.prefixed(kind, floor)
        else:
            left = self.primary()
        while True:
            kind = kinds[self.i]
            level = _LEVELS.get(kind, 0)
            if level < floor:
                return left
            if level == COMPARE:
                left = self.comparison(first, left)
            elif level <= AND:
                values = [left]
                while kinds[self.i] == kind:
                    self.i += 1
                    values.append(self.operators(level + 1))
                left = _BoolOp(self.starts[first], self.ends[self.i - 1], kind.capitalize(), values)
            else:
                self.i += 1
                right = self.operators(level if level == POWER else level + 1)
                left = _BinOp(self.starts[first], self.ends[self.i - 1], left, BINARY[kind], right)

    def prefixed(self, kind, floor):
        """``not``, or a sign, with its operand."""
        first = self.i
        if kind == "not" and floor > NOT:
            raise self.problem()
        self.i += 1
        operand = self.operators(NOT if kind == "not" else POWER)
        return _UnaryOp(self.starts[first], self.ends[self.i - 1], _PREFIXES[kind], operand)

    def comparison(self, first, left):
        """The whole chain ``left < b not in c ...``."""
        kinds, names, comparators = self.kinds, [], []
        while _LEVELS.get(kinds[self.i]) == COMPARE:
            kind = kinds[self.i]
            self.i += 1
            if kind == "not":
                self.expect("in")
                names.append("NotIn")
            elif kind == "is":
                negated = kinds[self.i] == "not"
                self.i += negated
                names.append("IsNot" if negated else "Is")
            else:
                names.append(_COMPARISONS[kind])
            comparators.append(self.operators(BITS))
        return _Compare(self.starts[first], self.ends[self.i - 1], left, names, comparators)

    def primary(self):
        """A name, a literal, a display or brackets, with the attributes, calls and subscripts that follow."""
        kinds, first = self.kinds, self.i
        kind = kinds[first]
        if kind == "NAME":
            self.i = first + 1
            name = self.texts[first]
            if name == "await" and kinds[first + 1] in _AWAITABLE:
                value = self.primary()
                return NODES["Await"](self.starts[first], self.ends[self.i - 1], value)
            node = _Name(self.starts[first], self.ends[first], name)
        else:
            node = self.atom(kind, first)
        while True:
            kind = kinds[self.i]
            if kind == ".":
                self.i += 2
                node = _Attribute(self.starts[first], self.ends[self.i - 1], node, self.word(self.i - 1))
            elif kind == "(":
                arguments, keywords = self.arguments()
                node = _Call(self.starts[first], self.ends[self.i - 1], node, arguments, keywords)
            elif kind == "[":
                index = self.subscript()
                node = _Subscript(self.starts[first], self.ends[self.i - 1], node, index)
            else:
                return node

    def word(self, at):
        """The name at this token; Python 2 has attributes and parameters that are called True."""
        if self.kinds[at] not in ("NAME", "True", "False"):
            raise self.problem(at=at)
        return self.texts[at]

    def atom(self, kind, first):
        """What is no name and needs no operator."""
        if kind == "STRING" or kind == "FSTRING":
            return self.strings()
        if kind == "(":
            return self.parenthesised()
        if kind == "NUMBER":
            self.i += 1
            return _Constant(self.starts[first], self.ends[first], literals.number(self.texts[first]))
        if kind in _SINGLETONS:
            self.i += 1
            return _Constant(self.starts[first], self.ends[first], _SINGLETONS[kind])
        if kind == "[":
            return self.list_display()
        if kind == "{":
            return self.braces()
        if kind == "`":
            self.i += 1
            value = self.expressions()
            self.expect("`")
            return NODES["Repr"](self.starts[first], self.ends[self.i - 1], value)
        raise self.problem()

    def arguments(self):
        """The arguments of a call with both parentheses: (positional and starred ones, keywords)."""
        kinds, opening = self.kinds, self.i
        self.i += 1
        positional, keywords = [], []
        while kinds[self.i] != ")":
            first = self.i
            kind = kinds[first]
            if kind == "*":
                positional.append(self.starred(argument=True))
            elif kind == "**" or kind == "NAME" and kinds[first + 1] == "=":
                self.i += 1 if kind == "**" else 2
                value = self.expression()
                name = None if kind == "**" else self.word(first)
                keywords.append(_keyword(self.starts[first], self.ends[self.i - 1], name, value))
            else:
                node = self.named()
                if self.comprehends():
                    node = self.generator(opening if first == opening + 1 else first, node)
                elif keywords:
                    raise self.problem("a positional argument follows a keyword argument", first)
                positional.append(node)
            if kinds[self.i] != ",":
                break
            self.i += 1
        self.expect(")")
        return positional, keywords

    def generator(self, first, element):
        """The generator expression that is an argument: the call's parentheses are its own if it is alone."""
        generators = self.generators()
        own = self.kinds[first] == "(" and self.kinds[self.i] == ")"
        end = self.ends[self.i] if own else self.ends[self.i - 1]
        return NODES["GeneratorExp"](self.starts[first], end, element, generators)

    def subscript(self):
        """What stands between the square brackets, and these."""
        self.i += 1
        first = self.i
        node = self.index()
        if self.kinds[self.i] == "," or node.kind == "Starred":
            elements = [node]
            while self.kinds[self.i] == ",":
                self.i += 1
                if self.kinds[self.i] == "]":
                    break
                elements.append(self.index())
            node = _Tuple(self.starts[first], self.ends[self.i - 1], elements)
        self.expect("]")
        return node

    def index(self):
        """One index or slice."""
        kinds, first = self.kinds, self.i
        if kinds[first] == "*":
            return self.starred()
        parts = [None if kinds[first] == ":" else self.named()]
        while kinds[self.i] == ":" and len(parts) < 3:
            self.i += 1
            parts.append(self.expression() if kinds[self.i] in STARTS else None)
        if len(parts) == 1:
            return parts[0]
        parts.append(None)
        return _Slice(self.starts[first], self.ends[self.i - 1], *parts[:3])
