"""Classes and dicts of a file: what is stored in them, and where."""
from __future__ import absolute_import

from .values import UNKNOWN

_ROOTS = frozenset("""http urllib urllib3 requests ssl smtplib imaplib poplib ftplib nntplib xmlrpc httplib2
    aiohttp httpx tornado suds socketserver OpenSSL twisted paste wsgiref unittest""".split())

_DICTS = ("builtins.dict", "collections.OrderedDict")


class Objects(object):
    """A part of Names: attributes of local classes, items of local dicts."""

    def assigned_attributes(self, class_node, attr):
        """What is assigned to an attribute in a class, or in one of its bases in this file.

        Values of ``self.attr = value``, of assignments in the class's body, and definitions there; UNKNOWN for
        what a loop or the like assigns.
        """
        found, waiting, seen = [], [class_node], set()
        while waiting:
            node = waiting.pop(0)
            if id(node) not in seen:
                seen.add(id(node))
                found.extend(self._members(node).get(attr, ()))
                waiting.extend(self._local_bases(node))
        return found

    def _members(self, class_node):
        """Attribute -> values, of one class; those of all classes are gathered when the first is asked for."""
        if self._by_class is None:
            self._by_class = {}
            for target, value, _ in self._collected.attributes:
                if target.kind == "Attribute" and target.value.kind == "Name":
                    owner = self._owner_of_self(target.value)
                    if owner is not None:
                        members = self._by_class.setdefault(id(owner), {})
                        members.setdefault(target.attr, []).append(UNKNOWN if value is None else value)
        members = self._by_class.setdefault(id(class_node), {})
        if id(class_node) not in self._with_body:
            self._with_body.add(id(class_node))
            for name, bindings in self._collected.scopes[id(class_node)].bindings.items():
                for binding in bindings:
                    known = binding.sort in ("assign", "function", "class")
                    members.setdefault(name, []).append(binding.value if known else UNKNOWN)
        return members

    def _owner_of_self(self, name):
        found = self._lookup(name.id, self.scope(name))
        if found and len(found) == 1 and found[0].sort == "parameter":
            return self._self_class(found[0])
        return None

    def _self_class(self, binding):
        """The class whose instance a parameter is by its place, or which itself it is; else None."""
        function = binding.scope.node
        if binding.node.kind != "arg" or function.kind == "Lambda":
            return None
        first = (function.args.posonlyargs + function.args.args)[:1]
        around = binding.scope.parent.node
        if not first or first[0] is not binding.node or around.kind != "ClassDef":
            return None
        if any(each.kind == "Name" and each.id == "staticmethod" for each in function.decorator_list):
            return None
        return around

    def origin_of_self(self, binding):
        """What a self is: "X()" where its class comes from X, of another file; else None."""
        made = self.class_origin(self._self_class(binding))
        return made and made + "()"

    def _local_bases(self, class_node):
        return [value for base in class_node.bases for value in self._follow(base)
                if value is not UNKNOWN and value.kind == "ClassDef"]

    def class_origin(self, class_node):
        """The canonical name of the class outside this file that one of the file comes from, or None.

        With several bases it is the one of a library that matters here, else the first.
        """
        found, waiting, seen = [], [class_node], set()
        while waiting:
            node = waiting.pop(0)
            if id(node) in seen:
                continue
            seen.add(id(node))
            for base in node.bases:
                if base.kind == "Call" and (self.qualified(base.func) or "").endswith("with_metaclass"):
                    bases = base.args[1:]
                else:
                    bases = [base]
                for each in bases:
                    local = [value for value in self._follow(each)
                             if value is not UNKNOWN and value.kind == "ClassDef"]
                    waiting.extend(local)
                    name = None if local else self.qualified(each)
                    if name is not None and name != "builtins.object":
                        found.append(name)
        known = [name for name in found if name.split(".")[0] in _ROOTS]
        return (known or found or [None])[0]

    def _stored(self, node):
        """What this file assigns to the same attribute of the same object elsewhere."""
        if self._by_attribute is None:
            self._by_attribute = {}
            for target, value, _ in self._collected.attributes:
                if target.kind == "Attribute":
                    self._by_attribute.setdefault(target.attr, []).append((target.value, value))
        return [UNKNOWN if value is None else value for base, value in self._by_attribute.get(node.attr, ())
                if self.same_object(base, node.value)]

    def same_object(self, one, other):
        """Whether two expressions are one variable: the same name in the same scope, or an attribute of it."""
        while one.kind == "Attribute" and other.kind == "Attribute":
            if one.attr != other.attr:
                return False
            one, other = one.value, other.value
        if one.kind != "Name" or other.kind != "Name" or one.id != other.id:
            return False
        first, second = self._lookup(one.id, self.scope(one)), self._lookup(other.id, self.scope(other))
        if first is second:
            return True
        mine, others = self._owner_of_self(one), self._owner_of_self(other)
        return mine is not None and mine is others

    def items(self, node):
        """[(key, value, where)] of the dicts that an expression may be, with what is stored in it later.

        ``where`` is the Dict, the keyword of a ``dict(...)`` or ``update(...)``, or the statement that stores.
        """
        found = []
        for value in self._follow(node):
            if value is not UNKNOWN:
                found.extend(self._items_of(value))
        for target, value, _ in self._collected.attributes:
            if target.kind == "Subscript" and target.slice.kind == "Constant" and value is not None:
                if self.same_object(target.value, node):
                    found.append((target.slice.value, value, target.parent))
        for call in self._updates():
            if self.same_object(call.func.value, node):
                found.extend(self._updated(call))
        return found

    def _items_of(self, value, depth=0):
        if value.kind == "Dict":
            found = [(key.value, each, value) for key, each in zip(value.keys, value.values)
                     if key is not None and key.kind == "Constant"]
            inner = [each for key, each in zip(value.keys, value.values) if key is None]
        elif value.kind == "Call" and self.qualified(value.func) in _DICTS:
            found = [(each.arg, each.value, each) for each in value.keywords if each.arg is not None]
            inner = [each.value for each in value.keywords if each.arg is None] + value.args
        else:
            return []
        for each in inner if depth < 4 else []:
            for held in self._follow(each):
                if held is not UNKNOWN:
                    found.extend(self._items_of(held, depth + 1))
        return found

    def _updates(self):
        """The calls of ``update`` and ``setdefault``."""
        if self._update_calls is None:
            self._update_calls = [call for call in self._collected.calls if call.func.kind == "Attribute"
                                  and call.func.attr in ("update", "setdefault")]
        return self._update_calls

    def _updated(self, call):
        """What such a call stores."""
        if call.func.attr == "setdefault":
            if len(call.args) == 2 and call.args[0].kind == "Constant":
                return [(call.args[0].value, call.args[1], call)]
            return []
        found = [(each.arg, each.value, each) for each in call.keywords if each.arg is not None]
        for each in call.args:
            found.extend(self._items_of(each))
        return found

    def expanded(self, call):
        """[(key, value, where)] for every ``**kw`` of a call whose dict is known; see items."""
        return [item for keyword in call.keywords if keyword.arg is None for item in self.items(keyword.value)]

    def calls_with_dict(self, dict_node):
        """The calls that a Dict, or the Call of a ``dict(...)``, may be expanded into by ``**``."""
        if self._expansions is None:
            self._expansions = [(keyword, call) for call in self._collected.calls for keyword in call.keywords
                                if keyword.arg is None]
        return [call for keyword, call in self._expansions if any(
            value is dict_node for value in self._follow(keyword.value))]
