"""Taking statements away so that what is left is still a program, and looks as if it had been written so."""
from . import syntax
from .layout import rest_of_line, skip_gap, skip_spaces

# Attributes of objects and these functions may be asked for without anything happening.
_HARMLESS_KINDS = frozenset(["Name", "Attribute", "Constant", "Compare", "BoolOp", "UnaryOp", "Tuple", "List",
                             "Subscript", "Slice", "keyword"])
_HARMLESS_CALLS = frozenset(["hasattr", "getattr", "isinstance", "callable", "bool"])


def removals(lines, statements):
    """Return [(start, end, text)] that take statements away.

    :param statements: [(statement, prune)]; prune as in ops.RemoveStatement.
    """
    plan = _Plan(lines)
    for statement, prune in statements:
        plan.remove(statement, prune)
    plan.spread()
    return plan.edits()


class _Plan(object):
    def __init__(self, lines):
        self.lines = lines
        self.text = lines.text
        self.removed = {}       # id of a statement -> (statement, prune)
        self.clauses = {}       # (id of owner, field) -> block: else and finally with nothing left in them

    def remove(self, statement, prune):
        known = self.removed.get(id(statement))
        self.removed[id(statement)] = (statement, prune or bool(known and known[1]))

    def spread(self):
        """Let emptied compounds go with their contents, from the inside out, until nothing changes."""
        changed = True
        while changed:
            changed = False
            for statement, prune in list(self.removed.values()):
                owner = statement.parent
                if prune and syntax.is_statement(owner) and id(owner) not in self.removed and self._idle(owner):
                    self.remove(owner, True)
                    changed = True
        inside = [key for key, (statement, _) in self.removed.items()
                  if any(id(above) in self.removed for above in syntax.ancestors(statement))]
        for key in inside:
            del self.removed[key]

    def _emptied(self, block):
        return all(id(statement) in self.removed for statement in block)

    def _idle(self, owner):
        """Whether nothing would happen in *owner* any more."""
        if owner.kind == "If":
            return self._emptied(owner.body) and self._emptied(owner.orelse) and harmless(owner.test)
        if owner.kind in ("Try", "TryStar"):        # the handlers have nothing left to handle
            return all(self._emptied(block) for block in (owner.body, owner.orelse, owner.finalbody))
        return False

    def edits(self):
        spans, fillers = [], []
        for block, owner, field in self._blocks():
            if not self._emptied(block):
                spans += self._some(block)
            elif owner.kind == "Module":
                spans += self._some(block)
            elif field == "orelse" and self._is_elif(owner, block):
                spans.append(self._whole_lines(block[0].start, block[-1].end))
            elif field == "orelse" or field == "finalbody" and (owner.handlers or owner.orelse):
                spans.append(self._clause(owner, field, block))
            else:
                filled, rest = self._filled(block)
                fillers.append(filled)
                spans += rest
        return self._tidied(spans) + fillers

    def _blocks(self):
        seen, found = set(), []
        for statement, _ in sorted(self.removed.values(), key=lambda pair: pair[0].start):
            block, _, owner, field = syntax.block_of(statement)
            if (id(owner), field) not in seen:
                seen.add((id(owner), field))
                found.append((block, owner, field))
        return found

    def _is_elif(self, owner, block):
        return owner.kind == "If" and block[0].kind == "If" and self.text.startswith("elif", block[0].start)

    def _runs(self, block):
        """Return the statements of *block* in lists of those that share a line by semicolons."""
        runs = []
        for index, statement in enumerate(block):
            if index:
                position = skip_spaces(self.text, block[index - 1].end)
                if self.text[position:position + 1] == ";" and \
                        skip_spaces(self.text, position + 1) == self._start(statement):
                    runs[-1].append(statement)
                    continue
            runs.append([statement])
        return runs

    def _start(self, statement):
        """Return where a statement begins: at the @ of its first decorator."""
        decorators = getattr(statement, "decorator_list", None)
        return self.text.rindex("@", 0, decorators[0].start) if decorators else statement.start

    def _some(self, block):
        spans = []
        for run in self._runs(block):
            gone = [id(statement) in self.removed for statement in run]
            end = rest_of_line(self.text, run[-1].end)
            if all(gone) and end is not None and self.lines.begins(self._start(run[0])):
                spans.append((self.lines.start(self._start(run[0])), end))
            elif any(gone):
                spans += self._parts(run, gone)
        return spans

    def _parts(self, run, gone):
        """Take some of the statements that share a line."""
        spans, index = [], 0
        while index < len(run):
            if not gone[index]:
                index += 1
                continue
            last = index
            while last + 1 < len(run) and gone[last + 1]:
                last += 1
            if index:
                spans.append((run[index - 1].end, run[last].end))
            elif last + 1 < len(run):
                spans.append((run[0].start, run[last + 1].start))
            else:
                spans.append((self._start(run[0]), run[last].end))
            index = last + 1
        return spans

    def _whole_lines(self, start, end):
        behind = rest_of_line(self.text, end)
        if behind is None or not self.lines.begins(start):
            return start, end
        return self.lines.start(start), behind

    def _clause(self, owner, field, block):
        """Take an else or finally with all it holds."""
        before = [statement for name in ("body", "handlers", "orelse", "cases")
                  if name != field for statement in getattr(owner, name, None) or []]
        if field == "orelse":
            before = [node for node in before if node.start < block[0].start]
        position = skip_gap(self.text, max(node.end for node in before))
        while self.text[position:position + 1] == ";":
            position = skip_gap(self.text, position + 1)
        return self._whole_lines(position, block[-1].end)

    def _filled(self, block):
        """Put pass where the first statement was; return that edit and the spans of the other ones."""
        runs = self._runs(block)
        first = runs[0]
        start, end = self._start(first[0]), first[-1].end
        behind = rest_of_line(self.text, end)
        if behind is not None and self.lines.begins(start):
            end = behind - (len(self.text[end:behind]) - len(self.text[end:behind].rstrip("\r\n")))
        return (start, end, "pass"), [self._whole_lines(self._start(run[0]), run[-1].end) for run in runs[1:]]

    def _tidied(self, spans):
        """Join neighbours, and leave as many blank lines as there were on the one side or the other."""
        joined = []
        for start, end in sorted(spans):
            if joined and not self.text[joined[-1][1]:start].strip(" \t\r\n") and self._at_line(joined[-1][1]) \
                    and self._at_line(start):
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return [self._without_blank_lines(start, end) + ("",) for start, end in joined]

    def _at_line(self, offset):
        return self.lines.start(offset) == offset or offset == len(self.text)

    def _without_blank_lines(self, start, end):
        if not self._at_line(start) or not self._at_line(end):
            return start, end
        first = self.lines.index(start)
        after = self.lines.count() if end == len(self.text) else self.lines.index(end)
        above = below = 0
        while self.lines.blank(first - above - 1):
            above += 1
        while self.lines.blank(after + below):
            below += 1
        if after + below >= self.lines.count():         # nothing follows: the file ends where its text does
            return self.lines.starts[first - above], end
        if first - above == 0 or self._opens(start, first - above - 1):
            above = below
        return start, self.lines.starts[after + min(above, below)]

    def _opens(self, start, index):
        """Whether the line *index* is the head of the block that the line at *start* is in."""
        indentation = len(self.lines.line(index)) - len(self.lines.line(index).lstrip(" \t"))
        here = self.lines.line(self.lines.index(start))
        return indentation < len(here) - len(here.lstrip(" \t")) and \
            self.lines.line(index).rstrip().endswith(":")


def harmless(expression):
    """Whether nothing happens when an expression is evaluated, as far as a program means it to."""
    for node in syntax.walk(expression):
        if node.kind == "Call":
            if node.func.kind != "Name" or node.func.id not in _HARMLESS_CALLS:
                return False
        elif node.kind not in _HARMLESS_KINDS:
            return False
    return True
