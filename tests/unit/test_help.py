"""--help of every command, as somebody reads it who has no other page at hand."""
import re
import subprocess
import sys

import pytest

from verifyshim.cli import VERBS


def told(*arguments):
    """Return ``(status, standard output)``."""
    process = subprocess.Popen([sys.executable, "-m"] + list(arguments), stdout=subprocess.PIPE)
    return process.communicate()[0].decode("ascii"), process.returncode


COMMANDS = [("verifyshim", verb) for verb in sorted(VERBS)] + [("verifyshim.codemod",)]
# Those that end with other statuses than 0, 1 and 2.
STATUSES = {"report": set("02"), "run": set("2"), "activate": set("02"), "deactivate": set("02")}


@pytest.fixture(scope="module", params=COMMANDS, ids=" ".join)
def command(request):
    return request.param


@pytest.fixture(scope="module")
def page(command):
    text, status = told(*command + ("--help",))
    assert status == 0
    return text


def test_help_says_what_it_does_and_with_which_status_it_ends(command, page):
    first = re.split(r"\n\n", page)[1]
    assert re.match(r"(?s)[A-Z][^.]+[.]", first), first
    statuses = re.search(r"(?i)exit status:\n((?:  .+\n)+)", page).group(1)
    assert set(re.findall(r"(?m)^  (\d)", statuses)) >= STATUSES.get(command[-1], set("012"))
    assert max(len(line) for line in page.splitlines()) <= 112


def test_the_examples_in_help_use_options_that_there_are(command, page):
    examples = re.search(r"(?i)examples:\n((?:  .+\n)+)", page).group(1).splitlines()
    options = set(re.findall(r"--?[a-z][a-z-]*", page[:page.lower().index("exit status:")]))
    for example in examples:
        call = "python -m " + " ".join(command)
        assert call in example, example
        own = example.split(call, 1)[1].split(" program.py")[0]
        assert set(re.findall(r"(?<= )--?[a-z][a-z-]*", own)) <= options, example


def test_the_first_page_names_every_verb_and_the_statuses():
    text, status = told("verifyshim", "--help")
    assert status == 0 and "Exit status:" in text and "codemod" in text
    assert [verb for verb in VERBS if not re.search(r"(?m)^  %s +\w" % verb, text)] == []
