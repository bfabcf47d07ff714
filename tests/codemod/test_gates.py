"""Gates: what the user of a program decides, and what nobody does. And test code."""
import pytest

from verifyshim.codemod.context import Context, Options
from verifyshim.codemod.rules.gates import gated
from verifyshim.codemod.rules.testcode import is_test

GATED = {
    "an option": "if options.insecure:\n    MARK()",
    "the other branch": "if verify:\n    good()\nelse:\n    MARK()",
    "not": "if not self.verify_ssl:\n    MARK()",
    "an option of any name": "if args.lab:\n    MARK()",
    "the environment": "if os.environ.get('LAB'):\n    MARK()",
    "the environment, compared": "if os.getenv('MODE') == '1':\n    MARK()",
    "configuration": "if config['lab'] is True:\n    MARK()",
    "a conditional expression": "x = MARK() if insecure else good()",
    "and": "x = insecure and MARK()",
    "a guard": "def f(verify):\n    if verify:\n        return good()\n    return MARK()",
    "a loop's guard": "for host in hosts:\n    if host.verify:\n        continue\n    MARK()",
    "one of two": "if insecure or (not ctx and host in ['localhost', '127.0.0.1']):\n    MARK()",
    "the local host": "if host == 'localhost':\n    MARK()",
    "debugging": "if settings.DEBUG:\n    MARK()",
    "with a probe": "if no_check_certificate and hasattr(ssl, 'SSLContext'):\n    MARK()",
    "a context that does not verify": "if ctx.verify_mode == ssl.CERT_NONE:\n    MARK()",
    "secure or not": "if not secure:\n    MARK()",
    "camel case": "if disableSslCertValidation:\n    MARK()",
    "an option kept in a variable": "lab = args.lab\nif lab:\n    MARK()",
    "two deep": "if insecure:\n    for host in hosts:\n        MARK()",
}
OPEN = {
    "nothing": "MARK()",
    "a probe": "if hasattr(ssl, '_create_unverified_context'):\n    MARK()",
    "a version": "if sys.version_info >= (2, 7, 9):\n    MARK()",
    "the main program": "if __name__ == '__main__':\n    MARK()",
    "https": "if url.startswith('https'):\n    MARK()",
    "whether TLS": "if self.use_ssl:\n    MARK()",
    "secure": "if secure:\n    MARK()",
    "a scheme": "if scheme == 'https':\n    MARK()",
    "a module": "if ssl is not None:\n    MARK()",
    "AttributeError": "try:\n    probe()\nexcept AttributeError:\n    MARK()",
    "data": "if data:\n    MARK()",
    "a method": "if method == 'GET':\n    MARK()",
    "a region": "if self.region.name == 'eu-west-1':\n    MARK()",
    "roots or none": "if self.ca_file:\n    good()\nelse:\n    MARK()",
    "an answer": "if response.status_code == 401:\n    MARK()",
    "both branches": "if insecure:\n    MARK()\nelse:\n    MARK()",
    "a guard for its own reason": "def f(url):\n    if not url:\n        return None\n    return MARK()",
    "a guard that raises": "def f(verify):\n    if not verify:\n        raise ValueError(verify)\n"
                           "    return MARK()",
    "six": "if six.PY2:\n    MARK()",
    "a command": "if args.command == 'list':\n    MARK()",
}


def gate_of(text):
    context = context_of("import os, ssl, sys, six\n" + text + "\n")
    mark = [call for call in context.nodes("Call") if context.text(call) == "MARK()"][0]
    return gated(context, mark)


def context_of(text, path="program.py"):
    class Source(object):
        data = text.encode("ascii")

        @staticmethod
        def line_column(offset):
            return text.count("\n", 0, offset) + 1, 0
    Source.path, Source.text = path, text
    return Context(Source, Options())


@pytest.mark.parametrize("name", sorted(GATED))
def test_a_choice_is_a_gate(name):
    assert gate_of(GATED[name]) is not None


@pytest.mark.parametrize("name", sorted(OPEN))
def test_what_nobody_chooses_is_none(name):
    assert gate_of(OPEN[name]) is None


def test_the_gate_is_told_as_it_stands_in_the_source():
    assert gate_of("if a and not  options.verify:\n    MARK()") == "options.verify"


@pytest.mark.parametrize("path, expected", [
    ("program.py", False), ("tests/a.py", True), ("test/a.py", True), ("pkg/testing/a.py", True),
    ("test_a.py", True), ("a_test.py", True), ("conftest.py", True), ("pkg/contest.py", False),
    ("latest/a.py", False), ("/home/me/tests/pkg/lib/code/a.py", False), ("pkg\\tests\\a.py", True),
    ("attestation.py", False), ("samples/a.py", False)])
def test_paths_of_tests(path, expected):
    assert is_test(context_of("x = 1\n", path)) is expected


def test_files_that_are_tests_by_what_is_in_them():
    assert is_test(context_of("import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n"
                              "        pass\n"))
    assert not is_test(context_of("def fetch():\n    pass\n"))


def test_a_test_in_a_program():
    context = context_of("import unittest\ndef a():\n    pass\ndef b():\n    pass\n"
                         "class T(unittest.TestCase):\n    def test_a(self):\n        mark()\n")
    call = context.nodes("Call")[0]
    assert not is_test(context)
    assert is_test(context, call)
