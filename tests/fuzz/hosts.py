# -*- coding: utf-8 -*-
"""Host names as nobody should write them."""
from hypothesis import strategies as st

LABELS = ["a", "www", "example", "com", "EXAMPLE", "xn--bcher-kva", u"b\xfccher", "*", "w*w", "", "-", "_x",
          "1",
          "127", "0", "010", "255", "256", "x" * 63, "x" * 64, u"\xdf", u"\u0130", u"\u202eexample", u"\u200d",
          u"\uff11", u"\u0661", "a\0b", "a b", "a\nb", "xn--", "xn--a", u"xn--\xff", u"\ud800", u"\U0001f600",
          u"\xad", "%", "::", "fe80", "@", "/", "0x7f", "[", "]", "\x7f", "\t"]
DOTS = [".", ".", ".", "..", u"\u3002", u"\uff0e", u"\uff61", ":", ""]
ADDRESSES = ["127.0.0.1", "::1", "[::1]", "fe80::1%eth0", "::ffff:10.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4",
             ":::",
             "1::2::3", "::1.2.3.4", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
             "1:2:3:4:5:6:7:8:9",
             "12345::", "[::1", "::1]", "10.0.0.0/8", "::/0", "::ffff:0:0/96", "0/0", "10.0.0.0/08",
             "[::1]:443"]

_label = st.one_of(st.sampled_from(LABELS), st.text(max_size=5))


@st.composite
def _dotted(draw):
    text = u""
    for _ in range(draw(st.integers(1, 5))):
        text += draw(_label) + draw(st.sampled_from(DOTS))
    return draw(st.sampled_from([u"", u"", u"*.", u"["])) + text + draw(st.sampled_from(
        [u"", u"", u".", u"..", u":443", u":0", u":65536", u"]", u"]:1", u"%1", u"/8"]))


_long = st.builds(lambda label, count: label * count,
                  st.sampled_from(["a", "a.", u"\xfc", u"\xfc.", "1.", "*."]),
                  st.sampled_from([63, 64, 253, 254, 1000]))
HUGE = ["a" * 65536, "a." * 32768, u"\xfc" * 65536, u"a\u3002" * 32768]
_plain = st.sampled_from(["good.example", "www.good.example", "a.b.good.example", "good.example.",
                          "GOOD.example",
                          "example", "good.example.evil.test", "10.0.0.1", "::1", "xn--bcher-kva.example"])


def _as_given(text, form):
    """Text, bytes, or what the other Python would have passed."""
    if form == "text":
        return text
    try:
        return text.encode("ascii" if form == "ascii" else "utf-8")
    except UnicodeError:
        return text


texts = st.one_of(_plain, _dotted(), st.sampled_from(ADDRESSES), st.text(max_size=30), _long)
hosts = st.builds(_as_given, texts, st.sampled_from(["text", "text", "ascii", "utf-8"]))
