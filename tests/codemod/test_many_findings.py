"""Files with very many findings: the work grows with their number, not with its square."""
import sys

import pytest

from verifyshim.codemod import edits, engine
from verifyshim.codemod.context import Options

from .editing import attempted

URLLIB = "import ssl\nimport urllib2\n"
OPEN = "urllib2.urlopen(u, context=ssl._create_unverified_context())\n"
FILES = {
    "lines": (URLLIB, OPEN),
    "without their import": ("from ssl import _create_unverified_context\nimport urllib2\n",
                             "urllib2.urlopen(u, context=_create_unverified_context())\n"),
    "in one function": (URLLIB + "def f(u):\n", "    " + OPEN),
    "in many functions": (URLLIB, "def f{0}(u):\n    return " + OPEN),
    "variables": (URLLIB, "c{0} = ssl._create_unverified_context()\nurllib2.urlopen(u, context=c{0})\n"),
    "variables of functions": (URLLIB, "def f{0}(u):\n    c = ssl.create_default_context()\n"
                               "    c.check_hostname = False\n    c.verify_mode = ssl.CERT_NONE\n"
                               "    return urllib2.urlopen(u, context=c)\n"),
    "wrapped sockets": ("import socket\nimport ssl\n", "def f{0}(host):\n"
                        "    s = socket.create_connection((host, 443))\n    return ssl.wrap_socket(s)\n"),
    "requests": ("import requests\n", "requests.get(u, verify=False)\n"),
    "requests in functions": ("import requests\n", "def f{0}(u):\n    return requests.get(u, verify=False)\n"),
    "hooks": ("import ssl\n", "ssl._create_default_https_context = ssl._create_unverified_context\n"),
    "urllib3": ("import urllib3\n", "urllib3.PoolManager(cert_reqs='CERT_NONE')\nurllib3.disable_warnings()\n"),
    "pycurl": ("import pycurl\n",
               "def f{0}():\n    c = pycurl.Curl()\n    c.setopt(pycurl.SSL_VERIFYPEER, 0)\n"),
}


def made(kind, number):
    head, each = FILES[kind]
    return (head + "".join(each.format(index) for index in range(number))).encode("ascii")


def steps(data, number):
    """Return how many lines of Python the codemod executes for a file; a loop counts each time round."""
    counted = [0]

    def each_line(frame, event, argument):
        counted[0] += event == "line"
        return each_line
    rules, before = engine.load_rules(), sys.gettrace()
    sys.settrace(each_line)
    try:
        result = engine.rewrite(data, rules, Options())
    finally:
        sys.settrace(before)
    assert not result.errors and result.changed and len(result.findings) >= number
    return counted[0]


@pytest.mark.parametrize("kind", sorted(FILES))
def test_twice_the_findings_take_twice_the_steps(kind):
    steps(made(kind, 1), 1)     # what is imported and compiled once
    few, more, most = [steps(made(kind, number), number) for number in (30, 60, 120)]
    assert most - more < 2.1 * (more - few)


def test_thousands_of_findings_of_one_file_are_rewritten():
    result = engine.rewrite(made("lines", 5000), engine.load_rules(), Options())
    assert len(result.findings) == 5000 and all(found.applied for found in result.findings)
    assert result.data.count(b"ssl.create_default_context()") == 5000


def test_one_fix_that_spoils_a_thousand_is_found_by_halves(monkeypatch):
    parsed = []
    monkeypatch.setattr(edits, "_read", lambda text, read=edits._read: parsed.append(1) or read(text))
    result = attempted("f(1)\n" * 1000, lambda of_kind: [
        [edits.Replace(call.start, call.end, "(" if number == 700 else "g()")]
        for number, call in enumerate(of_kind("Call"))])
    assert len(result.left) == 1 and result.text.count("g()") == 999 and result.text.count("f(1)") == 1
    assert len(parsed) < 40
