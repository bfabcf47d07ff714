"""SECURITY.md says what can and cannot be done, and names the test of each line."""
import io
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
_TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")


def text(path):
    with io.open(path, encoding="utf-8") as stream:
        return stream.read()


def named():
    return set(_TEST.findall(text(os.path.join(REPOSITORY, "SECURITY.md"))))


def test_each_test_that_is_named_is_there():
    missing = [pair for pair in sorted(named()) if not os.path.exists(os.path.join(REPOSITORY, pair[0]))
               or "def %s(" % pair[1] not in text(os.path.join(REPOSITORY, pair[0]))]
    assert named() and not missing


def test_each_test_here_is_named():
    here = set()
    for name in os.listdir(HERE):
        if name.startswith("test_") and name.endswith(".py"):
            found = re.findall(r"^def (test_\w+)\(", text(os.path.join(HERE, name)), re.M)
            here.update(("tests/security/" + name, test) for test in found)
    assert here and not here - named()


def test_each_line_has_a_test():
    lines = [line for line in re.split(r"\n(?=- |\n)", text(os.path.join(REPOSITORY, "SECURITY.md")))
             if line.lstrip().startswith(("- can ", "- cannot "))]
    assert lines and not [line for line in lines if not _TEST.search(line)]
