"""python -m verifyshim.codemod: from arguments to an exit status."""
from __future__ import print_function

import errno
import os
import signal
import sys
import time

from . import engine, options, output, pool, rules
from .output.text import Text
from .progress import Progress
from .walk import Walker
from .work import Outcome, Work
from ..errors import VerifyshimError

NOTHING, FOUND, TROUBLE, INTERRUPTED = 0, 1, 2, 130


def main(arguments=None):
    """Run the codemod and return its exit status (see --help)."""
    try:
        parsed = options.parse(sys.argv[1:] if arguments is None else arguments)
        _known_rules(parsed)
        if parsed.list_rules or parsed.explain:
            _write(_about_rules(parsed.explain))
            return NOTHING
        with _Interruption() as interruption:
            status = Session(parsed).run()
            _stdout().flush()
            if interruption.came:
                raise KeyboardInterrupt
        return status
    except options.UsageProblem as problem:
        _say("%s; --help says more" % problem)
    except KeyboardInterrupt:
        _say("interrupted; each file is either as it was or completely rewritten")
        return INTERRUPTED
    except EnvironmentError as error:
        if error.errno != errno.EPIPE:      # who reads through "| head" has seen enough
            _say("the output cannot be written: %s" % error)
        else:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)        # or the interpreter complains when it ends
    except VerifyshimError as error:
        _say(str(error))
    except Exception as error:      # pylint: disable=broad-except
        _say("failed: %s: %s; please report this" % (type(error).__name__, error))
    return TROUBLE


class _Interruption(object):
    """Whether Ctrl-C was pressed while it lasts: one that comes inside a destructor or callback raises nothing."""

    def __init__(self):
        self.came = False
        self._before = None

    def __enter__(self):
        try:
            self._before = signal.signal(signal.SIGINT, self._note)
        except ValueError:      # not in the main thread, where nothing is interrupted
            pass
        return self

    def __exit__(self, *trouble):
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number, frame):
        self.came = True
        raise KeyboardInterrupt


def _say(message):
    print("verifyshim.codemod: %s" % message, file=sys.stderr)


def _shown(path):
    text = output.printable(output.path_text(path))
    return text if sys.version_info >= (3,) else text.encode("utf-8")


def _stdout():
    return getattr(sys.stdout, "buffer", sys.stdout)


def _write(data):
    _stdout().write(data)


def _known_rules(parsed):
    codes = rules.codes()
    wanted = list(parsed.given.select or ()) + list(parsed.given.ignore or ())
    for code in wanted + ([parsed.explain.upper()] if parsed.explain else []):
        if not any(known.startswith(code) for known in codes):
            raise options.UsageProblem("there is no rule %s; --list-rules shows them" % code)


def _about_rules(explained):
    known = engine.load_rules((explained.upper(),) if explained else None)
    if explained:
        text = "\n\n".join("%s  %s\n\n%s" % (rule.code, rule.title, rule.explanation) for rule in known)
    else:
        text = "\n".join("%s  %s" % (rule.code, rule.title) for rule in known)
    return (text + "\n").encode("utf-8")


