"""What names are called: imports of every look, shadowing, instances."""
from __future__ import absolute_import

import pytest

from verifyshim.codemod import syntax
from verifyshim.codemod.names import Names


def last_expression(tree):
    """The value of the last statement, however deep it stands."""
    statement = tree.body[-1]
    while not hasattr(statement, "value"):
        statement = statement.body[-1]
    return statement.value


def named(text):
    """What the expression at the end of a text is called."""
    tree = syntax.parse(text)
    return Names(tree).qualified(last_expression(tree))


@pytest.mark.parametrize("text, name", [
    ("import urllib2\nurllib2.urlopen", "urllib.request.urlopen"),
    ("import urllib2 as request\nrequest.urlopen", "urllib.request.urlopen"),
    ("import urllib2\nurllib2.URLError", "urllib.error.URLError"),
    ("import urllib\nurllib.urlopen", "urllib.request.urlopen"),
    ("import urllib\nurllib.urlencode", "urllib.parse.urlencode"),
    ("import urllib.request\nurllib.request.urlopen", "urllib.request.urlopen"),
    ("from urllib import request\nrequest.urlopen", "urllib.request.urlopen"),
    ("from urllib2 import urlopen as uo\nuo", "urllib.request.urlopen"),
    ("import httplib\nhttplib.HTTPSConnection", "http.client.HTTPSConnection"),
    ("import http.client\nhttp.client.HTTPSConnection", "http.client.HTTPSConnection"),
    ("import httplib\nhttplib.ssl.CERT_NONE", "ssl.CERT_NONE"),
    ("import xmlrpclib\nxmlrpclib.Server", "xmlrpc.client.ServerProxy"),
    ("from six.moves import urllib\nurllib.request.urlopen", "urllib.request.urlopen"),
    ("from six.moves import http_client as h\nh.HTTPSConnection", "http.client.HTTPSConnection"),
    ("import six\nsix.moves.urllib.request.urlopen", "urllib.request.urlopen"),
    ("from six.moves.urllib_parse import quote\nquote", "urllib.parse.quote"),
    ("from django.utils.six.moves import xmlrpc_client as x\nx.ServerProxy", "xmlrpc.client.ServerProxy"),
    ("from future.moves.urllib.request import urlopen\nurlopen", "urllib.request.urlopen"),
    ("import requests\nrequests.packages.urllib3.disable_warnings", "urllib3.disable_warnings"),
    ("from requests.packages import urllib3\nurllib3.PoolManager", "urllib3.PoolManager"),
    ("from requests.packages.urllib3.poolmanager import PoolManager\nPoolManager", "urllib3.PoolManager"),
    ("from botocore.vendored import requests\nrequests.get", "requests.get"),
    ("from pip._vendor import requests\nrequests.sessions.Session", "requests.Session"),
    ("from .packages import urllib3\nurllib3.x", "urllib3.x"),
    ("from requests import api\napi.get", "requests.get"),
    ("from ssl import *\nwrap_socket", "ssl.wrap_socket"),
    ("getattr", "builtins.getattr"), ("raw_input", "builtins.raw_input"),
    ("import ssl\ngetattr(ssl, '_create_unverified_context', None)", "ssl._create_unverified_context"),
    ("__import__('ssl').CERT_NONE", "ssl.CERT_NONE"),
    ("import importlib\nimportlib.import_module('http.client').X", "http.client.X"),
    ("def f():\n  import ssl\n  ssl.CERT_NONE", "ssl.CERT_NONE"),
    ("import ssl\ndef f():\n  return ssl.CERT_NONE", "ssl.CERT_NONE"),
    ("global x\nimport ssl as x\nx.y", "ssl.y"),
    ("def g():\n  global x\n  import ssl as x\nx.y", "ssl.y"),
    ("import ssl\n[ssl.CERT_NONE for i in x][0] and ssl.x", None),
    ("from ssl import CERT_NONE as none\nv = none\nv", "ssl.CERT_NONE"),
])
def test_every_look_of_an_import(text, name):
    assert named(text) == name


TRY = "try:\n  %s\nexcept ImportError:\n  %s\n%s"


@pytest.mark.parametrize("text, name", [
    (TRY % ("import httplib", "import http.client as httplib", "httplib.X"), "http.client.X"),
    (TRY % ("import http.client as h", "import httplib as h", "h.X"), "http.client.X"),
    (TRY % ("from urllib.request import urlopen", "from urllib2 import urlopen", "urlopen"),
     "urllib.request.urlopen"),
    (TRY % ("import ssl", "ssl = None", "ssl.X"), "ssl.X"),
    (TRY % ("import ssl", "pass", "ssl.X"), "ssl.X"),
    (TRY % ("from http.client import HTTPSConnection as C", "C = object", "C"), "http.client.HTTPSConnection"),
    (TRY % ("from httplib import HTTPSConnection", "class HTTPSConnection: pass", "HTTPSConnection"), None),
    (TRY % ("import ssl", "from backports import ssl", "ssl.X"), None),
    (TRY % ("import requests", "from pip._vendor import requests", "requests.get"), "requests.get"),
    ("import sys\nif sys.version_info[0] == 2:\n  import urllib2 as u\nelse:\n  import urllib.request as "
     "u\nu.urlopen",
     "urllib.request.urlopen"),
    ("import six\nif six.PY2:\n  from httplib import X\nelse:\n  from http.client import X\nX",
     "http.client.X"),
    ("if a:\n  import ssl\nelse:\n  import other as ssl\nssl.X", None),
])
def test_pairs_of_imports(text, name):
    assert named(text) == name


