"""Operations on a text, for the tests of edits."""
from verifyshim.codemod import edits, syntax
from verifyshim.codemod.names import Names
from verifyshim.codemod.rules import Fix


def edited(text, make):
    """Apply the fixes that ``make(tree, of_kind)`` returns; all must be applied."""
    result = attempted(text, make)
    assert not result.left, [str(problem) for _, problem in result.left]
    return str(result.text)


def attempted(text, make):
    text = text if isinstance(text, type(u"")) else text.decode("ascii")
    tree = syntax.parse(text)
    fixes = make(lambda *kinds: [node for node in syntax.walk(tree) if node.kind in kinds])
    return edits.apply(text, tree, lambda: Names(tree), [Fix("safe", ops) for ops in fixes])
