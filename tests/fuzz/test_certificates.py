# -*- coding: utf-8 -*-
"""Certificates from anybody: read, compared and written down, or refused; never accepted where OpenSSL would
not."""
import base64
import calendar
import json
import warnings

import pytest
from hypothesis import strategies as st

from verifyshim import der, roots
from verifyshim.errors import ConfigurationError
from verifyshim.events import record
from verifyshim.policy import pins
from verifyshim.roots import pem
from verifyshim.tls import failure, names, peercert

from . import certificates as odd, openssl
from .running import Folder, fuzzed

FOLDER = Folder()
THOUSANDS = odd.certificate([],
                            [odd.alternatives([(odd.DNS, ("h%d.good.example" % at).encode("ascii"))
                                               for at in range(5000)])])
SEEDS = [odd.certificate([(odd.COMMON_NAME, odd.UTF8, b"good.example")], []),
         odd.certificate([(odd.COMMON_NAME, odd.UTF8, b"*")], []),
         odd.certificate([(odd.COMMON_NAME, odd.BMP, u"good.example".encode("utf-16-be"))], []),
         odd.certificate([(odd.COMMON_NAME, odd.UTF8, b"10.0.0.1")], []),
         odd.certificate([], [odd.alternatives([(odd.DNS, b"good.example\0.evil.test")])]),
         odd.certificate([(odd.COMMON_NAME, odd.UTF8, b"good.example")], [odd.alternatives([])]),
         odd.certificate([(odd.COMMON_NAME, odd.UTF8, b"good.example")],
                         [odd.alternatives([(odd.ADDRESS, b"\x0a\0\0\1")])]),
         odd.certificate([], [odd.alternatives([(odd.DNS, b"10.0.0.1")])]),
         odd.certificate([], [odd.alternatives([(odd.DNS, b"*.*.example"), (odd.DNS, b"good.example")])]),
         odd.certificate([], [odd.alternatives([(odd.DNS, b"good.example")])] * 2),
         odd.certificate([], [odd.alternatives([(odd.DNS, b"good.example"), (odd.OTHER, b"")])]),
         odd.certificate([],
                         [odd.alternatives([(odd.ADDRESS, b"\x0a\0\0\1"),
                                            (odd.DIRECTORY, b"\x30\x02\x31\x05")])])]


@pytest.fixture(scope="module", autouse=True)
def folder():
    yield
    FOLDER.close()


def read(data):
    """Return the certificate, all of which can be read, or None."""
    try:
        found = der.Certificate(data)
        found.alternative_names(), found.dns_names(), found.addresses(), found.common_names()
        found.for_servers(), found.issuer_addresses(), found.not_before, found.not_after
        found.describe(found.subject), found.describe(found.issuer), found.self_issued
        return found
    except ValueError:
        return None


@fuzzed(odd.spoilt(),
        seeds=[(seed,) for seed in SEEDS] + [(b"",), (b"\x30",), (b"\x30\x80",),
                                             (b"\x30\x84\xff\xff\xff\xff",)])
def test_what_is_shown_is_read_or_a_valueerror(data):
    read(data)
    for look in (pins.of, failure.judge, der.revoked) + ((peercert.dictionary,) if bytes is str else ()):
        try:
            look(data)
        except ValueError:
            pass
    line = record.line("connection", "good.example", 443, certificate=data)
    assert line.count("\n") == 1 and all(" " <= char <= "~" for char in line[:-1])
    json.loads(line)


def accepted(data, host):
    try:
        names.check(data, host)
        return True
    except names.Mismatch:
        return False


@pytest.mark.skipif(openssl.LIBRARY is None, reason="needs libcrypto")
@fuzzed(odd.odd(), st.sampled_from(odd.HOSTS),
        seeds=[(seed, host) for seed in SEEDS + [THOUSANDS] for host in odd.HOSTS])
def test_no_name_is_accepted_that_openssl_refuses(data, host):
    says = openssl.says(data, host, names.pack_address(host))
    if says is False and accepted(data, host):
        # The one thing that ssl.match_hostname (below 3.7) takes and OpenSSL does not: a star below a top-level domain.
        assert not names.OPENSSL_MATCHES
        parent = host.lower().partition(".")[2]
        assert parent and "." not in parent
        assert "*." + parent in [name.lower() for name in der.Certificate(data).dns_names()
                                 or der.Certificate(data).common_names()]


@fuzzed(st.sampled_from(odd.HOSTS), st.sampled_from(odd.HOSTS), odd.subjects)
def test_a_plain_name_is_accepted_by_whom_it_is_for_alone(certified, host, subject):
    packed = names.pack_address(certified)
    entry = (odd.DNS, certified.encode("ascii")) if packed is None else (odd.ADDRESS, packed)
    data = odd.certificate(subject, [odd.alternatives([entry])])
    if "*" not in certified and "*" not in host:
        # Where there are addresses and no name, some versions go on to the common name, as RFC 2818 allows.
        assert accepted(data, host) == (certified.lower() == host.lower()) or packed is not None


def test_one_of_thousands_of_names_is_found():
    assert accepted(THOUSANDS, "h4999.good.example") and not accepted(THOUSANDS, "h5000.good.example")


@fuzzed(odd.odd(), seeds=[(seed,) for seed in SEEDS])
def test_what_cryptography_reads_is_read_alike(data):
    x509 = pytest.importorskip("cryptography.x509")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            said = x509.load_der_x509_certificate(data) if bytes is not str else _load(x509, data)
            after = getattr(said, "not_valid_after_utc", None) or said.not_valid_after
            listed = said.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            listed = listed.get_values_for_type(x509.DNSName)
        except Exception:       # it has many ways to refuse, and is right
            return
    found = read(data)
    if found is not None:
        assert found.not_after == calendar.timegm(after.timetuple())
        assert sorted(found.dns_names()) == sorted(listed)


def _load(x509, data):
    from cryptography.hazmat.backends import default_backend
    return x509.load_der_x509_certificate(data, default_backend())


def block(data, kind=b"CERTIFICATE"):
    return b"-----BEGIN " + kind + b"-----\n" + base64.b64encode(data) + b"\n-----END " + kind + b"-----\n"


_junk = st.sampled_from([b"", b"junk\n", b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n",
                         b"\0", b"\xff\xfe",
                         b"-----BEGIN X509 CRL-----\nA\n-----END X509 CRL-----\n",
                         b"-----BEGIN X509 CRL-----\n=\n-----END X509 CRL-----",
                         b"-----BEGIN TRUSTED CERTIFICATE-----\nAA\n-----END TRUSTED CERTIFICATE-----\n"])
_files = st.builds(lambda parts: b"".join(parts), st.lists(
    st.one_of(_junk, odd.odd().map(block), odd.spoilt().map(block),
              odd.spoilt().map(lambda data: block(data, b"X509 CRL"))),
    min_size=1, max_size=4))


@fuzzed(_files, seeds=[(block(seed),) for seed in SEEDS])
def test_a_file_of_roots_is_used_or_one_sentence_names_it(data):
    path = FOLDER.write("roots.pem", data)
    try:
        found = roots.resolve(path)
    except ConfigurationError as error:
        assert path in str(error) and "\n" not in str(error)
        return
    assert found.pem() and str(found)


@fuzzed(_files)
def test_a_file_of_revocation_lists_is_read_or_a_valueerror(data):
    try:
        for each in pem.crls(data):
            der.revoked(each)
    except ValueError:
        pass