def test_the_other_arm_is_not_seen():
    tree = syntax.parse("if a:\n  import ssl\n  ssl.X\nelse:\n  import other as ssl\n  ssl.X\n")
    names = Names(tree)
    assert names.qualified(tree.body[0].body[1].value) == "ssl.X"
    assert names.qualified(tree.body[0].orelse[1].value) == "other.X"


@pytest.mark.parametrize("text", [
    "import ssl\ndef f(ssl):\n  ssl.X", "import ssl\ndef f():\n  ssl = g(1)\n  ssl.X", "ssl.X",
    "import ssl\nfor ssl in a: ssl.X", "import ssl\nclass ssl: pass\nssl.X", "import ssl\ndef ssl(): pass\nssl",
    "import ssl\nlambda ssl: 0\ndef f(*ssl): ssl.X", "from . import ssl\nssl.X", "from .ssl import X\nX",
    "import ssl\ndel x\nwith a as (ssl, b): ssl.X", "import ssl\ntry: pass\nexcept E as ssl: pass\nssl.X",
    "import ssl\n(ssl := y.z)\nssl.X", "def getattr(): pass\ngetattr", "import ssl\nssl, b = c\nssl.X",
    "class A:\n  import ssl\n  def f(self):\n    ssl.X"])
def test_what_is_shadowed_has_no_name(text):
    assert named(text) is None


def test_another_packages_ssl_keeps_its_name():
    assert named("from eventlet.green import ssl\nssl.wrap_socket") == "eventlet.green.ssl.wrap_socket"
    assert named("from twisted.internet import ssl\nssl.X") == "twisted.internet.ssl.X"


@pytest.mark.parametrize("text, name", [
    ("s = requests.Session()\ns", "requests.Session()"),
    ("s = requests.Session()\ns.get", "requests.Session().get"),
    ("requests.session().get", "requests.Session().get"),
    ("with requests.Session() as s: s.get", "requests.Session().get"),
    ("import contextlib\nwith contextlib.closing(requests.Session()) as s: s.get", "requests.Session().get"),
    ("def f():\n  s = requests.Session()\n  s.get", "requests.Session().get"),
    ("def make():\n  s = requests.Session()\n  return s\nmake().get", "requests.Session().get"),
    ("make = lambda: requests.Session()\nmake().get", "requests.Session().get"),
    ("class A(requests.Session):\n  def f(self): self.get", "requests.Session().get"),
    ("class A(requests.Session):\n  def get(self): self.get", None),
    ("class A(requests.Session): pass\nclass B(A): pass\nB().get", "requests.Session().get"),
    ("class A(object):\n  def __init__(self): self.s = requests.Session()\n  def f(self): self.s.get",
     "requests.Session().get"),
    ("class A(object):\n  s = None\n  def f(self): self.s = requests.Session()\n  def g(self): self.s.get",
     "requests.Session().get"),
    ("class A(object):\n  def __init__(self, s): self.s = s or requests.Session()\n  def f(self): self.s.get",
     None),
    ("class A(object):\n  s = requests.Session()\nA.s.get", "requests.Session().get"),
    ("class A(object):\n  @property\n  def s(self): return requests.Session()\n  def f(self): self.s.get",
     "requests.Session().get"),
    ("class A(Base):\n  def __init__(self): self.s = requests.Session()\nclass B(A):\n  def f(self): "
     "self.s.get",
     "requests.Session().get"),
    ("class A(requests.Session):\n  def f(self): super(A, self).get", "requests.Session().get"),
    ("class A(requests.Session):\n  def f(self): super().get", "requests.Session().get"),
    ("s = requests.Session() if a else requests.session()\ns.get", "requests.Session().get"),
    ("def f(s=requests.Session()): s.get", None), ("s = requests.Session()\ns = other()\ns.get", None),
    ("s = other()\ns = requests.Session()\ns.get", "requests.Session().get"),
    ("async def f():\n  async with requests.Session() as s:\n    s.get", "requests.Session().get"),
])
def test_instances(text, name):
    assert named("import requests\n" + text) == name


@pytest.mark.parametrize("text", [
    "opener = urllib2.urlopen\nopener", "class A:\n  opener = urllib2.urlopen\n  def f(self): self.opener",
    "class A:\n  def __init__(self): self.opener = urllib2.urlopen\n  def f(self): self.opener"])
def test_attribute_capture(text):
    assert named("import urllib2\n" + text) == "urllib.request.urlopen"


@pytest.mark.parametrize("text", [
    "node = node.next\nnode.next", "import a\nx = a.b\nwhile x:\n  x = x.c\nx", "a = b\nb = a\na.c",
    "def f(): return f()\nf().x", "class A(A): pass\nA().x", "class A(B): pass\nclass B(A): pass\nB().x"])
def test_circles_come_to_an_end(text):
    assert named(text) is None


def test_long_chains_have_no_name_and_no_crash():
    assert named("import a\na" + ".b()" * 2000) is None


def test_imports_and_their_uses():
    tree = syntax.parse("import ssl, os.path\ntry:\n  import httplib\nexcept ImportError:\n  from http import "
                        "client\n"
                        "from . import x\nfrom ssl import *\n__all__ = ['x']\ndef f():\n  import ssl\n  ssl.y\n"
                        "os.path\n")
    names = Names(tree)
    found = [(each.module, each.bound, each.in_try_pair, each.used) for each in names.imports]
    assert found == [("ssl", "ssl", False, False), ("os.path", "os", False, True),
                     ("http.client", "httplib", True, False), ("http.client", "client", True, False),
                     (None, "x", False, True), ("ssl", "*", False, True), ("ssl", "ssl", False, True)]
    inner = names.imports[-1].binding
    assert [use.id for use in names.uses(inner)] == ["ssl"]
    assert names.is_used(inner)
    assert not names.is_used(inner, [tree.body[-2].body[1]])
