"""Reads Python sources, of 2.5 to 3.14, into one small tree: see tree.py for what it looks like.

One reader for all dialects on all hosts, and so one tree for a file wherever the codemod runs. The ast of the
host, where it knows the dialect, is hardly faster once its nodes are converted (4.2 MB/s against 4.6 on 3.11,
4.1 against 3.8 on 3.13) and misplaces what f-strings hold before 3.12; the tests compare both, node for node.
"""
from __future__ import absolute_import

from .problem import SyntaxProblem
from .reader import read as parse
from .spans import outer_span
from .tree import (FIELDS, VALUES, Node, ancestors, block_of, children, dump, enclosing, is_statement, same,
                   statement_of, walk)

__all__ = ["FIELDS", "VALUES", "Node", "SyntaxProblem", "ancestors", "block_of", "children", "dump",
           "enclosing", "is_statement", "outer_span", "parse", "same", "statement_of", "walk"]
