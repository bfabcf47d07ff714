"""What an event says, what it never says, and what it costs where nobody listens."""
import hashlib
import os
import re
import ssl
import sys
import threading

import pytest

from verifyshim import InsecureConnectionWarning, events
from verifyshim.events import callsite, record

HERE = os.path.splitext(os.path.basename(__file__))[0]
SECRET = "hunter2"


@pytest.fixture(autouse=True)
def nobody_listens():
    events.use(None)
    events.forget()
    yield
    events.use(None)


@pytest.fixture(scope="module")
def leaf(authority):
    from .conftest import issue
    pem = issue(authority, u"localhost").cert_chain_pems[0].bytes().decode("ascii")
    return ssl.PEM_cert_to_DER_cert(pem[:pem.index("-----END") + 25] + "\n")


def said(*arguments, **settings):
    with events.ring() as ring:
        events.connection(*arguments, **settings)
    assert len(ring.records) == 1, events.dropped()
    return ring.records[0]


def execute(source, name, found=None):
    exec(compile(source, name, "exec"), {"find": callsite.find, "found": found})


def test_an_event_says_everything(leaf):
    told = said("refused", "localhost", 8443, "HTTPSConnection", "enforce", "expired", "on 2020-01-01", leaf,
                name_checked=False)
    assert set(told) == set(record.KEYS)
    assert re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", told["time"])
    assert told["event"] == "connection" and told["verdict"] == "refused" and told["failure"] == "expired"
    assert (told["host"], told["port"], told["mode"]) == ("localhost", 8443, "enforce")
    assert told["entry_point"] == "HTTPSConnection" and told["detail"] == "on 2020-01-01"
    assert told["fingerprint"] == hashlib.sha256(leaf).hexdigest() and told["name_checked"] is False
    assert "trustme" in told["subject"] and "trustme" in told["issuer"] and told["expires"].endswith("Z")
    assert told["process"] == os.getpid() and told["machine"]
    assert re.match(r".*%s\.pyc?:\d+:said$" % HERE, told["call_site"])


def test_keys_are_written_in_one_order():
    line = record.line("connection", "localhost")
    places = [line.index('"%s": ' % key) for key in record.KEYS]
    assert places == sorted(places) and line.endswith("}\n") and line.count("\n") == 1


def test_what_is_not_known_is_empty():
    told = said("unchecked", None, None, "X", "audit")
    assert (told["host"], told["port"], told["subject"], told["fingerprint"]) == ("", None, "", "")


@pytest.mark.parametrize("host, shown", [
    ("localhost", "localhost"), ("::1", "::1"), ("fe80::1%eth0", "fe80::1%eth0"),
    (b"bytes.example", "bytes.example"), ("a\x1b[31m", r"a\x1b[31m"),
    ("user:%s@proxy.example" % SECRET, "proxy.example"),
    ("https://user:%s@proxy.example:8080/path/%s" % (SECRET, SECRET), "proxy.example:8080"),
    ("host.example/path?token=%s" % SECRET, "host.example"),
    ("host.example?token=%s" % SECRET, "host.example"),
    ("user:p/%s@host" % SECRET, record.MASKED), ("user:p?%s@host" % SECRET, record.MASKED),
    ("user:p\\%s@host" % SECRET, record.MASKED), ("user: %s@host" % SECRET, record.MASKED),
    ("https://host/a?mail=a@b&t=%s" % SECRET, record.MASKED),
    ("a\r\nX-Header: %s" % SECRET, "a"), (u"b\xfccher.example", u"b\xfccher.example"),
    (u"\u202egnp.exe", u"\\x202egnp.exe"), ("x" * 1000, "x" * 252 + "..."),
])
def test_a_host_is_nothing_but_a_host(host, shown):
    told = said("refused", host, 1, "X", "audit", "hostname-mismatch", "name is not %s" % (host,))
    assert told["host"] == shown
    if isinstance(host, str):
        assert SECRET not in repr(told) and "\x1b" not in repr(told)


def test_a_detail_has_no_credentials_and_no_control_characters():
    told = said("refused", "h", 1, "X", "audit", "other", "via http://me:%s@proxy/ \x1b[31m" % SECRET)
    assert told["detail"] == "via http://proxy/ \\x1b[31m"
    assert len(said("refused", "h", 1, "X", "audit", "other", "x" * 10000)["detail"]) == 500


