"""The certificate reader: right about real certificates, and never surprised."""
import calendar
import ssl

import pytest

from verifyshim import der

from .conftest import issue


@pytest.fixture(scope="module")
def encoded(authority):
    pem = issue(authority, u"good.example", u"*.wild.example", u"10.0.0.1", u"fe80::1").cert_chain_pems[0]
    return ssl.PEM_cert_to_DER_cert(pem.bytes().decode("ascii"))


def test_it_reads_what_openssl_reads(encoded, authority):
    certificate = der.Certificate(encoded)
    assert certificate.dns_names() == ["good.example", "*.wild.example"]
    assert certificate.addresses() == [b"\x0a\0\0\1", b"\xfe\x80" + b"\0" * 13 + b"\1"]
    assert not certificate.self_issued and certificate.for_servers()
    assert certificate.not_before < certificate.not_after
    root = der.Certificate(ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode("ascii")))
    assert root.self_issued and root.subject == certificate.issuer
    assert "trustme" in certificate.describe(certificate.issuer)


def test_each_cut_and_each_changed_byte_is_an_error_or_a_certificate(encoded):
    def attempt(data):
        try:
            certificate = der.Certificate(data)
            certificate.alternative_names(), certificate.common_names(), certificate.for_servers()
            certificate.describe(certificate.subject), certificate.not_after
        except ValueError:
            pass

    for at in range(len(encoded)):
        with pytest.raises(ValueError):
            der.Certificate(encoded[:at])
        for value in (b"\0", b"\x80", b"\xff"):
            attempt(encoded[:at] + value + encoded[at + 1:])
    with pytest.raises(ValueError):
        der.Certificate(encoded + b"\0")


@pytest.mark.parametrize("tag, text, year", [
    (der.UTC_TIME, b"491231235959Z", 2049), (der.UTC_TIME, b"500101000000Z", 1950),
    (der.GENERALIZED_TIME, b"20501231235959Z", 2050),
])
def test_two_digit_years_turn_at_fifty(encoded, tag, text, year):
    certificate = der.Certificate(encoded)
    certificate._data = bytearray(text)
    start = (1, 1, 0, 0, 0) if text[2:4] == b"01" or text[4:6] == b"01" and tag == 1 else (12, 31, 23, 59, 59)
    assert certificate._time((tag, 0, len(text))) == calendar.timegm((year,) + start)


def test_names_from_the_network_are_printed_harmlessly():
    assert der.plain(u"a\x1b[31m\u202eb\n") == "a\\x1b[31m\\x202eb\\x0a"


def _value(tag, content):
    return bytes(bytearray([tag, len(content)])) + content


@pytest.mark.parametrize("name, readable", [
    (_value(0xA0, _value(0x06, b"\x2a") + _value(0xA0, b"\x05\0")), True), (_value(0xA0, b""), False),
    (_value(0xA0, _value(0x06, b"\x2a")), False), (_value(0xA0, _value(0x06, b"") + _value(0xA0, b"")), False),
    (_value(0xA4, _value(0x30, b"")), True), (_value(0xA4, b""), False),
    (_value(0xA4, _value(0x30, b"\x31\x05")), False),
    (_value(0x82, b"b.example"), True), (_value(0x8f, b""), False),
])
def test_names_beside_one_that_is_broken_are_not_read(encoded, name, readable):
    """As OpenSSL has it: then the extension as a whole is not to be believed."""
    certificate = der.Certificate(encoded)
    listing = _value(0x30, _value(0x82, b"a.example") + name)
    certificate._data, certificate._extension = bytearray(listing), lambda oid: (0, len(listing))
    if readable:
        assert certificate.dns_names()[0] == "a.example"
    else:
        with pytest.raises(ValueError):
            certificate.dns_names()
