"""The tree's helpers, outer spans, and tokens."""
from __future__ import absolute_import

import pytest

from verifyshim.codemod import syntax
from verifyshim.codemod.syntax import tokens


def node_at(tree, text, piece, occurrence=0):
    """The outermost expression that is spelled like this."""
    found = [node for node in syntax.walk(tree) if text[node.start:node.end] == piece
             and not syntax.is_statement(node) and node.kind not in ("Module", "arguments", "withitem",
             "keyword")]
    return found[occurrence]


@pytest.mark.parametrize("text, piece, outer", [
    ("x = (a)", "a", "(a)"), ("x = ((a)\n)", "a", "((a)\n)"), ("f(a)", "a", "a"), ("f((a))", "a", "(a)"),
    ("f(a)(b)", "b", "b"), ("x[(a)]", "a", "(a)"), ("(a).b", "a", "(a)"), ("(a).b", "(a).b", "(a).b"),
    ("(a) + (b)", "(a) + (b)", "(a) + (b)"), ("((a) + (b))", "(a) + (b)", "((a) + (b))"),
    ("(a, b)", "(a, b)", "(a, b)"),
    ("((a, b))", "(a, b)", "((a, b))"), ("print (a)", "a", "a"), ("print (a), 'b' 1", "a", None),
    ("print 'x', (a)", "a", "(a)"), ("print (a) if b else c", "a", "a"), ("exec (a) in b", "a", "a"),
    ("class A(B): pass", "B", "B"), ("class A((B)): pass", "B", "(B)"), ("if (a): pass", "a", "(a)"),
    ("with (a): pass", "a", "(a)"), ("with (a, b): pass", "b", "b"), ("@(a)\ndef f(): pass", "a", "(a)"),
    ("def f(x=(1)): pass", "1", "(1)"), ("try: pass\nexcept (A): pass", "A", "(A)"), ("await (a)", "a", "(a)"),
    ("f(k=( # c )\n a))", "a", "( # c )\n a)"), ("return not(a)", "a", "(a)"), ("f'{(a)!r}'", "a", "(a)"),
    ("x = (yield a)", "yield a", "(yield a)"), ("f(a for a in (b))", "b", "(b)"),
    ("print ((a), 1), 'b'", "a", "(a)"),
    ("for x in (a): pass", "a", "(a)"), ("x = lambda: (a)", "a", "(a)"),
    ("match (a):\n case 1: pass", "a", "(a)"),
    ("if x:\n    y = (a)\n", "a", "(a)"), ("if x:\n    (a)\n", "a", "(a)"), ("x = {(a): (b)}", "b", "(b)"),
    ("assert(a), b", "a", "(a)"), ("while (a): b", "a", "(a)"), ("x = (a)if(b)else(c)", "b", "(b)")])
def test_outer_span(text, piece, outer):
    if outer is None:
        pytest.raises(syntax.SyntaxProblem, syntax.parse, text)
        return
    tree = syntax.parse(text)
    start, end = syntax.outer_span(text, node_at(tree, text, piece))
    assert text[start:end] == outer


def test_every_node_knows_its_parent():
    tree = syntax.parse("@a\ndef f(x=1, *y): return [z for z in f'{x}']\n")
    assert tree.parent is None
    for node in syntax.walk(tree):
        for child in syntax.children(node):
            assert child.parent is node
            if node.kind not in ("FunctionDef", "Module"):
                assert node.start <= child.start and child.end <= node.end


def test_walk_gives_each_node_once_and_owners_first():
    tree = syntax.parse("if a:\n  b = {c: d}\nelse:\n  e(f, *g, h=i)\n")
    nodes = list(syntax.walk(tree))
    assert len(nodes) == len(set(map(id, nodes)))
    assert [node.id for node in nodes if node.kind == "Name"] == list("abcdefgi")


def test_statement_of_and_enclosing():
    tree = syntax.parse("class A:\n  def f(self):\n    x = g(y)\n")
    name = [node for node in syntax.walk(tree) if getattr(node, "id", None) == "y"][0]
    assert syntax.statement_of(name).kind == "Assign"
    assert syntax.enclosing(name, "FunctionDef").name == "f"
    assert syntax.enclosing(name, "ClassDef", "Module").name == "A"
    assert syntax.enclosing(name, "While") is None
    assert [node.kind for node in syntax.ancestors(name)] == ["Call", "Assign", "FunctionDef", "ClassDef",
    "Module"]


def test_block_of():
    tree = syntax.parse("try:\n  a\nexcept B:\n  c; d\nfinally:\n  e\n")
    block = tree.body[0].handlers[0].body
    assert syntax.block_of(block[1]) == (block, 1, tree.body[0].handlers[0], "body")
    final = tree.body[0].finalbody
    assert syntax.block_of(final[0]) == (final, 0, tree.body[0], "finalbody")
    assert syntax.block_of(tree) == (None, None, None, None)


def test_same_sees_values_and_not_places():
    assert syntax.same(syntax.parse("f( a , (b))"), syntax.parse("f(a, b) # c"))
    assert not syntax.same(syntax.parse("f(a, b)"), syntax.parse("f(a, c)"))
    assert not syntax.same(syntax.parse("'a'"), syntax.parse("b'a'"))


@pytest.mark.parametrize("text", ["x = 1 # a\n\n# b\nif x:\n\ty = f'{z}' 'w'\r\n  # c\nz(\n1)\n", "", "\n",
    "# a",
                                  "if x:\n  y", "a\\\nb\n", "\x0cx\n", "class A:\n  x\n\n  y\n# e\nz"])
def test_tokens_cover_the_text(text):
    found = tokens.tokens(text)
    last = 0
    for token in found:
        if token.type in ("INDENT", "DEDENT"):
            continue
        assert not text[last:token.start].strip(" \t\x0c\\\n"), (token, text[last:token.start])
        assert token.text == text[token.start:token.end]
        last = token.end
    assert last == len(text.rstrip(" ")) or found[-1].type == "END"


def test_types_of_tokens():
    found = tokens.tokens("if x: # a\n\n  y = f'{z}'\n")
    assert [token.type for token in found] == ["NAME", "NAME", "OP", "COMMENT", "NEWLINE", "NL", "INDENT",
    "NAME",
                                               "OP", "STRING", "NEWLINE", "DEDENT", "END"]


def test_tokens_of_a_piece_know_no_lines():
    found = tokens.tokens("x = f(a,\n  b)\n", 5, 13)
    assert [token.text for token in found if token.type not in ("NL", "END")] == ["(", "a", ",", "b", ")"]
