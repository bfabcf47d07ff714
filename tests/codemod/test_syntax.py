# -*- coding: utf-8 -*-
"""The reader: dialects, odd layouts, what it refuses, and the host's own ast as a witness."""
from __future__ import absolute_import, unicode_literals

import io
import os
import sys

import pytest

from verifyshim.codemod import syntax

from .oracle import differences

HAS_WITNESS = sys.version_info < (3,) or sys.version_info >= (3, 9)


def parse(text):
    """The tree of native text, as the bytes of a UTF-8 file."""
    return syntax.parse(text.encode("utf-8").decode("latin-1"))


def dumped(text):
    """What the only statement of a text is."""
    statement, = parse(text).body
    return syntax.dump(statement).replace(", is_bytes=False, is_unicode=False", "").replace("u'", "'")


READ = {
    "print 'a', b": "Print(dest=None, values=[Constant(value='a'), Name(id='b')], nl=True)",
    "print 'a',": "Print(dest=None, values=[Constant(value='a')], nl=False)",
    "print >>f, x": "Print(dest=Name(id='f'), values=[Name(id='x')], nl=True)",
    "print": "Expr(value=Name(id='print'))",
    "print(x, file=f)": "Expr(value=Call(func=Name(id='print'), args=[Name(id='x')], "
                        "keywords=[keyword(arg='file', value=Name(id='f'))]))",
    "print ('%s') % x, y": "Expr(value=Tuple(elts=[BinOp(left=Call(func=Name(id='print'), args=[Constant("
                           "value='%s')], keywords=[]), op='Mod', right=Name(id='x')), Name(id='y')]))",
    "exec 'x' in d, e": "Exec(body=Constant(value='x'), globals=Name(id='d'), locals=Name(id='e'))",
    "raise A, b, c": "Raise(exc=Name(id='A'), cause=None, inst=Name(id='b'), tback=Name(id='c'))",
    "raise A from b": "Raise(exc=Name(id='A'), cause=Name(id='b'), inst=None, tback=None)",
    "`a, b`": "Expr(value=Repr(value=Tuple(elts=[Name(id='a'), Name(id='b')])))",
    "x <> 0777L": "Expr(value=Compare(left=Name(id='x'), ops=['NotEq'], comparators=[Constant(value=511)]))",
    "ur'\\n'": "Expr(value=Constant(value='\\\\n', is_bytes=False, is_unicode=True))",
    "0xFFL": "Expr(value=Constant(value=255))",
    "1_000.5e1_0": "Expr(value=Constant(value=10005000000000.0))",
    "[x for x in 1, 2 if x]": "Expr(value=ListComp(elt=Name(id='x'), "
                              "generators=[comprehension(target=Name(id='x'), "
                              "iter=Tuple(elts=[Constant(value=1), Constant(value=2)]), ifs=[Name(id='x')], "
                              "is_async=0)]))",
    "x: int = 1": "AnnAssign(target=Name(id='x'), annotation=Name(id='int'), value=Constant(value=1), "
                  "simple=1)",
    "a[1:, ..., *b]": "Expr(value=Subscript(value=Name(id='a'), "
                      "slice=Tuple(elts=[Slice(lower=Constant(value=1), "
                      "upper=None, step=None), Constant(value=Ellipsis), Starred(value=Name(id='b'))])))",
    "f(*a, k=1, **d)": "Expr(value=Call(func=Name(id='f'), args=[Starred(value=Name(id='a'))], "
                       "keywords=[keyword("
                       "arg='k', value=Constant(value=1)), keyword(arg=None, value=Name(id='d'))]))",
    "type X[T: int = str, *Ts, **P] = list[T]": "TypeAlias(name=Name(id='X'), type_params=[TypeVar(name='T', "
                                                "bound=Name(id='int'), default_value=Name(id='str')), "
                                        "TypeVarTuple("
                                                "name='Ts', default_value=None), ParamSpec(name='P', "
                                                "default_value=None)], value=Subscript(value=Name(id='list'), "
                                                "slice=Name(id='T')))",
    "type = match = case = async = 1": "Assign(targets=[Name(id='type'), Name(id='match'), Name(id='case'), "
                                       "Name(id='async')], value=Constant(value=1))",
    "True, x = 1, True": "Assign(targets=[Tuple(elts=[Constant(value=True), Name(id='x')])], "
                         "value=Tuple(elts=[Constant(value=1), Constant(value=True)]))",
    "f'{x!r:>{w}}{{}}{y=}'": "Expr(value=JoinedStr(values=[FormattedValue(value=Name(id='x'), conversion=114, "
                             "format_spec=JoinedStr(values=[Constant(value='>'), "
                             "FormattedValue(value=Name(id='w'), "
                             "conversion=-1, format_spec=None)])), Constant(value='{}y='), "
                             "FormattedValue(value=Name(id='y'), conversion=114, format_spec=None)]))",
    "f'{d['k']} {f'{1}'}'": "Expr(value=JoinedStr(values=[FormattedValue(value=Subscript(value=Name(id='d'), "
                            "slice=Constant(value='k')), conversion=-1, format_spec=None), Constant(value=' "
                            "'), "
                            "FormattedValue(value=JoinedStr(values=[FormattedValue(value=Constant(value=1), "
                            "conversion=-1, format_spec=None)]), conversion=-1, "
                            "format_spec=None)]))",
    "t'{x}'": "Expr(value=JoinedStr(values=[FormattedValue(value=Name(id='x'), conversion=-1, "
              "format_spec=None)]))",
}


