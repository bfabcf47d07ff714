"""Which modules are the standard library's, beside packages that take the other generation's names for them."""
import subprocess
import sys

import pytest

# What python-future installs on 2.x, and its mirror image.
OTHER = {"http/__init__.py": "", "http/client.py": "from httplib import *\n"} if sys.version_info[0] == 2 else \
    {"httplib.py": "from http.client import *\n", "urllib2.py": "from urllib.request import *\n"}
NAME = "http.client" if sys.version_info[0] == 2 else "httplib"
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import verifyshim
verifyshim.install()
from verifyshim.stdlib import named
if sys.argv[2] == "theirs first":
    __import__(sys.argv[3])
module = named("http.client", "httplib")
if sys.argv[2] == "theirs last":
    __import__(sys.argv[3])
if sys.argv[2] != "theirs never":
    assert sys.modules[sys.argv[3]].HTTPSConnection is module.HTTPSConnection
print(sorted(verifyshim.status()["patched"]))
verifyshim.uninstall()
methods = vars(module.HTTPSConnection)
print(sorted(name for name in methods if "verifyshim" in repr(methods[name])))
"""


@pytest.fixture
def theirs(tmpdir):
    for name in OTHER:
        tmpdir.join(name).write(OTHER[name], ensure=True)
    return str(tmpdir)


def run(*arguments):
    return subprocess.check_output((sys.executable, "-c", PROGRAM) + arguments)


@pytest.mark.parametrize("when", ["theirs first", "theirs last"])
def test_what_only_hands_on_http_client_is_not_patched_a_second_time(theirs, when, tmpdir_factory):
    nothing = str(tmpdir_factory.mktemp("nothing"))
    assert run(theirs, when, NAME) == run(nothing, "theirs never", NAME)
