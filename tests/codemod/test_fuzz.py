"""Known call sites in layouts made at random: what is not the call site stays, and twice is once.

Gaps of blanks, comments, line breaks and continuations; line breaks of all systems, mixed; tabs; form feeds;
marks, cookies and encodings; no last line break; and statements around that no rule has to do with.
"""
import pytest

from verifyshim.codemod import engine, syntax
from verifyshim.codemod.context import Options

hypothesis = pytest.importorskip("hypothesis")
st = pytest.importorskip("hypothesis.strategies")

RULES = engine.load_rules()
# ~ is where blanks, line breaks and comments may be; what cannot be rewritten is here as well.
SITES = [
    "requests.get(~'https://h/'~,~verify~=~False~)",
    "requests.get(~verify~=~False~,~url~=~u~,~)",
    "x = requests.Session(~).post(~u~,~data~=~{~'a'~:~1~}~,~verify~=~(~0~)~)",
    "ssl._create_default_https_context = ssl._create_unverified_context",
    "urllib2.urlopen(~u~,~context~=~ssl._create_unverified_context(~)~)",
    "urllib3.disable_warnings(~)",
    "pool = urllib3.PoolManager(~cert_reqs~=~'CERT_NONE'~,~assert_hostname~=~False~)",
    "kw = {~'verify'~:~False~,~'a'~:~1~,~}; requests.get(~u~,~**kw~)",
    "smtplib.SMTP(~'h'~).starttls(~)",
    "ctx = ssl.create_default_context(~); ctx.check_hostname = False; ctx.verify_mode = ssl.CERT_NONE; "
    "http.client.HTTPSConnection(~'h'~,~context~=~ctx~)",
    "c = ssl._create_unverified_context(~cafile~=~'x'~)\nhttp.client.HTTPSConnection(~'h'~,~context~=~c~)",
    "sock = ssl.wrap_socket(~sock~,~)",
    "httplib2.Http(~disable_ssl_certificate_validation~=~True~)",
]
FILLERS = [
    "a_%d = 1", "pass; b_%d = (2,)", "# c_%d verify=False", "'''d_%d\n verify=False '''", "e_%d = lambda x: x",
    "f_%d = {1: 2}  # x",
    "def g_%d(a, b=1):\n\treturn a", "if h_%d:\n  x = 1\nelse:\n     y = 2", "i_%d = (1,\n  # verify\n 2)",
    "j_%d = 1; \\\n k = 2",
    "\x0c\nl_%d = 2", "class M_%d(object):\n    '''requests.get(u, verify=False)'''\n", "n_%d = '%%s' %% x", "",
    "   ", "\t# o_%d",
    "p_%d = u'\\u1234' r'\\d'", "@q\ndef r_%d(): pass", "s_%d = [x for x in y if x]",
]
ONLY_2 = ["print 't_%d', x", "exec 'u_%d' in y", "v_%d = `x` <> 0777L", "raise W_%d, 'x', y"]
ONLY_3 = ["async def t_%d(): await x", "u_%d: int = f'{x!r:>{y}} verify'", "def v_%d(*, a): nonlocal_ = a",
          "w_%d = (y := 1)"]
GAPS = ["", "", "", " ", "  ", "\t", "\n", "\n    ", "  # c\n  ", "# verify=False,)\n", "\\\n  ", "\n\n\t"]
HEADS = ["", "#!/usr/bin/env python\n", "'''doc'''\n", "# c\n\n", "from __future__ import absolute_import\n",
         "\x0c"]
IMPORTS = ("import requests, ssl\nimport urllib2\nimport urllib3; import smtplib\nimport http.client\n"
           "import httplib2\n")
WRAPS = ["%s", "def z():\n    %s", "if a:\n\t%s\nelse:\n\tb = 1", "try:\n  %s\nexcept ValueError:\n  pass",
         "class Z:\n    def y(self):\n        %s",
         "for i in j:\n  q = 1\n  %s\n  r = 2", "if a: b = 1\nelse:\n    %s", "with a:\n   %s  # tail"]


def indented(block, wrap):
    """Put a block where %s is, each of its lines with the indentation of that place."""
    line = [line for line in wrap.split("\n") if "%s" in line][0]
    return wrap % block.replace("\n", "\n" + line[:len(line) - len(line.lstrip())])


@st.composite
def programs(draw):
    """Bytes of a program, and its fillers in their order."""
    dialect = draw(st.sampled_from([[], ONLY_2, ONLY_3]))
    fillers, parts = [], [draw(st.sampled_from(HEADS)), IMPORTS]
    for number in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            filler = draw(st.sampled_from(FILLERS + dialect * 3))
            filler = filler % number if "%d" in filler else filler
            fillers.append(filler)
            parts.append(filler + "\n")
            continue
        site = draw(st.sampled_from(SITES))
        pieces = indented(site, draw(st.sampled_from(WRAPS))).split("~")
        text = pieces[0]
        for piece in pieces[1:]:
            text += draw(st.sampled_from(GAPS)) + piece
        parts.append(text + "\n")
    text = "".join(parts)
    encoding, mark, accents = draw(st.sampled_from([
        ("ascii", b"", u""), ("utf-8", b"", u"\u20ac\U0001f600"), ("utf-8", b"\xef\xbb\xbf", u"\xe9"),
        ("latin-1", b"", u"\xe9\xff"),
        ("cp1252", b"", u"\u20ac")]))
    head, _, rest = text.partition("\n") if text.startswith("#!") else ("", "", text)
    cookie = "# coding: %s %%s\n" % encoding if encoding not in ("ascii", "utf-8") or accents else ""
    text = (head + "\n" if head else "") + cookie.replace("%s", "~") + rest
    data = text.encode("ascii").replace(b"~", accents.encode(encoding))
    breaks = draw(st.sampled_from([[b"\n"], [b"\r\n"], [b"\r"], [b"\n", b"\r\n"]]))
    if len(breaks) == 1:
        data = data.replace(b"\n", breaks[0])
    else:
        lines = data.split(b"\n")
        data = b"".join(line + draw(st.sampled_from(breaks)) for line in lines[:-1]) + lines[-1]
    if draw(st.booleans()):
        data = data.rstrip(b"\r\n")
    return mark + data, fillers


def plain(data):
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


@hypothesis.settings(max_examples=300, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@hypothesis.given(programs(), st.booleans())
def test_what_is_not_meant_stays_and_twice_is_once(program, unsafe):
    data, fillers = program
    text = data.decode("latin-1")
    syntax.parse(text)      # or the test makes nonsense
    result = engine.rewrite(data, RULES, Options(unsafe=unsafe), path="program.py")
    assert not result.errors
    assert not [found.message for found in result.findings if "Not rewritten" in found.message]
    syntax.parse(result.data.decode("latin-1"))
    # All fillers are there, in their order; and between the edits each byte.
    position, new = 0, plain(result.data)
    for filler in fillers:
        position = new.find(filler.strip().encode("ascii"), position)
        assert position >= 0, filler
        position += len(filler.strip())
    old_end = new_end = 0
    for start, end, new_start, new_stop in result.regions + [(len(data), len(data), len(result.data),
                                                              len(result.data))]:
        assert data[old_end:start] == result.data[new_end:new_start]
        old_end, new_end = end, new_stop
    # No line break of another kind comes in.
    for each in (b"\r\n", b"\n", b"\r"):
        assert each in data or each not in result.data
    again = engine.rewrite(result.data, RULES, Options(unsafe=unsafe), path="program.py")
    assert again.data == result.data
    left = sum(not found.applied for found in result.findings)
    assert len(again.findings) <= left
