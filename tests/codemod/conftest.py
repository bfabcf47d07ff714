"""Helpers for the rules' tests: source text in, source text or findings out, all in this process."""
import functools
import textwrap

import pytest

from verifyshim.codemod import engine
from verifyshim.codemod.context import EVERYWHERE, Options

from .processes import BAD, run


def _run(text, select, unsafe, min_python, tests, path):
    """*text* is native text (or bytes, for what is not ASCII); dedented if it begins with a newline."""
    if not isinstance(text, bytes):
        text = text.encode("utf-8")
    if text.startswith(b"\n"):
        text = textwrap.dedent(text[1:].decode("latin-1")).encode("latin-1")
    chosen = None if select is None else (select,) if isinstance(select, str) else tuple(select)
    rules = engine.load_rules(select=chosen)
    options = Options(min_python=min_python, unsafe=unsafe, tests=tests)
    result = engine.rewrite(text, rules, options, path=path)
    assert not result.errors, result.errors
    return result


def rewritten(text, unsafe=False, min_python=EVERYWHERE, select=None, tests=False, path="program.py"):
    """Return what the codemod makes of a source text: native text, dedented if it begins with a newline.

    *select* is a rule's code, several, or None for all; *min_python* a tuple of versions.
    """
    result = _run(text, select, unsafe, min_python, tests, path)
    return result.data.decode("utf-8") if str is not bytes else result.data


def findings(text, unsafe=False, min_python=EVERYWHERE, select=None, tests=False, path="program.py"):
    """Return [(rule, line, "safe"|"unsafe"|"none", message)] in the order of the lines."""
    result = _run(text, select, unsafe, min_python, tests, path)
    return [(found.rule, found.line, found.fix, found.message) for found in result.findings]


@pytest.fixture(name="rewritten")
def rewritten_fixture():
    return rewritten


@pytest.fixture(name="findings")
def findings_fixture():
    return findings


@pytest.fixture
def codemod(tmpdir):
    """Run the command in a folder of its own: see processes.run."""
    return functools.partial(run, tmpdir)


@pytest.fixture
def bad(tmpdir):
    """A file with one call site."""
    path = tmpdir.join("bad.py")
    path.write(BAD)
    return path
