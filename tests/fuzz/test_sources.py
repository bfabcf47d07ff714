# -*- coding: utf-8 -*-
"""Sources with bytes changed, taken out and put in: rewritten to what can be read, or left alone; no traceback
ever."""
import pytest
from hypothesis import strategies as st

from verifyshim.codemod import engine, syntax
from verifyshim.codemod.context import Options

from .running import fuzzed

RULES = engine.load_rules()
PROGRAMS = [
    "import requests\nrequests.get(u, verify=False)\ns = requests.Session()\ns.verify = False\n",
    "import ssl\nssl._create_default_https_context = ssl._create_unverified_context\n",
    "import ssl, urllib2\nctx = ssl.create_default_context()\nctx.check_hostname = False\n"
    "ctx.verify_mode = ssl.CERT_NONE\n"
    "print urllib2.urlopen(u, context=ctx).read()\n",
    "import smtplib, imaplib\ntry:\n    s = smtplib.SMTP('h')\n"
    "    s.starttls()\nexcept ssl.SSLError, e:\n    pass\n",
    "import urllib3\nurllib3.disable_warnings()\n"
    "http = urllib3.PoolManager(cert_reqs='CERT_NONE', assert_hostname=False)\n",
    "from requests import get as g\nkw = {'verify': False, 'timeout': 3}\n\n\n"
    "def f(x, *a, **k):\n    return g(x, **kw)\n",
    "import os\nos.environ['PYTHONHTTPSVERIFY'] = '0'\nexec 'x' in y\nprint >>f, `x`\n",
    "import http.client\n\nasync def f():\n    c = http.client.HTTPSConnection(\n"
    "        'h',  # verify=False\n        context=ssl._create_unverified_context())\n",
    "import httplib2\nhttplib2.Http(disable_ssl_certificate_validation=True)  # verifyshim: ignore[VS205]\n",
    "match x:\n    case {'verify': False, **r}: requests.get(f'{u!r:>{w}}', verify=False)\n",
]
PIECES = [b"(", b")", b"[", b"{", b"'", b'"', b'"""', b"\\", b"\n", b"\r", b"\r\n", b"\t", b" ", b"    ", b"#",
          b":", b";", b",", b"=",
          b"*", b"**", b"lambda", b"verify=False", b"\0", b"\xff", b"\x0c", b"\xef\xbb\xbf",
          b"# coding: utf-16\n",
          b"# coding: latin-1\n", b"# -*- coding: nonsense -*-\n", b"\xe2\x80\xae",
          b"else:\n", b"@", b"`", b"0777L", b"f'{", b"}'", b"print ", b"async ", b"await ", b"import *",
          b"del ", b"->", b":=", b"!"]
SEEDS = [b"", b"\0", b"\xef\xbb\xbf", b"# coding: utf-16\n\xff\xfe", b"(" * 500 + b"requests",
         b"requests.get(verify=False" * 50,
         b"import requests\n" + b"if a:\n " * 120 + b"requests.get(u, verify=False)",
         b"requests\\\n.get(u, verify=False)\\",
         b"import requests\nrequests.get(u, verify=False)" + b" + 1" * 3000]


@st.composite
def mutated(draw):
    data = draw(st.sampled_from(PROGRAMS)).encode("ascii")
    if draw(st.integers(0, 3)) == 0:
        data += draw(st.sampled_from(PROGRAMS)).encode("ascii")
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 2, 5, 20])))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.just(b""), st.just(data[start:end] * 2),
                               st.binary(max_size=3)))
        data = data[:start] + piece + data[end:]
    return data


def readable(data):
    try:
        syntax.parse(data.decode("latin-1"))
    except Exception:       # whatever it says of nonsense; the engine is what must not
        return False
    return True


@pytest.mark.parametrize("unsafe", [False, True])
def test_seeds(unsafe):
    for seed in SEEDS + [program.encode("ascii") for program in PROGRAMS]:
        left_alone_or_readable(seed, unsafe)


@fuzzed(mutated(), st.booleans())
def test_a_spoilt_source_is_rewritten_to_one_that_can_be_read_or_left_alone(data, unsafe):
    left_alone_or_readable(data, unsafe)


def left_alone_or_readable(data, unsafe):
    result = engine.rewrite(data, RULES, Options(unsafe=unsafe), path="program.py")
    if result.errors:
        assert result.data in (None, data)
        assert all("\n" not in str(error) for error in result.errors)
        return
    if result.data == data:
        return
    assert not readable(data) or readable(result.data)
    again = engine.rewrite(result.data, RULES, Options(unsafe=unsafe), path="program.py")
    assert not again.errors and again.data == result.data
