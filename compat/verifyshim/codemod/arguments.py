"""Edits of arguments and of dict displays, all those of one call or one dict at once."""
from .ops import AddKeyword, RemoveDictItem, RemoveKeyword, SetArgument
from .sequences import call_sequence, dict_sequence, is_double_star


def argument_edits(lines, ops):
    """Return [(start, end, text)] for operations on calls and dicts."""
    plans = {}
    for op in ops:
        node = op.dict if isinstance(op, RemoveDictItem) else op.call
        plan = plans.get(id(node))
        if plan is None:
            plan = plans[id(node)] = (_DictPlan if isinstance(op, RemoveDictItem) else _CallPlan)(lines, node)
        plan.take(op)
    return [edit for plan in plans.values() for edit in plan.edits()]


class _DictPlan(object):
    def __init__(self, lines, node):
        self.sequence = dict_sequence(lines, node)
        self.removed = set()

    def take(self, op):
        self.removed.add(op.index)

    def edits(self):
        return [(start, end, "") for start, end in self.sequence.removals(self.removed)]


class _CallPlan(object):
    def __init__(self, lines, call):
        self.call = call
        self.sequence, self.items = call_sequence(lines, call)
        self.removed = set()
        self.values = {}        # start of the old value -> edit
        self.added = []

    def take(self, op):
        if isinstance(op, RemoveKeyword):
            self.removed.add([item is op.keyword for item in self.items].index(True))
        elif isinstance(op, AddKeyword):
            self._add(op.name, op.text)
        elif isinstance(op, SetArgument):
            self._set(op)

    def _set(self, op):
        value = None
        for keyword in self.call.keywords:
            if keyword.arg == op.name:
                value = keyword.value
        if value is None and op.position is not None and op.position < len(self.call.args):
            value = self.call.args[op.position]
        if value is None:
            self._add(op.name, op.text)
        else:
            self.values[value.start] = (value.start, value.end, op.text)

    def _add(self, name, text):
        if "%s=%s" % (name, text) not in self.added:
            self.added.append("%s=%s" % (name, text))

    def edits(self):
        edits = list(self.values.values())
        sequence = self.sequence
        if not self.added:
            return edits + [(start, end, "") for start, end in sequence.removals(self.removed)] \
                if self.removed else edits
        text = ", ".join(self.added)
        anchor = self._anchor()
        if anchor is not None:
            if self._is_bare_generator():
                return edits + [(sequence.opening - 1, sequence.opening, "(("),
                                (sequence.closing, sequence.closing + 1, "), %s)" % text)]
            edits += [(start, end, "") for start, end in sequence.removals(self.removed)]
            position, text = sequence.addition(anchor, text)
            return edits + [(position, position, text)]
        return edits + self._put_first(text)

    def _anchor(self):
        """Return the number of the argument that new ones follow: the last that stays and is no ``**``."""
        staying = [number for number, item in enumerate(self.items)
                   if number not in self.removed and not is_double_star(item)]
        return staying[-1] if staying else None

    def _is_bare_generator(self):
        first = self.items[0]
        return len(self.items) == 1 and first.kind == "GeneratorExp" and first.end == self.call.end

    def _put_first(self, text):
        """New arguments where none stays, or none but ``**``."""
        sequence = self.sequence
        if not self.items:
            return [(sequence.opening, sequence.opening, text)]
        if len(self.removed) == len(self.items):
            return [(sequence.starts[0], sequence.ends[-1], text)]
        staying = min(number for number in range(len(self.items)) if number not in self.removed)
        edits = [(sequence.starts[0], sequence.starts[staying], text + ", ")]
        rest = [number for number in self.removed if number > staying]
        return edits + [(start, end, "") for start, end in sequence.removals(rest)] if rest else edits
