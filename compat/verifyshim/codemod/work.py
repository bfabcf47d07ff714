"""What is done with each file, in this process or in another: read, rewrite, write, sum up."""
import os

from . import engine, remote, sources
from .config import Settings
from .context import EVERYWHERE, Options
from .rules import codes
from .rules.testcode import is_test_path
from ..errors import ConfigurationError


class Outcome(object):
    """What a file's FileResult comes down to: small, and can be sent between processes."""
    __slots__ = ("path", "findings", "errors", "diff", "written", "output")

    def __init__(self, path):
        self.path = path
        self.findings = []
        self.errors = []        # (path, line or None, message)
        self.diff = None        # bytes
        self.written = False
        self.output = None      # the rewritten bytes, for standard input

    def __getstate__(self):
        return [getattr(self, slot) for slot in self.__slots__]

    def __setstate__(self, state):
        for slot, value in zip(self.__slots__, state):
            setattr(self, slot, value)


class Given(object):
    """The command line's say in what the configuration may say too; None where it says nothing."""

    def __init__(self, select=None, ignore=None, unsafe=None, tests=None, min_python=None, jobs=None):
        self.select = select
        self.ignore = ignore
        self.unsafe = unsafe
        self.tests = tests
        self.min_python = min_python
        self.jobs = jobs


class Work(object):
    """A callable: path in, Outcome out, or None where there is nothing to say of a file.

    :param mode: "check", "diff" or "write".
    :param exclude: patterns of the command line.
    :param with_diff: whether outcomes carry a diff.
    """

    def __init__(self, given, mode, exclude=(), with_diff=False):
        self.given = given
        self.mode = mode
        self.exclude = tuple(exclude)
        self.with_diff = with_diff
        self._prepare()

    def __getstate__(self):
        return self.given, self.mode, self.exclude, self.with_diff

    def __setstate__(self, state):
        self.given, self.mode, self.exclude, self.with_diff = state
        self._prepare()

    def _prepare(self):
        self.rules = engine.load_rules(self.given.select, self.given.ignore)
        self.settings = Settings(self.given, codes(), self.exclude)
        self.prefilter = engine.Prefilter(self.rules)

    def __call__(self, path):
        outcome, data = self._begun(path)
        if data is None:
            return outcome
        result = self.rewrite(data, path, outcome)
        return outcome if result is None else self._ended(outcome, result.data, result.original)

    def begin(self, path):
        """The first half of a call: return (Outcome or None, None), or with what remote.look is to be asked."""
        outcome, data = self._begun(path)
        if data is None:
            return outcome, None
        chosen = self._chosen(path, outcome)
        if chosen is None:
            return outcome, None
        rules, options = chosen
        return outcome, remote.asked(path, data, [rule.code for rule in rules], options, self.with_diff,
                                     self.mode == "write")

    def end(self, outcome, request, reply):
        """The second half, with what remote.look said: write the file, return the Outcome or None."""
        self._take(outcome, reply)
        return self._ended(outcome, reply["data"], request["data"])

    def _begun(self, path):
        """Return (Outcome or None, None) where there is nothing to look at, else (Outcome, bytes)."""
        if is_test_path(path) and self._leaves_tests_out(path):
            return None, None
        outcome = Outcome(path)
        try:
            data = sources.read(path)
        except sources.SourceProblem as problem:
            outcome.errors.append((path, None, str(problem)))
            return outcome, None
        return (outcome, data) if self.prefilter(data) else (None, None)

    def _take(self, outcome, reply):
        outcome.findings = reply["findings"]
        outcome.errors += [(outcome.path, line, message) for line, message in reply["errors"]]
        outcome.diff = reply["diff"]

    def _ended(self, outcome, data, original):
        if self.mode == "write" and data is not None and data != original:
            self._write(outcome, data, original)
        return outcome if outcome.findings or outcome.errors else None

    def rewrite(self, data, path, outcome):
        """Fill *outcome* with what the rules say of these bytes; return the FileResult, None if left alone."""
        chosen = self._chosen(path, outcome)
        if chosen is None:
            return None
        rules, options = chosen
        result = engine.rewrite(data, rules, options, path,
                                self.prefilter if len(rules) == len(self.rules) else None)
        self._take(outcome, remote.reply(result, self.with_diff, False))
        return result

    def _chosen(self, path, outcome):
        """Return (rules, Options) for a file; None, and why in *outcome*, where its settings cannot be used."""
        absolute = os.path.abspath(path)
        folder = os.path.dirname(absolute)
        try:
            section = self.settings.section(folder)
        except ConfigurationError as error:
            outcome.errors.append((str(error).split(": ")[0], None, str(error).split(": ", 1)[1]))
            return None
        versions = self.settings.min_python(folder, section)
        options = Options(versions or EVERYWHERE, self.settings.value("unsafe", section, False),
                          self.settings.value("tests", section, False),
                          self.settings.is_stated(folder, section))
        return self._rules(section, absolute), options

    def _leaves_tests_out(self, path):
        try:
            section = self.settings.section(os.path.dirname(os.path.abspath(path)))
        except ConfigurationError:      # told by rewrite
            return False
        return not self.settings.value("tests", section, False)

    def _rules(self, section, absolute):
        if section is None:
            return self.rules
        select = self.settings.value("select", section)
        ignore = list(self.settings.value("ignore", section) or ())
        for patterns, listed in section.per_path:
            if patterns.covers(absolute):
                ignore += listed
        return [rule for rule in self.rules if engine.chosen(rule.code, select, ignore)]

    def _write(self, outcome, data, original):
        try:
            sources.write(outcome.path, data, original)
            outcome.written = True
        except sources.SourceProblem as problem:
            outcome.errors.append((outcome.path, None, str(problem)))
            outcome.diff = None
            for found in outcome.findings:
                found.applied = False
