"""Where settings come from: file, environment, arguments; and errors that name file, line and key."""
import os
import subprocess
import sys

import pytest

import verifyshim
from verifyshim import imports, policy, startup
from verifyshim.errors import ConfigurationError
from verifyshim.policy import settings
from .test_policy_rules import PIN, ROOT, trouble

BINARY_PIN = PIN.encode("ascii")


@pytest.fixture(autouse=True)
def nothing_from_this_machine(monkeypatch, tmpdir):
    monkeypatch.setattr(settings, "SYSTEM_FILE", str(tmpdir.join("etc.cfg")))


@pytest.fixture
def write(tmpdir):
    """Return a function that writes a file of settings and returns the environment that names it."""
    def make(data, name="verifyshim.cfg"):
        path = tmpdir.join(name)
        path.write_binary(data if isinstance(data, bytes) else data.encode("utf-8"))
        return {"VERIFYSHIM_CONFIG": str(path), "SSL_CERT_FILE": ROOT}
    return make


def load(environ, **given):
    return settings.load(given, environ)


def told(made):
    return dict((name, (value, origin)) for name, value, origin in made.describe())


def test_without_anything_there_are_the_defaults():
    made = settings.load({}, {"SSL_CERT_FILE": ROOT})
    assert (made.mode, made.log, made.log_max_bytes, made.log_keep) == ("enforce", None, 10485760, 5)
    assert made.protocols == frozenset(["http", "smtp", "imap", "pop", "ftp", "nntp"]) and made.notes == []
    assert made.hosts == [] and made.judgement("a.example", 443) is policy.PLAIN
    assert set(made.origins[name] for name in made.origins if name != "roots") == set(["default"])
    assert made.origins["roots"] == "SSL_CERT_FILE"
    assert told(made)["protocols"] == ("http, smtp, imap, pop, ftp, nntp", "default")
    assert told(made)["log"] == ("none", "default") and told(made)["minimum_tls"] == ("none", "default")


def test_a_file_gives_every_setting(write, tmpdir):
    tmpdir.mkdir("sub").join("my+roots.pem").write_binary(open(ROOT, "rb").read())
    environ = write("""
# a comment
; another
[verifyshim]
mode = Strict
Roots: %s+sub/my+roots.pem
protocols = http,
   # a comment inside a value
   SMTP
   imap
log = sub/events.log
log_max_bytes = 2M
log_keep = 3
strict_x509 = OFF
partial_chain = on
minimum_tls = 1.2
crl_check = chain

[host:*.Example.org:8443]
pin = %s
    , %s
verify_chain = yes
exempt_until = 2100-01-01
reason = it takes: long = very
    long

[host:[2001:db8::1]:443]
roots = sub/my+roots.pem
""" % (ROOT, PIN, "ab" * 31 + "00"))
    made = load(environ)
    path = environ["VERIFYSHIM_CONFIG"]
    assert (made.mode, made.log_max_bytes, made.log_keep) == ("strict", 2 << 20, 3)
    assert made.protocols == frozenset(["http", "smtp", "imap"])
    assert made.log == os.path.join(str(tmpdir), "sub", "events.log")
    assert made.switches[:3] == ("off", "on", "1.2") and made.switches.crl_check == "chain"
    assert str(tmpdir.join("sub").join("my+roots.pem")) in made.roots.description
    found = made.judgement("a.example.org", 8443)
    assert found.pattern == "*.example.org:8443" and found.verify_chain and found.pins[0] == PIN
    assert len(found.pins) == 2 and found.exemption.reason == "it takes: long = very long"
    assert found.exemption.origin == path + ":19"
    assert len(made.judgement("2001:db8::1", 443).roots) == 1
    assert made.origins["mode"] == path + ":5" and made.origins["crl"] == "default"
    assert told(made)["log"] == (made.log, path + ":11")
    assert [line[0] for line in made.describe()[-2:]] == ["host:*.example.org:8443", "host:[2001:db8::1]:443"]
    assert [type(text) for line in made.describe() for text in line] == [str] * 3 * len(made.describe())


def test_later_sources_win(write):
    environ = write("[verifyshim]\nmode = audit\nlog_keep = 2\nlog_max_bytes = 1M\nprotocols = http\n")
    environ.update(VERIFYSHIM_MODE="strict", VERIFYSHIM_LOG_KEEP="3", VERIFYSHIM_PROTOCOLS="",
                   VERIFYSHIM_LOG=" ")
    made = load(environ, mode="off", log=None, log_keep=None)
    assert (made.mode, made.log_keep, made.log_max_bytes, made.log) == ("off", 3, 1 << 20, None)
    assert made.protocols == frozenset(["http"])
    assert made.origins["mode"] == "install()" and made.origins["log_keep"] == "VERIFYSHIM_LOG_KEEP"
    assert made.origins["log_max_bytes"] == environ["VERIFYSHIM_CONFIG"] + ":4"


