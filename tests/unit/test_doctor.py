"""The doctor: what it says of hosts, of an interpreter, and of an activation."""
import time

import pytest

from verifyshim import der, policy
from verifyshim.cli import elsewhere
from verifyshim.cli.doctor import chain, hosts, interpreter, output
from verifyshim.errors import ConfigurationError
from verifyshim.startup import State

from .conftest import issue
from .test_cli import verifyshim

TIMEOUT = 10.0


def look(server, roots, host="localhost", **rules):
    judged = policy.Policy(roots=roots, **rules)
    found = hosts.look(host, server.port, judged, TIMEOUT)
    assert not server.requests and policy.installed() is None
    return dict((finding.topic, finding) for finding in found)


@pytest.mark.parametrize("text, expected", [
    ("example.org", ("example.org", 443)), ("example.org:8443", ("example.org", 8443)),
    ("127.0.0.1", ("127.0.0.1", 443)), ("[::1]:444", ("::1", 444)), ("[::1]", ("::1", 443)), ("::1", ("::1", 443))])
def test_hosts(text, expected):
    assert hosts.parsed(text) == expected


@pytest.mark.parametrize("text", ["", "https://example.org", "example.org/path", "example.org:https", "a:0", "a:70000",
                                  "user:password@example.org"])
def test_what_is_no_host(text):
    with pytest.raises(ConfigurationError):
        hosts.parsed(text)


def test_a_good_host(good, roots):
    found = look(good, roots)
    assert [topic for topic in found if found[topic].level != output.FINE] == []
    assert set(found) == set(["resolve", "connect", "handshake", "chain", "name", "expiry"])
    assert "localhost" in found["name"].text and "CN=" in found["chain"].text or "O=" in found["chain"].text


def test_another_name(wrong_host, roots):
    found = look(wrong_host, roots)
    assert found["name"].is_problem and "hostname-mismatch" in found["name"].text and found["name"].to_do
    assert not found["expiry"].is_problem


def test_a_root_that_nobody_knows(unknown, roots):
    found = look(unknown, roots)
    assert found["chain"].is_problem and found["issuer"].is_problem
    assert "missing is the certificate of" in found["issuer"].text and "certifi+" in found["issuer"].to_do


def test_an_intermediate_that_is_not_sent(serve, authority, roots, monkeypatch):
    between = authority.create_child_ca()
    leaf = issue(between, u"localhost")
    sent = serve(leaf)
    assert not [finding for finding in look(sent, roots).values() if finding.is_problem]
    monkeypatch.setattr(chain, "fetch", lambda connect, host: [pem_to_der(leaf.cert_chain_pems[0].bytes())])
    found = chain.advice(chain.fetch(None, None), policy.Policy(roots=roots).roots, "/etc/v.cfg:3")[0]
    assert found.is_problem and "The server sends 1 certificate;" in found.text
    assert "/etc/v.cfg." in found.to_do and "If an intermediate" in found.to_do


def pem_to_der(data):
    import ssl
    return ssl.PEM_cert_to_DER_cert(data.decode("ascii"))


def test_the_certificates_that_a_server_sends(serve, authority, good):
    import socket
    leaf = issue(authority.create_child_ca(), u"localhost")
    server = serve(leaf)
    sent = chain.fetch(lambda: socket.create_connection(("localhost", server.port), TIMEOUT), "localhost")
    assert sent == [pem_to_der(blob.bytes()) for blob in leaf.cert_chain_pems]
    assert chain.fetch(lambda: socket.create_connection(("localhost", 1), TIMEOUT), "localhost") is None


def test_a_root_that_is_sent_along(authority, stranger, roots):
    leaf = issue(stranger, u"localhost")
    sent = [pem_to_der(leaf.cert_chain_pems[0].bytes()), pem_to_der(stranger.cert_pem.bytes())]
    last, is_root = chain.missing(sent, policy.Policy(roots=roots).roots)
    assert is_root and last.subject == der.Certificate(sent[1]).subject
    mine = issue(authority, u"localhost").cert_chain_pems[0].bytes()
    assert chain.missing([pem_to_der(mine)], policy.Policy(roots=roots).roots) is None


def test_rules_of_a_host(unknown, roots):
    rule = {"exempt_until": "2099-01-01", "reason": "moves in June"}
    found = look(unknown, roots, hosts={"localhost": rule})
    assert "moves in June" in found["policy"].text and found["chain"].is_problem


def test_what_does_not_speak_tls(roots):
    import socket
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    found = hosts.look("127.0.0.1", port, policy.Policy(roots=roots), TIMEOUT)
    assert found[-1].topic == "connect" and found[-1].is_problem


def test_settings_that_cannot_be_used():
    assert hosts.look("localhost", 1, ConfigurationError("broken"), TIMEOUT)[0].is_problem


def test_the_age_of_a_library():
    now = time.mktime((2026, 11, 23, 12, 0, 0, 0, 0, 0))
    assert interpreter.years_old("OpenSSL 1.0.2u  20 Dec 2019", now) == 6
    assert interpreter.years_old("OpenSSL 3.0.19 27 Jan 2026", now) == 0
    assert interpreter.years_old("LibreSSL 2.8.3", now) is None and interpreter.years_old(None) is None


def test_the_command_line(tmpdir):
    status, out, err = verifyshim("doctor")
    assert status == 1 and "nothing is active" in out and "activate" in out, (out, err)
    status, out, err = verifyshim("doctor", "https://example.org/")
    assert status == 2 and "without https://" in err and "Traceback" not in err
    for verb in ("status", "doctor"):
        import json
        status, out, err = verifyshim(verb, "--json")
        told = json.loads(out)
        assert status == 1 and told["active"] is False and told["findings"], (out, err)
    assert State.settings is None


def test_settings_that_are_broken_are_a_problem(tmpdir):
    config = tmpdir.join("v.cfg")
    config.write("[verifyshim]\nmoed = strict\n")
    status, out, err = verifyshim("doctor", environ={"VERIFYSHIM_CONFIG": str(config)})
    assert status == 1 and "moed is unknown" in " ".join(out.split()) and "Traceback" not in err, (out, err)


def test_options_for_another_interpreter():
    assert elsewhere.without_target(["--python", "x", "--json", "--prefix=y", "host"]) == ["--json", "host"]
