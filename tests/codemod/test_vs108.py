"""VS108: HTTPS without a context, where old Pythons may run it."""
import pytest

OLD = ((2, 6),)
NEW = ((3, 6),)


@pytest.mark.parametrize("before, after", [
    ("import httplib\nc = httplib.HTTPSConnection(host, 443, timeout=3)\n",
     "import verifyshim\nc = verifyshim.VerifiedHTTPSConnection(host, 443, timeout=3)\n"),
    ("import urllib2\nurllib2.urlopen(url, data, 3)\nx = urllib2.Request\n",
     "import urllib2\nimport verifyshim\nverifyshim.urlopen(url, data, 3)\nx = urllib2.Request\n"),
    ("import urllib2\nurllib2.build_opener(h).open(url)\n",
     "import verifyshim\nverifyshim.build_opener(h).open(url)\n"),
    ("import urllib2\nx = urllib2.HTTPSHandler(debuglevel=1)\n",
     "import verifyshim\nx = verifyshim.VerifiedHTTPSHandler(debuglevel=1)\n"),
])
def test_verifyshim_has_the_name(rewritten, findings, before, after):
    assert [found[2] for found in findings(before, select="VS108", min_python=OLD)] == ["unsafe"]
    assert rewritten(before, select="VS108", min_python=OLD) == before
    assert rewritten(before, select="VS108", min_python=OLD, unsafe=True) == after


@pytest.mark.parametrize("text", [
    "import httplib\nmake = httplib.HTTPSConnection\n",
    "import httplib\nclass C(httplib.HTTPSConnection):\n    def connect(self):\n"
    "        httplib.HTTPSConnection.connect(self)\n",
    "import httplib\nx = httplib.HTTPS(host)\n",
    "import urllib\nurllib.urlopen(url)\n",
    "import urllib2\nself.opener = urllib2.urlopen\n",
    "import urllib2\nfor handler in [urllib2.HTTPSHandler]: handler()\n",
    "from .compat import compat_urllib_request\nx = compat_urllib_request.HTTPSHandler()\n",
    "from .utils import *\nhandlers = [compat_urllib_request.HTTPSHandler]\n",
    "if tls:\n    from httplib import HTTPSConnection as C\nelse:\n"
    "    from httplib import HTTPConnection as C\nC(h)\n",
    "import urllib2 as u2\nu2.install_opener(o)\nu2.urlopen(url)\n",
    "from urllib2 import urlopen, Request\nkeep(urlopen)\n",
])
def test_reported(findings, rewritten, text):
    assert [found[2] for found in findings(text, select="VS108", min_python=OLD, unsafe=True)] == ["none"]
    assert rewritten(text, select="VS108", min_python=OLD, unsafe=True) == text


@pytest.mark.parametrize("text", [
    "import httplib\nc = httplib.HTTPSConnection(host, context=x)\n",
    "import urllib2\nurllib2.urlopen('http://example.org/')\nurllib2.urlopen('http://%s/' % host)\n",
    "import urllib2\nurllib2.urlopen(url, cafile=roots)\n",
    "import httplib\nisinstance(c, httplib.HTTPSConnection)\nc.scheme == httplib.HTTPSConnection\n"
    "class C(httplib.HTTPSConnection):\n    pass\n",
    "import httplib, verifyshim\nverifyshim.install()\ndef f():\n    return httplib.HTTPSConnection(h)\n",
    "def f(urlopen):\n    return urlopen(url)\n",
    "'''urllib2.urlopen(url)'''\n",
])
def test_untouched(findings, text):
    assert findings(text, select="VS108", min_python=OLD, unsafe=True) == []


def test_nothing_to_say_where_every_python_verifies(findings):
    text = "from urllib.request import urlopen\nurlopen(url)\n"
    assert findings(text, select="VS108", min_python=NEW) == []
    assert findings(text, select="VS108") == []


def test_a_python_2_program_may_meet_one_that_does_not(findings):
    (_, _, fix, message), = findings("import urllib2\nurllib2.urlopen(url)\n", select="VS108")
    assert fix == "none" and "--min-python" in message


def test_branches_for_old_pythons_say_so_themselves(findings):
    assert len(findings("""
        import ssl
        from urllib import request
        if hasattr(ssl, 'create_default_context'):
            o = request.build_opener(request.HTTPSHandler(context=c))
        else:
            o = request.build_opener()
    """, select="VS108", min_python=NEW)) == 1


BOTH = """
try:
    from http.client import HTTPSConnection
except ImportError:
    from httplib import HTTPSConnection
c = HTTPSConnection(host)
"""


def test_who_meets_old_pythons_shows_it_where_nobody_says_it(tmpdir, codemod):
    new = "from urllib.request import urlopen\nurlopen(url)\n"
    tmpdir.join("both.py").write(BOTH)
    tmpdir.join("new.py").write(new)
    for classifier, found in (("3", ["both.py"]), ("3.6", [])):
        tmpdir.join("setup.py").write("classifiers=['Programming Language :: Python :: %s']\n" % classifier)
        run = codemod("--check", "--select", "VS108", "--format", "json", ".")
        assert [each["path"] for each in run.json["findings"]] == found