@pytest.mark.parametrize("name, value, expected", [
    ("MODE", "Audit", "audit"), ("LOG", "logging:app.tls", "logging:app.tls"), ("LOG", "/x/y", "/x/y"),
    ("LOG", "none", None), ("LOG_MAX_BYTES", "10k", 10240), ("LOG_KEEP", "1", 1),
    ("PROTOCOLS", "ftp", frozenset(["ftp"]))])
def test_the_environment_has_every_setting(name, value, expected):
    made = load({"VERIFYSHIM_" + name: value, "SSL_CERT_FILE": ROOT})
    assert getattr(made, name.lower()) == expected and made.origins[name.lower()] == "VERIFYSHIM_" + name


def test_the_environment_has_the_switches_and_roots():
    made = load({"VERIFYSHIM_STRICT_X509": "On", "VERIFYSHIM_PARTIAL_CHAIN": "off",
                 "VERIFYSHIM_MINIMUM_TLS": "1.3", "VERIFYSHIM_CRL_CHECK": "leaf", "VERIFYSHIM_ROOTS": ROOT})
    assert made.switches == ("on", "off", "1.3", (), "leaf") and ROOT in made.roots.description
    assert made.origins["roots"] == "VERIFYSHIM_ROOTS"


def test_hosts_of_install_are_added_and_replace_the_file_s(write):
    environ = write("[host:a.example]\npin = %s\n[host:b.example]\npin = %s\n" % (PIN, PIN))
    made = load(environ, hosts={"B.example.": {"verify_chain": True}, "c.example": {"pin": "ab" * 31 + "00"}})
    assert made.judgement("a.example", 1).pins == (PIN,) and made.judgement("b.example", 1).pins == ()
    assert len(made.judgement("c.example", 1).pins) == 1
    assert made.origins["host:a.example"].endswith(":1") and made.origins["host:b.example"] == "install()"


def test_revocation_lists_are_looked_for_beside_the_file(write, tmpdir):
    tmpdir.join("a.crl").write_binary(b"")
    said = trouble(load, write("[verifyshim]\ncrl = a.crl\n"))
    assert "verifyshim.cfg, line 2: crl = %s holds no revocation list" % tmpdir.join("a.crl") in said


def test_the_file_is_found_in_this_order(write, tmpdir):
    system = write("[verifyshim]\nmode = audit\n", "etc.cfg")
    tmpdir.mkdir("venv").join("verifyshim.cfg").write_binary(b"[verifyshim]\nmode = strict\n")
    environ = {"SSL_CERT_FILE": ROOT}
    assert load(environ).mode == "audit"
    assert load(dict(environ, VIRTUAL_ENV="")).mode == load(dict(environ, VIRTUAL_ENV="venv")).mode == "audit"
    assert load(dict(environ, VIRTUAL_ENV=str(tmpdir))).mode == "audit"      # none there
    environ["VIRTUAL_ENV"] = str(tmpdir.join("venv"))
    assert load(environ).mode == "strict"
    assert load(dict(environ, VERIFYSHIM_CONFIG="")).mode == "strict"
    assert load(dict(environ, VERIFYSHIM_CONFIG=system["VERIFYSHIM_CONFIG"])).mode == "audit"
    assert load(dict(environ, VERIFYSHIM_CONFIG=os.devnull)).mode == "enforce"
    assert "a relative path" in trouble(load, {"VERIFYSHIM_CONFIG": "verifyshim.cfg"})


def test_the_working_directory_is_no_place_for_it(tmpdir, monkeypatch):
    tmpdir.join("verifyshim.cfg").write_binary(b"[verifyshim]\nmode = off\n")
    monkeypatch.chdir(str(tmpdir))
    assert load({"SSL_CERT_FILE": ROOT}).mode == "enforce"
    assert load({"SSL_CERT_FILE": ROOT, "VIRTUAL_ENV": "."}).mode == "enforce"


def test_a_dangling_link_is_an_error(tmpdir):
    os.symlink("nowhere", str(tmpdir.join("etc.cfg")))
    assert "etc.cfg cannot be read (No such file or directory)" in trouble(load, {})


def test_what_cannot_be_read_is_an_error(write):
    environ = write("[verifyshim]\n")
    os.chmod(environ["VERIFYSHIM_CONFIG"], 0)
    if not os.access(environ["VERIFYSHIM_CONFIG"], os.R_OK):        # root can
        assert "cannot be read (Permission denied)" in trouble(load, environ)


def test_unknown_variables_are_passed_over_and_told():
    made = load({"SSL_CERT_FILE": ROOT, "VERIFYSHIM_MOOD": "x", "VERIFYSHIM_FAIL_CLOSED": "1",
                 "VERIFYSHIM_mode": "off", "VERIFYSHIM_PYTHONS": "x", "VERIFYSHIM_CORPUS_DIR": "x",
                 "VERIFYSHIM_BUNDLE": ""})
    assert [note.split(" is unknown")[0] for note in made.notes] == [
        "The variable VERIFYSHIM_MOOD", "The variable VERIFYSHIM_mode"]
    assert made.mode == "enforce" and "VERIFYSHIM_MODE" in made.notes[0]


