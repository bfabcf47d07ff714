"""What is left out of a bundle, why, and how old the bundle is."""
import datetime
import hashlib
import time

import certifi
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import verifyshim
from verifyshim import der, roots
from verifyshim.roots import distrusted, files, hygiene, pem, rootset

DAY = hygiene.DAY
KEY = rsa.generate_private_key(65537, 2048, default_backend())


def root(name, begins, ends):
    """Return the PEM of a root that is valid from *begins* to *ends*, in days from now."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.datetime(*time.gmtime()[:6])
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(KEY.public_key())
            .serial_number(1 + abs(begins)).not_valid_before(today + datetime.timedelta(begins))
            .not_valid_after(today + datetime.timedelta(ends))
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(KEY, hashes.SHA256(), default_backend()).public_bytes(serialization.Encoding.PEM))


@pytest.fixture
def write(tmpdir):
    """Return a function that writes a PEM file and returns the path."""
    def to_file(*pieces):
        tmpdir.join("roots.pem").write_binary(b"".join(pieces))
        return str(tmpdir.join("roots.pem"))
    return to_file


def test_what_must_not_be_trusted_is_left_out_and_told(write):
    good = root(u"Good", -10, 10)
    path = write(root(u"Past", -20, -5), good, root(u"Future", 5, 20), good)
    found = roots.resolve(path)
    assert [hygiene.subject(each) for each in map(der.Certificate, found.certificates)] == ["CN=Good"]
    told = dict(found.left_out)
    assert sorted(told) == ["CN=Future", "CN=Good", "CN=Past"]
    assert told["CN=Good"] == "duplicate"
    assert told["CN=Past"] == "expired on %s" % hygiene.day(time.time() - 5 * DAY)
    assert told["CN=Future"].startswith("not valid before 20")


def test_nothing_left_is_an_error_that_thinks_of_the_clock(write):
    path = write(root(u"Past", -20, -5))
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        roots.resolve(path)
    for part in (path, "CN=Past", "expired on", "clock"):
        assert part in str(caught.value)


def test_a_root_that_expires_while_the_process_runs_falls_out(write, monkeypatch):
    found = roots.resolve(write(root(u"Short", -10, 1), root(u"Long", -10, 10)))
    before, text = found.key, found.pem()
    assert len(found) == 2 and found.current() is found
    later = time.time() + 2 * DAY
    monkeypatch.setattr(rootset.time, "time", lambda: later)
    assert len(found) == 1 and found.key != before and found.pem() in text and "Short" in str(found.left_out)
    alone = found.key
    assert len(found.current(later + 20 * DAY)) == 1 and found.key == alone      # never none: see _Content.at


def test_distrusted_roots_are_left_out_unless_the_user_names_the_file(write, monkeypatch):
    pieces = root(u"Good", -10, 10), root(u"Bad", -10, 10)
    encoded = pem.parsed(pieces[1], "")[0][0]
    monkeypatch.setitem(distrusted.FINGERPRINTS, hashlib.sha256(encoded).hexdigest(), "Bad, by a test")
    path = write(*pieces)
    assert len(roots.resolve(path)) == 2
    monkeypatch.setattr(roots, "SYSTEM_FILES", (path,))
    assert roots.resolve("system").left_out == [("CN=Bad", "distrusted: Bad, by a test")]
    monkeypatch.setattr(certifi, "where", lambda: path)
    assert len(roots.resolve("certifi")) == 1
    both = roots.resolve("certifi+" + path)
    assert len(both) == 2 and both.left_out == []       # it is named


def test_the_list_is_one_of_fingerprints_with_date_and_source():
    assert len(distrusted.FINGERPRINTS) == 30 and "Mozilla" in distrusted.SOURCE
    assert hygiene.seconds(*map(int, distrusted.DATE.split("-"))) > 0
    for fingerprint, reason in distrusted.FINGERPRINTS.items():
        assert len(fingerprint) == 64 and fingerprint == fingerprint.lower() and "Mozilla" in reason or \
            "WoSign" in reason


def test_certifi_keeps_what_was_only_retired():
    """Whatever certifi is installed: nothing but the expired and the distrusted is missing."""
    with open(certifi.where(), "rb") as handle:
        before = pem.parsed(handle.read(), "")
    found = roots.resolve("certifi", {})
    assert len(found) + len(found.left_out) == len(before)
    for _, reason in found.left_out:
        assert reason.startswith(("expired", "distrusted"))


@pytest.mark.parametrize("seconds, day", [(0, "1970-01-01"), (253402300799, "9999-12-31"),
                                          (-DAY, "1969-12-31")])
def test_days(seconds, day):
    assert hygiene.day(seconds) == day


class Dated(object):
    def __init__(self, begin):
        self.not_before = begin


def test_the_age_of_a_public_bundle_is_told_by_the_third_newest_root():
    old = [(b"", Dated(1000 * DAY + number)) for number in range(60)]
    assert hygiene.estimate(old[:49]) is None
    local = [(b"", Dated(9000 * DAY)), (b"", Dated(9001 * DAY))]
    assert abs(hygiene.estimate(old + local) - hygiene.estimate(old)) < DAY
    assert 365 < (hygiene.estimate(old) - 1000 * DAY) / DAY < 1000


def test_age_is_warned_about_after_two_years(authority):
    encoded = [pair[0] for pair in pem.parsed(authority.cert_pem.bytes(), "")]
    made = hygiene.seconds(2024, 5, 1)
    found = roots.Roots(encoded, "a bundle", made)
    assert found.age_note(made + 729 * DAY) is None
    assert "2024-05" in found.age_note(made + 732 * DAY) and "update" in found.age_note()
    assert roots.Roots(encoded, "mine").age_note(made * 9) is None


def test_a_directory_with_everything_twice_reports_no_duplicates(tmpdir, authority):
    one, two = authority.cert_pem.bytes(), trustme.CA().cert_pem.bytes()
    tmpdir.join("a.pem").write_binary(one)
    tmpdir.join("b.pem").write_binary(two)
    tmpdir.join("all.crt").write_binary(one + two)
    found = roots.resolve(str(tmpdir))
    assert len(found) == 2 and found.left_out == []
    assert len(files.directory(str(tmpdir), "roots")) == 2
