"""The rows of a corpus, and what became of each: lines of real releases and what the codemod should do to them.

A corpus is a table with tabs: package, version, relative path, line, shape, verdict, note. The verdicts:

- rewrite: the statement at the line is changed (where the note says "start of a 2-line site", any of these
  lines); with --unsafe where the rewrite is one that needs it, and always where the note says GATED;
- report-only: a finding is reported there and the line stays, without --unsafe;
- must-not-touch: the statement stays byte for byte, with and without --unsafe.
"""
import bisect
import collections
import difflib
import io
import re

from verifyshim.codemod import syntax

Row = collections.namedtuple("Row", "package version path line shape verdict note")
VERDICTS = ("rewrite", "report-only", "must-not-touch")
_WHOLE = ("FunctionDef", "AsyncFunctionDef", "ClassDef")


def read(path):
    """Return the Rows of the table at *path*."""
    with io.open(path, encoding="utf-8") as handle:
        lines = [line.rstrip("\r\n") for line in handle if line.strip()]
    found = []
    for line in lines[1:]:
        parts = (line.split("\t") + [""])[:7]
        found.append(Row(parts[0], parts[1], parts[2], int(parts[3]), parts[4], parts[5], parts[6]))
        if found[-1].verdict not in VERDICTS:
            raise ValueError("%s: verdict %r; known are %s" % (path, parts[5], ", ".join(VERDICTS)))
    return found


def lines_of(data):
    """The lines as the tables and editors count them: a form feed ends none."""
    return data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").split("\n")


class Place(object):
    """Where a row points to in the file as it was released.

    ``statement`` is the (first, last) line of the innermost statement there, of a compound one its head alone;
    ``whole`` is all of it; ``guarded`` is what may not change: all of a definition, else the head.
    """

    def __init__(self, row, data):
        self.row = row
        self.statement = self.whole = self.guarded = (row.line, row.line)
        text = data.decode("latin-1")
        try:
            tree = syntax.parse(text)
        except syntax.SyntaxProblem:
            return
        starts = [0] + [match.end() for match in re.finditer("\r\n|\r|\n", text)]
        best = None
        for node in syntax.walk(tree):
            if syntax.is_statement(node):
                first, last = _span(starts, node)
                if first <= row.line <= last and (best is None or last - first <= best[1] - best[0]):
                    best = first, last
                    self.whole = best
                    self.statement = first, _head_end(starts, node, last)
                    self.guarded = best if node.kind in _WHOLE else self.statement
        if best is not None and not self.statement[0] <= row.line <= self.statement[1]:
            # A comment in a block, or a line between statements.
            self.statement = self.guarded = (row.line, row.line)

    @property
    def site(self):
        """The lines of which one has to change for a rewrite."""
        several = re.search(r"start of (?:a|the) (\d+)-line site", self.row.note)
        if several:
            return self.statement[0], self.statement[0] + int(several.group(1)) - 1
        return self.whole


def _span(starts, node):
    decorators = getattr(node, "decorator_list", None)
    start = min([node.start] + [each.start for each in decorators or ()])
    return bisect.bisect(starts, start), bisect.bisect(starts, max(start, node.end - 1))


def _head_end(starts, node, last):
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if not isinstance(body, list) or not body:
        return last
    return max(bisect.bisect(starts, node.start), bisect.bisect(starts, body[0].start) - 1)


class Change(object):
    """Which lines of the old file are not in the new one, and before which of them something was put in."""

    def __init__(self, old, new):
        self.gone, self.before = set(), set()
        if old == new:
            return
        matcher = difflib.SequenceMatcher(None, lines_of(old), lines_of(new), False)
        for tag, first, last, _, _ in matcher.get_opcodes():
            if tag == "insert":
                self.before.add(first + 1)
            elif tag != "equal":
                self.gone.update(range(first + 1, last + 1))

    def touches(self, span):
        """Is a line of the span (first, last) changed, or something put in between its lines?"""
        return any(line in self.gone for line in range(span[0], span[1] + 1)) or any(
            line in self.before for line in range(span[0] + 1, span[1] + 1))


def judge(place, safe, unsafe, found):
    """Return (held, how it went in a few words) for one row.

    :param safe: the Change made without --unsafe; *unsafe* the one made with it.
    :param found: [(first line, last line, rule)] reported without --unsafe.
    """
    row = place.row
    here = [rule for first, last, rule in found
            if first <= place.statement[1] and last >= place.statement[0]]
    said = "reported by %s" % ", ".join(sorted(set(here))) if here else "nothing reported"
    if row.verdict == "rewrite":
        if safe.touches(place.site):
            return "GATED" not in row.note, "rewritten without --unsafe"
        return unsafe.touches(place.site), (
            "rewritten with --unsafe" if unsafe.touches(place.site) else "not rewritten, " + said)
    if row.verdict == "report-only":
        if safe.touches(place.statement):
            return False, "rewritten without --unsafe"
        return bool(here), said + (", rewritten with --unsafe" if unsafe.touches(place.statement) else "")
    changed = [name for name, change in (("safe", safe), ("unsafe", unsafe)) if change.touches(place.guarded)]
    return not changed, "changed in the %s run" % " and ".join(changed) if changed else said
