"""Text in, tokens out: of Python 2.5 to 3.14 at once, on any host.

The tokenize module of a host knows only the host's own dialect, and only text it can decode. This one takes
one regular expression with one group for each sort of token. Characters from 0x80 on count as letters: the
text is the file's bytes, one character each.

An f- or t-string is one token. What its replacement fields hold is scanned on the way, because only that
tells where the string ends: since 3.12 the fields may use the string's own quotes.
"""
from __future__ import absolute_import

import re
from collections import namedtuple

from . import fstrings, literals
from .problem import problem_at

Token = namedtuple("Token", "type text start end")

KEYWORDS = dict((word, word) for word in """and as assert break class continue def del elif else except finally
    for from global if import in is lambda not or pass raise return try while with yield None True
    False""".split())

MASTER = re.compile(r"""[ \t\f]*(?:\\(?:\r\n?|\n)[ \t\f]*)*(?:
    ([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_'"\x80-\xff])                                     # 1 a name
  | ([,;~`]|\.(?![.\d])|:(?!=)|=(?!=)|\*\*=?|//=?|>>=?|<<=?|<>|->|\.\.\.|:=|!=
    |[-+*/%@&|^=<>]=?|\.(?!\d))                                                             # 2 an operator
  | ([(\[{]) | ([)\]}])                                                                     # 3 and 4
  | (0[xX](?:_?[0-9a-fA-F])+[lL]? | 0[oO](?:_?[0-7])+[lL]? | 0[bB](?:_?[01])+[lL]?
    |(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][-+]?\d(?:_?\d)*)?[jJlL]?)      # 5 a number
  | (\r\n?|\n) | (\#[^\r\n]*)                                                               # 6 and 7
  | ((?:[bBuU][rR]?|[rR][bB]?)?(?:
      '(?!'')[^'\\\r\n]*(?:\\(?:\r\n|[\s\S])[^'\\\r\n]*)*'
    | "(?!"")[^"\\\r\n]*(?:\\(?:\r\n|[\s\S])[^"\\\r\n]*)*"
    | '''[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*'''
    | \"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*\"""))                                     # 8 a string
  | ((?:[fFtT][rR]?|[rR][fFtT])(?:'''|\"""|'|"))                                            # 9 an f-string
  | ([A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)                                              # 10 another name
  | (\Z) | ([\s\S])                                                                         # 11 and 12
)""", re.VERBOSE)
NAME, OPERATOR, OPEN, CLOSE, NUMBER, NEWLINE, COMMENT, STRING, FSTRING, WORD, END, OTHER = range(1, 13)


class Tokens(object):
    """Four lists side by side, without comments and blank lines, as the reader wants them.

    ``kinds`` has the word or sign itself for keywords and operators, and NAME, NUMBER, STRING, FSTRING,
    NEWLINE, INDENT, DEDENT and END for the rest. ``texts`` has names as Python compares them, and ``parts``
    what an f-string holds, by where it starts.
    """
    __slots__ = ("text", "kinds", "texts", "starts", "ends", "parts", "trivia")

    def __init__(self, text):
        self.text = text
        self.kinds = []
        self.texts = []
        self.starts = []
        self.ends = []
        self.parts = {}
        self.trivia = []    # (type, start, end) of comments and of line ends that end no statement

    def add(self, kind, start, end, text=None):
        """Append one token."""
        self.kinds.append(kind)
        self.texts.append(self.text[start:end] if text is None else text)
        self.starts.append(start)
        self.ends.append(end)


def scan(text, position=0, stop=None):
    """The Tokens of a whole text, or from ``position`` to ``stop`` those of a piece that stands in brackets.

    :raises SyntaxProblem: a string or bracket without end, or an indentation that fits no other.
    """
    return _Scanner(text).run(position, stop)


