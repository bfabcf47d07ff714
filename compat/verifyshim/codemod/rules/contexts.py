"""Contexts in a file: where each is made, what it is called, how it is configured, who uses it.

``variables(context)`` follows every SSL context of the file from the call that makes it through the names it
is given (``ctx = ...``, ``self.ctx = ctx``, the value of a local helper) and sorts what it meets into
settings (``ctx.verify_mode = ...``, ``ctx.load_cert_chain(...)``) and uses. What is not understood is kept as
a use of kind "unknown", so that a rule can say that it does not know.
"""
from __future__ import absolute_import

from ..kept import kept
from ..syntax import tree
from .context_parts import Creation, Setting, Use, Variable, use_of
from .once import once
from .reaching import groups
from .scopes import home_of, is_target
from .switches import SWITCHES, choices, kind_of

_WRAPS = ("wrap_socket", "wrap_bio")


@once
def variables(context):
    """Return the Variables of a file."""
    return _Finder(context).find()


class _Finder(object):
    """One file's contexts. A place is what one is called: a name in a scope, an attribute in a class."""

    def __init__(self, context):
        self.context = context
        self.found = []
        self.by_place = {}
        self.numbers = {}

    def find(self):
        for call in self.context.nodes("Call"):
            kind = kind_of(self.context, call)
            if kind is not None:
                variable = self._variable_for(call)
                variable.creations.append(Creation(call, kind))
        self._adopt_strangers()
        for variable in self.found:
            for group in (variable.creations, variable.settings, variable.uses):
                group.sort(key=_position)
        return self.found

    def _variable_for(self, node):
        """The Variable that the value of *node* goes to: a known one, or a new one that is then followed."""
        outer = _through_choices(node)
        targets = _targets(outer)
        for target in targets:
            place = self._place(target)
            if place in self.by_place:
                return self.by_place[place]
        variable = Variable()
        self.found.append(variable)
        if targets:
            for target in targets:
                self._follow(variable, target)
        else:
            self._sort(variable, outer)
        return variable

    def _follow(self, variable, target):
        """Sort everything that is done under the name *target*."""
        place = self._place(target)
        if place is None:
            variable.uses.append(Use("stored", target))
            return
        if place in self.by_place:
            return
        self.by_place[place] = variable
        for occurrence in self._occurrences(place):
            self._sort(variable, occurrence)

    def _place(self, target):
        """(scope, name, number); the number tells apart what one name is in turn. None if it has no name."""
        if target.kind == "Name":
            scope = home_of(target)
            if scope.kind == "ClassDef":
                return (scope, "." + target.id, None)
            return (scope, target.id, self._number(scope, target))
        if target.kind == "Attribute" and target.value.kind == "Name":
            owner = tree.enclosing(target, "ClassDef")
            if owner is not None and target.value.id in ("self", "cls", owner.name):
                return (owner, "." + target.attr, None)
            return (home_of(target.value), target.value.id + "." + target.attr, None)
        return None

    def _number(self, scope, name):
        key = (scope, name.id)
        if key not in self.numbers:
            self.numbers[key] = groups([
                node for node in _within(self.context, scope, name.id) if _parameter_of(scope, node, name.id)
                or (node.kind == "Name" and node.id == name.id and home_of(node) is scope)])
        return self.numbers[key].get(id(name))

    def _occurrences(self, place):
        scope, wanted, number = place
        for node in _within(self.context, scope, wanted.split(".")[-1]):
            if _parameter_of(scope, node, wanted):
                if self.numbers[scope, wanted].get(id(node)) == number:
                    yield node
            elif node.kind != "arg" and self._place(node) == place:
                yield node

    def _sort(self, variable, node):
        """Put one occurrence where it belongs."""
        parent = node.parent
        if node.kind == "arg":
            variable.foreign = True
        elif parent.kind == "Attribute" and parent.value is node:
            self._sort_attribute(variable, parent)
        elif _is_setattr(self.context, parent, node):
            variable.settings.append(Setting(parent.parent, parent.args[1].value, parent.args[2]))
        elif is_target(node):
            self._sort_definition(variable, node)
        else:
            outer = _through_choices(node)
            targets = _targets(outer)
            if targets:
                for target in targets:
                    self._follow(variable, target)
            else:
                variable.uses.append(use_of(outer))
                if outer.parent.kind == "Return":
                    self._sort_results(variable, tree.enclosing(outer, "FunctionDef", "AsyncFunctionDef"))

    def _sort_results(self, variable, function):
        """Go on where a helper that returns the context is called."""
        if function in variable.helpers:
            return
        variable.helpers.append(function)
        for call in self.context.nodes("Call"):
            if _calls(call, function):
                self._sort(variable, call)

    def _sort_definition(self, variable, node):
        """What else is this name given? None is nothing, another context is found by itself."""
        statement = node.parent
        value = getattr(statement, "value", None)
        if statement.kind not in ("Assign", "AnnAssign", "NamedExpr"):
            variable.foreign = True
            return
        for leaf in choices(value) if value is not None else ():
            if not (leaf.kind == "Constant" and leaf.value is None) and not self._is_own(variable, leaf):
                variable.foreign = True

    def _is_own(self, variable, leaf):
        """Is what a name is given a context made here, by a helper, or under another name?"""
        if leaf.kind == "Call":
            return kind_of(self.context, leaf) is not None or any(
                _calls(leaf, function) for function in variable.helpers)
        return leaf.kind in ("Name", "Attribute") and self.by_place.get(self._place(leaf)) is variable

    def _sort_attribute(self, variable, attribute):
        parent = attribute.parent
        if parent.kind == "Call" and parent.func is attribute:
            if attribute.attr in _WRAPS:
                variable.uses.append(Use("wrap", parent, parent))
            else:
                variable.settings.append(Setting(tree.statement_of(parent), attribute.attr, call=parent))
        elif is_target(attribute):
            variable.settings.append(Setting(tree.statement_of(parent), attribute.attr, _given(attribute)))
        else:
            variable.uses.append(Use("read", attribute))

    def _adopt_strangers(self):
        """Switches on names that no creation was seen for: a helper's result, or of unknown origin."""
        known = set(id(setting.statement) for variable in self.found for setting in variable.settings)
        for assign in self.context.nodes("Assign"):
            target = assign.targets[0]
            if target.kind != "Attribute" or target.attr not in SWITCHES or id(assign) in known:
                continue
            variable = self._helpers_variable(target.value)
            if variable is None:
                variable = Variable()
                variable.foreign = True
                self.found.append(variable)
            if self._place(target.value) is None or self._place(target.value) in self.by_place:
                variable.settings.append(Setting(assign, target.attr, assign.value))
            else:
                self._follow(variable, target.value)
            known.update(id(setting.statement) for setting in variable.settings)

    def _helpers_variable(self, owner):
        """The Variable of the local helper that made what *owner* is."""
        found, others = None, False
        for value in self.context.names.values(owner):
            made_here = [variable for variable in self.found
                         if any(creation.call is value for creation in variable.creations)]
            found = found or (made_here[0] if made_here else None)
            others = others or not made_here or made_here[0] is not found
        if found is not None:
            found.foreign = found.foreign or others
        return found


