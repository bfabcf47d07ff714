"""What rules are made of, and the list of all of them.

A rule is one file, ``vs201_requests_verify.py``, whose docstring shows before and after and whose one
checker is registered by the decorator::

    from . import Finding, Fix, RemoveKeyword, rule

    @rule("VS201", "requests told not to verify", needles=(b"verify",))
    def check(context):
        for call in context.nodes("Call"):
            ...
            yield Finding(keyword, "what is wrong, in one sentence",
                          Fix("safe", [RemoveKeyword(call, keyword)]))

The files are found by name, also inside a zip, and imported when they are first wanted.
"""
import os
import re
import sys

from ..context import Context, Options
from ..ops import (AddKeyword, DropUnusedImports, NeedImport, RemoveDictItem, RemoveKeyword, RemoveStatement,
                   Replace, SetArgument)

__all__ = ["AddKeyword", "Context", "DropUnusedImports", "Finding", "Fix", "NeedImport", "Options",
           "RemoveDictItem", "RemoveKeyword", "RemoveStatement", "Replace", "Rule", "SetArgument", "codes",
           "load",
           "rule"]

SAFE, UNSAFE = "safe", "unsafe"
_FILE = re.compile(r"(vs\d{3})_\w+$")
_registry = {}


class Rule(object):
    """A checker with its name: ``code``, ``title``, ``explanation`` (its file's docstring).

    ``needles`` and ``also`` tell from a file's bytes that it has nothing to look for.
    """

    def __init__(self, code, title, needles, check, also=(), applies=None):
        self.code = code
        self.title = title
        self.needles = tuple(needles)
        self.also = tuple(also)
        self.check = check
        self.applies = applies or _always

    @property
    def explanation(self):
        return (sys.modules[self.check.__module__].__doc__ or self.title).strip()

    def findings(self, context):
        """Yield what the checker finds, each marked with this rule's code."""
        for finding in self.check(context):
            finding.rule = self.code
            yield finding


def _always(_options, _data):
    return True


def rule(code, title, needles, also=(), applies=None):
    """Register a checker.

    :param code: ``VS`` and three digits; never used again for anything else.
    :param title: a few words for --list-rules and SARIF.
    :param needles: bytes of which at least one is in every file where this rule finds something. The rarer
        they are the faster is the whole run: a file without any rule's needle is never parsed.
    :param also: groups of bytes or compiled expressions of bytes; one of each group has to be there as well.
    :param applies: a function of Options and the file's bytes that tells whether the rule can find anything
        under them, for one that is about some Pythons only; asked before a file is parsed.
    """
    if not needles or not all(isinstance(needle, bytes) and needle for needle in needles):
        raise ValueError("%s needs needles, a tuple of bytes" % code)

    def register(check):
        _registry[code] = Rule(code, title, needles, check, also, applies)
        return check
    return register


class Finding(object):
    """Something found at *node* (anything with ``start`` and ``end``).

    :param message: one sentence: what is wrong; without a fix also why it is not rewritten and what to do.
    :param fix: a Fix, or None for report only. Findings may share one Fix: it is applied when all of them are
        selected, allowed and not ignored, and else none.
    """
    __slots__ = ("node", "message", "fix", "rule", "start", "end")

    def __init__(self, node, message, fix=None):
        self.node = node
        self.message = message
        self.fix = fix
        self.rule = None
        self.start = node.start
        self.end = node.end

    def __repr__(self):
        return "Finding(%s, %d-%d, %s)" % (self.rule, self.start, self.end, self.fix and self.fix.safety)


class Fix(object):
    """What repairs a finding: operations that are all done or none.

    :param safety: "safe": the program behaves as before towards a good certificate; "unsafe": needs --unsafe.
    """
    __slots__ = ("safety", "ops")

    def __init__(self, safety, ops):
        if safety not in (SAFE, UNSAFE):
            raise ValueError("a fix is safe or unsafe, not %r" % (safety,))
        self.safety = safety
        self.ops = list(ops)


def _modules():
    """Return {code: name of its module}."""
    matches = [_FILE.match(name) for name in _names()]
    return dict((match.group(1).upper(), match.group()) for match in matches if match)


def _names():
    """Return the names of the modules here; pkgutil takes longer to import than a small run does."""
    folder = list(__path__)[0]
    if os.path.isdir(folder):
        return set(name.split(".")[0] for name in os.listdir(folder))
    import pkgutil
    return [entry[1] for entry in pkgutil.iter_modules(__path__)]


def codes():
    """Return the codes of all rules, in order, without importing any."""
    return sorted(_modules())


def load(wanted=None):
    """Import the rules and return them in the order of their codes.

    :param wanted: a function that takes a code and tells whether it is wanted; None for all.
    """
    modules = _modules()
    chosen = [code for code in sorted(modules) if wanted is None or wanted(code)]
    for code in chosen:
        __import__("%s.%s" % (__name__, modules[code]))
    return [_registry[code] for code in chosen]
