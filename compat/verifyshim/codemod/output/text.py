"""For people: path, line and column, the rule, what is wrong, the line itself and where in it.

    src/fetch.py:12:24: VS201 requests is told not to verify [safe fix]
        requests.get(url, verify=False)
                          ^^^^^^^^^^^^
"""
import unicodedata

from . import path_text, printable

_WIDTH = 160        # of a source line that is shown whole; generated files have lines of megabytes
_MARK = {"safe": u"safe fix", "unsafe": u"unsafe fix", "none": u"no fix"}


class Text(object):
    """Writes to *out*, a function of bytes; *encoding* is what the terminal or file wants."""

    def __init__(self, out, encoding, writing=False, only_open=False):
        self._out = out
        self._encoding = encoding
        self._writing = writing
        self._only_open = only_open

    def begin(self):
        pass

    def outcome(self, outcome):
        lines = []
        for found in outcome.findings:
            if not (self._only_open and found.applied):
                lines += self._finding(outcome.path, found)
        if lines:
            self._out((u"\n".join(lines) + u"\n").encode(self._encoding, "backslashreplace"))

    def end(self, errors):
        pass

    def _finding(self, path, found):
        mark = u"fixed" if found.applied and self._writing else _MARK[found.fix]
        yield u"%s:%d:%d: %s %s [%s]" % (printable(path_text(path)), found.line, found.column, found.rule,
                                         printable(found.message), mark)
        until = found.end_column if found.end_line == found.line else len(found.snippet) + 1
        shown, start, until = _window(found.snippet, found.column - 1, until - 1)
        shown = printable(shown)
        body = shown.lstrip()
        cut = len(shown) - len(body)
        if body:
            yield u"    " + body
            head = u"".join(_blank(character) for character in body[:max(start - cut, 0)])
            yield u"    " + head + u"^" * max(_width(body[max(start - cut, 0):until - cut]), 1)


def _window(line, start, until):
    """Return (part of a line, start, until) so that what is meant can be seen."""
    line = line.rstrip()
    until = max(min(until, len(line)), start + 1)
    if len(line) <= _WIDTH:
        return line, start, until
    first = max(start - 40, 0)
    return line[first:first + _WIDTH], start - first, min(until - first, _WIDTH)


def _blank(character):
    return u"\t" if character == u"\t" else u" " * _width(character)


def _width(text):
    return sum(0 if unicodedata.combining(character) else
               2 if unicodedata.east_asian_width(character) in (u"W", u"F") else 1 for character in text)
