"""Names: how they are tidied, and whom a certificate is for."""
# -*- coding: utf-8 -*-
import ssl

import pytest
import trustme

from verifyshim.tls import names

from .conftest import issue


@pytest.mark.parametrize("given, tidy", [
    ("example.com", "example.com"), ("example.com.", "example.com"), (b"example.com", "example.com"),
    (u"b\xfccher.example", "xn--bcher-kva.example"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1"), ("fe80::1%eth0", "fe80::1"),
    ("under_score.example", "under_score.example"), (u"example.com\u3002", "example.com"),
    (u"[b\xfccher.example]", "xn--bcher-kva.example"),
])
def test_tidy(given, tidy):
    assert names.tidy(given) == tidy
    assert isinstance(names.tidy(given), str)


@pytest.mark.parametrize("given", ["", ".", ".example.com", "a b", "a\0b", "a\nb", u"\u2028",
                                   "x" * 64 + u"\xfc", u"\xfc" * 64])
def test_tidy_refuses_what_is_no_name(given):
    with pytest.raises(ValueError):
        names.tidy(given)


@pytest.mark.parametrize("host, packed", [
    ("127.0.0.1", b"\x7f\0\0\1"), ("::1", b"\0" * 15 + b"\1"), ("example.com", None), ("127.1", None),
    ("1", None), ("", None), ("::ffff:1.2.3.4", b"\0" * 10 + b"\xff\xff\1\2\3\4"), ("a\0b", None),
])
def test_pack_address(host, packed):
    assert names.pack_address(host) == packed


@pytest.fixture(scope="module")
def leaf():
    """Return a function that makes the DER bytes of a certificate."""
    authority = trustme.CA()

    def make(*hosts):
        pem = issue(authority, *hosts).cert_chain_pems[0].bytes().decode("ascii")
        return ssl.PEM_cert_to_DER_cert(pem)

    return make


@pytest.mark.parametrize("certified, host, right", [
    (u"good.example", "good.example", True), (u"good.example", "GOOD.example", True),
    (u"good.example", "evil.example", False), (u"good.example", "a.good.example", False),
    (u"*.good.example", "a.good.example", True), (u"*.good.example", "a.b.good.example", False),
    (u"*.good.example", "good.example", False), (u"*.example", "example", False),
])
def test_names(leaf, certified, host, right):
    encoded = leaf(certified)
    if right:
        names.check(encoded, host)
    else:
        with pytest.raises(names.Mismatch) as caught:
            names.check(encoded, host)
        assert certified in str(caught.value)


@pytest.mark.parametrize("certified, host, right", [
    (u"127.0.0.1", "127.0.0.1", True), (u"127.0.0.1", "127.0.0.2", False), (u"::1", "::1", True),
    (u"::1", "0:0:0:0:0:0:0:1", True), (u"::1", "::2", False), (u"good.example", "127.0.0.1", False),
])
def test_addresses(leaf, certified, host, right):
    encoded = leaf(certified)
    if right:
        names.check(encoded, host)
    else:
        with pytest.raises(names.Mismatch):
            names.check(encoded, host)


def test_a_name_with_an_embedded_nul_is_for_nobody(leaf):
    spoilt = leaf(u"good.example0evil.example").replace(b"good.example0", b"good.example\0")
    with pytest.raises(names.Mismatch) as caught:
        names.check(spoilt, "good.example")
    assert "NUL" in str(caught.value)


def test_a_star_alone_is_for_nobody(leaf):
    """ssl of 2.7 to 3.6 takes it for any name without a dot."""
    plain = leaf(u"z")
    names.check(plain, "z")
    with pytest.raises(names.Mismatch):
        names.check(plain.replace(b"\x82\x01z", b"\x82\x01*"), "z")