@pytest.mark.parametrize("text", sorted(READ))
def test_reads_every_dialect(text):
    assert dumped(text) == READ[text]


COMPOUND = {
    "try:\n pass\nexcept A, e:\n pass": "handlers=[ExceptHandler(type=Name(id='A'), name=Name(id='e')",
    "try:\n pass\nexcept IOError, OSError:\n pass": "type=Tuple(elts=[Name(id='IOError'), Name(id='OSError')])",
    "try:\n pass\nexcept A, B, c:\n pass": "type=Tuple(elts=[Name(id='A'), Name(id='B'), Name(id='c')]), "
                                        "name=None",
    "try:\n pass\nexcept (A, B) as e:\n pass": "name=Name(id='e')",
    "try:\n pass\nexcept* A:\n pass": "TryStar(",
    "def f((a, b), c=1, *d, **e): pass": "args=[arg(arg=None, annotation=None, "
                                        "target=Tuple(elts=[Name(id='a'), ",
    "def f(a, /, b: int, *, c=1) -> d: pass": "posonlyargs=[arg(arg='a', annotation=None, target=None)]",
    "async def f():\n async with a as b: await c": "AsyncWith(items=[withitem(context_expr=Name(id='a'), ",
    "with (a as b, c): pass": "items=[withitem(context_expr=Name(id='a'), optional_vars=Name(id='b')), "
                              "withitem(",
    "with (a), b: pass": "items=[withitem(context_expr=Name(id='a'), optional_vars=None), withitem(",
    "with (a, b) as c: pass": "items=[withitem(context_expr=Tuple(elts=[Name(id='a'), Name(id='b')]), ",
    "match x:\n case [a, *_, {'k': 1, **r}] | C(d, e=None) as f if f: pass":
    "MatchAs(pattern=MatchOr(patterns=[",
    "match x, y:\n case -1 | 'a', _: pass": "subject=Tuple(elts=[Name(id='x'), Name(id='y')])",
    "@(a or b)[0]\nclass A[T](B, metaclass=C): pass": "ClassDef(decorator_list=[Subscript(value=BoolOp(op='Or'",
    "if a:\n pass\nelif (b := 1):\n pass\nelse: pass": "orelse=[If(test=NamedExpr(target=Name(id='b'), ",
    "for x in *a, b:\n break\nelse: continue": "orelse=[Continue()])",
    "while lambda: (yield): pass": "While(test=Lambda(args=arguments(",
}


@pytest.mark.parametrize("text", sorted(COMPOUND))
def test_reads_compound_statements(text):
    assert COMPOUND[text] in dumped(text)


ODD = ["", "\n", "\n\n", "\t\n", "#", "# a", "\\\n", "x", "x\r\ny\r\n", "x\ry\rz", "x\n\ry", "\x0cx = 1\n\x0c",
       "if x:\n\ty\n        z\n", "if x:\r\n\r\n    # a\r\n  y\r\n# b\r\n\r\nz", "if x: y; z;\n",
       "x = \\\r\n 1\n",
       "class A:\n  def f(self): pass\n\n  # end\n # odd\n", "(\n\n# a\n1\n,)\n", "'''a\r\nb'''\r\n", "x;\n",
       "\ufeffx = '\u00e9'\n", "# -*- coding: utf-8 -*-\n\u00e9 = 1\n", "if 1:\n  x\n  \n \n\n   # c\n  y",
       "x = (1)",
       "if x:\n    '''\na\n'''\n", "@a\n\n@b # c\n\ndef f(): pass", "lambda: (yield)", "x = yield", "[\n]",
       "a.\\\nb\n",
       "f(a for a in b)", "f((a) for a in b)", "f((a for a in b), c)", "a if b else c if d else e",
       "not a in b",
       "-a ** -b ** c", "a < b <= c is not d not in e", "a, = b,", "(a, b), c = d", "x[:]", "x[::]",
       "x[a:b, :]", "x[()]",
       "{**a}" if sys.version_info >= (3,) else "{}", "'a' 'b' \\\n'c'", "('a'\n # c\n 'b')", "r'\\'' '\\''",
       "''''a'''",
       "''\"\"''''''\"\"\"\"\"\"", "1 .real", "1..real", "1.0.real", "1if x else 2", "0xfor x",
       "x = 1; y = 2 # z"]


