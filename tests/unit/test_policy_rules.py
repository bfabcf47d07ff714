"""Host rules: pins, dates, what goes together, and what they come to for a peer."""
import datetime
import os
import subprocess
import time
import timeit

import pytest

import verifyshim
from verifyshim import policy
from verifyshim.policy import dates, pins
from verifyshim.roots import pem

CERTIFICATES = os.path.join(os.path.dirname(verifyshim.__file__), "cli", "certificates")
ROOT = os.path.join(CERTIFICATES, "root.pem")
PIN = "sha256/" + "q6ur" * 10 + "q6s="
HEX = "ab" * 32


def trouble(call, *args, **keys):
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        call(*args, **keys)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("value", [
    PIN, HEX, HEX.upper(), ":".join(["AB"] * 32), "sha256:" + HEX, [PIN], (HEX,), " %s,\n %s " % (PIN, HEX),
    "sha256//" + PIN[7:], PIN.encode("ascii"), PIN.encode("ascii").decode("ascii"), "%s %s" % (HEX, PIN)])
def test_a_pin_is_read_in_each_of_its_forms(value):
    assert pins.read(value) == (PIN,)


def test_several_pins_keep_their_order():
    other = "sha256/" + "A" * 43 + "="
    assert pins.read([PIN, other]) == (PIN, other) == pins.read("%s, %s" % (PIN, other))


@pytest.mark.parametrize("value", [
    "", [], "x", PIN[:-1], PIN + "=", PIN[:-2] + "t=", PIN.replace("q", "-"), "sha1/" + PIN[7:], HEX[:-1],
    "sha256/", "sha256//" + PIN, "g" + HEX[1:], 5, [5], b"\xff", [PIN, "x"]])
def test_what_is_no_pin_is_told_how_to_compute_one(value):
    said = trouble(pins.read, value)
    assert "openssl pkey -pubin -outform der" in said and "64 hexadecimal digits" in said


def certificate(name):
    with open(os.path.join(CERTIFICATES, name), "rb") as handle:
        return pem.parsed(handle.read(), name)[0][0]


def test_a_pin_is_what_the_error_text_says_to_compute():
    try:
        key = subprocess.check_output("openssl x509 -in %s -pubkey -noout | openssl pkey -pubin -outform der | "
                                      "openssl dgst -sha256 -binary | openssl base64" % ROOT, shell=True)
    except (OSError, AttributeError, subprocess.CalledProcessError):
        return      # no openssl here
    assert pins.of(certificate("root.pem")) == "sha256/" + key.decode("ascii").strip()
    assert pins.read(pins.of(certificate("root.pem"))) == (pins.of(certificate("root.pem")),)


@pytest.mark.parametrize("cut", [0, 1, 2, 50, 200])
def test_no_pin_of_what_is_no_certificate(cut):
    with pytest.raises(ValueError):
        pins.of(certificate("root.pem")[:cut])


class _Zone(datetime.tzinfo):
    def utcoffset(self, moment):
        return datetime.timedelta(hours=2)

    def dst(self, moment):
        return None


DAY = 1806451200        # 2027-03-31, 0:00 UTC


@pytest.mark.parametrize("value, seconds", [
    ("2027-03-31", DAY + 86400), (" 2027-03-31 ", DAY + 86400), (datetime.date(2027, 3, 31), DAY + 86400),
    ("2027-03-31T18:00Z", DAY + 64800), ("2027-03-31 18:00", DAY + 64800), ("2027-03-31T18:00:01", DAY + 64801),
    ("2027-03-31T18:00:00+02:00", DAY + 57600), ("2027-03-31T18:00 -0230", DAY + 73800),
    ("2027-03-31T00:00", DAY),
    (datetime.datetime(2027, 3, 31, 18), DAY + 64800),
    (datetime.datetime(2027, 3, 31, 18, tzinfo=_Zone()), DAY + 57600),
    ("9999-12-31", 253402300800), (b"2027-03-31".decode("ascii"), DAY + 86400)])
def test_a_date_is_within_to_its_end_in_utc(value, seconds):
    found = dates.read(value)
    assert found.seconds == seconds and isinstance(found.text, str) and dates.read(found) is found


@pytest.mark.parametrize("value", [
    "", "soon", "31.03.2027", "2027-3-31", "2027-02-30", "2027-13-01", "0000-01-01", "2027-03-31T25:00",
    "2027-03-31T18:00+25:00", "2027-03-31T18", "2027-03-31 x", "2027-03-31\n2028-01-01", None, 5, [], 1e9])
def test_what_is_no_date_is_an_error(value):
    assert "is not a date; write it as 2027-03-31" in trouble(dates.read, value)