def test_a_certificate_that_cannot_be_read_still_has_a_fingerprint():
    for broken in (b"", b"\x30", b"\x30\x03abc", b"\xff" * 5000):
        told = said("refused", "h", 1, "X", "audit", certificate=broken)
        assert told["fingerprint"] == hashlib.sha256(broken).hexdigest()
        assert told["subject"] == "(cannot be read)"


def test_what_is_remembered_is_bounded():
    with events.ring(10):
        for number in range(record._KEPT * 3):
            events.connection("verified", "h", 1, "X", "audit", certificate=str(number).encode("ascii"),
                              where=("f", number, "g", "m"))
    assert len(record._certificates) <= record._KEPT and len(record._sites) <= record._KEPT


def test_the_program_is_named_after_what_was_started(monkeypatch):
    for argv, name in ((["/usr/bin/tool", "--password=" + SECRET], "tool"), (["/x/pip/__main__.py"], "pip"),
                       ([""], ""), ([], ""), (["-c"], "-c")):
        monkeypatch.setattr(sys, "argv", argv)
        told = said("verified", "h", 1, "X", "audit")
        assert told["program"] == name and SECRET not in repr(told)
    monkeypatch.delattr(sys, "argv")        # as while the interpreter starts
    assert said("verified", "h", 1, "X", "audit")["program"] == ""


def test_nobody_listens():
    assert not events.active()
    events.connection("verified", object(), "no port", None, None)      # not even looked at
    events.tampering("x")
    events.lifecycle("install")
    assert events.dropped().count == 0
    with events.ring():
        assert events.active()
    assert not events.active()


def test_an_event_that_cannot_be_made_is_counted():
    with events.ring() as ring:
        events.connection("verified", object(), 1, "X", "audit")
        events.tampering(object())
    assert ring.records == [] and events.dropped().count == 2 and "TypeError" in events.dropped().error
    events.use(None)
    assert events.dropped() == (0, "")


def test_other_events():
    with events.ring() as ring:
        events.lifecycle("install", "audit", "roots: certifi")
        events.tampering("ssl._create_default_https_context was assigned", mode="strict")
        events.tampering("again", ("program.py", 7, "main", "m"))
    first, second, third = ring.records
    assert (first["event"], first["mode"], first["detail"]) == ("install", "audit", "roots: certifi")
    assert (second["event"], second["mode"], second["verdict"]) == ("tampering", "strict", "")
    assert HERE in second["call_site"] and third["call_site"] == "program.py:7:main"


def test_a_ring_keeps_the_last():
    ring = events.ring(3)
    ring.start()
    for port in range(10):
        events.connection("verified", "h", port, "X", "audit")
    ring.stop()
    events.connection("verified", "h", 99, "X", "audit")
    assert [told["port"] for told in ring.records] == [7, 8, 9]
    ring.clear()
    assert ring.records == []


def test_rings_stay_where_a_policy_comes_and_goes():
    class Policy(object):
        log = log_max_bytes = log_keep = None
    with events.ring() as ring:
        events.use(Policy())
        events.connection("verified", "h", 1, "X", "audit")
        events.use(None)
        events.connection("verified", "h", 2, "X", "audit")
    assert len(ring.records) == 2


def test_the_call_site_is_the_first_frame_of_the_program():
    found = {}

    class Thread(threading.Thread):
        def run(self):
            found["site"] = callsite.find()

    thread = Thread()
    thread.start()
    thread.join()
    assert HERE in found["site"][0] and found["site"][2] == "run"
    for name, function in (("smtplib.py", "execute"), (os.path.join("site-packages", "lib.py"), "<module>")):
        execute("found['site'] = find()", os.path.join(os.path.dirname(os.__file__), name), found)
        assert found["site"][2] == function


def test_generated_code_does_not_fill_the_memory():
    for number in range(callsite._KEPT + 10):
        execute("find()", "<cell %d>" % number)
    assert len(callsite._program) <= callsite._KEPT


def test_insecure_warns_once_for_each_call_site(recwarn):
    for _ in range(3):
        events.insecure("h", 443, "X", "nothing is verified")
    events.insecure("h", 443, "X", "nothing is verified", where=("other.py", 3, "f", "m"))
    shown = [warning for warning in recwarn.list if warning.category is InsecureConnectionWarning]
    names = [os.path.splitext(os.path.basename(warning.filename))[0] for warning in shown]
    assert names == [HERE, "other"]
    events.forget()
    events.insecure("h", 443, "X", "nothing is verified", where=("other.py", 3, "f", "m"))
    assert len([warning for warning in recwarn.list if warning.category is InsecureConnectionWarning]) == 3