def _within(context, scope, word):
    """The names, parameters and attributes in *scope* that are called *word*, in the order of tree.walk."""
    return _by_scope(context, word).get(scope, ())


@kept
def _by_scope(context, word):
    found = {}
    for node in _by_word(context).get(word, ()):
        for above in tree.ancestors(node):
            found.setdefault(above, []).append(node)
    return found


@once
def _by_word(context):
    found = {}
    for node in tree.walk(context.tree):
        if node.kind == "Name":
            found.setdefault(node.id, []).append(node)
        elif node.kind == "Attribute" and node.value.kind == "Name":
            found.setdefault(node.attr, []).append(node)
        elif node.kind == "arg":
            found.setdefault(node.arg, []).append(node)
    return found


def _calls(call, function):
    """Is it this function that is called, by its name or as a method of the same class?"""
    owner = tree.enclosing(function, "ClassDef", "FunctionDef", "AsyncFunctionDef")
    if owner is None or owner.kind != "ClassDef":
        return call.func.kind == "Name" and call.func.id == function.name and (
            owner is None or any(above is owner for above in tree.ancestors(call)))
    return (call.func.kind == "Attribute" and call.func.attr == function.name and call.func.value.kind == "Name"
            and call.func.value.id in ("self", "cls", owner.name)
            and any(above is owner for above in tree.ancestors(call)))


def _parameter_of(scope, node, name):
    return node.kind == "arg" and node.arg == name and node.parent.parent is scope


def _position(item):
    node = getattr(item, "statement", None) or getattr(item, "call", None) or item.node
    return node.start


def _through_choices(node):
    """The largest expression that may be *node* itself: out of ``a if b else a`` and ``a or b``."""
    while node.parent.kind == "BoolOp" or (node.parent.kind == "IfExp" and node.parent.test is not node):
        node = node.parent
    return node


def _is_setattr(context, call, node):
    """``setattr(ctx, "verify_mode", value)`` as a statement."""
    return (call.kind == "Call" and len(call.args) == 3 and call.args[0] is node and call.parent.kind == "Expr"
            and call.args[1].kind == "Constant" and context.names.qualified(call.func) == "builtins.setattr")


def _given(target):
    """The value that an assignment gives to *target*, also to one of several: ``a.x, a.y = 1, 2``."""
    parent = target.parent
    if parent.kind in ("Tuple", "List") and parent.parent.kind == "Assign":
        value = parent.parent.value
        if value.kind in ("Tuple", "List") and len(value.elts) == len(parent.elts):
            return [item for name, item in zip(parent.elts, value.elts) if name is target][0]
        return None
    return parent.value if parent.kind in ("Assign", "AnnAssign") else None


def _targets(node):
    """What the value of *node* is assigned to: names and attributes, or nothing."""
    parent = node.parent
    if parent.kind == "Assign" and parent.value is node:
        return [target for target in parent.targets if target.kind in ("Name", "Attribute")]
    if parent.kind in ("AnnAssign", "NamedExpr") and parent.value is node:
        return [parent.target] if parent.target.kind in ("Name", "Attribute") else []
    return []
