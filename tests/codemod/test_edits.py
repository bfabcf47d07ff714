"""Operations on text, before and after; what is not named stays as it is, byte for byte."""
import pytest

from verifyshim.codemod.ops import (AddKeyword, RemoveDictItem, RemoveKeyword, RemoveStatement, Replace,
                                    SetArgument)

from .editing import attempted, edited


def without_bad(text):
    """Take every ``bad=...`` out of every call."""
    return edited(text, lambda nodes: [[RemoveKeyword(call, keyword)] for call in nodes("Call")
                                       for keyword in call.keywords if keyword.arg == "bad"])


def without_gone(text, prune=True):
    """Take every statement ``gone()`` away."""
    return edited(text, lambda nodes: [[RemoveStatement(each, prune)] for each in nodes("Expr")
                                       if each.value.kind == "Call" and getattr(each.value.func, "id",
                                                                                "") == "gone"])


@pytest.mark.parametrize("before, after", [
    ("f(bad=1)", "f()"),
    ("f( bad=1 )", "f()"),
    ("f(bad=1,)", "f()"),
    ("f(a, bad=1)", "f(a)"),
    ("f(a , bad = (1) )", "f(a  )"),
    ("f(a, bad=1,)", "f(a,)"),
    ("f(bad=1, b=2)", "f(b=2)"),
    ("f(a, bad=1, b=2)", "f(a, b=2)"),
    ("f(a, bad=g(bad=2, c=(3)), b=2)", "f(a, b=2)"),
    ("f(g(bad=2), b=2)", "f(g(), b=2)"),
    ("f((a), bad=1, bad2=2)", "f((a), bad2=2)"),
    ("f(*a, bad=1)", "f(*a)"),
    ("f(*a, bad=1,)", "f(*a)"),         # a comma behind *a is an error in 2.x
    ("f(bad=1, **k)", "f(**k)"),
    ("f(a, bad=1, **k)", "f(a, **k)"),
    ("(f)(bad=1)", "(f)()"),
    ("f(\n    bad=1,\n)", "f()"),
    ("f(\n    a,\n    bad=1,\n)", "f(\n    a,\n)"),
    ("f(\n    a,\n    bad=1,  # why\n    b=2\n)", "f(\n    a,\n    b=2\n)"),
    ("f(\n    a,\n    bad=1\n)", "f(\n    a\n)"),
    ("f(a,  # kept\n  bad=1)", "f(a,  # kept\n  )"),
    ("f(bad=1,  # why\n  b=2)", "f(  # why\n  b=2)"),
    ("f(  # kept\n    bad=1,\n)", "f(  # kept\n    \n)"),
    ("f(\n    *a,\n    bad=1,\n)", "f(\n    *a\n)"),
    ("f(a,\\\n  bad=1)", "f(a)"),
    ("f(a,\r\n  bad=1,\r\n  b=2)\r\n", "f(a,\r\n  b=2)\r\n"),
    ("f(a,\r  bad=1,\r  b=2)\r", "f(a,\r  b=2)\r"),
    ("x = [f(bad=1) for y in z]", "x = [f() for y in z]"),
])
def test_a_keyword_goes(before, after):
    assert without_bad(before) == after


def test_several_keywords_of_one_call_go_together():
    def make(nodes):
        call = nodes("Call")[0]
        return [[RemoveKeyword(call, keyword)] for keyword in call.keywords if keyword.arg in ("b", "c", "e")]
    assert edited("f(a, b=1, c=2, d=3, e=4)\n", make) == "f(a, d=3)\n"
    assert edited("f(b=1, c=2, d=3, e=4)\n", make) == "f(d=3)\n"
    assert edited("f(b=1, c=2, e=4)\n", make) == "f()\n"
    assert edited("f(\n    b=1,\n    c=2,\n    d=3,\n    e=4\n)\n", make) == "f(\n    d=3\n)\n"


@pytest.mark.parametrize("before, after", [
    ("f()", "f(new=N)"),
    ("f( )", "f(new=N )"),
    ("f(a)", "f(a, new=N)"),
    ("f(a,)", "f(a, new=N,)"),
    ("f((a))", "f((a), new=N)"),
    ("f(**k)", "f(new=N, **k)"),
    ("f(a, **k)", "f(a, new=N, **k)"),
    ("f(*a, **k)", "f(*a, new=N, **k)"),
    ("f(x for x in y)", "f((x for x in y), new=N)"),
    ("f((x for x in y))", "f((x for x in y), new=N)"),
    ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    new=N,\n)"),
    ("f(\n    a,\n    b)", "f(\n    a,\n    b,\n    new=N)"),
    ("f(a,\n  b)", "f(a,\n  b,\n  new=N)"),
    ("f(a  # b\n  )", "f(a, new=N  # b\n  )"),
    ("\tf(\r\n\t\ta\r\n\t)\r\n".lstrip("\t"), "f(\r\n\t\ta,\r\n\t\tnew=N\r\n\t)\r\n"),
])
def test_a_keyword_comes(before, after):
    assert edited(before, lambda nodes: [[AddKeyword(nodes("Call")[0], "new", "N")]]) == after