@pytest.mark.parametrize("keys, said", [
    ({}, "says nothing"), ({"exempt_until": "2027-03-31"}, "needs a reason"),
    ({"reason": "x"}, "needs exempt_until"), ({"exempt_until": "2027-03-31", "reason": " "}, "says nothing"),
    ({"verify_chain": False}, "without a pin"),
    ({"verify_chain": "maybe"}, "verify_chain: 'maybe' is unknown; use yes or no"),
    ({"pin": PIN, "roots": ROOT}, "not used"), ({"roots": "/nonexistent.pem"}, "/nonexistent.pem"),
    ({"exempt_until": "x", "reason": "y"}, "exempt_until: 'x' is not a date"),
    ({"pin": "x"}, "pin: 'x' is not a pin")])
def test_a_rule_that_makes_no_sense_is_an_error(keys, said):
    assert said in trouble(policy.HostRule, **keys)
    told = trouble(policy.Policy, roots=ROOT, hosts={"www.example.org": keys})
    assert told.startswith("hosts: 'www.example.org': ") and said in told


@pytest.mark.parametrize("hosts, said", [
    ({"*": {"pin": PIN}}, "every host"), ({"a.example": {"pins": PIN}}, "'a.example' has the unknown key pins"),
    ({"a.example": PIN}, "not a dict"), ("a.example", "not a dict"), (5, "not a dict"),
    ({"a.example": {"pin": PIN}, "A.example.": {"pin": PIN}}, "twice")])
def test_hosts_that_cannot_be_used_are_an_error(hosts, said):
    assert said in trouble(policy.Policy, roots=ROOT, hosts=hosts)


def judge(rule, host="www.example.org", port=443):
    return policy.Policy(roots=ROOT, hosts={"www.example.org": rule}).judgement(host, port)


def test_without_rules_every_peer_is_plain():
    assert policy.Policy(roots=ROOT).judgement("www.example.org", 443) is policy.PLAIN
    assert policy.PLAIN == (None, (), True, None, None)


def test_a_pin_stands_for_the_chain_or_beside_it():
    assert judge({"pin": PIN}) == (None, (PIN,), False, None, "www.example.org")
    assert judge({"pin": PIN, "verify_chain": True}) == (None, (PIN,), True, None, "www.example.org")
    found = judge({"pin": [PIN, HEX[:-1] + "0"], "verify_chain": "Yes", "roots": ROOT})
    assert len(found.roots) == 1 and found.verify_chain and len(found.pins) == 2
    assert judge({"pin": PIN}, "mail.example.org") is policy.PLAIN


def test_roots_of_a_host():
    found = judge({"roots": ROOT})
    assert ROOT in found.roots.description and found.verify_chain and not found.pins


def test_a_rule_can_say_that_a_host_is_like_others():
    made = policy.Policy(roots=ROOT, hosts={
        "*.example.org": {"exempt_until": "2100-01-01", "reason": "old"},
        "pay.example.org": {"verify_chain": True}})
    assert made.judgement("old.example.org", 443).exemption.reason == "old"
    assert made.judgement("pay.example.org", 443) == policy.PLAIN._replace(pattern="pay.example.org")
    assert made.judgement("example.org", 443) is policy.PLAIN
    assert made.judgement(None, None) is policy.PLAIN


def test_an_exemption_ends_by_itself(monkeypatch):
    rule = {"exempt_until": "2027-03-31", "reason": " a\n b", "pin": PIN}
    made = policy.Policy(roots=ROOT, hosts={"www.example.org": rule})
    monkeypatch.setattr(time, "time", lambda: DAY + 86399.9)
    found = made.judgement("www.example.org", 443)
    assert found.exemption.reason == "a b" and found.exemption.until.text == "2027-03-31"
    assert found.exemption.origin == "Policy()" and found.pins == (PIN,)
    assert made.notes == [] and "exempt until 2027-03-31: a b" in made.describe()[-1][1]
    monkeypatch.setattr(time, "time", lambda: DAY + 86400.0)
    assert made.judgement("www.example.org", 443) == (None, (PIN,), False, None, "www.example.org")
    assert "exemption of www.example.org (Policy()) ended on 2027-03-31" in made.notes[0]
    assert "exemption ended on 2027-03-31: a b" in made.describe()[-1][1]


def test_a_judgement_can_be_a_key():
    assert len(set([judge({"roots": ROOT}), judge({"pin": PIN}), judge({"pin": PIN}), policy.PLAIN])) == 3


def test_looking_at_a_policy_without_rules_costs_nothing():
    made = policy.Policy(roots=ROOT)
    seconds = min(timeit.repeat(lambda: made.judgement("www.example.org", 443), number=10000, repeat=5))
    assert seconds / 10000 < 5e-6       # 0.1-0.3 microseconds where nobody else needs the machine
