"""Compare one suite test by test, bare and in a column; what was measured is kept."""
import fnmatch

from . import differences, kept, runs

# How often a difference must be seen before it is believed: some of these tests depend on timing.
TIMES = 3
_RAN = ("passed", "expected failure")


class Compared:
    """One suite of one interpreter in one column.

    :ivar unexplained: ``(test, bare Answer, Answer here)`` for each difference that is there each time and has
        no line in differences.py; *explained*: the same with the line behind it; *flaky*: differed, not again.
    :ivar counts: a dict, for the table.
    """

    def __init__(self, runner, module, column, keeper):
        self._runner, self._module, self._column, self._keeper = runner, module, column, keeper
        self._names = (runner.name, module)
        bare = self._bare()
        before = _unpacked(bare)
        fails = runs.fails(before)
        self._left_out = differences.left_out(runner, column, module)
        result = keeper.get(self._names + (column,), [self._left_out, bare["when"]],
                            lambda: _packed(runner.run(module, column, self._left_out + fails)))
        differs = list(runs.compare(before, _unpacked(result), self._left_out + fails))
        self.explained, new = [], []
        for test, one, other in differs:
            line = differences.line(runner, column, module, test, other)
            if line:
                self.explained.append((test, one, other, line))
            else:
                new.append((test, one, other))
        lasting = self._lasting(result, [test for test, _, _ in new])
        self.unexplained = [one for one in new if one[0] in lasting]
        self.flaky = [one for one in new if one[0] not in lasting]
        same_code = bare["code"] == result["code"] == kept.code()
        self.counts = self._counted(before, fails, same_code)

    def complaints(self):
        """Return a text for each unexplained difference."""
        return ["%s in %s: %s bare, %s here: %s" % (test, self._column, before, after, after.text.strip()[-1500:])
                for test, before, after in self.unexplained]

    def _bare(self):
        left_out = differences.left_out(self._runner, "bare", self._module)
        return self._keeper.get(self._names + ("bare",), left_out, lambda: _packed(self._run_bare(left_out)))

    def _run_bare(self, left_out):
        """Run it, and where a test hangs or crashes the process, once more without that, for those behind it."""
        found = self._runner.run(self._module, None, left_out)
        for _ in range(TIMES - 1):
            if found[runs.END].outcome == "passed":
                break
            again = self._runner.run(self._module, None, left_out + runs.fails(found))
            found = dict(again, **dict((test, found[test]) for test in found if test != runs.END))
        return found

    def _lasting(self, result, names):
        """Return which of *names* differ in each of some more runs, bare and here."""
        known = result.setdefault("lasting", {})
        asked = lasting = [name for name in names if name not in known]
        for _ in range(TIMES - 1):
            if not lasting:
                break
            # Those of LEFT_OUT are not run: they are not among the differences.
            again = [test for test, _, _ in runs.compare(
                self._runner.run(self._module, None, (), lasting),
                self._runner.run(self._module, self._column, (), lasting))]
            lasting = [name for name in lasting if name in again]
        if asked:
            known.update((name, name in lasting) for name in asked)
            self._keeper.put(self._names + (self._column,), result)
        return [name for name in names if known[name]]

    def _counted(self, bare, fails, same_code):
        tests = [test for test in bare if test != runs.END]
        here = [test for test in tests if bare[test].outcome in _RAN]
        left = [test for test in here if any(fnmatch.fnmatchcase(test, each) for each in self._left_out)]
        return {"row": self._runner.name, "module": self._module, "column": self._column,
                "compared": len(here) - len(left), "left out": len(left),
                "skipped": len([test for test in tests if bare[test].outcome == "skipped"]),
                "fail bare": len(fails) - (bare[runs.END].outcome != "passed"),
                "ends bare": bare[runs.END].outcome == "passed", "explained": len(self.explained),
                "reasons": sorted(set(line.why for _, _, _, line in self.explained)),
                "flaky": len(self.flaky), "unexplained": len(self.unexplained), "same code": same_code}


def _packed(answers):
    # The text of what passed, and of a skip, is of no use.
    return {"answers": dict((test, [answer.outcome, answer.text]) for test, answer in answers.items())}


def _unpacked(result):
    return dict((test, runs.Answer(*answer)) for test, answer in result["answers"].items())
