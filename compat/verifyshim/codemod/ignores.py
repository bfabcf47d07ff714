"""Comments that tell the codemod to leave a line alone: ``# verifyshim: ignore[VS201]``, or of all rules."""
import re

from . import syntax
from .syntax import tokens

_COMMENT = re.compile(r"#[^\r\n]*?\bverifyshim:[ \t]*ignore\b(?:[ \t]*\[([^\]\r\n]*)\])?")
_BODIES = ("body", "cases")


class Ignores(object):
    """The ignore comments of a file, by line.

    A comment counts for findings that begin, end or lie on its line, and for those in a statement that
    begins or ends there: a comment behind the bracket that closes a long call is meant for the call.
    """

    def __init__(self, context):
        self._lines = context.source.lines
        self._codes = {}        # line index -> None for all, or a tuple of codes
        text = context.source.text
        if "verifyshim:" not in text:
            return
        comments = None
        for match in _COMMENT.finditer(text):
            if comments is None:
                comments = set(_comment_starts(text))
            if any(start in comments for start in range(match.start(), match.end()) if text[start] == "#"):
                codes = match.group(1)
                self._codes[self._lines.index(match.start())] = None if codes is None else tuple(
                    code.upper() for code in re.split(r"[,\s]+", codes) if code)

    def hides(self, finding):
        """Whether a comment says to leave this finding alone."""
        if not self._codes:
            return False
        first, last = self._lines.index(finding.start), self._lines.index(finding.end)
        return any(self._on(index, finding.rule) for index in
                   set(range(first, last + 1)) | set(self._statement(finding.node)))

    def _on(self, index, code):
        if index not in self._codes:
            return False
        codes = self._codes[index]
        return codes is None or any(code.startswith(each) for each in codes)

    def _statement(self, node):
        """Return the first and last line of the statement, without the blocks of a compound one."""
        statement = syntax.statement_of(node) if hasattr(node, "parent") else None
        if statement is None:
            return ()
        first = last = self._lines.index(statement.start)
        for field in _BODIES:
            block = getattr(statement, field, None)
            if block and statement.kind != "Module":
                end = self._lines.index(block[0].start)
                return first, max(first, end - 1)
        last = self._lines.index(statement.end)
        return first, last


def _comment_starts(text):
    return [token.start for token in tokens.tokens(text) if token.type == "COMMENT"]
