"""Reads every file of a folder, by default this interpreter's standard library, and compares with its ast.

    python tests/codemod/stdlib_survey.py [FOLDER...]

Not a test that is collected: it takes a minute or two. Prints each file that the host reads and the reader does
not, or reads differently, and figures; the exit status is 1 if there is any such file.
"""
from __future__ import absolute_import, division, print_function

import io
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir, os.pardir, "compat"), HERE]

from oracle import differences  # noqa: E402
from verifyshim.codemod import syntax  # noqa: E402


def sources(folder):
    """The Python files of a folder but for what pip installed there."""
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("site-packages", "__pycache__"))
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.join(path, name)


class Survey(object):
    """The figures of one run."""

    def __init__(self):
        self.compared = self.different = self.unread = self.only_here = self.refused = self.bytes = 0
        self.seconds = 0.0

    def look_at(self, path):
        with io.open(path, "rb") as source:
            data = source.read()
        text = data.decode("latin-1")
        began = time.time()
        try:
            tree, problem = syntax.parse(text), None
        except syntax.SyntaxProblem as error:
            tree, problem = None, error
        self.seconds += time.time() - began
        self.bytes += len(data)
        found = differences(data, tree) if tree is not None else readable(data)
        if problem is not None:
            self.unread += found
            self.refused += not found
            if found:
                print("%s: not read: %s" % (path, problem))
        elif found is None:
            self.only_here += 1
        else:
            self.compared += 1
            self.different += bool(found)
            for each in found[:5]:
                print("%s: %s" % (path, each))


def readable(data):
    """Whether the host reads it."""
    try:
        compile(data, "source", "exec", 0, True)
    except (SyntaxError, ValueError, RuntimeError, MemoryError):
        return False
    return True


def main(folders):
    survey = Survey()
    for folder in folders or [os.path.dirname(os.__file__)]:
        for path in sources(folder):
            survey.look_at(path)
    print("Python %d.%d: %d files compared, %d different, %d not read, %d read here alone, %d refused by both; "
          "%.1f MB at %.2f MB/s" % (sys.version_info[:2] + (
              survey.compared, survey.different, survey.unread, survey.only_here, survey.refused,
              survey.bytes / 1e6, survey.bytes / 1e6 / max(survey.seconds, 1e-9))))
    return 1 if survey.different or survey.unread else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
