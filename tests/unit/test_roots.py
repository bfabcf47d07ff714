"""Root sources: usable, or an error that says which file and line."""
import os

import pytest

import verifyshim
from verifyshim import roots


@pytest.fixture
def pem(authority):
    return authority.cert_pem.bytes()


def trouble(source=None, environ=None):
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        roots.resolve(source, environ if environ is not None else {})
    return str(caught.value)


def test_certifi_is_the_default_and_has_a_name():
    found = roots.resolve(environ={})
    assert len(found) > 50 and "certifi" in found.description


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
    assert len(roots.resolve(environ={name: ""})) > 50
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
