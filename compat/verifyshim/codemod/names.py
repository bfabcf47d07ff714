"""What names mean in a file: where they come from, in Python 3's spelling, and what values they may have.

``Names(tree).qualified(node)`` is "urllib.request.urlopen" for ``urllib2.urlopen`` however urllib2 was
imported, captured or renamed, and None where anything else may be meant.
"""
from __future__ import absolute_import

from functools import partial

from .names_flow import reaching
from .names_objects import Objects
from .names_origins import STARS, canonical, of_import
from .names_scopes import COMPREHENSIONS, FUNCTIONS, Collector
from .syntax import ancestors, enclosing, is_statement, walk
from .values import UNKNOWN, Values

__all__ = ["Import", "Names", "UNKNOWN"]

try:
    import builtins as _builtins
except ImportError:
    import __builtin__ as _builtins

_BUILTINS = frozenset(dir(_builtins)) | frozenset("""apply basestring buffer cmp coerce execfile file intern
    long raw_input reduce reload unichr unicode xrange ascii bytes exec memoryview print breakpoint
    ModuleNotFoundError ConnectionError FileNotFoundError PermissionError TimeoutError
    ExceptionGroup""".split())
_DEEP = 40      # expressions named one through another
_LONG = 200     # characters of a name that is still one
_CATCHES_IMPORT = frozenset(["ImportError", "ModuleNotFoundError", "Exception", "AttributeError",
                             "StandardError"])


class Import(object):
    """One name that an import statement binds.

    ``node`` is the statement, ``alias`` the alias node, ``module`` what is imported, canonically (None for a
    relative import), ``bound`` the name ("*" for a star), ``in_try_pair`` whether a try with ``except
    ImportError`` holds it, ``used`` whether anything reads the name; ``binding`` is its Binding.
    """

    def __init__(self, node, alias, module, bound, in_try_pair, used, binding):
        self.node = node
        self.alias = alias
        self.module = module
        self.bound = bound
        self.in_try_pair = in_try_pair
        self.binding = binding
        self._used = used

    @property
    def used(self):
        if callable(self._used):        # few ask, and it takes a look at every name
            self._used = self._used()
        return self._used

    def __repr__(self):
        return "<Import %s as %s>" % (self.module, self.bound)


