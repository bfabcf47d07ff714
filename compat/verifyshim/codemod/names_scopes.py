"""Which scopes a file has, and what binds which name in each of them."""
from __future__ import absolute_import

from .syntax import block_of, children, is_statement

FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")
COMPREHENSIONS = ("ListComp", "SetComp", "DictComp", "GeneratorExp")


class Scope(object):
    """A module, function, class, lambda or comprehension: ``bindings`` by name, ``parent`` around it."""

    def __init__(self, node, parent):
        self.node = node
        self.parent = parent
        self.bindings = {}
        self.declared = {}      # name -> "Global" or "Nonlocal"
        self.stars = []         # import statements with a star

    def __repr__(self):
        return "<Scope %r>" % (self.node,)

    @property
    def module(self):
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


class Binding(object):
    """One thing that gives a name its meaning.

    ``sort`` is import, assign, with, loop, item, function, class, parameter or unknown. ``value`` is the
    expression that is bound (assign, with), run through (loop), or the definition; an alias for an import.
    ``node`` is what binds: a Name, an alias, an arg or a definition. ``statement`` is where that stands.
    """
    __slots__ = ("name", "scope", "sort", "value", "node", "statement", "after", "_path")

    def __init__(self, name, scope, sort, value, node, statement, after):
        self.name = name
        self.scope = scope
        self.sort = sort
        self.value = value
        self.node = node
        self.statement = statement
        self.after = after      # the offset from which on it counts
        self._path = None

    def __repr__(self):
        return "<Binding %s %s %r>" % (self.name, self.sort, self.value)

    @property
    def path(self):
        """The branches around it, as ``branches`` gives them."""
        if self._path is None:
            inside = {"loop": "body", "caught": "body"}.get(self.sort)
            self._path = branches(self.statement if self.node.kind != "arg" else self.node, self.scope.node)
            if inside and self.statement.kind != "comprehension":
                self._path = [(self.statement, inside)] + self._path
        return self._path