def test_a_variable_that_only_begins_like_another_is_unknown():
    made = load({"SSL_CERT_FILE": ROOT, "VERIFYSHIM_CONFIG_FILE": "/x", "VERIFYSHIM_BUNDLES": "/x",
                 "VERIFYSHIM_FAIL_CLOSED_": "1", "VERIFYSHIM_FAIL_CLOSED": "0"})
    assert [note.split(" is unknown")[0] for note in made.notes] == [
        "The variable VERIFYSHIM_" + name for name in ("BUNDLES", "CONFIG_FILE", "FAIL_CLOSED_")]


def test_twice_as_many_rules_take_twice_as_many_steps(write):
    """Lines of code are counted, not seconds."""
    def steps(count):
        pins = "".join("[host:h%d.example]\npin = %s\n" % (number, PIN) for number in range(count))
        environ, seen = write(pins + "[verifyshim]\nmode = strict\n"), [0]

        def trace(frame, event, argument):
            seen[0] += 1
            return trace
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            assert len(load(environ, hosts={"a.example": {"pin": PIN}}).hosts) == count + 1
        finally:
            sys.settrace(before)
        return seen[0]
    few, more, most = [steps(count) for count in (100, 200, 300)]
    assert abs((most - more) - (more - few)) < (more - few) * 0.1


def test_a_file_that_anybody_can_write_is_told(write):
    environ = write("[verifyshim]\n")
    assert load(environ).notes == []
    os.chmod(environ["VERIFYSHIM_CONFIG"], 0o666)
    assert "Anybody can write %s" % environ["VERIFYSHIM_CONFIG"] in load(environ).notes[0]


@pytest.mark.parametrize("data", [
    b"\xef\xbb\xbf[verifyshim]\r\nmode = audit\r\n", b"[verifyshim]\rmode = audit",
    b"  [verifyshim]\n  mode = audit\n  log_keep = 2\n",
    b"[verifyshim]\nmode=audit\n\n    log_keep = 2\n", b"[ verifyshim ]\nmode : audit\n# \xc3\xbc\n",
    b"[verifyshim]\nmode = audit\n\n[host:b\xc3\xbccher.example]\npin = " + BINARY_PIN])
def test_files_of_other_editors_and_tastes(write, data):
    made = load(write(data))
    assert made.mode == "audit" and made.log_keep == (2 if b"log_keep" in data else 5)
    if made.hosts:
        assert made.judgement("xn--bcher-kva.example", 443).pins == (PIN,)


def test_a_log_stays_where_it_was_named(monkeypatch, tmpdir):
    monkeypatch.chdir(str(tmpdir))
    made = load({"SSL_CERT_FILE": ROOT}, log="events.log")
    assert made.log == os.path.join(os.path.realpath(str(tmpdir)), "events.log")
    assert policy.Policy(roots=ROOT, log="logging").log == "logging"
    assert policy.Policy(roots=ROOT, log=b"/x/y".decode("ascii")).log == "/x/y"


def test_a_working_directory_that_was_removed(monkeypatch, tmpdir):
    """What is named in full is found, imports pass over nothing, and what is relative is an error that says so."""
    gone, crl = tmpdir.mkdir("gone"), tmpdir.join("list.crl")
    crl.write("-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n")
    monkeypatch.chdir(gone)
    monkeypatch.setattr(startup, "STARTED_IN", None)
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "program.py", raising=False)
    gone.remove()
    assert imports.passed_over() == []
    made = load({"SSL_CERT_FILE": ROOT, "VERIFYSHIM_LOG": "/x/y"})
    assert made.log == "/x/y"
    assert settings._paths(None, str(crl)) == [str(crl)]
    with pytest.raises(ConfigurationError) as caught:
        load({"SSL_CERT_FILE": ROOT, "VERIFYSHIM_LOG": "events.log"})
    assert "VERIFYSHIM_LOG" in str(caught.value) and "whole path" in str(caught.value)


def test_who_does_not_install_gets_the_file_and_the_environment(write, monkeypatch):
    environ = write("[verifyshim]\nminimum_tls = 1.2\nroots = %s\n" % ROOT)
    monkeypatch.setenv("VERIFYSHIM_CONFIG", environ["VERIFYSHIM_CONFIG"])
    monkeypatch.setattr(policy._State, "default", None)
    assert policy.current().switches.minimum_tls == "1.2" and policy.current() is policy.current()
    made = policy.Policy(roots=ROOT)
    policy.use(made)
    assert policy.current() is policy.installed() is made
    policy.use(None)
    assert policy.installed() is None


def test_reading_a_policy_imports_neither_ssl_nor_socket_nor_http():
    code = ("import sys; import verifyshim.policy as p; p.settings.load({'roots': %r}, {}); "
            "unwanted = set('ssl _ssl socket http http.client httplib urllib2 logging'.split()); "
            "print(sorted(set(sys.modules) & unwanted))" % ROOT)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.communicate()[0].strip() == b"[]"
    assert verifyshim.Policy is policy.Policy