@pytest.mark.skipif(not HAS_WITNESS, reason="the ast of 3.6 to 3.8 has no positions, or others")
@pytest.mark.parametrize("text", ODD)
def test_odd_layouts_are_what_the_host_says(text):
    data = text.encode("utf-8")
    assert not differences(data, syntax.parse(data.decode("latin-1")))


@pytest.mark.parametrize("text, line", [
    ("x = (\n1", 2), ("x\ny = 'a\n", 2), ("x = 1)", 1), ("$", 1), ("a\n\nb ? c", 3), ("\0", 1),
    ("x = '''\n\n", 1),
    ("if x:\npass", 2), ("if x:\n  a\n b", 3), ("  x", 1), ("def f(:\n pass", 2), ("f() = 1", 1), ("1 = x", 1),
    ("f(a=1, b)", 1), ("for 1 in x: pass", 1), ("try: pass", 1), ("f'{x'", 1), ("f'{x!}'", 1), ("f'}'", 1),
    ("class", 1),
    ("import a.", 1), ("from x import", 1), ("else: pass", 1), ("x = \\ 1", 1), ("a b", 1), ("(*a)", 1),
    ("`a", 1),
    ("print 'a' 1", 1), ("\r\n\rx y", 3), ("with a as 1: pass", 1), ("@a\nx", 2), ("a = b := c", 1),
    ("x +", 1)])
def test_refuses_what_is_no_python(text, line):
    with pytest.raises(syntax.SyntaxProblem) as caught:
        parse(text)
    assert caught.value.line == line
    assert caught.value.message
    assert str(caught.value).startswith("line %d: " % line)


@pytest.mark.parametrize("text", [
    "x = " + " + ".join("a" * 3000), "x = a" + ".b()[0]" * 1000, "x = " + " or ".join("a" * 3000),
    "x = " * 2000 + "1",
    "if a: pass\n" + "elif b: pass\n" * 2000, "x = (" + "'a'\n" * 2000 + ")", "@a\n" * 2000 + "def f(): pass"])
def test_long_chains_are_read(text):
    tree = parse(text)
    assert syntax.same(tree, parse(text + "\n"))


@pytest.mark.parametrize("text", ["(" * 5000 + ")" * 5000, "[" * 5000, "not " * 5000 + "x", "-" * 5000 + "x",
                                  "lambda: " * 5000 + "x", "a if b else " * 5000 + "c", "**".join("a" * 5000),
                                  "f'{" * 3000, "".join(" " * i + "if x:\n" for i in range(1500)) + " "
                                        "" * 1500 + "y"])
def test_too_deep_is_a_problem_and_no_crash(text):
    with pytest.raises(syntax.SyntaxProblem):
        parse(text)


def stdlib_sample():
    """Some sixty files of the standard library, small ones of every sort."""
    folder = os.path.dirname(os.__file__)
    paths = []
    for package in ("", "json", "email", "xml/dom", "logging", "test", "asyncio", "unittest",
    "lib2to3/tests/data"):
        inside = os.path.join(folder, *package.split("/"))
        names = sorted(os.listdir(inside)) if os.path.isdir(inside) else []
        found = [os.path.join(inside, name) for name in names if name.endswith(".py")]
        paths += [path for path in found if os.path.getsize(path) < 30000][::max(1, len(found) // 8)]
    return paths


@pytest.mark.skipif(not HAS_WITNESS, reason="the ast of 3.6 to 3.8 has no positions, or others")
def test_the_standard_library_is_what_the_host_says():
    compared = 0
    for path in stdlib_sample():
        with io.open(path, "rb") as source:
            data = source.read()
        found = differences(data, syntax.parse(data.decode("latin-1")))
        assert not found, "%s: %s" % (path, found)
        compared += found is not None
    assert compared > 20


def test_every_byte_survives():
    tree = syntax.parse("x = '\xe9\xff'  # \x80\ny = b'\xe9'\n\xe9 = 1\n")
    first, second, third = tree.body
    assert (first.start, first.end, first.value.start) == (0, 8, 4)
    assert first.value.value == "\xe9\xff"
    assert second.value.is_bytes
    assert third.targets[0].id == "\xe9"


def test_utf8_is_decoded_and_names_are_normalised():
    string, name = parse("'\u00e9'\n\ufb01 = 1\n").body
    assert string.value.value == "\u00e9"
    assert string.value.end == 4
    assert name.targets[0].id == "fi"
