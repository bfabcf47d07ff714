"""What a rule is given: one file, its tree, its names, the options, and helpers that need all of them."""
import operator

from . import syntax
from .imports import visible_name
from .names import Names
from .ops import NeedImport

VERIFIES_2, VERIFIES_3 = (2, 7, 9), (3, 4, 3)       # where ssl.create_default_context came to stay: PEP 476
EVERYWHERE = (VERIFIES_2, VERIFIES_3)


class Options(object):
    """What the user asked for.

    :param min_python: tuple of version tuples, at most one of each line: ``((2, 7, 9), (3, 4, 3))``. Emitted
        code must run on each of these and on all newer ones of the same line.
    :param unsafe: unsafe fixes may be applied. Rules offer them anyway.
    :param tests: test code is looked at as well.
    :param stated: somebody said what the oldest Python is, the user or the repository; else it is a guess.
    """

    def __init__(self, min_python=EVERYWHERE, unsafe=False, tests=False, stated=False):
        self.min_python = tuple(min_python)
        self.unsafe = unsafe
        self.tests = tests
        self.stated = stated

    @property
    def min_python_2(self):
        """The oldest Python 2 as a tuple, or None where the file never meets Python 2."""
        return min([version for version in self.min_python if version[0] == 2] or [None])

    @property
    def min_python_3(self):
        """The oldest Python 3 as a tuple, or None where the file never meets Python 3."""
        return min([version for version in self.min_python if version[0] >= 3] or [None])

    @property
    def stdlib_verifies(self):
        """Whether ``ssl.create_default_context`` is there on every Python the code is for."""
        two, three = self.min_python_2, self.min_python_3
        return (two is None or two >= VERIFIES_2) and (three is None or three >= VERIFIES_3)


class Context(object):
    """One file, read.

    ``source`` has ``path``, ``data`` (bytes), ``text`` (the bytes as latin-1) and ``line_column(offset)``;
    ``tree``, ``names`` and ``options`` are what they say.
    """

    def __init__(self, source, options, tree=None):
        self.source = source
        self.options = options
        self.tree = syntax.parse(source.text) if tree is None else tree
        self._names = None
        self._sorted = {}

    @property
    def names(self):
        if self._names is None:
            self._names = Names(self.tree)
        return self._names

    def nodes(self, *kinds):
        """Return all nodes of these kinds in the order of the file."""
        if kinds not in self._sorted:
            found = [node for kind in kinds for node in self.tree.by_kind[kind]]
            # Of two of one kind that start together, the outer one comes first as it is.
            self._sorted[kinds] = sorted(found, key=_start if len(kinds) == 1 else _place)
        return list(self._sorted[kinds])

    def text(self, node):
        """Return the source of a node, without redundant parentheses around it."""
        return self.source.text[node.start:node.end]

    @property
    def stdlib_verifies(self):
        """Whether ``ssl.create_default_context`` is there on every Python this file meets."""
        return self.options.stdlib_verifies

    def imported(self, module, at=None):
        """Return the name to call a module by at the node *at*; ``NeedImport(module, at)`` makes it true."""
        return visible_name(self.tree, module, at)

    def make_context(self, cafile=None, capath=None, cadata=None, certfile=None, keyfile=None, at=None):
        """Return (text, ops) of an expression that makes a verifying context, or None if there is none.

        All arguments but *at*, the node where it goes, are source texts. ssl.create_default_context where that
        is everywhere, else verifyshim.create_context; that also takes a client's certificate, which the
        standard library's takes in no one expression.
        """
        stdlib = self.stdlib_verifies and certfile is None and keyfile is None
        if stdlib:
            module, function = "ssl", "create_default_context"
            given = [("cafile", cafile), ("capath", capath), ("cadata", cadata)]
        elif cadata is None and (cafile is None or capath is None):
            module, function = "verifyshim", "create_context"
            given = [("cafile", cafile or capath), ("certfile", certfile), ("keyfile", keyfile)]
        else:
            return None
        arguments = ", ".join("%s=%s" % pair for pair in given if pair[1] is not None)
        return "%s.%s(%s)" % (self.imported(module, at), function, arguments), [NeedImport(module, at)]


_start = operator.attrgetter("start")


def _place(node):
    return node.start, -node.end
