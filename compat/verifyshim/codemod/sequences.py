"""Taking parts out of, and putting parts into, what stands between commas: arguments, dict items, imports."""
from .layout import after_parentheses, newline_at, skip_gap


class Sequence(object):
    """Items between commas; *spans* are the nodes', from *opening* (past the bracket) to *closing*.

    An item's own span leaves out redundant parentheses: ``starts`` and ``ends`` are where it really begins
    and ends, ``commas`` where the comma after it is, None after the last one if there is none.
    """

    def __init__(self, lines, spans, opening, closing, touchy=()):
        self.lines = lines
        self.text = lines.text
        self.opening = opening
        self.closing = closing
        self.touchy = set(touchy)       # items no comma may follow as the last one: 2.x, f(*args,)
        self.starts, self.ends, self.commas = [], [], []
        position = opening
        for _, end in spans:
            self.starts.append(skip_gap(self.text, position))
            end, following = after_parentheses(self.text, end, closing)
            self.ends.append(end)
            has_comma = following < closing and self.text[following] == ","
            self.commas.append(following if has_comma else None)
            position = following + 1

    def __len__(self):
        return len(self.starts)

    def removals(self, removed, keep_lines=False):
        """Return [(start, end)] that take out the items with these numbers."""
        removed = sorted(removed)
        if len(removed) == len(self) and not keep_lines:
            return [self._everything()]
        spans = []
        while removed:
            first = last = removed.pop(0)
            while removed and removed[0] == last + 1:
                last = removed.pop(0)
            spans += self._run(first, last, keep_lines)
        return spans

    def _everything(self):
        start, end = self.starts[0], self.commas[-1] or self.ends[-1]
        end += self.commas[-1] is not None
        if not self.text[self.opening:start].strip() and not self.text[end:self.closing].strip():
            return self.opening, self.closing
        return start, end

    def _run(self, first, last, keep_lines):
        """Take out the items *first* to *last*, which do not include all."""
        at_end = last == len(self) - 1
        spans = []
        if first and at_end and first - 1 in self.touchy:
            spans.append((self.commas[first - 1], self.commas[first - 1] + 1))
        own_lines = None if keep_lines else self._own_lines(first, last)
        if own_lines:
            return spans + [own_lines]
        end = self.ends[last]
        if first and not self._commented(self.commas[first - 1] + 1, self.starts[first]):
            if spans and self.commas[last] is not None:
                end = self.commas[last] + 1
            return [(self.commas[first - 1], end)]
        if self.commas[last] is not None:
            end = self.commas[last] + 1
        if not at_end and not self._commented(end, self.starts[last + 1]):
            end = self.starts[last + 1]
        return spans + [(self.starts[first], end)]

    def _own_lines(self, first, last):
        """Return the span of the lines that hold these items and nothing else but their comments."""
        start, comma = self.starts[first], self.commas[last]
        if comma is None or not self.lines.begins(start) or self.lines.start(start) < self.opening:
            return None
        line_end = self.lines.end(comma)
        behind = self.text[comma + 1:line_end].lstrip(" \t\f")
        if line_end > self.closing or behind[:1] not in ("#", "\r", "\n"):
            return None
        return self.lines.start(start), line_end

    def _commented(self, start, end):
        return "#" in self.text[start:end]

    def addition(self, anchor, text):
        """Return (position, text) that puts *text* behind item *anchor*, on a line of its own if that is."""
        separator = ", "
        if self.lines.begins(self.starts[anchor]) and self.lines.start(self.starts[anchor]) > self.opening - 1:
            separator = "," + newline_at(self.text, self.opening) + self.lines.before(self.starts[anchor])
        return self.ends[anchor], separator + text


def call_sequence(lines, call):
    """Return (sequence, items) of a call's arguments in the order of the source."""
    text = lines.text
    items = sorted(list(call.args) + list(call.keywords), key=lambda item: item.start)
    closing = call.end - 1
    _, bracket = after_parentheses(text, call.func.end, closing)
    touchy = [number for number, item in enumerate(items)
              if item.kind in ("Starred", "GeneratorExp") or is_double_star(item)]
    spans = [(item.start, item.end) for item in items]
    if len(items) == 1 and items[0].kind == "GeneratorExp" and items[0].end == call.end:
        spans = [(items[0].start + 1, closing)]     # ast gives the call's own parentheses to it
    return Sequence(lines, spans, bracket + 1, closing, touchy), items


def dict_sequence(lines, node):
    """Return the sequence of a dict display's items."""
    spans = [((key or value).start, value.end) for key, value in zip(node.keys, node.values)]
    return Sequence(lines, spans, node.start + 1, node.end - 1)


def import_sequence(lines, statement):
    """Return the sequence of the names that an import statement imports."""
    closing = statement.end - (lines.text[statement.end - 1] == ")")
    return Sequence(lines, [(alias.start, alias.end) for alias in statement.names],
                    statement.names[0].start, closing)


def is_double_star(item):
    return item.kind == "keyword" and item.arg is None