class Names(Values, Objects):
    """The names of one file; ``tree`` is its Module. Nothing is computed before it is asked for."""

    def __init__(self, tree):
        Values.__init__(self)
        self.tree = tree
        self._collected = Collector(tree)
        self._scope_of = dict((id(name), scope) for name, scope in self._collected.names)
        self._reached = {}
        self._origins = {}
        self._naming = set()        # ids of expressions that are being named
        self._uses = None
        self._imports = None
        self._by_class = None
        self._with_body = set()
        self._by_attribute = None
        self._update_calls = None
        self._expansions = None

    # Scopes and bindings

    def scope(self, node):
        """The Scope that a node stands in: where names that it reads are looked up first."""
        if id(node) in self._scope_of:
            return self._scope_of[id(node)]
        below, child = None, node
        for around in ancestors(node):
            scope = self._collected.scopes.get(id(around))
            if scope is not None and _inside(around, child, below):
                return scope
            below, child = child, around
        return self._collected.module

    def bindings(self, name):
        """The Bindings that a Name may see; of one that is assigned to, that one. Empty for builtins."""
        key = id(name)
        if key not in self._reached:
            scope = self.scope(name)
            found = self._lookup(name.id, scope) or []
            if key in self._collected.written:
                found = [each for each in found if each.node is name]
            elif found:
                found = reaching(name, scope, found)
            self._reached[key] = found
        return self._reached[key]

    def _lookup(self, word, scope):
        """All Bindings of a word in the scope it belongs to when read in ``scope``; None if there are none."""
        first = scope
        if scope.declared.get(word) == "Global":
            scope = scope.module
        while scope is not None:
            if word in scope.bindings and (scope is first or scope.node.kind != "ClassDef"):
                return scope.bindings[word]
            if scope.node.kind in COMPREHENSIONS and scope is first:
                first = scope.parent    # which sees the class it may stand in, in Python 2 and 3.12
            scope = scope.parent
        return None

    def _outside(self, name):
        """What a Name that nothing binds is: of a star import, or a builtin."""
        scope = self.scope(name)
        while scope is not None:
            for statement in scope.stars:
                module = None if statement.level else canonical(statement.module)
                if name.id in STARS.get(module, ()):
                    return canonical("%s.%s" % (module, name.id))
            scope = scope.parent
        return "builtins." + name.id if name.id in _BUILTINS else None

    def uses(self, binding):
        """The Names that are read and belong to a Binding, or to another of the same name in its scope."""
        if self._uses is None:
            self._uses = {}
            for name, scope in self._collected.names:
                self._uses.setdefault(id(self._lookup(name.id, scope)), []).append(name)
        return list(self._uses.get(id(binding.scope.bindings[binding.name]), ()))

    def is_used(self, binding, except_nodes=()):
        """Whether anything but what stands in ``except_nodes`` reads a Binding's name; __all__ reads, too."""
        left_out = set(id(node) for node in except_nodes)
        for name in self.uses(binding):
            if id(name) not in left_out and not any(id(each) in left_out for each in ancestors(name)):
                return True
        return binding.scope is self._collected.module and binding.name in self._exported()

    def _exported(self):
        return set(node.value for each in self._collected.module.bindings.get("__all__", ())
                   for node in walk(each.statement) if node.kind == "Constant" and isinstance(node.value, str))

    @property
    def imports(self):
        """Every Import of the file, in its order."""
        if self._imports is None:
            self._imports = []
            for statement, alias, binding in self._collected.imports:
                pair = _in_try_pair(statement)
                if binding is None:
                    module = None if statement.level else canonical(statement.module)
                    self._imports.append(Import(statement, alias, module, "*", pair, True, None))
                    continue
                plain = statement.kind == "Import" and canonical(alias.name)
                module = plain or of_import(statement, alias)
                used = partial(self.is_used, binding)
                self._imports.append(Import(statement, alias, module, binding.name, pair, used, binding))
        return self._imports

    # Origins

    def qualified(self, node):
        """The canonical dotted name of an expression, or None where it is unknown or may be several things.

        "ssl.CERT_NONE", "builtins.getattr"; "requests.Session()" for an instance, whether just made, held by a
        name or attribute, returned by a local function, or of a local subclass; "requests.Session().get".
        """
        key = id(node)
        if key in self._origins:
            return self._origins[key]
        if key in self._naming or len(self._naming) > _DEEP:
            self._partial = True
            return None         # node = node.parent: no name lasts
        self._warm(node)
        outer_partial, self._partial = self._partial, False
        self._naming.add(key)
        try:
            name = self._name_of(node)
        finally:
            self._naming.discard(key)
        if not self._active and not self._naming:
            self._partial, self._steps = False, 0
        if not self._partial:
            self._origins[key] = name
        self._partial = self._partial or outer_partial
        return name

    def _name_of(self, node):
        found = set()
        for value in self._follow(node):
            if value is not UNKNOWN and value.kind == "Constant" and value.value in (None, False):
                continue        # ssl = None where there is no ssl: it is not used as such
            found.add(None if value is UNKNOWN else self._origin(value))
        if len(found) > 1:      # nor is HTTPSConnection = object
            found.discard("builtins.object")
        return found.pop() if len(found) == 1 else None

    def _origin(self, node):
        """The canonical name of an expression that values has followed to its end."""
        if node.kind == "Name":
            return self._origin_of_name(node)
        if node.kind == "Attribute":
            base = self.qualified(node.value)
            return canonical("%s.%s" % (base, node.attr)) if base and len(base) < _LONG else None
        return self._origin_of_call(node) if node.kind == "Call" else None

    def _origin_of_name(self, node):
        bindings = self.bindings(node)
        if not bindings:
            return self._outside(node)
        found = set()
        for binding in bindings:
            if binding.sort == "import":
                found.add(of_import(_statement(binding.value), binding.value))
            elif binding.sort == "parameter" and self._self_class(binding) is not None:
                found.add(self.origin_of_self(binding))
        if len(found) > 1:      # import urllib; import urllib.request as urllib: the same name, deeper
            found = set(["urllib"]) if all(each and each.startswith("urllib") for each in found) else found
        return found.pop() if len(found) == 1 else None

    def _origin_of_call(self, node):
        made = self._follow(node.func)
        classes = [each for each in made if each is not UNKNOWN and each.kind == "ClassDef"]
        if classes:
            origins = set(self.class_origin(each) for each in classes)
            if len(classes) < len(made):
                origins |= set(None if each is UNKNOWN else self._origin(each) for each in made
                               if each is UNKNOWN or each.kind != "ClassDef")
            name = origins.pop() if len(origins) == 1 else None
            return name and name + "()"
        name = self.qualified(node.func)
        if name == "builtins.getattr" and len(node.args) in (2, 3):
            owner, (known, attribute) = self.qualified(node.args[0]), self.constant(node.args[1])
            known = owner and known and isinstance(attribute, str)
            return canonical("%s.%s" % (owner, attribute)) if known else None
        if name in ("builtins.__import__", "importlib.import_module") and node.args:
            known, module = self.constant(node.args[0])
            if known and isinstance(module, str) and module.strip("."):
                top = name == "builtins.__import__" and len(node.args) == 1
                return canonical(module.split(".")[0] if top else module)
        if name == "builtins.super":
            around = enclosing(node, "ClassDef")
            name = around and self.class_origin(around)
        return name and name + "()"


def _inside(scope_node, child, below):
    """Whether what stands in this child of a scope's node is looked up in that scope, and not around it."""
    kind = scope_node.kind
    if kind == "Module":
        return True
    if kind == "Lambda":
        return child is scope_node.body
    if kind in FUNCTIONS or kind == "ClassDef":
        return is_statement(child)
    return child is not scope_node.generators[0] or below is not child.iter


def _statement(alias):
    return alias.parent


def _in_try_pair(statement):
    """Whether a try that catches a failing import holds a statement, in its body or in a handler."""
    for around in ancestors(statement):
        if around.kind in FUNCTIONS or around.kind == "ClassDef":
            return False
        if around.kind in ("Try", "TryStar"):
            for handler in around.handlers:
                caught = [node for node in walk(handler.type)] if handler.type is not None else []
                words = [getattr(node, "id", None) or getattr(node, "attr", None) for node in caught]
                if handler.type is None or any(word in _CATCHES_IMPORT for word in words):
                    return True
    return False
