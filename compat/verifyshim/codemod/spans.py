"""Edits as spans: joining them, carrying them out, finding places again, and seeing that nothing else moved."""
import bisect

from . import syntax
from .layout import skip_gap
from ..errors import VerifyshimError


class EditProblem(VerifyshimError):
    """A fix that cannot be made; the text says why."""


def merged(edits):
    """Return *edits* in order; equal ones once, removals that touch as one.

    :raises EditProblem: where two of them want the same bytes.
    """
    result = []
    for start, end, text in sorted(set(edits)):
        if result:
            last_start, last_end, last_text = result[-1]
            if start == last_start == end == last_end:      # two insertions: both, in order
                result[-1] = (start, end, last_text + text)
                continue
            if start < last_end:
                if text or last_text:
                    raise EditProblem("two edits want the same place")
                result[-1] = (last_start, max(end, last_end), "")
                continue
        result.append((start, end, text))
    return result


class Moves(object):
    """The way from one text to the next: ``text`` is the new one, ``new`` and ``old`` carry offsets over."""

    def __init__(self, text, edits):
        self.old_text = text
        self.edits = edits
        self._starts = [start for start, _, _ in edits]
        self._new_starts, parts, position, shift = [], [], 0, 0
        for start, end, replacement in edits:
            parts += [text[position:start], replacement]
            self._new_starts.append(start + shift)
            shift += len(replacement) - (end - start)
            position = end
        self.text = "".join(parts) + text[position:]

    def new(self, offset):
        """Return where an offset of the old text is now; inside an edit: where the edit begins."""
        return self._carry(offset, self._starts, self._new_starts, 0)

    def old(self, offset):
        """Return where an offset of the new text was; inside an edit: where the edit began."""
        return self._carry(offset, self._new_starts, self._starts, 1)

    def _carry(self, offset, here, there, backwards):
        index = bisect.bisect_right(here, offset) - 1
        if index < 0:
            return offset
        start, end, text = self.edits[index]
        length, other = end - start, len(text)
        if backwards:
            length, other = other, length
        behind = offset - here[index] - length
        return there[index] + other + behind if behind >= 0 else there[index]

    def old_spans(self):
        return [(start, end) for start, end, _ in self.edits]

    def new_spans(self):
        return [(new, new + len(edit[2])) for new, edit in zip(self._new_starts, self.edits)]


def regions(steps):
    """Return what several Moves, one after the other, changed: [(start, end, new start, new end)], in order.

    Places in the first and in the last text; what lies between the regions is the same in both.
    """
    known = []
    for moves in steps:
        known = _followed(known, moves)
    return known


def _followed(known, moves):
    """Return *known* regions with one more Moves behind them."""
    # In the text between: the new ends of what is known, and the old ends of the edits.
    parts = sorted([(start, end, end - start - (before_end - before), 0) for before, before_end, start,
                    end in known] +
                   [(start, end, 0, len(text) - (end - start)) for start, end, text in moves.edits])
    result, behind, ahead = [], 0, 0        # by how much first and last text are off there
    index = 0
    while index < len(parts):
        start, end, grown, grows = parts[index]
        index += 1
        while index < len(parts) and parts[index][0] <= end:
            end = max(end, parts[index][1])
            grown, grows = grown + parts[index][2], grows + parts[index][3]
            index += 1
        result.append((start - behind, end - behind - grown, start + ahead, end + ahead + grows))
        behind, ahead = behind + grown, ahead + grows
    return result


def check(tree, new_tree, moves):
    """See that two trees differ in the edits alone.

    Every node of the one that an edit does not hold has its like in the other: of the same kind, under a node
    of the same kind, beginning and ending at the same characters. An end that touches an edit is free: what
    ends a block may have gone.

    :raises EditProblem: if not so.
    """
    before = _fingerprint(tree, moves.old_text, moves.old_spans(), lambda offset: offset)
    after = _fingerprint(new_tree, moves.text, moves.new_spans(), moves.old)
    if before != after:
        lost = [each for each in before if each not in after] or [each for each in after if each not in before]
        kind = lost[0][0] if lost else "node"
        raise EditProblem("the rewritten file would mean something else: a %s outside the edits changed" % kind)


def _fingerprint(tree, text, spans, place):
    """Count the nodes outside *spans* as (kind, parent's kind, start or None, end or None)."""
    starts = [start for start, _ in spans]
    counted, begins, ends = {}, {}, {}      # many nodes begin and end at the same places
    for node in syntax.walk(tree):
        start, end = node.start, node.end
        if start == end:
            continue        # arguments of a function that has none: nowhere
        if start not in begins:
            edit = _touching(starts, spans, start)
            begins[start] = edit, place(start) if edit is None else None
        if end not in ends:
            edit = _touching(starts, spans, end)
            ends[end] = edit, None if edit is not None or _before_edit(starts, text, end) else place(end)
        start_edit, first = begins[start]
        end_edit, last = ends[end]
        if start_edit is not None and start_edit == end_edit and spans[start_edit][0] <= start and \
                end <= spans[start_edit][1]:
            continue
        if first is None and last is None:
            continue
        key = (node.kind, node.parent.kind if node.parent is not None else None, first, last)
        counted[key] = counted.get(key, 0) + 1
    return counted


def _touching(starts, spans, offset):
    """Return the number of the edit that holds *offset* or ends or begins there, else None."""
    index = bisect.bisect_right(starts, offset) - 1
    if index >= 0 and offset <= spans[index][1]:
        return index
    return None


def _before_edit(starts, text, offset):
    """Whether only blanks and comments lie between *offset* and the next edit."""
    index = bisect.bisect_left(starts, offset)
    if index == len(starts):
        return False
    position = skip_gap(text, offset)
    while text[position:position + 1] == ";":
        position = skip_gap(text, position + 1)
    return position >= starts[index]