class _Scanner(object):

    def __init__(self, text):
        self.text = text
        self.tokens = Tokens(text)
        self.columns = [0]
        self.depth = 0
        self.fresh = True       # at the start of a logical line

    def run(self, position, stop):
        if stop is not None:
            self.depth = 1      # line ends and indentation mean nothing there
            self.fresh = False
        while position is not None:
            position = self.stretch(position, len(self.text) if stop is None else stop)
        if stop is None:
            self.finish()
            stop = len(self.text)
        self.tokens.add("END", stop, stop)
        return self.tokens

    def stretch(self, position, stop):
        """Scan up to the end (then None) or past an f-string, whose end the expression cannot know."""
        text, tokens, keyword = self.text, self.tokens, KEYWORDS.get
        kinds, texts, starts, ends = tokens.kinds, tokens.texts, tokens.starts, tokens.ends
        fresh = self.fresh
        for match in MASTER.finditer(text, position, stop):
            group = match.lastindex
            word = match.group(group)
            end = match.end()
            start = end - len(word)
            if fresh and group != NEWLINE and group != COMMENT and group != END:
                fresh = self.fresh = False
                self.indent(match.start(), start)
            if group == NAME:
                kinds.append(keyword(word, "NAME"))
            elif group == OPERATOR:
                kinds.append(word)
            elif group == OPEN:
                self.depth += 1
                kinds.append(word)
            elif group == CLOSE:
                self.depth -= 1
                kinds.append(word)
            elif group == NUMBER:
                kinds.append("NUMBER")
            elif group == STRING:
                kinds.append("STRING")
            elif group == NEWLINE:
                if fresh or self.depth > 0:
                    tokens.trivia.append(("NL", start, end))
                    continue
                fresh = self.fresh = True
                kinds.append("NEWLINE")
            elif group == COMMENT:
                tokens.trivia.append(("COMMENT", start, end))
                continue
            elif group == WORD:
                word = literals.name(word)
                kinds.append("NAME")
            elif group == END:
                return None
            elif group == FSTRING:
                end, tokens.parts[start] = fstrings.scan(text, start, end, scan_field)
                tokens.add("FSTRING", start, end)
                return end
            else:
                raise problem_at(text, start, _complaint(text, start))
            texts.append(word)
            starts.append(start)
            ends.append(end)
        return None

    def indent(self, start, end):
        """The first token of a logical line starts at ``end``: say how blocks begin and end there."""
        column = _column(self.text[start:end]) if end > start else 0
        columns = self.columns
        if column == columns[-1]:
            return
        if column > columns[-1]:
            columns.append(column)
            self.tokens.add("INDENT", start, end)
            return
        while column < columns[-1]:
            columns.pop()
            self.tokens.add("DEDENT", end, end, "")
        if column != columns[-1]:
            raise problem_at(self.text, end, "this indentation fits no block around it")

    def finish(self):
        """What is due at the end of a file: its last line end, and the end of all blocks."""
        end = len(self.text)
        if self.depth > 0:
            raise problem_at(self.text, end, "a bracket is never closed")
        if not self.fresh:
            self.tokens.add("NEWLINE", end, end, "")
        for _ in self.columns[1:]:
            self.tokens.add("DEDENT", end, end, "")


def _column(blank):
    """The column after this blank start of a line: tabs go to the next multiple of 8, a form feed to 0."""
    if "\t" not in blank and "\f" not in blank and "\\" not in blank:
        return len(blank)
    column = 0
    for character in blank:
        if character == "\t":
            column = column // 8 * 8 + 8
        elif character == "\f":
            column = 0
        elif character == "\\":
            break
        else:
            column += 1
    return column


def _complaint(text, position):
    if text[position] in "'\"":
        return "a string is never closed"
    if text[position] == "\\":
        return "a backslash is not the last character of its line"
    return "no token of Python starts with %r" % text[position]


def scan_field(text, position, string=None):
    """The Tokens of the expression of a replacement field, and where ``=``, ``!``, ``:`` or ``}`` ends it.

    :param position: behind the field's brace; ``string`` is where its string starts, for a message.
    :raises SyntaxProblem: the field never ends.
    """
    found = Tokens(text)
    depth = 0
    while True:
        match = MASTER.match(text, position)
        group = match.lastindex
        start, end = match.span(group)
        word = match.group(group)
        if depth == 0 and word[:1] in ("=", ":", "!", "}") and word not in ("==", "!="):
            found.add("END", start, start)
            return found, start
        depth += {OPEN: 1, CLOSE: -1}.get(group, 0)
        if group == FSTRING:
            end, found.parts[start] = fstrings.scan(text, start, end, scan_field)
            found.add("FSTRING", start, end)
        elif group == END or group == OTHER:
            raise problem_at(text, start if string is None else string, "an f-string is never closed")
        elif group == NAME:
            found.add(KEYWORDS.get(word, "NAME"), start, end)
        elif group == COMMENT:
            found.trivia.append(("COMMENT", start, end))
        elif group != NEWLINE:
            found.add(_KINDS.get(group, word), start, end, literals.name(word) if group == WORD else word)
        position = end


_KINDS = {WORD: "NAME", NUMBER: "NUMBER", STRING: "STRING"}
_TYPES = {"NAME": "NAME", "NUMBER": "NUMBER", "STRING": "STRING", "FSTRING": "STRING", "NEWLINE": "NEWLINE",
          "INDENT": "INDENT", "DEDENT": "DEDENT", "END": "END"}


def tokens(text, position=0, stop=None):
    """All tokens of a text as a list of Token(type, text, start, end), comments and blank lines included.

    Types are NAME (keywords too), NUMBER, STRING (f-strings too), OP, COMMENT, NL, NEWLINE, INDENT, DEDENT and
    END.
    With ``stop`` only those of a piece that stands in brackets, as in scan.

    :raises SyntaxProblem: see scan.
    """
    found = scan(text, position, stop)
    words = [text[start:end] for start, end in zip(found.starts, found.ends)]
    listed = [Token(_TYPES.get(kind) or ("NAME" if kind in KEYWORDS else "OP"), word, start, end)
              for kind, word, start, end in zip(found.kinds, words, found.starts, found.ends)]
    listed.extend(Token(kind, text[start:end], start, end) for kind, start, end in found.trivia)
    return sorted(listed, key=lambda token: token.end if token.type == "INDENT" else token.start)
