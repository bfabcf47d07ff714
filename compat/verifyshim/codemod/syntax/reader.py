"""The reader of every dialect: recursive descent over the tokens, one file a part of the grammar."""
from __future__ import absolute_import

import gc

from . import tokens
from .problem import SyntaxProblem
from .reader_statements import Statements
from .tree import NODES, adopt

_BOM = "\xef\xbb\xbf"


class Reader(Statements):
    """Reads one list of tokens; Module by ``module``, the field of an f-string by ``field``."""

    def __init__(self, found):
        self.i = 0      # the token to look at next
        self.text = found.text
        self.kinds = found.kinds
        self.texts = found.texts
        self.starts = found.starts
        self.ends = found.ends
        self.parts = found.parts

    def module(self):
        """A whole file."""
        body = []
        while self.kinds[self.i] != "END":
            if self.kinds[self.i] == "NEWLINE":
                self.i += 1
            else:
                self.statement(body)
        return NODES["Module"](0, len(self.text), body)

    def field(self):
        """The expression of a replacement field, and nothing after it."""
        node = self.yields() if self.kinds[self.i] == "yield" else self.expressions(named=True)
        self.expect("END")
        return node

    def inner(self, found):
        """The expression that these tokens, of a replacement field, make up."""
        return Reader(found).field()


def read(text):
    """The tree of a text.

    :raises SyntaxProblem: it is no Python, or it is nested deeper than this Python can recurse. Nothing else.
    """
    if str is bytes and not isinstance(text, bytes):    # on 2.7 names come out as str, and sooner
        try:
            text = text.encode("latin-1")
        except UnicodeError:
            raise SyntaxProblem("this is no text of bytes: decode files as latin-1", 1)
    start = 3 if text.startswith(_BOM) else 0
    collects = gc.isenabled()
    gc.disable()    # nothing here is garbage yet, and looking for it takes a third of the time
    try:
        return adopt(Reader(tokens.scan(text, start)).module())
    except (RuntimeError, MemoryError):     # RecursionError is a RuntimeError, and 2.7's name for it
        raise SyntaxProblem("this is nested too deeply to be read", 1)
    finally:
        if collects:
            gc.enable()
