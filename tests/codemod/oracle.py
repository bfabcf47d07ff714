"""The reader's tree against the host's own ast: kinds, fields, values and positions, node for node.

Knows the ast of 3.9 and newer (3.8's has other positions in places), and that of 2.7, which gives only where
nodes start and spells some things otherwise. A difference is a sentence; no sentence, no difference.
"""
from __future__ import absolute_import

import ast
import re
import sys
import warnings

from verifyshim.codemod.syntax import FIELDS, VALUES

PYTHON_2 = sys.version_info < (3,)
_LINE_END = re.compile(b"\r\n?|\n")
_OTHER_COOKIE = re.compile(b"(.*\\n)?[ \\t\\f]*#.*coding[:=][ \\t]*(?!utf-?8)")

# What no reader shares: ast's own bookkeeping.
_SKIPPED = ("ctx", "type_comment", "type_ignores", "kind", "is_bytes", "is_unicode", "str")

_ODD_IN_2 = ("Tuple", "GeneratorExp", "ListComp", "SetComp", "DictComp", "If", "With", "arg", "keyword",
             "Slice")


def differences(data, tree):
    """Sentences about what differs in the reader's tree of these bytes; None where the host reads them not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = ast.parse(data)
    except (SyntaxError, ValueError, RuntimeError, MemoryError):
        return None
    return Oracle(data).differences(tree, theirs)


class Oracle(object):
    """Compares one file, given as bytes."""

    def __init__(self, data):
        self.data = data
        bom = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self.starts = [bom] + [match.end() for match in _LINE_END.finditer(data)]
        # ast counts in UTF-8; in other encodings that is something else than bytes of the file
        self.placed = not _OTHER_COOKIE.match(data) or all(byte < 128 for byte in bytearray(data))
        self.found = []
        self.waiting = []

    def differences(self, tree, theirs):
        """The sentences; not more than 20."""
        self.waiting = [(tree, theirs, "Module")]
        while self.waiting and len(self.found) < 20:
            self.compare(*self.waiting.pop())
        return self.found

    def report(self, mine, what):
        line = len(_LINE_END.findall(self.data, 0, mine.start)) + 1 if hasattr(mine, "start") else 0
        self.found.append("line %d: %s" % (line, what))

    def compare(self, mine, theirs, path):
        """Compare one node, and leave what is below it for later."""
        if path == "Expr.value" and theirs is None:
            return              # print (x) and exec (x): what 2.7 makes of them is another tree
        if mine is None or theirs is None or isinstance(theirs, list) != isinstance(mine, list):
            if mine is not theirs:
                self.report(mine or theirs, "%s: %r is not %r" % (path, mine, theirs))
            return
        if isinstance(theirs, list):
            if len(mine) != len(theirs):
                self.report(mine[0] if mine else theirs[0], "%s: %r is not %r" % (path, mine, theirs))
            self.waiting.extend((one, other, path) for one, other in zip(mine, theirs))
            return
        kind, fields = self.view(theirs, mine)
        if mine.kind == "Print" and kind == "Expr":
            return              # print >>f, x: an expression for Python 3, of which nothing comes but an error
        if mine.kind != kind:
            self.report(mine, "%s: %s is not %s" % (path, mine.kind, kind))
            return
        self.place(mine, theirs, path)
        for name in FIELDS[kind]:
            if name not in fields:
                if name not in _SKIPPED and getattr(mine, name) not in (None, []):
                    self.report(mine, "%s: %s has a field %s" % (path, kind, name))
            elif name in VALUES[kind]:
                value = getattr(mine, name)
                if value != fields[name] or (kind == "Constant" and type(value) is not type(fields[name])
                                             and not PYTHON_2):
                    self.report(mine, "%s: %s.%s is %r, not %r" % (path, kind, name, value, fields[name]))
            else:
                self.waiting.append((getattr(mine, name), fields[name], "%s.%s" % (kind, name)))

    def view(self, theirs, mine):
        """(kind, fields) of an ast node in the tree's terms."""
        kind = type(theirs).__name__
        fields = dict((name, getattr(theirs, name, None)) for name in theirs._fields if name not in _SKIPPED)
        adjust = getattr(self, "view_" + kind.lower(), None)
        if adjust is not None:
            kind, fields = adjust(kind, fields, mine)
        if "op" in fields:
            fields["op"] = type(fields["op"]).__name__
        return kind, fields

    def place(self, mine, theirs, path):
        """Compare positions, where the host has them and has them right."""
        if not self.placed or not hasattr(theirs, "lineno") or path == "JoinedStr.values" or getattr(theirs,
        "inexact", False):
            return
        start = self.starts[theirs.lineno - 1] + theirs.col_offset
        if PYTHON_2:
            if theirs.col_offset >= 0 and not self.odd_in_2(mine, path) and mine.start != start:
                self.report(mine, "%s starts at %d, not %d" % (mine, mine.start, start))
            return
        end = self.starts[theirs.end_lineno - 1] + theirs.end_col_offset
        if end > mine.end and self.data[mine.end:end].strip() == b";":
            end = mine.end      # ast ends a block after the semicolon of its last statement
        if (mine.start, mine.end) != (start, end):
            self.report(mine, "%s: %r is not at %d:%d" % (path, mine, start, end))

    def odd_in_2(self, mine, path):
        """What 2.7 places elsewhere: inside of brackets, at decorators, at an elif's test, at an operator."""
        if mine.kind in ("Call", "Attribute", "Subscript"):
            return self.data[mine.start:mine.start + 1] in b"([{"
        return (mine.kind in _ODD_IN_2 or path == "ClassDef.bases" or getattr(mine, "decorator_list", None)
                or mine.kind == "BinOp" and mine.left.kind == "BinOp")

    # One method a kind that is spelled otherwise somewhere.

    def view_constant(self, kind, fields, mine):
        value = fields["value"]
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if not self.placed and isinstance(value, str) and not _ascii(value):
            value = mine.value      # of other encodings than UTF-8 the reader gives bytes
        return kind, {"value": value}

    def view_compare(self, kind, fields, mine):
        return kind, dict(fields, ops=[type(each).__name__ for each in fields["ops"]])

    def view_templatestr(self, kind, fields, mine):
        return "JoinedStr", fields

    def view_interpolation(self, kind, fields, mine):
        return "FormattedValue", fields

    def view_joinedstr(self, kind, fields, mine):
        for node in ast.walk(ast.Tuple(elts=fields["values"])):
            exact = isinstance(node, (ast.Name, ast.Attribute, ast.Call)) and sys.version_info >= (3, 12)
            node.inexact = not exact
        return kind, fields

    def view_excepthandler(self, kind, fields, mine):
        name = fields["name"]
        if name is not None and not isinstance(name, ast.AST):
            name = ast.Name(id=name)
        return kind, dict(fields, name=name)

    def view_importfrom(self, kind, fields, mine):
        return kind, dict(fields, level=fields["level"] or 0)

    # 2.7 only.

    def view_num(self, kind, fields, mine):
        if mine.kind == "UnaryOp":      # 2.7 reads -1 as one number
            return "UnaryOp", {"op": ast.USub(), "operand": ast.Num(n=-fields["n"])}
        return "Constant", {"value": fields["n"]}

    def view_str(self, kind, fields, mine):
        value = fields["s"]
        alike = not (_ascii(value) and _ascii(mine.value)) or "\\u" in value   # which means nothing in bytes
        return "Constant", {"value": mine.value if alike else value}

    def view_name(self, kind, fields, mine):
        if PYTHON_2 and fields["id"] in ("None", "True", "False"):
            return "Constant", {"value": {"None": None, "True": True, "False": False}[fields["id"]]}
        return kind, fields

    def view_slice(self, kind, fields, mine):
        return kind, dict(fields, step=None) if mine.step is None and PYTHON_2 else fields

    def view_ellipsis(self, kind, fields, mine):
        return "Constant", {"value": Ellipsis}

    def view_print(self, kind, fields, mine):
        """``print (x)`` is read as Python 3 reads it."""
        if mine.kind != "Expr":
            return kind, fields
        return "Expr", {"value": None}

    def view_exec(self, kind, fields, mine):
        return (mine.kind, {"value": None}) if mine.kind == "Expr" else (kind, fields)

    def view_raise(self, kind, fields, mine):
        if "type" in fields:
            fields = {"exc": fields["type"], "inst": fields.get("inst"), "tback": fields.get("tback")}
        return kind, fields

    def view_call(self, kind, fields, mine):
        if PYTHON_2:
            arguments, keywords = list(fields["args"]), list(fields["keywords"])
            if fields["starargs"] is not None:
                arguments.append(_Starred(fields["starargs"]))
            if fields["kwargs"] is not None:
                keywords.append(ast.keyword(arg=None, value=fields["kwargs"]))
            fields = {"func": fields["func"], "args": arguments, "keywords": keywords}
        return kind, fields

    def view__starred(self, kind, fields, mine):
        return "Starred", fields

    def view_tryexcept(self, kind, fields, mine):
        return "Try", dict(fields, finalbody=[])

    def view_tryfinally(self, kind, fields, mine):
        inner = fields["body"]
        if len(inner) == 1 and type(inner[0]).__name__ == "TryExcept" and mine.handlers:
            return "Try", dict(body=inner[0].body, handlers=inner[0].handlers, orelse=inner[0].orelse,
                               finalbody=fields["finalbody"])
        return "Try", dict(fields, handlers=[], orelse=[])

    def view_with(self, kind, fields, mine):
        if PYTHON_2:
            items, body = [], None
            for _ in mine.items:
                items.append(_WithItem(fields["context_expr"], fields["optional_vars"]))
                body = fields["body"]
                fields = vars(body[0])
            fields = {"items": items, "body": body}
        return kind, fields

    def view__withitem(self, kind, fields, mine):
        return "withitem", fields

    def view_arguments(self, kind, fields, mine):
        if PYTHON_2:
            fields = dict(fields, args=[_Arg(each) for each in fields["args"]],
                          vararg=fields["vararg"] and _Arg(ast.Name(id=fields["vararg"])),
                          kwarg=fields["kwarg"] and _Arg(ast.Name(id=fields["kwarg"])))
        return kind, fields

    def view__arg(self, kind, fields, mine):
        return "arg", fields

    def view_comprehension(self, kind, fields, mine):
        return kind, dict(fields, is_async=fields.get("is_async", 0))

    def view_subscript(self, kind, fields, mine):
        """Before 3.9 there are Index and ExtSlice."""
        index = fields["slice"]
        if type(index).__name__ == "Index":
            index = index.value
        elif type(index).__name__ == "ExtSlice":
            index = _Tuple([getattr(each, "value", each) if type(each).__name__ == "Index" else each
                            for each in index.dims])
        return kind, dict(fields, slice=index)

    def view__tuple(self, kind, fields, mine):
        return "Tuple", fields


def _ascii(value):
    return all(ord(each) < 128 for each in value)


class _Starred(object):
    _fields = ("value",)

    def __init__(self, value):
        self.value = value


class _Tuple(object):
    _fields = ("elts",)

    def __init__(self, elts):
        self.elts = elts


class _WithItem(object):
    _fields = ("context_expr", "optional_vars")

    def __init__(self, context_expr, optional_vars):
        self.context_expr = context_expr
        self.optional_vars = optional_vars


class _Arg(object):
    _fields = ("arg", "target")

    def __init__(self, node):
        self.arg = node.id if isinstance(node, ast.Name) else None
        self.target = None if isinstance(node, ast.Name) else node