@pytest.mark.parametrize("before, after", [
    ("f(bad=1)", "f(new=N)"),
    ("f(a, bad=1)", "f(a, new=N)"),
    ("f(bad=1, a=2)", "f(a=2, new=N)"),
    ("f(bad=1, **k)", "f(new=N, **k)"),
    ("f(\n    a,\n    bad=1,\n)", "f(\n    a,\n    new=N,\n)"),
    ("f(\n    bad=1,\n    **k\n)", "f(\n    new=N, **k\n)"),
])
def test_one_goes_and_one_comes(before, after):
    def make(nodes):
        call = nodes("Call")[0]
        bad = [keyword for keyword in call.keywords if keyword.arg == "bad"][0]
        return [[RemoveKeyword(call, bad), AddKeyword(call, "new", "N")]]
    assert edited(before, make) == after


@pytest.mark.parametrize("before, after", [
    ("f(a, 1)", "f(a, N)"), ("f(a, bad=1)", "f(a, bad=N)"), ("f(a)", "f(a, bad=N)"),
    ("f(a, bad=(1))", "f(a, bad=(N))"),
])
def test_an_argument_is_set(before, after):
    assert edited(before, lambda nodes: [[SetArgument(nodes("Call")[0], "bad", 1, "N")]]) == after


@pytest.mark.parametrize("before, after", [
    ("{'bad': 1}", "{}"), ("{'a': 1, 'bad': 2}", "{'a': 1}"), ("{'bad': 1, 'a': 2}", "{'a': 2}"),
    ("{\n    'a': 1,\n    'bad': 2,\n}", "{\n    'a': 1,\n}"), ("{('bad'): (2), 'a': 1}", "{'a': 1}"),
])
def test_an_item_of_a_dict_goes(before, after):
    def make(nodes):
        node = nodes("Dict")[0]
        return [[RemoveDictItem(node, number)] for number, key in enumerate(node.keys) if key.value == "bad"]
    assert edited("x = %s\n" % before, make) == "x = %s\n" % after


