"""Root sources: usable, or an error that says which file and line."""
import os
import ssl
import sys
import time
import types

import pytest

import verifyshim
from verifyshim import roots
from verifyshim.roots import hygiene


@pytest.fixture(autouse=True)
def home(monkeypatch, tmpdir):
    """A home of our own: an updated bundle in the real one would be taken for certifi's."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "VERIFYSHIM_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmpdir.join("home")))


@pytest.fixture
def pem(authority):
    return authority.cert_pem.bytes()


def trouble(source=None, environ=None):
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        roots.resolve(source, environ if environ is not None else {})
    return str(caught.value)


def test_certifi_is_there_and_has_a_name():
    found = roots.resolve("certifi", {})
    assert len(found) > 50 and found.description.startswith("certifi 20") and found.operating_system is False


def test_a_file(tmpdir, pem, stranger):
    path = tmpdir.join("roots.pem")
    path.write_binary(b"# a comment\n" + pem + b"\n" + stranger.cert_pem.bytes() + pem)
    assert len(roots.resolve(str(path))) == 2
    assert roots.resolve(str(path)).key == roots.resolve(str(path)).key


def test_a_file_with_windows_newlines_and_other_text(tmpdir, pem):
    path = tmpdir.join("roots.pem")
    path.write_binary(b"\xef\xbb\xbfsubject=\xfc\r\n" + pem.replace(b"\n", b"\r\n"))
    assert len(roots.resolve(str(path))) == 1


def test_a_directory(tmpdir, pem, stranger):
    tmpdir.join("a.pem").write_binary(pem)
    tmpdir.join("b.crt").write_binary(stranger.cert_pem.bytes())
    tmpdir.join("README").write_binary(b"no certificate here")
    os.symlink(str(tmpdir.join("a.pem")), str(tmpdir.join("12345678.0")))
    tmpdir.mkdir("sub")
    assert len(roots.resolve(str(tmpdir))) == 2


def test_a_file_that_vanishes_while_its_directory_is_read(tmpdir, pem, monkeypatch):
    """As while c_rehash or a package manager is at work. What is there and cannot be read is an error still."""
    for name in ("a.pem", "b.pem", "c.pem"):
        tmpdir.join(name).write_binary(pem)
    whole = os.path.isfile

    def vanishing(path):
        found = whole(path)
        if path.endswith("b.pem"):
            os.remove(path)
        return found or path.endswith("sub")
    monkeypatch.setattr(os.path, "isfile", vanishing)
    assert len(roots.resolve(str(tmpdir))) == 1
    tmpdir.join("b.pem").write_binary(pem)
    tmpdir.mkdir("sub")
    assert "sub cannot be read" in trouble(str(tmpdir))


def test_what_cannot_be_used_is_an_error_that_names_it(tmpdir, pem):
    path = tmpdir.join("roots.pem")
    assert str(path) in trouble(str(path))
    path.write_binary(b" \n")
    assert "is empty" in trouble(str(path))
    path.write_binary(b"hello")
    assert "no certificate" in trouble(str(path))
    path.write_binary(pem + b"\n" + pem.replace(b"MII", b"!II", 1))
    assert "line %d" % (pem.count(b"\n") + 2) in trouble(str(path))
    path.write_binary(b"x\n" + pem[:-30])
    assert "line 2" in trouble(str(path)) and "not ended" in trouble(str(path))
    path.write_binary(pem.replace(b"BEGIN CERT", b"BEGIN TRUSTED CERT").replace(b"END CERT", b"END TRUSTED CERT"))
    assert "TRUSTED" in trouble(str(path))
    empty = tmpdir.mkdir("empty")
    assert str(empty) in trouble(str(empty))


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_usual_variables(name, tmpdir, pem):
    folder = tmpdir.mkdir("roots")
    path = folder.join("roots.pem")
    path.write_binary(pem)
    value = str(folder if name == "SSL_CERT_DIR" else path)
    found = roots.resolve(environ={name: value})
    assert len(found) == 1 and name in found.description and value in found.description
    assert len(roots.resolve(environ={name: ""})) > 50       # a default, which is a public bundle
    assert name in trouble(environ={name: "/nonexistent"})
    assert len(roots.resolve("certifi", {name: value})) > 50


def test_openssls_two_variables_add_up(tmpdir, pem, stranger):
    folder = tmpdir.mkdir("roots")
    folder.join("a.pem").write_binary(pem)
    path = tmpdir.join("b.pem")
    path.write_binary(stranger.cert_pem.bytes())
    listed = os.pathsep.join([str(folder), "/nonexistent"])
    assert len(roots.resolve(environ={"SSL_CERT_FILE": str(path), "SSL_CERT_DIR": listed})) == 2
    assert len(roots.resolve(environ={"SSL_CERT_FILE": str(path), "CURL_CA_BUNDLE": "/nonexistent"})) == 1


def test_the_system(monkeypatch, tmpdir, pem):
    path = tmpdir.join("system.pem")
    path.write_binary(pem)
    monkeypatch.setattr(roots, "SYSTEM_FILES", ("/nonexistent", str(path)))
    assert roots.resolve("system").description == "system: %s" % path
    monkeypatch.setattr(roots, "SYSTEM_FILES", ())
    monkeypatch.setattr(roots, "SYSTEM_DIRECTORIES", (str(tmpdir),))
    assert len(roots.resolve("system")) == 1
    monkeypatch.setattr(roots, "SYSTEM_DIRECTORIES", ())
    assert "ca-certificates" in trouble("system")


def test_a_broken_certifi_is_an_error(monkeypatch):
    import certifi
    monkeypatch.setattr(certifi, "where", lambda: "/nonexistent/cacert.pem")
    assert "/nonexistent/cacert.pem" in trouble("certifi")


def test_a_sum(tmpdir, pem, stranger):
    path = tmpdir.mkdir("c++").join("roots+mine.pem")
    path.write_binary(pem)
    other = tmpdir.join("other.pem")
    other.write_binary(stranger.cert_pem.bytes() + pem)
    assert len(roots.resolve(str(path))) == 1       # taken whole
    found = roots.resolve("%s+%s" % (path, other))
    assert len(found) == 2 and str(path) in found.description and str(other) in found.description
    alone = roots.resolve("certifi", {})
    both = roots.resolve("certifi+%s" % path, {})
    assert len(both) == len(alone) + 1 and both.date == alone.date and both.left_out == alone.left_out
    assert str(tmpdir.join("none.pem")) in trouble("certifi+%s" % tmpdir.join("none.pem"))
    for text in ("certifi+", "+certifi", "certifi++%s" % other, "+"):
        assert text in trouble(text) and "missing" in trouble(text)


def test_the_fresher_of_certifi_and_system_is_the_default(monkeypatch, tmpdir):
    import certifi
    bundle = tmpdir.join("bundle.pem")
    with open(certifi.where(), "rb") as handle:
        bundle.write_binary(handle.read())
    system = tmpdir.join("system.pem")
    system.write_binary(bundle.read_binary())
    monkeypatch.setattr(certifi, "where", lambda: str(bundle))
    monkeypatch.setattr(roots, "SYSTEM_FILES", (str(system),))
    made = roots.resolve("system").date
    for version, chosen in (("1.0", "certifi"), ("2001.01.01", "system"), ("2099.01.01", "certifi")):
        monkeypatch.setattr(certifi, "__version__", version)
        assert roots.resolve(environ={}).description.startswith(chosen), made
    monkeypatch.setattr(certifi, "__version__", "2001.01.01")
    assert "fresher than certifi 2001.01.01" in str(roots.resolve(environ={}))
    bundle.write_binary(b"")
    assert roots.resolve(environ={}).description == "system: %s" % system
    monkeypatch.setattr(roots, "SYSTEM_FILES", ())
    monkeypatch.setattr(roots, "SYSTEM_DIRECTORIES", ())
    assert "certifi" in trouble()


def test_a_young_certifi_is_taken_without_a_look_at_the_system(monkeypatch, tmpdir):
    import certifi
    monkeypatch.setattr(certifi, "__version__", time.strftime("%Y.%m.%d"))
    monkeypatch.setattr(roots, "_system", lambda: 1 / 0)
    assert roots.resolve(environ={}).description.startswith("certifi")


@pytest.mark.parametrize("version, date", [
    ("2021.10.08", "2021-10-08"), ("2021.5.30", "2021-05-30"), ("2015.04.20.1", "2015-04-20"),
    ("0.0.8", None), ("2021.13.01", None), ("of unknown version", None)])
def test_a_version_of_certifi_is_a_date(version, date):
    found = roots.date_of_version(version)
    assert (found and hygiene.day(found)) == date


def test_the_operating_system(monkeypatch):
    monkeypatch.setitem(sys.modules, "truststore", types.ModuleType("truststore"))
    found = roots.resolve("os")
    assert found.operating_system is True and found.certificates == [] and "truststore" in str(found)
    assert found.key != roots.resolve("certifi", {}).key and found.age_note() is None
    with pytest.raises(verifyshim.ConfigurationError):
        found.pem()         # an empty text would mean OpenSSL's default roots
    assert "os cannot be added" in trouble("certifi+os")
    monkeypatch.setitem(sys.modules, "truststore", None)
    assert "truststore" in trouble("os")


def test_windows_stores_with_a_stand_in(monkeypatch, authority, stranger):
    encoded = [ssl.PEM_cert_to_DER_cert(each.cert_pem.bytes().decode()) for each in (authority, stranger)]

    def enum_certificates(store):
        assert store == "ROOT"
        return [(encoded[0], "x509_asn", True), (b"odd", "x509_asn", True), (encoded[1], "pkcs_7_asn", True),
                (encoded[1], "x509_asn", set(["1.3.6.1.5.5.7.3.4"]))]

    monkeypatch.setattr(ssl, "enum_certificates", enum_certificates, raising=False)
    monkeypatch.setattr(roots, "_is_windows", lambda: True)
    found = roots.resolve("system")
    assert found.certificates == encoded[:1] and "Windows" in found.description
    monkeypatch.delattr(ssl, "enum_certificates")
    assert "Windows" in trouble("system")
