"""What an expression may evaluate to, as far as this one file tells."""
from __future__ import absolute_import

from .syntax import children

_DEPTH = 30         # expressions followed one through another
_STEPS = 3000       # and all in all, for one question
_MANY = 60          # values of one expression that are listed

_CHAINED = {"Attribute": "value", "Call": "func", "Subscript": "value", "Await": "value"}
_TRANSPARENT = frozenset("""staticmethod classmethod property cached_property wraps lru_cache contextmanager
    asynccontextmanager reify memoize override abstractmethod fixture coroutine cache lazy_property
    inlineCallbacks""".split())
_PROPERTIES = frozenset(["property", "cached_property", "reify", "lazy_property", "abstractproperty"])


_evaluators = {}    # kind -> the method for it, or None


class _Unknown(object):
    def __repr__(self):
        return "UNKNOWN"


UNKNOWN = _Unknown()    # in a list of values: and others, which this file does not tell


class Values(object):
    """A half of Names: ``values`` and what it needs."""

    def __init__(self):
        self._found = {}            # id of an expression -> its values
        self._active = set()        # those that are being followed
        self._steps = 0
        self._partial = False       # something was left out below, to come to an end
        self._stuck = set()         # ids of expressions that lead nowhere
        self._results = {}          # id of a function -> what it returns and yields

    def values(self, node):
        """The expressions that ``node`` may evaluate to, in no order, each once.

        Followed are names, attributes of self and of local objects, local functions' returns, conditional
        expressions, ``or`` and keys of known dicts. A function or class of the file is its definition; a name
        or attribute that leads to an import is itself. UNKNOWN is among them where there may be others; what
        leads nowhere, a parameter or an attribute of one, stands beside it if it is not ``node`` itself.
        """
        self._warm(node)
        found = self._follow(node)
        return [each for each in found if each is not node or id(node) not in self._stuck] or [UNKNOWN]

    def constant(self, node):
        """(True, value) if every value is the same constant, else (False, None)."""
        found = self.values(node)
        if any(each is UNKNOWN or each.kind != "Constant" for each in found):
            return False, None
        first = found[0].value
        if all(each.value == first and isinstance(each.value, type(first)) for each in found):
            return True, first
        return False, None

    def _warm(self, node):
        """Follow a long chain of attributes and calls from its inner end, so that no step goes deep."""
        if self._active or self._naming or id(node) in self._found:
            return
        chain = []
        while node.kind in _CHAINED and id(node) not in self._origins:
            node = getattr(node, _CHAINED[node.kind])
            chain.append(node)
        if len(chain) > _DEPTH // 4:
            for each in reversed(chain):
                self.qualified(each)

    def _follow(self, node):
        key = id(node)
        if key in self._found:
            return self._found[key]
        if key in self._active:
            self._partial = True
            return []       # x = x or y: what it already is
        if len(self._active) >= _DEPTH or self._steps > _STEPS:
            self._partial = True
            return [UNKNOWN]
        outer_partial, self._partial = self._partial, False
        self._active.add(key)
        self._steps += 1
        try:
            found = _each_once(self._evaluate(node))
        finally:
            self._active.discard(key)
        if not self._active and not self._naming:
            self._steps = 0
            self._partial = False
        if not self._partial:
            self._found[key] = found
        self._partial = self._partial or outer_partial
        return found

    def _evaluate(self, node):
        kind = node.kind
        if kind not in _evaluators:
            _evaluators[kind] = getattr(Values, "_values_of_" + kind.lower(), None)
        evaluate = _evaluators[kind]
        return [node] if evaluate is None else evaluate(self, node)

    def _nowhere(self, node):
        self._stuck.add(id(node))
        return [node, UNKNOWN]

    def _all(self, nodes):
        return [value for node in nodes for value in (self._follow(node) if node is not UNKNOWN else [UNKNOWN])]

    def _values_of_ifexp(self, node):
        return self._all([node.body, node.orelse])

    def _values_of_boolop(self, node):
        return self._all(node.values)

    def _values_of_namedexpr(self, node):
        return self._follow(node.value)

    _values_of_await = _values_of_namedexpr

    def _values_of_name(self, node):
        bindings = self.bindings(node)
        if not bindings:
            return [node] if self._outside(node) else self._nowhere(node)
        found = []
        for binding in bindings:
            found.extend(self._values_of_binding(binding, node))
        return found

    def _values_of_binding(self, binding, node):
        if binding.sort == "import":
            return [node]
        if binding.sort in ("function", "class"):
            return [binding.value]
        if binding.sort == "assign":
            return self._follow(binding.value)
        if binding.sort == "with":
            return self._entered(binding.value)
        if binding.sort == "loop" and binding.value.kind in ("Tuple", "List", "Set"):
            return self._all(binding.value.elts)
        if binding.sort == "parameter" and self._self_class(binding) is not None:
            return [node] if self.origin_of_self(binding) else self._nowhere(node)
        return self._nowhere(node)

    def _entered(self, manager):
        """What ``with manager as x`` gives x: the manager, what closing() closes, or what a helper yields."""
        found = []
        for value in self._follow(manager):
            if value is not UNKNOWN and value.kind == "Call" and value.args and (
                    self.qualified(value.func) in ("contextlib.closing", "contextlib.aclosing")):
                found.extend(self._follow(value.args[0]))
            else:
                found.append(value)
        return found

    def _values_of_call(self, node):
        found = []
        for function in self._follow(node.func):
            if function is UNKNOWN:
                found.append(node)
            elif function.kind == "Lambda":
                found.extend(self._follow(function.body))
            elif function.kind in ("FunctionDef", "AsyncFunctionDef"):
                returned = self._returned(function)
                found.extend([node] if returned is None else returned)
            else:
                found.append(node)
        return found

    def _returned(self, function):
        """The values that a local function returns or, as context manager, yields; None for a stranger's."""
        names = [_last_word(each) for each in function.decorator_list]
        if any(name not in _TRANSPARENT and name not in ("setter", "getter", "gen") for name in names):
            return None
        if id(function) not in self._results:
            self._results[id(function)] = results_of(function)
        results, yields = self._results[id(function)]
        if yields and not any(name.endswith("contextmanager") for name in names):
            return None if "coroutine" not in names and "inlineCallbacks" not in names else self._all(results)
        return self._all(yields or results) or [UNKNOWN]

    def _values_of_attribute(self, node):
        name = self.qualified(node.value)
        if name is not None and "()" not in name:
            return [node]           # of a module, or of a class of another file
        classes, sure = self._classes(node.value)
        members = [member for each in classes for member in self.assigned_attributes(each, node.attr)]
        if members:
            found = []
            for member in members:
                found.extend(self._member(member))
            return found if sure else found + [UNKNOWN]
        stored = self._stored(node)
        if stored:
            return self._all(stored) + ([] if name or sure and classes else [UNKNOWN])
        return [node] if name is not None else self._nowhere(node)

    def _member(self, member):
        if member is UNKNOWN:
            return [UNKNOWN]
        if member.kind in ("FunctionDef", "AsyncFunctionDef"):
            if any(_last_word(each) in _PROPERTIES for each in member.decorator_list):
                returned = self._returned(member)
                return [UNKNOWN] if returned is None else returned
            return [member]
        return [member] if member.kind == "ClassDef" else self._follow(member)

    def _classes(self, node):
        """(this file's classes whose object, or which itself, an expression may be; if it is nothing else)."""
        if node.kind == "Name":
            bindings = self.bindings(node)
            if len(bindings) == 1 and bindings[0].sort == "parameter":
                own = self._self_class(bindings[0])
                if own is not None:
                    return [own], True
        found, sure = [], True
        for value in self._follow(node):
            if value is not UNKNOWN and value.kind == "ClassDef":
                found.append(value)
            elif value is not UNKNOWN and value.kind == "Call":
                made = self._follow(value.func)
                more = [each for each in made if each is not UNKNOWN and each.kind == "ClassDef"]
                found.extend(more)
                sure = sure and len(more) == len(made)
            elif value is UNKNOWN or value.kind != "Constant" or value.value is not None:
                sure = False
        return _each_once(found), sure

    def _values_of_subscript(self, node):
        index = node.slice
        if index.kind == "Constant":
            found = [value for key, value, _ in self.items(node.value) if key == index.value]
            if found:
                values = self._all(found)
                return values if UNKNOWN not in self._follow(node.value) else values + [UNKNOWN]
        return self._nowhere(node)


def results_of(function):
    """(what a function returns, what it yields): expressions, nested functions left out."""
    results, yields = [], []
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if node.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"):
            continue
        if node.kind == "Return" and node.value is not None:
            results.append(node.value)
        elif node.kind == "Yield" and node.value is not None:
            yields.append(node.value)
        elif node.kind == "YieldFrom":
            yields.append(node)
        waiting.extend(children(node))
    return results[::-1], yields[::-1]


def _last_word(node):
    """The last name of a decorator, with its call or without."""
    if node.kind == "Call":
        node = node.func
    return node.attr if node.kind == "Attribute" else node.id if node.kind == "Name" else ""


def _each_once(nodes):
    found, seen = [], set()
    for node in nodes:
        if id(node) not in seen:
            seen.add(id(node))
            found.append(node)
    if len(found) > _MANY:
        return [node for node in found[:_MANY] if node is not UNKNOWN] + [UNKNOWN]
    return found
