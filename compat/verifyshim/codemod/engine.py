"""One file through the whole machine: prefilter, parse, rules, ignores, fixes, checks, until it is stable."""
import gc

from . import edits, syntax
from .context import Context, Options
from .dialect import narrowed
from .ignores import Ignores
from .kept import forget as forget_nodes
from .prefilter import Prefilter
from .rules import SAFE, UNSAFE, load
from .rules.once import forget
from .rules.testcode import is_test_path
from .sources import Source
from .spans import regions

# A fix may bring about another finding, or wait for its turn behind one at the same place.
ROUNDS = 5


class Found(object):
    """A finding as it is reported: places are in the file as it was; nothing here holds on to a tree."""
    __slots__ = ("rule", "message", "fix", "applied", "line", "column", "end_line", "end_column", "snippet",
                 "start", "end")

    def __init__(self, finding, source, start, end):
        self.rule = finding.rule
        self.start = start
        self.end = end
        self.line, self.column = source.line_column(start)
        self.end_line, self.end_column = source.line_column(end)
        self.snippet = source.line_text(self.line)
        self.applied = False
        self.update(finding)

    def update(self, finding):
        self.message = finding.message
        self.fix = finding.fix.safety if finding.fix else "none"

    def __getstate__(self):
        return [getattr(self, slot) for slot in self.__slots__]

    def __setstate__(self, state):
        for slot, value in zip(self.__slots__, state):
            setattr(self, slot, value)


class FileResult(object):
    """What came of one file: ``data`` (bytes), ``findings``, ``errors`` as (line or None, message)."""

    def __init__(self, path, data):
        self.path = path
        self.original = data
        self.data = data
        self.findings = []
        self.errors = []
        self.regions = []       # what was changed, see spans.regions

    @property
    def changed(self):
        return self.data != self.original


def chosen(code, select=None, ignore=None):
    """Whether a rule is wanted: *select* and *ignore* hold codes or beginnings of codes; None selects all."""
    return (select is None or any(code.startswith(each) for each in select)) and \
        not any(code.startswith(each) for each in ignore or ())


def load_rules(select=None, ignore=None):
    return load(lambda code: chosen(code, select, ignore))


def rewrite(data, rules, options, path="<stdin>", prefilter=None):
    """Return the FileResult of one file's bytes. Never raises anything because of what is in them."""
    result = FileResult(path, data)
    collecting = gc.isenabled()
    gc.disable()        # all of a tree lives until its file is done: looking through it before is for nothing
    try:
        _Run(result, rules, options, prefilter or Prefilter(rules)).run()
    except syntax.SyntaxProblem as problem:
        result.errors.append((problem.line, "it cannot be parsed: %s" % problem.message))
    except MemoryError:
        result.errors.append((None, "it is too big for the memory there is"))
    except RuntimeError as error:
        if "recursion" not in str(error):
            result.errors.append((None, "the codemod failed on it: %s; please report this" % error))
        else:
            result.errors.append((None, "it is nested too deeply to be looked at"))
    except Exception as error:      # pylint: disable=broad-except
        result.errors.append((None, "the codemod failed on it: %s: %s; please report this"
                              % (type(error).__name__, error)))
    finally:
        forget()
        forget_nodes()
        if collecting:
            gc.collect(0)       # the tree is one knot; what was there before it is not looked through
            gc.enable()
    if result.errors:
        result.data = result.original
        for found in result.findings:
            found.applied = False
    return result


class _Run(object):
    def __init__(self, result, rules, options, prefilter):
        self.result = result
        self.rules = rules
        self.options = options
        self.prefilter = prefilter
        self.first = Source(result.path, result.original)
        self.moves = []         # from the first text to the current one
        self.known = {}         # (rule, start, end, number) in the first text -> Found
        self.refused = {}       # key -> why its fix was left out

    def run(self):
        source, tree = self.first, None
        for turn in range(ROUNDS + 1):
            rules = [rule for rule in self.prefilter(source.data) if rule.applies(self.options, source.data)]
            if tree is None and (not rules or self._is_left_out()):
                return
            context = Context(source, self.options, tree)
            if tree is None:
                options = self.options
                context.options = self.options = Options(
                    narrowed(options.min_python, context.tree, context.nodes), options.unsafe, options.tests,
                    options.stated)
            findings, fixes = self._look(context, rules)
            keys = self._record(findings)
            applied = self._apply(context, fixes, keys) if fixes and turn < ROUNDS else None
            if applied is None:
                break
            tree = applied.tree
            source = Source(self.first.path, applied.text.encode("latin-1"))
        self.result.data = source.data
        self.result.regions = regions(self.moves)
        self._conclude(keys)

    def _is_left_out(self):
        """Whether every rule would leave the file out, as test code that nobody asked to see."""
        return not self.options.tests and is_test_path(self.result.path)

    def _look(self, context, rules):
        """Return (findings that nobody ignores, fixes that may be applied)."""
        everything = [finding for rule in rules for finding in self._checked(rule, context)]
        everything.sort(key=lambda finding: (finding.start, finding.end, finding.rule))
        ignores = Ignores(context)
        findings, spared, fixes = [], set(), []
        for finding in everything:
            if ignores.hides(finding):
                spared.add(id(finding.fix))     # also for the others that share it: both halves or neither
            else:
                findings.append(finding)
        for finding in findings:
            if finding.fix is not None and self._allowed(finding.fix) and id(finding.fix) not in spared:
                spared.add(id(finding.fix))
                fixes.append(finding.fix)
        return findings, fixes

    def _allowed(self, fix):
        return fix.safety == SAFE or fix.safety == UNSAFE and self.options.unsafe

    def _checked(self, rule, context):
        try:
            return list(rule.findings(context))
        except RuntimeError:
            raise
        except Exception as error:
            raise _RuleFailed("rule %s: %s: %s" % (rule.code, type(error).__name__, error))

    def _record(self, findings):
        """Enter findings under their places in the first text; return {key: finding}."""
        keys = {}
        for finding in findings:
            start, end = self._original(finding.start), self._original(finding.end)
            number = 0
            while (finding.rule, start, end, number) in keys:
                number += 1
            key = (finding.rule, start, end, number)
            keys[key] = finding
            if key not in self.known:
                self.known[key] = Found(finding, self.first, start, end)
            else:
                self.known[key].update(finding)
        return keys

    def _original(self, offset):
        for moves in reversed(self.moves):
            offset = moves.old(offset)
        return offset

    def _apply(self, context, fixes, keys):
        """Return the result of the fixes, or None if nothing changed."""
        applied = edits.apply(context.source.text, context.tree, lambda: context.names, fixes)
        reasons = dict((id(fix), str(problem)) for fix, problem in applied.left)
        self.refused = dict((key, reasons[id(finding.fix)]) for key, finding in keys.items()
                            if id(finding.fix) in reasons)
        if applied.text == context.source.text:
            return None
        self.moves += applied.moves
        return applied

    def _conclude(self, remaining):
        """What is not found any more has been dealt with; what is still found has not."""
        for key, found in self.known.items():
            found.applied = key not in remaining
            if not found.applied and key in self.refused:
                found.message += " (Not rewritten: %s.)" % self.refused[key]
        self.result.findings = sorted(self.known.values(), key=lambda found: (found.start, found.end,
                                                                              found.rule))


class _RuleFailed(Exception):
    """A rule that raised; the text names it."""

    def __str__(self):
        return self.args[0]
