# -*- coding: utf-8 -*-
"""What the report suggests: a policy file, and the codemod's rules for call sites."""
from __future__ import unicode_literals

import re
import shlex

import pytest

from verifyshim.policy import settings
from verifyshim.report import fixes, suggest
from .reported import ACTIVE, FINGERPRINT, NOW, failing, summed


def loaded(tmpdir, text):
    path = tmpdir.join("verifyshim.cfg")
    path.write_binary(text.encode("ascii"))
    return settings.load({}, {"VERIFYSHIM_CONFIG": str(path), "SSL_CERT_FILE": ""})


# --- what the policy file says

def test_both_files_load_and_say_what_they_should(tmpdir):
    told = suggest.policy(summed(
        failing("self.example"), failing("old.example", "expired", verdict="refused"),
        failing("gone.example", "revoked"), failing("pin.example", "pin-mismatch"),
        failing("fine.example", "", verdict="verified")), NOW)
    assert (told["hosts"], told["until"]) == (4, "2026-01-31")
    strict, bridge = loaded(tmpdir, told["strict"]), loaded(tmpdir, told["bridge"])
    assert strict.mode == bridge.mode == "enforce"
    for host in ("self.example", "old.example"):
        assert strict.judgement(host, 443).exemption is None
    rules = [text for text, _, _ in bridge.describe() if text.startswith("host:")]
    assert sorted(rules) == ["host:old.example:443", "host:self.example:443"]
    assert "# pin = sha256/..." in told["bridge"] and FINGERPRINT in told["strict"]
    assert "fine.example" not in told["bridge"]


def test_what_points_to_an_attack_is_never_exempt():
    told = suggest.policy(summed(*[failing(name + ".example", name) for name in
                                   ("revoked", "pin-mismatch", "no-certificate")]), NOW)
    assert "exempt_until" not in told["strict"] + told["bridge"]
    both = suggest.policy(summed(failing("x.example"), failing("x.example", "revoked")), NOW)
    assert "exempt_until" not in both["bridge"]


def test_nothing_seen_is_put_in_as_trusted():
    told = suggest.policy(summed(failing("x.example"), failing("y.example", "unknown-issuer")), NOW)
    for name in ("strict", "bridge"):
        assert not re.search("^(pin|roots)", told[name], re.M)


@pytest.mark.parametrize("host", [
    "*.com", "*", "0.0.0.0/0", "::/0", "a.example]\n[verifyshim]\nmode = off", "[::1%$(id)]", "fe80::1%x]\n[a",
    "$(id).example", "a b", "", "x\rmode = off", "(not a host name)", ACTIVE, "a" * 300, "-o.example", "#",
    "e;#"])
def test_a_host_that_is_none_gets_no_rule(tmpdir, host):
    for port in (443, None):
        told = suggest.policy(summed(failing(host, port=port), failing("x.example")), NOW)
        assert told["hosts"] == 1 and "# No rule can be written for:" in told["bridge"]
        policy = loaded(tmpdir, told["bridge"])
        assert [text for text, _, _ in policy.describe() if text.startswith("host:")] == ["host:x.example:443"]
        assert policy.mode == "enforce"


def test_spellings_of_one_host_are_one_rule(tmpdir):
    told = suggest.policy(summed(failing("::1"), failing("[::1]"), failing("A.Example"), failing("a.example."),
                                 failing("b\xfccher.example", port=None), failing("::2", port=None)), NOW)
    policy = loaded(tmpdir, told["bridge"])
    assert sorted(text for text, _, _ in policy.describe() if text.startswith("host:")) == [
        "host:::2", "host:[::1]:443", "host:a.example:443", "host:xn--bcher-kva.example"]
    assert "-connect [::2]:443 <" in told["bridge"]


def test_comments_stay_comments(tmpdir):
    told = suggest.policy(summed(failing("x.example", subject="CN=a\nmode = off", issuer="\u2028[verifyshim]\r",
                                         call_site="a\n[host:*.com]\nb:1:f", detail="\n", mode="\nmode = off",
                                         expires="\n", time="2025-12-01T10:00:00Z")), NOW)
    for text in (told["strict"], told["bridge"]):
        text.encode("ascii")
        active = [line_ for line_ in text.splitlines() if line_ and not line_.startswith("#")]
        assert active[:2] == ["[verifyshim]", "mode = enforce"] and "off" not in "".join(active)
        loaded(tmpdir, text)


