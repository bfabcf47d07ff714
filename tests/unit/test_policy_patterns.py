"""Host patterns: which peers they are for, and which of several counts."""
import pytest

import verifyshim
from verifyshim.policy import patterns

MATCHES = [
    ("www.example.org", "www.example.org", 443, True),
    ("WWW.Example.ORG.", "www.example.org", 443, True),
    ("www.example.org", "WWW.EXAMPLE.ORG.", 443, True),
    ("www.example.org", b"www.example.org", 443, True),
    ("www.example.org", "ww.example.org", 443, False),
    ("www.example.org", "www.example.org.evil.example", 443, False),
    ("www.example.org:8443", "www.example.org", 8443, True),
    ("www.example.org:8443", "www.example.org", 443, False),
    ("www.example.org:8443", "www.example.org", None, False),
    ("*.example.org", "a.example.org", 443, True),
    ("*.example.org", "a.b.example.org", 443, True),
    ("*.example.org", "example.org", 443, False),
    ("*.example.org", ".example.org", 443, False),
    ("*.example.org", "evilexample.org", 443, False),
    ("*.example.org:25", "a.example.org", 25, True),
    ("*.example.org:25", "a.example.org", 443, False),
    (b"b\xc3\xbccher.example".decode("utf-8"), "xn--bcher-kva.example", 443, True),
    ("xn--bcher-kva.example", b"B\xc3\x9cCHER.example".decode("utf-8"), 443, True),
    (b"*.b\xc3\xbccher.example".decode("utf-8"), "www.xn--bcher-kva.example", 443, True),
    ("10.1.2.3", "10.1.2.3", 443, True),
    ("10.1.2.3", "10.1.2.4", 443, False),
    ("10.1.2.3:443", "10.1.2.3", 443, True),
    ("10.1.2.3", "::ffff:10.1.2.3", 443, True),
    ("10.1.2.3", "::ffff:a01:203", 443, True),
    ("10.0.0.0/8", "10.255.0.1", 443, True),
    ("10.0.0.0/8", "11.0.0.1", 443, False),
    ("10.0.0.0/8", "10.example.org", 443, False),
    ("10.0.0.0/8:443", "10.0.0.1", 443, True),
    ("10.0.0.0/8:443", "10.0.0.1", 80, False),
    ("0.0.0.0/0", "192.0.2.1", 443, True),
    ("0.0.0.0/0", "example.org", 443, False),
    ("0.0.0.0/0", "2001:db8::1", 443, False),
    ("::ffff:10.0.0.0/104", "10.9.9.9", 443, True),
    ("10.1.2.3/32", "10.1.2.3", 443, True),
    ("2001:db8::1", "2001:DB8:0:0:0:0:0:1", 443, True),
    ("2001:db8::1", "[2001:db8::1]", 443, True),
    ("[2001:db8::1]", "2001:db8::1", 443, True),
    ("[2001:db8::1]:443", "2001:db8::1", 443, True),
    ("[2001:db8::1]:443", "2001:db8::1", 80, False),
    ("fe80::1", "fe80::1%eth0", 443, True),
    ("2001:db8::/32", "2001:db8:ffff::1", 443, True),
    ("2001:db8::/32", "2001:db9::1", 443, False),
    ("[2001:db8::/32]:993", "2001:db8::5", 993, True),
    ("::/0", "2001:db8::5", 993, True),
    ("::/0", "10.0.0.1", 993, False),
]


@pytest.mark.parametrize("text, host, port, expected", MATCHES)
def test_a_pattern_is_for_these_peers(text, host, port, expected):
    pattern = patterns.parse(text)
    assert pattern.matches(patterns.peer(host), port) is expected
    assert (patterns.Table([(pattern, "rule")]).find(host, port) == "rule") is expected


