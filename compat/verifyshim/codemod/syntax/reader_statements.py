"""The reader's part for statements of one line; reader_compound.py has those that hold blocks."""
from __future__ import absolute_import

from .problem import SyntaxProblem
from .reader_compound import Compounds
from .reader_expressions import BINARY, STARTS
from .tree import NODES

_AUGMENTED = dict((sign + "=", name) for sign, name in BINARY.items())
_ENDS = frozenset(["NEWLINE", ";", "END"])

# What can follow ``print`` and ``exec`` only where they are the statements of Python 2 (print - 1 and print[x]
# could be expressions, of no use).
_PRINTED = STARTS - frozenset(["(", "*"])


class Statements(Compounds):
    """Expects what a Reader has."""

    def statement(self, out):
        """Append the statement that starts here, or all those of a line, to ``out``."""
        kind = self.kinds[self.i]
        compound = self.compounds.get(kind)
        if compound is None and kind == "NAME":
            compound = self.soft_compound()
        if compound is not None:
            out.append(compound(self))
        else:
            self.line(out)

    def line(self, out):
        """The simple statements up to the line's end."""
        while True:
            out.append(self.simple())
            if self.kinds[self.i] == ";":
                self.i += 1
                if self.kinds[self.i] not in _ENDS:
                    continue
            self.expect("NEWLINE")
            return

    def simple(self):
        """One simple statement."""
        first = self.i
        kind = self.kinds[first]
        reader = self.simples.get(kind)
        if reader is None and kind == "NAME":
            reader = self.softs.get(self.texts[first])
        if reader is not None:
            node = reader(self, first)
            if node is not None:
                return node
        return self.assignment(first)

    def finished(self, kind, first, *fields):
        """The node of this kind from the token ``first`` to the last one that was read."""
        return NODES[kind](self.starts[first], self.ends[self.i - 1], *fields)

    def assignment(self, first):
        """An expression, an assignment of any sort, or an annotated name."""
        kinds = self.kinds
        node = self.value()
        kind = kinds[self.i]
        if kind == "=":
            targets = []
            while kinds[self.i] == "=":
                targets.append(self.assignable(node))
                self.i += 1
                node = self.value()
            return self.finished("Assign", first, targets, node)
        if kind in _AUGMENTED:
            if node.kind not in ("Name", "Attribute", "Subscript"):
                raise self.problem()
            self.i += 1
            return self.finished("AugAssign", first, node, _AUGMENTED[kind], self.value())
        if kind == ":" and node.kind in ("Name", "Attribute", "Subscript"):
            self.i += 1
            annotation = self.expression()
            value = None
            if kinds[self.i] == "=":
                self.i += 1
                value = self.value()
            simple = int(node.kind == "Name" and kinds[first] == "NAME")
            return self.finished("AnnAssign", first, node, annotation, value, simple)
        return self.finished("Expr", first, node)

    def value(self):
        """A yield, or expressions."""
        return self.yields() if self.kinds[self.i] == "yield" else self.expressions()

    def yields(self):
        """``yield``, alone, with a value, or with ``from``."""
        first = self.i
        self.i += 1
        if self.kinds[self.i] == "from":
            self.i += 1
            value = self.expression()
            return self.finished("YieldFrom", first, value)
        return self.finished("Yield", first, self.optional())

    def optional(self):
        """Expressions if there are any, or None."""
        return self.expressions() if self.kinds[self.i] in STARTS else None

    def assignable(self, node):
        """The node, if it can be assigned to; Python 2 lets one assign to True and False."""
        waiting = [node]
        while waiting:
            each = waiting.pop()
            if each.kind in ("Tuple", "List"):
                waiting.extend(each.elts)
            elif each.kind == "Starred":
                waiting.append(each.value)
            elif each.kind == "Constant" and each.value in (True, False) and each.end - each.start > 3:
                continue
            elif each.kind not in ("Name", "Attribute", "Subscript"):
                raise self.problem("this cannot be assigned to", self.at(each))
        return node

    def at(self, node):
        """The token with which a node starts; for messages."""
        return self.starts.index(node.start) if node.start in self.starts else self.i

    def keyword_only(self, first):
        """pass, break, continue."""
        self.i += 1
        return self.finished(self.kinds[first].capitalize(), first)

    def returns(self, first):
        self.i += 1
        return self.finished("Return", first, self.optional())

    def deletes(self, first):
        self.i += 1
        targets = self.several(self.target)
        for each in targets:
            self.assignable(each)
        return self.finished("Delete", first, targets)

    def several(self, element):
        """One or more elements with commas between and perhaps after them."""
        found = [element()]
        while self.kinds[self.i] == ",":
            self.i += 1
            if self.kinds[self.i] not in STARTS:
                break
            found.append(element())
        return found

    def asserts(self, first):
        self.i += 1
        test, message = self.expression(), None
        if self.kinds[self.i] == ",":
            self.i += 1
            message = self.expression()
        return self.finished("Assert", first, test, message)

    def raises(self, first):
        """``raise``, with ``from``, or with Python 2's value and traceback."""
        self.i += 1
        if self.kinds[self.i] not in STARTS:
            return self.finished("Raise", first, None, None, None, None)
        exc, cause, more = self.expression(), None, []
        if self.kinds[self.i] == "from":
            self.i += 1
            cause = self.expression()
        while self.kinds[self.i] == "," and len(more) < 2:
            self.i += 1
            more.append(self.expression())
        more += [None, None]
        return self.finished("Raise", first, exc, cause, more[0], more[1])

    def names(self, first):
        """``global`` and, where a name follows it, ``nonlocal``."""
        if self.kinds[first] == "NAME" and self.kinds[first + 1] != "NAME":
            return None
        self.i += 2
        found = [self.word(self.i - 1)]
        while self.kinds[self.i] == ",":
            self.i += 2
            found.append(self.word(self.i - 1))
        return self.finished("Global" if self.kinds[first] == "global" else "Nonlocal", first, found)

    def imports(self, first):
        """``import a.b as c, d``."""
        self.i += 1
        found = [self.alias()]
        while self.kinds[self.i] == ",":
            self.i += 1
            found.append(self.alias())
        return self.finished("Import", first, found)

    def dotted(self):
        """A dotted name, as text."""
        words = [self.word(self.i)]
        self.i += 1
        while self.kinds[self.i] == ".":
            words.append(self.word(self.i + 1))
            self.i += 2
        return ".".join(words)

    def alias(self):
        """``a.b``, ``a.b as c``."""
        first = self.i
        name, asname = self.dotted(), None
        if self.kinds[self.i] == "as":
            asname = self.word(self.i + 1)
            self.i += 2
        return self.finished("alias", first, name, asname)

    def imports_from(self, first):
        """``from ..a import b as c``, with or without parentheses."""
        self.i += 1
        level = 0
        while self.kinds[self.i] in (".", "..."):
            level += len(self.kinds[self.i])
            self.i += 1
        module = None if level and self.kinds[self.i] == "import" else self.dotted()
        self.expect("import")
        if self.kinds[self.i] == "*":
            self.i += 1
            star = self.finished("alias", self.i - 1, "*", None)
            return self.finished("ImportFrom", first, module, [star], level)
        bracket = self.kinds[self.i] == "("
        self.i += bracket
        found = [self.alias()]
        while self.kinds[self.i] == ",":
            self.i += 1
            if self.kinds[self.i] != "NAME":
                break
            found.append(self.alias())
        if bracket:
            self.expect(")")
        return self.finished("ImportFrom", first, module, found, level)

    def prints(self, first):
        """Python 2's print statement; None where Python 3 reads a call or another expression."""
        kind = self.kinds[first + 1]
        if kind == "(":
            if self.is_expression(first):
                return None
        elif kind != ">>" and kind not in _PRINTED or kind == "not" and self.kinds[first + 2] == "in":
            return None
        self.i = first + 1
        dest, values, line_end = None, [], True
        if kind == ">>":
            self.i += 1
            dest = self.expression()
            if self.kinds[self.i] not in _ENDS:
                self.expect(",")
                line_end = False
        if self.kinds[self.i] not in _ENDS:
            values = self.several(self.expression)
            line_end = self.kinds[self.i - 1] != ","
        return self.finished("Print", first, dest, values, line_end)

    def is_expression(self, first):
        """Whether the line from here on is an expression or an assignment; nothing is read."""
        try:
            self.assignment(first)
            return self.kinds[self.i] in _ENDS
        except SyntaxProblem:
            return False
        finally:
            self.i = first

    def executes(self, first):
        """Python 2's exec statement; None where Python 3 reads an expression."""
        if self.kinds[first + 1] not in _PRINTED:
            return None
        self.i += 1
        body, scopes = self.operators(5), []
        if self.kinds[self.i] == "in":
            self.i += 1
            scopes = self.several(self.expression)
        if len(scopes) > 2:
            raise self.problem()
        scopes += [None, None]
        return self.finished("Exec", first, body, scopes[0], scopes[1])

    def type_alias(self, first):
        """``type X[T] = value``; None where ``type`` is a name."""
        if self.kinds[first + 1] != "NAME":
            return None
        name = self.finished_name(first + 1)
        self.i = first + 2
        parameters = self.type_parameters()
        self.expect("=")
        return self.finished("TypeAlias", first, name, parameters, self.expression())

    def finished_name(self, at):
        """The Name node of one token."""
        return NODES["Name"](self.starts[at], self.ends[at], self.word(at))

    simples = {"pass": keyword_only, "break": keyword_only, "continue": keyword_only, "return": returns,
               "del": deletes, "assert": asserts, "raise": raises, "global": names, "import": imports,
               "from": imports_from}
    softs = {"print": prints, "exec": executes, "type": type_alias, "nonlocal": names}