def test_one_root_for_many_hosts():
    told = suggest.policy(summed(*[failing("h%d.example" % number, "unknown-issuer", issuer="CN=Own CA")
                                   for number in range(3)]), NOW)
    assert "# 3 hosts have certificates of one issuer that is unknown here: CN=Own CA" in told["strict"]


def test_nothing_wrong_and_nothing_at_all(tmpdir):
    for told in (suggest.policy(summed({}), NOW), suggest.policy(summed(), NOW)):
        assert told["hosts"] == 0 and loaded(tmpdir, told["strict"]).mode == "enforce"


def test_thousands_of_hosts_are_bounded(tmpdir):
    told = suggest.policy(summed(*[failing("h%d.example" % number) for number in range(1200)]), NOW)
    assert "700 more hosts" in told["strict"] and told["bridge"].count("\n[host:") == 500
    loaded(tmpdir, told["bridge"])


def test_strict_stays_strict():
    assert "\nmode = strict\n" in suggest.policy(summed({"mode": "strict"}), NOW)["strict"]


# --- which rules

@pytest.mark.parametrize("name, trouble, codes", [
    ("HTTPSConnection", True, "VS101 VS102 VS103 VS108"), ("HTTPSConnection", False, ""),
    ("ssl.wrap_socket", True, "VS106 VS107"), ("SMTP.starttls", True, "VS301"), ("IMAP4_SSL", False, "VS301"),
    ("FTP_TLS.auth", True, "VS301"), ("POP3.stls", True, "VS301"), ("NNTP_SSL", True, "VS301"),
    ("SSLContext.wrap_socket", True, "VS103 VS104 VS201 VS202 VS203 VS204 VS205"),
    ("SSLContext.wrap_bio", True, "VS103 VS104 VS201 VS202 VS203 VS204 VS205"), ("nonsense", True, "")])
def test_rules_by_entry_point(name, trouble, codes):
    told = summed(failing("a") if trouble else {}, {"call_site": "b.py:1:f"})
    row = dict(told["call_sites"][0], entry_points=[name])
    assert fixes.rules(row) == codes.split()


def test_the_rules_are_those_of_the_codemod():
    rules = pytest.importorskip("verifyshim.codemod.rules")
    assert set(fixes.RULES) <= set(rules.codes())


def test_commands_are_for_a_shell():
    names = ["/srv/app.py", "it's; rm -rf ~/$(id)`x`.py", "-rf.py", "a b.py", "C:\\x\\y.py"]
    told = summed(*[failing("a", call_site=name + ":12:<module>") for name in names])
    command = fixes.commands(told)[0]
    words = shlex.split(str(command["command"]))
    assert words[:4] == ["python", "-m", "verifyshim.codemod", "--diff"]
    assert sorted(words[6:]) == sorted(["./" + name if name.startswith("-") else name for name in names])


def test_commands_have_no_line_ends_and_are_bounded():
    told = summed(*[failing("a", call_site="d%d/a\n\u2028b.py:1:f" % number) for number in range(50)])
    command = fixes.commands(told)[0]
    assert command["files"] == 50 and command["more"] == 38
    assert re.match("[ -~]+$", command["command"])


def test_packages_are_left_alone():
    path = "/usr/lib/python2.7/site-packages/urllib3/connection.py"
    command, = fixes.commands(summed(failing("a", call_site=path + ":3:f",
                                             entry_point="SSLContext.wrap_socket")))
    assert path not in command["command"] and "FOLDER-OF-THE-PROGRAM" in command["command"]


@pytest.mark.parametrize("site, parts", [
    ("C:\\a.py:12:f", ("C:\\a.py", 12, "f")), ("a.py:1:<module>", ("a.py", 1, "<module>")), ("", ("", 0, "")),
    ("nothing", ("nothing", 0, "")), ("a:b", ("a:b", 0, ""))])
def test_call_sites_are_split(site, parts):
    assert fixes.split(site) == parts
