"""One decision for each context of a file, for all the rules that have something to say about it.

The halves of a site (making the context, check_hostname, verify_mode) belong to different rules, but are
rewritten together or not at all: taking one away alone raises ValueError or leaves the other one useless. So
the findings of one context share one Fix.
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from . import AddKeyword, DropUnusedImports, Finding, Fix, RemoveStatement
from .contexts import variables
from .emit import creation_ops, keeps_option_usable, loaded_here, name_ops
from .gates import gated
from .grading import is_left_out, quoted
from .hooks import hooks
from .once import once
from .pins import pins
from .servers import is_server
from .switches import argument, state
from .words import last_name

_CLIENT = re.compile(r"https|ssl|tls|smtp|imap|connect|client|session|adapter|handler|transport|open",
                     re.IGNORECASE)
_SERVES = re.compile(r"^serve$|serve_|_serve$|listen|accept|daemon|(create|start|run|make|bind)_?\w*server"
                     r"|(https?|tcp|tls|ssl|ws|web|echo|socket|grpc)\w*server$", re.IGNORECASE)
NOT_CHECKED = ("bare", "unverified", "client_auth")


class Point(object):
    """Something to say at *node*: ``role`` is a Creation's kind, "switch" or "use"; ``why`` explains no fix."""

    def __init__(self, role, node, item, fix=None, why=None, gate=None):
        self.role = role
        self.node = node
        self.item = item
        self.fix = fix
        self.why = why
        self.gate = gate


@once
def points(context):
    """Return the Points of a file in the order of its contexts."""
    return [point for variable in variables(context) if not _is_hooks(context, variable)
            for point in _Site(context, variable).points()]


def _is_hooks(context, variable):
    """Does a context stand in a statement of VS101, which goes as a whole?"""
    return any(hook.statement.start <= creation.call.start and creation.call.end <= hook.statement.end
               for hook in hooks(context) for creation in variable.creations)


def finding(point, wrong):
    """Return the Finding for a Point.

    :param wrong: what is wrong, a sentence without its full stop.
    """
    if point.fix is None and point.why is not None:
        message = "%s; not rewritten: %s." % (wrong, point.why)
    elif point.gate is not None:
        left = "it is left to it" if point.fix is None else "--unsafe takes the choice away"
        message = "%s, as %s decides; %s." % (wrong, quoted(point.gate), left)
    elif point.fix is not None and point.fix.safety == "unsafe":
        message = "%s; the rewrite needs a look, so it needs --unsafe." % wrong
    else:
        message = wrong + "."
    return Finding(point.node, message, point.fix)