class Collector(object):
    """Runs through a tree once: ``scopes`` by the id of their node, ``names`` with all (Name, Scope) read."""

    def __init__(self, tree):
        self.scopes = {}
        self.names = []
        self.written = set()    # ids of the Names that are bound or deleted
        self.imports = []       # (statement, alias, Binding or None)
        self.attributes = []    # (Attribute or Subscript that is assigned to, value or None, statement)
        self.calls = []
        self.module = Scope(tree, None)
        self.scopes[id(tree)] = self.module
        waiting = [(node, self.module) for node in reversed(tree.body)]
        while waiting:
            node, scope = waiting.pop()
            kind = node.kind        # most nodes are of these three
            if kind == "Name":
                if id(node) not in self.written:
                    self.names.append((node, scope))
                continue
            if kind == "Constant":
                continue
            if kind == "Attribute":
                waiting.append((node.value, scope))
                continue
            visit = _visits(kind)
            below = visit(self, node, scope) if visit is not None else None
            if below is None:
                waiting += [(child, scope) for child in children(node)[::-1]]
            elif below:
                waiting += below[::-1]
        for scope in self.scopes.values():
            for bindings in scope.bindings.values():
                bindings.sort(key=lambda binding: binding.after)

    def bind(self, scope, name, sort, value, node, after):
        """Note a Binding in the scope it belongs to."""
        declared = scope.declared.get(name)
        if declared == "Global":
            scope = scope.module
        elif declared == "Nonlocal":
            while scope.parent.parent is not None and (
                    scope.declared.get(name) or scope.node.kind == "ClassDef"):
                scope = scope.parent
        statement = node
        while statement.kind not in ("arg", "comprehension", "ExceptHandler") and not is_statement(statement):
            statement = statement.parent
        binding = Binding(name, scope, sort, value, node, statement, after)
        scope.bindings.setdefault(name, []).append(binding)
        return binding

    def inner(self, node, scope):
        self.scopes[id(node)] = made = Scope(node, scope)
        return made

    def see_call(self, node, scope):
        self.calls.append(node)

    def see_functiondef(self, node, scope):
        if node.kind != "Lambda":
            self.bind(scope, node.name, "function", node, node, node.end)
        inner = self.inner(node, scope)
        arguments = node.args
        below = [(each, scope) for each in getattr(node, "decorator_list", [])]
        parameters = (arguments.posonlyargs + arguments.args + [arguments.vararg] + arguments.kwonlyargs
                      + [arguments.kwarg])
        for each in parameters:
            if each is None:
                continue
            if each.arg is not None:
                self.bind(inner, each.arg, "parameter", None, each, node.start)
            else:
                self.target(inner, each.target, "unknown", None, node.start, None)
            if each.annotation is not None:
                below.append((each.annotation, scope))
        below += [(each, scope) for each in arguments.defaults + arguments.kw_defaults if each is not None]
        if node.kind == "Lambda":
            return below + [(node.body, inner)]
        if node.returns is not None:
            below.append((node.returns, scope))
        return below + [(each, inner) for each in node.body]

    see_asyncfunctiondef = see_lambda = see_functiondef

    def see_classdef(self, node, scope):
        self.bind(scope, node.name, "class", node, node, node.end)
        inner = self.inner(node, scope)
        return ([(each, scope) for each in node.decorator_list + node.bases + node.keywords]
                + [(each, inner) for each in node.body])

    def see_listcomp(self, node, scope):
        inner = self.inner(node, scope)
        below = []
        for number, each in enumerate(node.generators):
            self.target(inner, each.target, "loop", each.iter, node.start, each)
            below += [(each.iter, inner if number else scope), (each.target, inner)]
            below += [(test, inner) for test in each.ifs]
        held = [node.key, node.value] if node.kind == "DictComp" else [node.elt]
        return below + [(each, inner) for each in held]

    see_setcomp = see_dictcomp = see_generatorexp = see_listcomp

    def see_import(self, node, scope):
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(node)
                self.imports.append((node, alias, None))
            else:
                bound = alias.asname or (alias.name.split(".")[0] if node.kind == "Import" else alias.name)
                self.imports.append((node, alias, self.bind(scope, bound, "import", alias, alias, alias.end)))
        return []

    see_importfrom = see_import

    def see_assign(self, node, scope):
        for target in node.targets:
            self.target(scope, target, "assign", node.value, node.end, node)

    def see_annassign(self, node, scope):
        if node.value is not None:
            self.target(scope, node.target, "assign", node.value, node.end, node)
        elif node.target.kind == "Name":
            self.written.add(id(node.target))

    def see_augassign(self, node, scope):
        if node.target.kind == "Name":
            self.names.append((node.target, scope))     # it is read as well
        self.target(scope, node.target, "unknown", None, node.end, node)

    def see_namedexpr(self, node, scope):
        while scope.node.kind in COMPREHENSIONS:
            scope = scope.parent
        self.target(scope, node.target, "assign", node.value, node.end, node)

    def see_for(self, node, scope):
        self.target(scope, node.target, "loop", node.iter, node.iter.end, node)

    see_asyncfor = see_for

    def see_withitem(self, node, scope):
        if node.optional_vars is not None:
            self.target(scope, node.optional_vars, "with", node.context_expr, node.end, node)

    def see_excepthandler(self, node, scope):
        if node.name is not None:
            self.target(scope, node.name, "caught", None, node.name.end, node)

    def see_delete(self, node, scope):
        self.written.update(id(each) for each in node.targets if each.kind == "Name")

    def see_global(self, node, scope):
        scope.declared.update((name, node.kind) for name in node.names)

    see_nonlocal = see_global

    def see_matchas(self, node, scope):
        if node.name:
            self.bind(scope, node.name, "unknown", None, node, node.end)

    see_matchstar = see_matchas

    def see_matchmapping(self, node, scope):
        if node.rest:
            self.bind(scope, node.rest, "unknown", None, node, node.end)

    def see_typealias(self, node, scope):
        self.target(scope, node.name, "unknown", None, node.end, node)

    def target(self, scope, target, sort, value, after, around):
        """Bind what a target names; a tuple of targets takes a tuple of values apart."""
        if target.kind == "Name":
            self.written.add(id(target))
            self.bind(scope, target.id, sort, value, target, after)
        elif target.kind in ("Tuple", "List"):
            for each, part in zip(target.elts, _parts(target, sort, value)):
                self.target(scope, each, "caught" if sort == "caught" else "unknown" if part is None else sort,
                            part, after, around)
        elif target.kind == "Starred":
            self.target(scope, target.value, "unknown", None, after, around)
        elif target.kind in ("Attribute", "Subscript"):
            known = value if sort in ("assign", "with") else None
            self.attributes.append((target, known, scope))


_known = {}


def _visits(kind):
    """Return the Collector's function for a kind of node, or None."""
    if kind not in _known:
        _known[kind] = getattr(Collector, "see_" + kind.lower(), None)
    return _known[kind]


def _parts(target, sort, value):
    """The values that a tuple of targets takes from a tuple, or as many None."""
    if sort == "assign" and value.kind in ("Tuple", "List") and len(value.elts) == len(target.elts) and not any(
            each.kind == "Starred" for each in value.elts + target.elts):
        return value.elts
    return [None] * len(target.elts)


def branches(node, stop):
    """Where a node stands, from inside out up to the node ``stop``: (owner of the block, which block of it)."""
    found = []
    while node is not None and node is not stop:
        if is_statement(node):
            owner, field = block_of(node)[2:]
            found.append((owner, field))
        elif node.kind in ("ExceptHandler", "match_case"):
            found.append((node.parent, node))
        node = node.parent
    return found