UNUSABLE = [
    ("", "neither a host name nor an address"), (".", "neither"), ("*", "every host"), ("*.", "every host"),
    ("a*.example.org", "star"), ("*.*.example.org", "star"), ("www.*.org", "star"),
    ("https://www.example.org/", "URL"), ("bob:secret@www.example.org", "user name"),
    ("www.example.org:", "port"), ("www.example.org:0", "port"), ("www.example.org:65536", "port"),
    ("www.example.org:https", "port"), ("[2001:db8::1]:x", "port"), ("www..example.org", "neither"),
    ("-www.example.org", "neither"), ("www example.org", "neither"), ("w" * 64 + ".example.org", "neither"),
    ("a." * 130 + "org", "neither"), ("1.2.3", "neither"), ("1.2.3.4.5", "neither"), ("1.2.3.256", "neither"),
    ("010.1.2.3", "neither"), ("10.0.0.0/33", "from 0 to 32"), ("10.0.0.0/", "from 0 to 32"),
    ("10.0.0.0/-1", "from 0 to 32"), ("10.0.0.0/255.0.0.0", "from 0 to 32"), ("10.0.0.1/8", "10.0.0.0/8"),
    ("2001:db8::1/32", "2001:db8:0:0:0:0:0:0/32"), ("2001:db8::/129", "from 0 to 128"),
    ("::ffff:10.0.0.0/8", "from 96 to 128"), ("example.org/24", "example.org is no address"),
    ("/8", "nothing is no address"), ("1:2:3", "neither"), ("1::2::3", "neither"),
    ("1:2:3:4:5:6:7:8:9", "neither"), ("12345::", "neither"), ("::g", "neither"),
    ("[10.0.0.1]:443", "brackets"), ("[www.example.org]:443", "brackets"), (None, "not a host name"),
    (443, "not a host name"), (b"\xff.example.org", "not a host name"), ("www.example.org\n", None),
    ("\x00", "neither"),
]


@pytest.mark.parametrize("text, said", UNUSABLE)
def test_a_pattern_that_cannot_be_used_is_an_error_that_says_why(text, said):
    if said is None:        # white space at the ends is tidied
        assert patterns.parse(text).text == text.strip()
        return
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        patterns.parse(text)
    assert said in str(caught.value) and "*.suffix" in str(caught.value)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("host", [
    "", ".", None, 5, b"\xff", b"\xfc" * 4, "x" * 300, "a..b", "\0", "[", "::1::", ":",
    b"\xc3\xbc".decode("utf-8") * 70])
def test_a_host_that_is_none_has_no_rule_and_no_traceback(host):
    table = patterns.Table([(patterns.parse(text), 1) for text in ("*.org", "0.0.0.0/0", "::/0", "a.b", "::1")])
    assert table.find(host, 443) is None
    assert table.find(bytearray(b"a.org"), 443) in (None, 1)


def test_the_most_specific_pattern_counts():
    order = ["x.a.example.org:443", "x.a.example.org", "*.a.example.org:443", "*.a.example.org",
             "*.example.org:443", "*.example.org", "*.org"]
    parsed = [(patterns.parse(text), text) for text in reversed(order)]
    while parsed:
        assert patterns.Table(parsed).find("X.a.example.org", 443) == parsed.pop()[1]
    table = patterns.Table([(patterns.parse(text), text) for text in reversed(order)])
    assert table.find("x.a.example.org", 25) == "x.a.example.org"
    assert table.find("y.a.example.org", 25) == "*.a.example.org"


@pytest.mark.parametrize("host, order", [
    ("10.1.2.3", ["10.1.2.3:443", "10.1.2.3", "10.1.2.0/24:443", "10.1.2.0/24", "10.0.0.0/8:443", "0.0.0.0/0"]),
    ("2001:db8::1", ["[2001:db8::1]:443", "2001:db8::1", "2001:db8::/64", "[2001:db8::/32]:443", "::/0"]),
])
def test_the_smallest_network_counts(host, order):
    parsed = [(patterns.parse(text), text) for text in reversed(order)]
    while parsed:
        assert patterns.Table(parsed).find(host, 443) == parsed.pop()[1]


def test_the_same_pattern_in_other_words_is_there_twice():
    for one, other in (("WWW.example.org.", "www.example.org"), ("::ffff:10.0.0.1", "10.0.0.1"),
                       ("2001:db8::/32", "2001:0db8::0/32")):
        with pytest.raises(verifyshim.ConfigurationError) as caught:
            patterns.Table([(patterns.parse(text), 1) for text in (one, other)])
        assert "twice" in str(caught.value)


def test_what_is_remembered_is_bounded():
    table = patterns.Table([(patterns.parse("*.example.org"), 1)])
    for number in range(5000):
        assert table.find("h%d.example.org" % number, 443) == 1
    assert len(table._remembered) <= 1024
