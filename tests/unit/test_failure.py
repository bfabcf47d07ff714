"""VerificationError itself."""
import pickle
import ssl

import pytest

import verifyshim
from verifyshim.tls import failure

from .conftest import issue


def error(reason="expired"):
    return verifyshim.VerificationError("::1", 8443, reason, "certifi 1 (2)", "on 2020-01-01")


def test_the_handlers_that_programs_have_catch_it():
    assert isinstance(error(), ssl.SSLError) and isinstance(error(), ssl.CertificateError)
    assert isinstance(error(), EnvironmentError) and isinstance(error(), ValueError)


def test_it_says_what_happened_where_and_what_to_do():
    text = str(error())
    for part in ("certificate verify failed", "[::1]:8443", "expired", "on 2020-01-01", "certifi 1 (2)",
                 "To do:"):
        assert part in text
    assert (error().host, error().port, error().reason) == ("::1", 8443, "expired")
    assert error().errno == ssl.SSL_ERROR_SSL


def test_it_survives_pickling():
    again = pickle.loads(pickle.dumps(error()))
    assert (str(again), again.reason, again.port) == (str(error()), "expired", 8443)


@pytest.mark.parametrize("reason", ["expired", "not-yet-valid", "hostname-mismatch", "self-signed",
                                    "unknown-issuer", "revoked", "no-certificate", "other"])
def test_each_reason_has_words(reason):
    assert "To do: " in str(error(reason))


def test_its_text_never_fails():
    mixed = verifyshim.VerificationError(u"b\xfccher.example", None, "other", "/etc/schl\xc3\xbcssel.pem (1)",
                                         u"issuer: \u202e")
    assert "cher.example" in str(mixed) and repr(mixed)


def test_what_is_no_refusal_stays_what_it_is():
    assert not failure.is_refusal(ssl.SSLError(1, "wrong version number"))
    assert not failure.is_refusal(OSError("reset"))
    assert failure.is_refusal(ssl.SSLError(1, "error:14090086: certificate verify failed"))
    assert failure.is_refusal(ssl.CertificateError("x"))


def test_judging_a_leaf(authority):
    certificate = issue(authority, u"good.example")
    leaf = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode("ascii"))
    root = ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode("ascii"))
    assert failure.judge(None)[0] == "no-certificate"
    assert failure.judge(leaf)[0] == "unknown-issuer"
    assert failure.judge(root)[0] == "self-signed"
    assert failure.judge(leaf, now=4e10)[0] == "expired"
    assert failure.judge(leaf, now=0)[0] == "not-yet-valid"
