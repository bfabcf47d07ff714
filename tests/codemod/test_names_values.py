"""What expressions may evaluate to."""
from __future__ import absolute_import

import pytest

from verifyshim.codemod import syntax
from verifyshim.codemod.names import UNKNOWN, Names

from .test_names import last_expression


def valued(text):
    """The sources of the values of the expression at the end, sorted; "?" for UNKNOWN."""
    tree = syntax.parse(text)
    found = Names(tree).values(last_expression(tree))
    return sorted("?" if each is UNKNOWN else text[each.start:each.end] for each in found)


@pytest.mark.parametrize("text, values", [
    ("1", ["1"]), ("x = 1\nx", ["1"]), ("x = 1\nx = 2\nx", ["2"]), ("x = y = 1\ny", ["1"]),
    ("x, y = 1, 2\ny", ["2"]),
    ("x, y = z()\ny", ["?"]), ("if a: x = 1\nelse: x = 2\nx", ["1", "2"]),
    ("x = 1\nif a: x = 2\nx", ["1", "2"]),
    ("x = 1\nfor a in b:\n  if a:\n    x\n    continue\n  x = 2\nx", ["1", "2"]),
    ("x = 1 if a else 2\nx", ["1", "2"]),
    ("x = None or f()\nx", ["None", "f()"]), ("for x in (1, 2): x", ["1", "2"]), ("for x in y: x", ["?"]),
    ("def f(x): x", ["?"]), ("def f(x=1): x", ["?"]), ("def f(x):\n  y = x\n  y", ["?", "x"]),
    ("def f(o):\n  y = o.z\n  y", ["?", "o.z"]), ("def f(o): o.z", ["?"]), ("x = 1\ndef f(): x", ["1"]),
    ("x = 1\ndef f():\n  x = 2\n  x", ["2"]), ("def f(): return 1\nf()", ["1"]), ("x += 1\nx", ["?"]),
    ("def f():\n  if a: return 1\n  return 2\nf()", ["1", "2"]), ("def f():\n  yield 1\nf()", ["f()"]),
    ("@strange\ndef f(): return 1\nf()", ["f()"]), ("x = (lambda: 1)()\nx", ["1"]), ("(x := 1)\nx", ["1"]),
    ("class A:\n  x = 1\n  def f(self): self.x", ["1"]), ("def f(x): pass\nf", ["def f(x): pass"]),
    ("class A:\n  def f(self, y):\n    self.x = y\n  def g(self): self.x", ["?", "y"]),
    ("class A:\n  def f(self):\n    self.x = 1\nclass B(A):\n  def f(self):\n    self.x = 2\n    self.x", ["1",
     "2"]),
    ("k = {'a': 1}\nk['a']", ["1"]), ("k = dict(a=1)\nk['a'] = 2\nk['a']", ["1", "2"]),
    ("k = {}\nk['a']", ["?"]),
    ("import ssl\nx = ssl.CERT_NONE\nx", ["ssl.CERT_NONE"]),
    ("from ssl import CERT_NONE\nx = CERT_NONE\nx", ["CERT_NONE"]),
    ("c = f()\nc.x = 1\nc.x", ["1", "?"]), ("x = x or 1\nx", ["1"]),
    ("try: x = 1\nexcept E: x = 2\nx", ["1", "2"]),
    ("with f() as x: x", ["f()"]), ("nonsense", ["?"]), ("x = [1]\nx", ["[1]"]),
    ("[x for x in (1, 2)][x]", ["?"]),
])
def test_values(text, values):
    assert valued(text) == values


@pytest.mark.parametrize("text, constant", [
    ("x = False\nx", (True, False)), ("x = 1\nif a: x = 1\nx", (True, 1)),
    ("x = 1\nif a: x = 2\nx", (False, None)),
    ("x = 0\nif a: x = False\nx", (False, None)), ("x = y\nx", (False, None)), ("x = f()\nx", (False, None)),
    ("VERIFY = False\nclass A:\n  verify = VERIFY\n  def f(self): self.verify", (True, False)),
    ("def f(x=False): x", (False, None))])
def test_constant(text, constant):
    tree = syntax.parse(text)
    assert Names(tree).constant(last_expression(tree)) == constant


@pytest.mark.parametrize("text, items", [
    ("k = {'a': 1, 'b': 2}\nf(**k)", [("a", "1"), ("b", "2")]), ("k = dict(a=1)\nf(**k)", [("a", "1")]),
    ("f(**{'a': 1})", [("a", "1")]), ("k = {}\nk['a'] = 1\nf(**k)", [("a", "1")]), ("f(**k)", []),
    ("f(a=1)", []),
    ("k = {}\nk.update(a=1, **{'b': 2})\nf(**k)", [("a", "1")]),
    ("k = {}\nk.update({'a': 1})\nf(**k)", [("a", "1")]),
    ("k = {}\nk.setdefault('a', 1)\nf(**k)", [("a", "1")]), ("k = dict({'a': 1}, b=2)\nf(**k)", [("a", "1"),
    ("b", "2")]),
    ("class A:\n  def __init__(self):\n    self.k = {'a': 1}\n    self.k['b'] = 2\n  def g(self): f(**self.k)",
     [("a", "1"), ("b", "2")]),
    ("def g(**k):\n  k['a'] = 1\n  f(**k)", [("a", "1")]),
    ("def h(): return {'a': 1}\nf(**h())", [("a", "1")])])
def test_expanded_dicts(text, items):
    tree = syntax.parse(text)
    found = Names(tree).expanded(last_expression(tree))
    assert sorted((key, text[value.start:value.end]) for key, value, _ in found) == items


def test_where_an_item_comes_from():
    tree = syntax.parse("k = {'a': 1}\nk['b'] = 2\nk.update(c=3)\nf(**k)")
    found = Names(tree).expanded(tree.body[3].value)
    assert [where.kind for _, _, where in found] == ["Dict", "Assign", "keyword"]


def test_calls_with_dict():
    tree = syntax.parse("k = {'a': 1}\nf(**k)\ng(k)\nh(**other)")
    assert Names(tree).calls_with_dict(tree.body[0].value) == [tree.body[1].value]


def test_assigned_attributes():
    tree = syntax.parse("class A:\n  x = 1\n  def f(self):\n    self.x = 2\n    for self.x in y: pass\n"
                        "class B(A):\n  x = 3\n")
    names = Names(tree)
    own, derived = [names.assigned_attributes(node, "x") for node in tree.body]
    assert [each if each is UNKNOWN else each.value for each in own] == [2, UNKNOWN, 1]
    assert [each if each is UNKNOWN else each.value for each in derived] == [3, 2, UNKNOWN, 1]


def test_bindings_say_what_binds():
    tree = syntax.parse("import a\ndef f(b):\n  for c in b: a, b, c\n")
    names = Names(tree)
    elements = tree.body[1].body[0].body[0].value.elts
    assert [[each.sort for each in names.bindings(name)] for name in elements] == [["import"], ["parameter"],
    ["loop"]]
    assert names.scope(elements[0]).node is tree.body[1]


def test_many_assignments_are_no_burden():
    text = "x = 0\n" + "x = x or f(x)\n" * 300 + "x"
    tree = syntax.parse(text)
    names = Names(tree)
    assert UNKNOWN in names.values(tree.body[-1].value)
