"""Run one module of CPython's own tests and write one JSON line for each test: on 2.6 to 3.15.

    python run_module.py ANSWERS CHOICE test.test_ssl

CHOICE is a file of JSON: ``skipped``, patterns of tests to leave out, and ``only``, those to run, or null for all.

The modules' own ways in differ (test_main, load_tests, plain TestCases), and so do their runners; all of them
tell unittest.TestResult how each test ended, so it is listened to there.
"""
import fnmatch
import json
import os
import sys
import traceback
import unittest

# Worst first: a test that ended in several ways, by its subtests for one, counts as the worst.
OUTCOMES = ("error", "failure", "unexpected success", "expected failure", "skipped", "passed")
_METHODS = {"addError": "error", "addFailure": "failure", "addSkip": "skipped", "addSuccess": "passed",
            "addExpectedFailure": "expected failure", "addUnexpectedSuccess": "unexpected success"}
_LONGEST = 6000


class Answers(object):
    """The lines of one run; a child that the tests fork off writes none."""

    def __init__(self, path):
        self._stream, self._process = open(path, "w"), os.getpid()

    def tell(self, name, outcome, text=""):
        if os.getpid() == self._process:
            self._stream.write(json.dumps({"test": name, "outcome": outcome, "text": _ascii(text)[-_LONGEST:]}) + "\n")
            self._stream.flush()


def _ascii(text):
    return text if str is not bytes else text.decode("ascii", "replace").encode("ascii", "replace")


def _text(trouble):
    try:
        return "".join(traceback.format_exception(*trouble))
    except Exception:       # what 2.x raises may not be ASCII
        return repr(trouble[1])


def _listen(answers):
    for method, outcome in _METHODS.items():
        original = getattr(unittest.TestResult, method, None)
        if original is not None:
            setattr(unittest.TestResult, method, _telling(original, outcome, answers))
    original = getattr(unittest.TestResult, "addSubTest", None)
    if original is not None:
        def addSubTest(self, test, subtest, trouble):
            if trouble is not None:
                failed = issubclass(trouble[0], test.failureException)
                answers.tell(test.id(), "failure" if failed else "error", _text(trouble))
            return original(self, test, subtest, trouble)
        unittest.TestResult.addSubTest = addSubTest
    start = unittest.TestResult.startTest

    def startTest(self, test):
        answers.tell(test.id(), "started")
        return start(self, test)
    unittest.TestResult.startTest = startTest


def _telling(original, outcome, answers):
    def add(self, test, *more):
        text = more[0] if more else ""
        answers.tell(test.id(), outcome, text if isinstance(text, str) else _text(text))
        return original(self, test, *more)
    return add


def _choose(choice):
    """Pass over the tests that are not to be run, as if they were not there."""
    original = unittest.TestCase.run

    def run(self, *args, **kwargs):
        name = self.id()
        if [pattern for pattern in choice["skipped"] if fnmatch.fnmatch(name, pattern)]:
            return None
        if choice["only"] is None or name in choice["only"]:
            return original(self, *args, **kwargs)
    unittest.TestCase.run = run


def _forgive_hanging_up():
    """Have OpenSSL 3 take the end of a connection for the end of TLS, as 3.10+ and OpenSSL before 3 do.

    The servers of older interpreters' tests die of it, and most of the tests with them, verifyshim or not.
    """
    try:
        import ssl
        if sys.version_info >= (3, 10) or ssl.OPENSSL_VERSION_INFO < (3,):
            return
    except (ImportError, AttributeError):       # 2.6
        return
    original = ssl.SSLContext.__new__

    def __new__(cls, *args, **kwargs):
        context = original(cls, *args, **kwargs)
        context.options |= 0x80      # SSL_OP_IGNORE_UNEXPECTED_EOF
        return context
    ssl.SSLContext.__new__ = staticmethod(__new__)


def _support():
    try:
        from test import support
        support.use_resources       # 2.6 and 2.7 before 2.7.9 may have another test.support
    except (ImportError, AttributeError):
        from test import test_support as support
    return support


def _run(name):
    """Do what regrtest does with a module."""
    _forgive_hanging_up()
    support = _support()
    # No network and nothing that takes long; but up to 3.4 the local servers of some count as network too.
    local = name in ("test.test_ssl", "test.test_imaplib") and sys.version_info < (3, 5)
    support.use_resources = ["network"] if local else []
    support.verbose = False
    __import__(name)
    module = sys.modules[name]
    if hasattr(module, "test_main"):
        module.test_main()
        return
    tests = unittest.TestLoader().loadTestsFromModule(module)
    run = getattr(support, "run_unittest", None)        # gone in 3.14
    if run is not None:
        run(tests)
    else:
        unittest.TextTestRunner(stream=sys.stdout).run(tests)


def main(path, choice, name):
    answers = Answers(path)
    _listen(answers)
    with open(choice) as stream:
        _choose(json.load(stream))
    try:
        _run(name)
    except Exception:
        kind = sys.exc_info()[0].__name__
        # TestFailed only sums up what has been told already.
        if kind in ("SkipTest", "TestSkipped", "ResourceDenied"):
            answers.tell(name, "skipped", str(sys.exc_info()[1]))
        elif kind not in ("TestFailed", "TestFailedWithDetails"):
            answers.tell(name, "error", traceback.format_exc())
    answers.tell(name, "ended")


if __name__ == "__main__":
    # multiprocessing's children import this file again, as another name.
    del sys.path[0]
    main(*sys.argv[1:])