class _Site(object):
    """One Variable under judgement."""

    def __init__(self, context, variable):
        self.context = context
        self.variable = variable
        self.first = (variable.creations[0].call if variable.creations
                      else variable.settings[0].statement if variable.settings else None)
        self.off = [item for item in variable.switches if self._state(item) == "off" and not self._undone(item)]
        self.mixed = [item for item in variable.switches if self._state(item) == "mixed"]

    def _state(self, item):
        return state(self.context, item.name, item.value)

    def points(self):
        if self.first is None or self._is_exempt():
            return []
        kinds = set(creation.kind for creation in self.variable.creations)
        if not self.off and not self.mixed and not kinds.intersection(NOT_CHECKED):
            return []
        if self._verifies_after_all(kinds):
            return []
        why = self._obstacle(kinds)
        return self._reported(why) if why is not None else self._rewritten()

    def _is_exempt(self):
        if is_left_out(self.context, self.first):
            return True
        if any(creation.kind == "server" for creation in self.variable.creations):
            return True
        nodes = [creation.call for creation in self.variable.creations]
        nodes += [use.call for use in self.variable.uses if use.call is not None]
        nodes += [item.statement for item in self.variable.switches]
        calls = [use.call for use in self.variable.uses if use.call is not None]
        return any(is_server(self.context, node) for node in nodes) or any(
            _SERVES.search(last_name(call.func) or "") for call in calls)

    def _undone(self, item):
        """Is the switch turned on again further down in the same block?"""
        block, index = tree.block_of(item.statement)[:2]
        if block is None:
            return False
        after = block[index + 1:]
        return any(other.name == item.name and self._state(other) == "on" and any(
            other.statement is statement for statement in after) for other in self.variable.switches)

    def _always_on(self, name):
        """Is a switch set to on next to every creation, whatever else happens?"""
        setters = [item for item in self.variable.switches if item.name == name and self._state(item) == "on"]
        return all(any(_runs_with(item.statement, creation.call) for item in setters)
                   for creation in self.variable.creations)

    def _verifies_after_all(self, kinds):
        if self.off or self.mixed or not self.variable.creations:
            return False
        if not self._always_on("verify_mode"):
            return kinds == {"bare"} and not self._is_clients() and self._is_plumbing()
        return (self._always_on("check_hostname") or "match_hostname" in self.context.source.text
                or any(item.name == "check_hostname" for item in self.variable.switches))

    def _is_plumbing(self):
        """A bare context that presents a certificate and asks for none: what servers do."""
        names = set(item.name for item in self.variable.settings)
        return "load_cert_chain" in names and not names.intersection(("verify_mode", "load_verify_locations"))

    def _is_clients(self):
        """Do its uses show a client?"""
        return any(use.kind == "keyword" or (use.kind == "wrap" and (
            not _is_nameless(use) or self._host(use.call) is not None)) or (
                use.kind == "argument" and _CLIENT.search(last_name(use.call.func) or ""))
                   for use in self.variable.uses)

    def _host(self, call):
        from .hosts import host_for
        return host_for(self.context, call) if call.func.attr == "wrap_socket" else None

    def _obstacle(self, kinds):
        """Why the site cannot be rewritten, or None."""
        if not self.variable.creations:
            return "the context comes from elsewhere; make it verify where it is made"
        if "unsure" in kinds:
            return "what the context was made for is not clear; use ssl.create_default_context()"
        if self._is_pinned():
            return "the certificate is fetched or compared with a pin here; review it by hand"
        if any(len(item.statement.targets) > 1 for item in self.off if item.statement.kind == "Assign"):
            return "several names are set at once; take them apart by hand"
        if kinds.intersection(("bare", "client_auth")) and not self._is_clients() and not (
                "bare" in kinds and self._explicit_off() and self.variable.uses):
            return "nothing here shows whether a client uses it; a client wants ssl.create_default_context()"
        if self.mixed or ("bare" in kinds and self._depends()):
            return "whether it verifies is decided by the program; a client wants ssl.create_default_context()"
        turned_on = any(self._state(item) == "on" for item in self.variable.switches)
        if turned_on and not self._always_on("verify_mode"):
            return "verification is turned on again under a condition; review it by hand"
        return self._nameless()

    def _is_pinned(self):
        nodes = [self.first] + [use.node for use in self.variable.uses]
        return any(pins(self.context, node) for node in nodes)

    def _depends(self):
        return any(item.name == "verify_mode" and self._state(item) == "unknown"
                   for item in self.variable.switches)

    def _explicit_off(self):
        return any(item.name == "verify_mode" for item in self.off)

    def _nameless(self):
        for use in self.variable.uses_of("wrap"):
            if _is_nameless(use) and self._host(use.call) is None:
                return "wrap_socket gets no server_hostname and the host is not certain; pass server_hostname"
        return None

    def _reported(self, why):
        found = [Point(creation.kind, creation.call, creation, why=why, gate=gated(self.context, creation.call))
                 for creation in self.variable.creations if creation.kind in NOT_CHECKED]
        found += [self._switch(item, None, why) for item in self.off + self.mixed]
        return found + self._use_points(None, why)

    def _switch(self, item, fix, why=None):
        return Point("switch", item.statement, item, fix, why, gated(self.context, item.statement))

    def _use_points(self, fix, why=None):
        return [Point("use", use.node, use, fix, why) for use in self.variable.uses if use.call is not None]

    def _rewritten(self):
        """The Points of a site that can be rewritten, with their Fix."""
        gates = dict((id(item), gated(self.context, item.statement)) for item in self.off)
        changed = [creation for creation in self.variable.creations if creation.kind in NOT_CHECKED
                   or (creation.kind == "client" and self.off and not loaded_here(self.variable))]
        made_gate = [gated(self.context, creation.call) for creation in changed]
        optional = [item for item in self.off if gates[id(item)] and not any(made_gate)]
        removed = [item for item in self.off if item not in optional]
        if not removed and not changed:
            return [self._switch(item, None, None) for item in optional + self.mixed] + self._use_points(None)
        ops = self._ops(changed, removed, optional)
        if ops is None:
            return self._reported("the arguments have no equivalent in a verifying context; rewrite it by hand")
        fix = Fix(self._safety(changed, made_gate), ops)
        found = [Point(creation.kind, creation.call, creation, fix, None, gate)
                 for creation, gate in zip(changed, made_gate) if creation.kind in NOT_CHECKED]
        found += [self._switch(item, fix) for item in removed]
        found += [self._switch(item, None) for item in optional + self.mixed]
        return found + self._use_points(fix)

    def _ops(self, changed, removed, optional):
        ops = []
        for creation in changed:
            made = creation_ops(self.context, self.variable, creation)
            if made is None:
                return None
            ops.extend(made)
        statements = []
        for item in removed:
            if not any(item.statement is statement for statement in statements):
                statements.append(item.statement)
        for use in self.variable.uses_of("wrap"):
            if _is_nameless(use):
                ops.append(AddKeyword(use.call, "server_hostname", self._host(use.call)))
        for item in optional:
            ops.extend(keeps_option_usable(self.context, self.variable, changed, item))
        ops.extend(RemoveStatement(statement) for statement in statements)
        dropped = name_ops([creation.call for creation in changed] + statements)
        return ops + ([DropUnusedImports(dropped)] if dropped else [])

    def _may_be_others(self, item):
        """May a switch be set on a context that was made elsewhere?"""
        return not any(_follows(item.statement, creation.call) for creation in self.variable.creations)

    def _safety(self, changed, made_gate):
        if any(made_gate) or (self.variable.foreign and any(self._may_be_others(item) for item in self.off)):
            return "unsafe"
        if any(creation.call.parent.kind == "arguments" for creation in changed):
            return "unsafe"
        bare = [creation for creation in changed if creation.kind == "bare"]
        if bare and not (self._explicit_off() and all(
                use.kind in ("wrap", "keyword", "read") for use in self.variable.uses)):
            return "unsafe"
        return "safe"


def _follows(statement, call):
    """Does *statement* run after *call* in its own block, or in one inside that?"""
    made = tree.statement_of(call)
    while statement is not None:
        block, index = tree.block_of(statement)[:2]
        if block is not None and any(each is made for each in block[:index]):
            return True
        statement = tree.statement_of(statement.parent)
    return False


def _is_nameless(use):
    """Does a wrap_socket get no host name to check?"""
    value = argument(use.call, "server_hostname")
    return value is None or (value.kind == "Constant" and value.value is None)


def _runs_with(statement, call):
    """Does *statement* run whenever *call* did: later in its block, or in a block around it?"""
    block, index = tree.block_of(statement)[:2]
    if block is None:
        return False
    above = tree.statement_of(call)
    while above is not None:
        if any(above is earlier for earlier in block[:index]):
            return True
        above = tree.statement_of(above.parent)
    return False