@pytest.mark.parametrize("before, after", [
    ("gone()\n", ""),
    ("a\ngone()\nb\n", "a\nb\n"),
    ("a\ngone()", "a\n"),
    ("a; gone()\n", "a\n"),
    ("gone(); a\n", "a\n"),
    ("a; gone(); b\n", "a; b\n"),
    ("gone(); gone()\nb\n", "b\n"),
    ("a\ngone()  # why\nb\n", "a\nb\n"),
    ("a\ngone();\nb\n", "a\nb\n"),
    ("a\n\n\ngone()\n\n\nb\n", "a\n\n\nb\n"),
    ("a\n\ngone()\n\n\ndef b(): pass\n", "a\n\n\ndef b(): pass\n"),
    ("a\n\n\ngone()\n", "a\n"),
    ("gone()\n\n\na\n", "a\n"),
    ("a\n\ngone()\n\ngone()\n\nb\n", "a\n\nb\n"),
    ("a\r\ngone()\r\nb\r\n", "a\r\nb\r\n"),
    ("a\rgone()\rb\r", "a\rb\r"),
    ("a\n\x0cgone()\nb\n", "a\nb\n"),
    ("a\n\x0c\ngone()\nb\n", "a\n\x0c\nb\n"),
    ("a\ngone(\n  1,\n)\nb\n", "a\nb\n"),
    ("a; \\\n  gone()\nb\n", "a\nb\n"),
    # a block keeps something
    ("def f():\n    gone()\n", "def f():\n    pass\n"),
    ("def f():\n    gone()  # why\n    gone()\nb\n", "def f():\n    pass\nb\n"),
    ("def f(): gone()\n", "def f(): pass\n"),
    ("def f(): gone(); gone()\n", "def f(): pass\n"),
    ("def f():\n    gone()\n    a\n", "def f():\n    a\n"),
    ("def f():\n    gone()\n\n    a\n", "def f():\n    a\n"),
    ("def f():\n    a\n\n    gone()\n\n    b\n", "def f():\n    a\n\n    b\n"),
    ("def f():\n\ta\n\tgone()\nb\n", "def f():\n\ta\nb\n"),
    ("for x in y:\n    gone()\nelse:\n    gone()\n", "for x in y:\n    pass\n"),
    ("with x:\n    gone()\n", "with x:\n    pass\n"),
    ("class A:\n    gone()\n", "class A:\n    pass\n"),
    ("if f():\n    gone()\nelse:\n    b\n", "if f():\n    pass\nelse:\n    b\n"),
    ("if f():\n    gone()\n", "if f():\n    pass\n"),
    ("if a:\n    b\nelse:\n    gone()\nc\n", "if a:\n    b\nc\n"),
    ("if a:\n    b\n# kept\nelse:  # why\n    # why\n    gone()\nc\n", "if a:\n    b\n# kept\nc\n"),
    ("if a: b\nelse: gone()\n", "if a: b\n"),
    ("if a:\n    b\nelif f():\n    gone()\nelse:\n    c\n",
     "if a:\n    b\nelif f():\n    pass\nelse:\n    c\n"),
    ("try:\n    gone()\nexcept E:\n    b\nfinally:\n    c\n",
     "try:\n    pass\nexcept E:\n    b\nfinally:\n    c\n"),
    ("try:\n    a\nexcept E:\n    gone()\n", "try:\n    a\nexcept E:\n    pass\n"),
    ("try:\n    a\nexcept E:\n    b\nfinally:\n    gone()\nc\n", "try:\n    a\nexcept E:\n    b\nc\n"),
    ("try:\n    a\nfinally:\n    gone()\n", "try:\n    a\nfinally:\n    pass\n"),
    # what has no effect goes with it
    ("if hasattr(ssl, 'x'):\n    gone()\nb\n", "b\n"),
    ("a\n\nif getattr(ssl, 'x', None) and sys.version_info >= (2, 7, 9):\n    gone()\n\nb\n", "a\n\nb\n"),
    ("if hasattr(ssl, 'x'):\n    gone()\nelse:\n    b\n", "if hasattr(ssl, 'x'):\n    pass\nelse:\n    b\n"),
    ("if a:\n    b\nelif c:\n    gone()\nd\n", "if a:\n    b\nd\n"),
    ("if a:\n    if b:\n        gone()\nd\n", "d\n"),
    ("def f():\n    if a:\n        gone()\nd\n", "def f():\n    pass\nd\n"),
    ("try:\n    gone()\nexcept AttributeError:\n    pass\nb\n", "b\n"),
    ("try:\n    gone()\nexcept AttributeError:\n    pass\nelse:\n    gone()\nb\n", "b\n"),
    ("try:\n    a\nexcept AttributeError:\n    pass\nelse:\n    gone()\nb\n",
     "try:\n    a\nexcept AttributeError:\n    pass\nb\n"),
    ("if x: gone()\nb\n", "b\n"),
])
def test_a_statement_goes(before, after):
    assert without_gone(before) == after


def test_unasked_no_compound_goes():
    assert without_gone("if a:\n    gone()\n", prune=False) == "if a:\n    pass\n"


def test_a_decorated_function_goes_with_its_decorators():
    assert edited("a\n@b\n@c.d(1)\ndef f():\n    pass\ne\n",
                  lambda nodes: [[RemoveStatement(nodes("FunctionDef")[0])]]) == "a\ne\n"


def test_two_that_want_the_same_place_the_later_waits():
    result = attempted("f(1)\n", lambda nodes: [[Replace(0, 1, "g")], [Replace(0, 4, "h()")]])
    assert result.text == "g(1)\n"
    assert [str(problem) for _, problem in result.left] == ["another fix changes the same place"]


def test_the_same_twice_is_once():
    assert edited("f(1)\n", lambda nodes: [[Replace(0, 1, "g")], [Replace(0, 1, "g")]]) == "g(1)\n"


@pytest.mark.parametrize("start, end, text", [
    (0, 1, "("),                    # does not parse
    (2, 4, ""),                     # changes what the rest means
    (0, 2, "if x:\n    "),
    (0, 0, "'''"),
])
def test_what_would_change_something_else_is_left_alone(start, end, text):
    before = "a; b = c; d(e)\n"
    result = attempted(before, lambda nodes: [[Replace(start, end, text)]])
    assert result.text == before
    assert len(result.left) == 1


def test_one_that_cannot_be_made_does_not_keep_others_from_it():
    result = attempted("a(1)\nb(2)\n", lambda nodes: [[Replace(0, 1, "(")], [Replace(5, 6, "c")]])
    assert result.text == "a(1)\nc(2)\n"
    assert len(result.left) == 1


def test_places_are_found_again():
    result = attempted("f(a, bad=1); g()\n", lambda nodes: [
        [RemoveKeyword(nodes("Call")[0], nodes("keyword")[0])], [AddKeyword(nodes("Call")[1], "k", "v")]])
    moves, = result.moves
    assert result.text == "f(a); g(k=v)\n"
    assert moves.new(13) == 6 and moves.old(6) == 13        # g
    assert moves.old(result.text.index("k")) == 15
    assert moves.new(16) == result.text.index("\n")
