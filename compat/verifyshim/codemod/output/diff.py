"""A unified diff of bytes: whatever the encoding and the line breaks, ``patch -p1`` does the same."""
import bisect
import os
import re

from . import path_bytes

CONTEXT = 3


class Diff(object):
    def __init__(self, out):
        self._out = out

    def begin(self):
        pass

    def outcome(self, outcome):
        if outcome.diff:
            self._out(outcome.diff)

    def end(self, errors):
        pass


def unified(old, new, path, regions):
    """Return the diff that makes *new* out of *old* (bytes).

    Lines end where patch thinks they do: at line feeds only.

    :param regions: where they differ, as from spans.regions.
    """
    before, after = _Lines(old), _Lines(new)
    changes = []
    for region in regions:
        change = _whole_lines(before, after, region)
        if changes and change[0] <= changes[-1][1]:
            joined = changes.pop()
            change = joined[0], max(joined[1], change[1]), joined[2], max(joined[3], change[3])
        changes.append(change)
    changes = [change for change in (_narrowed(before, after, change) for change in changes) if change]
    if not changes:
        return b""
    name = _name(path)
    head = ("--- %s\n+++ %s\n" % (_header("a", name), _header("b", name))).encode("latin-1")
    return head + "".join(_hunk(group, before.lines,
                                after.lines) for group in _groups(changes)).encode("latin-1")


class _Lines(object):
    """The lines of some bytes, as text of one character a byte, and where they start."""

    def __init__(self, data):
        lines = data.decode("latin-1").split("\n")
        self.lines = [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        if self.lines and not self.lines[-1].endswith("\n"):
            self.starts[-1] += 1        # where another line would start

    def first(self, offset):
        """Return the number of the line that holds *offset*."""
        return min(bisect.bisect_right(self.starts, offset) - 1, len(self.lines))

    def past(self, offset):
        """Return the number of the first line that starts at *offset* or later."""
        return bisect.bisect_left(self.starts, offset)


def _whole_lines(before, after, region):
    """Return the region in numbers of lines: (first, past the last, first new, past the last new)."""
    start, end, new_start, new_end = region
    at_start = end == before.starts[min(before.past(end), len(before.lines))] and \
        new_end == after.starts[min(after.past(new_end), len(after.lines))]
    return (before.first(start), before.past(end if at_start else end + 1),
            after.first(new_start), after.past(new_end if at_start else new_end + 1))


def _narrowed(before, after, change):
    """Return a change without lines that are the same at its ends; None if no other are left."""
    a, b, c, d = change[0], min(change[1], len(before.lines)), change[2], min(change[3], len(after.lines))
    while a < b and c < d and before.lines[a] == after.lines[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and before.lines[b - 1] == after.lines[d - 1]:
        b, d = b - 1, d - 1
    return (a, b, c, d) if a < b or c < d else None


def _groups(changes):
    """Return lists of changes that are so near that their context would touch."""
    groups = []
    for change in changes:
        if groups and change[0] - groups[-1][-1][1] <= 2 * CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _name(path):
    name = path_bytes(path).decode("latin-1")
    return name.replace(os.sep, "/") if os.sep != "/" else name


def _header(side, name):
    """Name a file as git does: quoted where a line could not hold it, with a tab behind blanks."""
    name = name if name.startswith("/") else "%s/%s" % (side, name)
    if re.search(r'[\x00-\x1f"\\\x7f]', name):
        return '"%s"' % re.sub(r'[\x00-\x1f"\\\x7f]', lambda match: "\\%03o" % ord(match.group()), name)
    return name + "\t" if " " in name else name


def _hunk(group, before, after):
    first, last = group[0], group[-1]
    start, end = max(first[0] - CONTEXT, 0), min(last[1] + CONTEXT, len(before))
    new_start, new_end = first[2] - (first[0] - start), last[3] + (end - last[1])
    lines = ["@@ -%s +%s @@\n" % (_range(start, end), _range(new_start, new_end))]
    position = start
    for a, b, c, d in group:
        lines += [_line(" ", line) for line in before[position:a]]
        lines += [_line("-", line) for line in before[a:b]]
        lines += [_line("+", line) for line in after[c:d]]
        position = b
    lines += [_line(" ", line) for line in before[position:end]]
    return "".join(lines)


def _line(sign, line):
    return sign + line if line.endswith("\n") else sign + line + "\n\\ No newline at end of file\n"


def _range(start, end):
    count = end - start
    if count == 1:
        return "%d" % (start + 1)
    return "%d,%d" % (start + 1 if count else start, count)
