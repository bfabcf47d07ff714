"""Where things are in a text: lines, and what lies between two nodes. Nothing here knows the grammar.

All positions are offsets into latin-1 text, which are byte offsets.
"""
import bisect
import re

BOM = u"\xef\xbb\xbf"
BREAK = re.compile("\r\n|\r|\n")
# What may stand between two parts of one expression or statement.
_GAP = re.compile(r"(?:[ \t\f\r\n]|\\(?:\r\n|\r|\n)|#[^\r\n]*)+")
_SPACES = re.compile(r"(?:[ \t\f]|\\(?:\r\n|\r|\n))*")
_REST = re.compile(r"[ \t\f;]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")


class Lines(object):
    """Line starts of a text: finds the line of an offset, and both ends of that line."""

    def __init__(self, text):
        self.text = text
        self.starts = [0] + [match.end() for match in BREAK.finditer(text)]

    def index(self, offset):
        """Return the number of the line that holds *offset*, counted from 0."""
        return bisect.bisect_right(self.starts, offset) - 1

    def start(self, offset):
        return self.starts[self.index(offset)]

    def end(self, offset):
        """Return where the line of *offset* ends, its line break included."""
        index = self.index(offset) + 1
        return self.starts[index] if index < len(self.starts) else len(self.text)

    def count(self):
        """Return how many lines there are; what follows the last line break is none if it is empty."""
        return len(self.starts) - (self.starts[-1] == len(self.text))

    def line(self, index):
        """Return the text of line *index* with its break."""
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[index]:end]

    def blank(self, index):
        """Whether a line holds nothing; one with a form feed separates pages, so it holds something."""
        return 0 <= index < self.count() and not self.line(index).strip(" \t\r\n")

    def before(self, offset):
        """Return what precedes *offset* on its line."""
        return self.text[self.start(offset):offset]

    def begins(self, offset):
        """Whether only indentation precedes *offset*, and the line before does not continue there."""
        start = self.start(offset)
        head = self.text[start:offset]
        if start == 0 and head.startswith(BOM):
            head = head[len(BOM):]
        return not head.strip(" \t\f") and not self.text.endswith(("\\\n", "\\\r", "\\\r\n"), 0, start)


def newline_at(text, offset):
    """Return the line break that ends the line of *offset*, else the text's first, else a line feed."""
    match = BREAK.search(text, offset) or BREAK.search(text)
    return match.group() if match else "\n"


def skip_gap(text, position):
    """Return the position of what comes next after blanks, line breaks and comments."""
    match = _GAP.match(text, position)
    return match.end() if match else position


def skip_spaces(text, position):
    """Return the position of what comes next on the same logical line."""
    return _SPACES.match(text, position).end()


def rest_of_line(text, position):
    """Return where the line ends if only blanks, semicolons and a comment follow *position*, else None."""
    match = _REST.match(text, position)
    return match.end() if match else None


def after_parentheses(text, position, limit):
    """Return (end, next): past the closing parentheses that follow a node, and what comes after them."""
    end = position
    following = skip_gap(text, position)
    while following < limit and text[following] == ")":
        end = following + 1
        following = skip_gap(text, end)
    return end, following
