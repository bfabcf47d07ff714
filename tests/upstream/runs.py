"""Run one module of CPython's tests under an interpreter, bare or in a column, and read its answers."""
import fnmatch
import glob
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from ..conformance import interpreters, libraries
from . import kept, modules, policy

HERE = Path(__file__).resolve().parent
# The name under which a run tells whether it came to its end.
END = "(the end of the module)"
# What a test ended as, worst first: see inside/run_module.py. "not run" is also what a crash leaves.
WORST = ("not run", "error", "failure", "unexpected success", "expected failure", "skipped", "passed")
# What activation stops the interpreter with.
EXIT_FAIL_CLOSED = 78
# Old interpreters' tests take for granted what OpenSSL 3 refuses by default: certificates with short keys and
# TLS 1.0. (The third, peers that hang up without saying so, has no place here: see inside/run_module.py.)
_LENIENT = """openssl_conf = lenient
[lenient]
ssl_conf = ssl
[ssl]
system_default = system
[system]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
"""
_FACTS = ("import json, os, sys, test; print(json.dumps(%s))" % (
    "[os.path.dirname(os.path.abspath(test.__file__)), os.path.abspath(sys.prefix)]"))


class Answer:
    """What one test ended as, and the text of its trouble."""

    def __init__(self, outcome, text=""):
        self.outcome, self.text = outcome, text

    def __repr__(self):
        return self.outcome


class Process:
    """Runs a suite in a process of its own; what the two kinds of suites have in common.

    :ivar row: of conformance.interpreters; *name*: what the table calls it; *version*: the interpreter's, text;
        *longest*: seconds that a run may take.
    """

    row = name = version = None
    longest = modules.LONGEST

    def executable(self):
        """Return the path of the Python to run."""
        return self.row.executable

    def write_policy(self, path):
        """Write the policy that trusts the servers of the suite to *path*."""
        raise NotImplementedError

    def answers(self, script, arguments, column, skipped, only, where=None):
        """Return ``{test: Answer}`` of one run of inside/*script*.

        :param where: the working directory; None for an empty one.
        """
        with tempfile.TemporaryDirectory(prefix="verifyshim-upstream-") as folder:
            folder = Path(folder)
            answers, choice = folder / "answers", folder / "choice"
            choice.write_text(json.dumps({"skipped": list(skipped), "only": only and list(only)}))
            (folder / "work").mkdir()
            ended = self._start([str(HERE / "inside" / script), str(answers), str(choice)] + list(arguments),
                                self._environment(folder, column), where or folder / "work", folder / "output")
            if ended == EXIT_FAIL_CLOSED:
                raise RuntimeError("verifyshim could not be activated under %s: %s"
                                   % (self.name, (folder / "output").read_text(errors="replace").strip()))
            found = read(answers, ended is not None)
            if list(found) == [END] and found[END].outcome != "passed":
                raise RuntimeError("%s did not get as far as a test: %s"
                                   % (self.name, (folder / "output").read_text(errors="replace").strip()[-3000:]))
            return found

    def _environment(self, folder, column):
        activation = HERE / "bare" if column is None else kept.REPOSITORY / "contrib" / "sitecustomize"
        path = [activation, kept.shim(), libraries.client_libraries(self.row.facts)]
        environment = interpreters.clean_environment(
            HOME=str(folder), TMPDIR=str(folder), PYTHONPATH=os.pathsep.join(map(str, path)))
        if self.row["python"] < [3, 7]:
            lenient = folder / "openssl.cnf"
            lenient.write_text(_LENIENT)
            environment["OPENSSL_CONF"] = str(lenient)
        if column is not None:
            mode, trusted = modules.COLUMNS[column]
            environment.update(VERIFYSHIM_MODE=mode, VERIFYSHIM_FAIL_CLOSED="1")
            if trusted:
                self.write_policy(folder / "verifyshim.cfg")
                environment["VERIFYSHIM_CONFIG"] = str(folder / "verifyshim.cfg")
        return environment

    def _start(self, arguments, environment, where, output_path):
        """Return the exit status, or None where the process did not end in time."""
        with open(str(output_path), "wb") as output:
            process = subprocess.Popen([self.executable()] + arguments, env=environment, cwd=str(where),
                                       stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       start_new_session=True)
            try:
                return process.wait(self.longest)
            except subprocess.TimeoutExpired:
                return None
            finally:
                try:
                    os.killpg(process.pid, signal.SIGKILL)      # and what it left running
                except OSError:
                    pass
                process.wait()


class Runner(Process):
    """Runs CPython's tests of one interpreter.

    :ivar tests: their folder.
    """

    def __init__(self, row):
        self.row, self.name, self.version = row, str(row), row["version"]
        done = subprocess.run([row.executable, "-c", _FACTS], env=interpreters.clean_environment(),
                              stdout=subprocess.PIPE, check=True, timeout=60)
        self.tests = Path(json.loads(done.stdout.decode())[0])

    def has(self, module):
        place = self.tests.joinpath(*module.split("."))
        return place.with_suffix(".py").exists() or (place / "__init__.py").exists()

    def names(self, module):
        """Return what the names of its tests begin with, and what stands for that in differences.py."""
        return "test.%s." % module, module + "."

    def run(self, module, column=None, skipped=(), only=None):
        """Return ``{test: Answer}`` of *module*.

        :param column: a key of modules.COLUMNS, or None for a bare run.
        :param skipped: patterns of tests that are not to be run; *only*: names of those to be, or None for all.
        """
        return self.answers("run_module.py", ["test." + module], column, skipped, only)

    def write_policy(self, path):
        """See Process.write_policy."""
        policy.write(path, self.tests, self._expired())

    def _expired(self):
        """Whether the roots of its tests have expired: 2.7.18's and 3.6.15's last to 2028, older ones' did not."""
        return self.row["python"] < [2, 7, 18] or [3] <= self.row["python"] < [3, 6]


def read(path, ended):
    """Return ``{test: Answer}`` of the lines of one run; a test that was begun and did not end is "not run"."""
    found = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    finished = False
    for line in lines:
        told = json.loads(line)
        if told["outcome"] == "ended":
            finished = True
            continue
        if told["outcome"] == "started":
            found.setdefault(told["test"], Answer("not run", "it did not end in time"
                                                  if not ended else "the process ended"))
            continue
        known = found.get(told["test"])
        if known is None or known.outcome == "not run" or WORST.index(told["outcome"]) < WORST.index(known.outcome):
            found[told["test"]] = Answer(told["outcome"], told["text"])
    if not finished:
        found[END] = Answer("not run", "hung" if not ended else "crashed")
    else:
        found[END] = Answer("passed")
    return found


def fails(bare):
    """Return the tests that fail without verifyshim too: there is nothing to compare, and some take long.

    The names are patterns for fnmatch: pytest's have brackets.
    """
    return [glob.escape(test) for test in bare if bare[test].outcome in ("not run", "error", "failure")]


def compare(bare, shimmed, skipped=()):
    """Yield ``(test, bare Answer, shimmed Answer)`` for each test that ended otherwise.

    :param skipped: patterns of tests to pass over.
    """
    behind = bare[END].outcome != "passed"      # then those behind where it ended were not run
    for test in sorted(set(bare) | set(shimmed)):
        if behind and test not in bare:
            continue
        one = bare.get(test, Answer("not run"))
        other = shimmed.get(test, Answer("not run"))
        if one.outcome != other.outcome and not any(fnmatch.fnmatchcase(test, pattern) for pattern in skipped):
            yield test, one, other