class Session(object):
    """One run over all the paths."""

    def __init__(self, parsed):
        self.parsed = parsed
        self.writing = parsed.mode == "write"
        self.work = Work(parsed.given, parsed.mode, parsed.exclude, parsed.format == "diff")
        self.errors = []
        self.files = self.found = self.fixed = self.unsafe = self.touched = 0
        self.progress = Progress(parsed.quiet)
        self.reporter = self._reporter()
        self.started = time.time()
        self.crew = None        # of --executor

    def _reporter(self):
        out = self.progress.around(_write)
        if self.parsed.paths == ["-"] and self.writing:
            # The rewritten source has standard output for itself.
            out = self.progress.around(getattr(sys.stderr, "buffer", sys.stderr).write)
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        # Each is imported when it is wanted: for some of them that takes as long as many files.
        if self.parsed.format == "json":
            from .output.json import Json
            return Json(out, self.writing)
        if self.parsed.format == "sarif":
            from .output.sarif import Sarif
            return Sarif(out, self.writing, self.work.rules)
        if self.parsed.format == "diff":
            from .output.diff import Diff
            return Diff(output.for_a_terminal(out, encoding) if sys.stdout.isatty() else out)
        return Text(out, encoding, self.writing)

    def run(self):
        if self.parsed.executor is not None:
            from . import executors
            self.crew = executors.Crew(self.parsed.executor, self.parsed.given.jobs)
        self.reporter.begin()
        try:
            for outcome in self._outcomes():
                self._take(outcome)
        finally:
            self.progress.close()
        self.reporter.end(self.errors)
        _stdout().flush()
        if not self.parsed.quiet:
            _say(self._summary())
        if self.errors:
            return TROUBLE
        return FOUND if self.found > (self.fixed if self.writing else 0) else NOTHING

    def _outcomes(self):
        """Yield an Outcome, or None, for each file."""
        paths = self.parsed.paths
        if paths == ["-"]:
            yield self._standard_input()
            return
        found = self.progress.count(Walker(self.work.settings, self._missing).files(paths))
        for outcome in self._looked_at(found):
            self.files += 1
            self.progress.step()
            yield outcome

    def _looked_at(self, paths):
        if self.crew is None:
            return pool.run(paths, self.work, self._jobs(), _died)
        return self.crew.run(paths, self.work, _died)

    def _jobs(self):
        """Return the number of processes asked for: on the command line, or in the settings of where we are.

        A repository may not ask for more than there are processors.
        """
        try:
            section = self.work.settings.section(os.getcwd())
        except VerifyshimError:     # told when a file needs it
            section = None
        jobs = self.work.settings.value("jobs", section)
        return jobs if jobs is None or self.parsed.given.jobs else min(jobs, pool.cores())

    def _standard_input(self):
        data = getattr(sys.stdin, "buffer", sys.stdin).read()
        name = self.parsed.stdin_filename or "<stdin>"
        outcome = Outcome(name)
        self.files = 1
        result = self.work.rewrite(data, name, outcome)
        if self.writing:
            _write(data if result is None else result.data)
            outcome.written = result is not None and result.changed
        return outcome

    def _missing(self, path, message):
        self._trouble([(path, None, message)])

    def _trouble(self, errors):
        for error in errors:
            if error in self.errors:
                continue
            self.errors.append(error)
            path, line, message = error
            with self.progress.cleared():
                _say("%s%s: %s" % (_shown(path), ":%d" % line if line else "", message))

    def _take(self, outcome):
        if outcome is None:
            return
        self.reporter.outcome(outcome)
        self._trouble(outcome.errors)
        fixed = sum(found.applied for found in outcome.findings)
        self.found += len(outcome.findings)
        self.fixed += fixed
        self.unsafe += sum(found.fix == "unsafe" and not found.applied for found in outcome.findings)
        self.touched += bool(fixed)
        if self.parsed.format == "diff" and not self.parsed.quiet and fixed < len(outcome.findings):
            encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
            stream = getattr(sys.stderr, "buffer", sys.stderr)
            Text(self.progress.around(stream.write), encoding, self.writing, only_open=True).outcome(outcome)
            stream.flush()

    def _summary(self):
        took = time.time() - self.started
        parts = ["%s looked at in %.1f s" % (_count(self.files, "file"), took)]
        if self.found:
            verb = "rewritten" if self.writing else "can be rewritten (--write)"
            parts.append("%s found, %d %s in %s" % (_count(self.found, "call site"), self.fixed, verb,
                                                    _count(self.touched, "file")))
        else:
            parts.append("nothing found")
        if self.unsafe and not self.parsed.unsafe:
            parts.append("%d more with --unsafe" % self.unsafe)
        if self.errors:
            parts.append("trouble with %s" % _count(len(set(error[0] for error in self.errors)), "file"))
        return ", ".join(parts)


def _count(number, noun):
    return "%d %s%s" % (number, noun, "" if number == 1 else "s")


def _died(path, status):
    outcome = Outcome(path)
    how = "by signal %d" % -status if status and status < 0 else "with status %s" % status
    if status is None:
        how = "each time"
    outcome.errors.append((path, None,
                           "the process that looked at it ended %s; try it alone with --jobs 1" % how))
    return outcome
