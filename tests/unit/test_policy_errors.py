"""Settings that cannot be used: one sentence that names file and line, variable or argument, and what to do."""
import pytest

from verifyshim import policy
from verifyshim.policy import settings
from .test_policy_rules import CERTIFICATES, PIN, ROOT, trouble
from .test_policy_settings import load, nothing_from_this_machine, write     # noqa: F401


@pytest.mark.parametrize("data, line, said", [
    ("[verifyshim]\nmood = audit\n", 2, "the key mood is unknown in [verifyshim]; known are: mode, roots"),
    ("[verifyshim]\nhosts = x\n", 2, "the key hosts is unknown"),
    ("[host:a.example]\nmode = audit\n", 2,
     "the key mode is unknown in [host:a.example]; known are: roots, pin"),
    ("[VerifyShim]\nmode = audit\n", 1, "the section [VerifyShim] is unknown"),
    ("\n[hosts:a.example]\n", 2, "the section [hosts:a.example] is unknown"),
    ("[verifyshim]\nmode = audit\nMODE: off\n", 3, "mode is there twice, first in line 2"),
    ("[verifyshim]\n[verifyshim]\n", 2, "the section [verifyshim] is there twice, first in line 1"),
    ("[host:a.example]\npin=%s\n[host:A.example.]\npin=%s\n" % (PIN, PIN), 3,
     "a.example is there twice, first in "),
    ("[verifyshim\n", 1, "is not closed"), ("[verifyshim] # x\n", 1, "is not closed"),
    ("[verifyshim]\nmode\n", 2, "'mode' is neither a section nor key = value"),
    ("[verifyshim]\n= audit\n", 2, "neither a section nor key = value"),
    ("mode = audit\n", 1, "mode stands before the first section"),
    ("[verifyshim]\nmode =\n", 2, "mode is empty"),
    ("[verifyshim]\nmode = bold\n", 2, "mode = 'bold' is unknown; use one of: off, audit, enforce, strict"),
    ("[verifyshim]\nmode = audit  # x\n", 2, "mode = 'audit  # x' is unknown"),
    ("[verifyshim]\nmode = audit\n  log = x\n", 2, "the indented line below mode belongs to its value"),
    ("[verifyshim]\nprotocols = http, gopher\n", 2, "protocols: gopher is unknown; use some of: http, smtp"),
    ("[verifyshim]\nprotocols = ,\n", 2, "protocols: nothing is unknown"),
    ("[verifyshim]\nlog = /\n", 2, "log = '/' is not a file"), ("[verifyshim]\nlog = x/\n", 2, "is not a file"),
    ("[verifyshim]\nlog = logging:\n", 2, "is not a file"),
    ("[verifyshim]\nlog_max_bytes = 10\n", 2, "log_max_bytes = '10' cannot be used"),
    ("[verifyshim]\nlog_max_bytes = much\n", 2, "log_max_bytes = 'much' cannot be used"),
    ("[verifyshim]\nlog_keep = 0\n", 2, "log_keep = '0' cannot be used"),
    ("[verifyshim]\nminimum_tls = 1.4\n", 2, "minimum_tls = '1.4' is unknown"),
    ("[verifyshim]\nstrict_x509 = yes\n", 2, "strict_x509 = 'yes' is unknown"),
    ("[verifyshim]\nroots = /nonexistent.pem\n", 2, "roots: /nonexistent.pem cannot be read"),
    ("[verifyshim]\ncrl = ,\n", 2, "crl = ',' names no file"),
    ("[verifyshim]\nroots = certifi++x\n", 2, "something is missing beside a plus sign"),
    ("[host:a.example]\nroots = gone.pem\n", 2, "gone.pem cannot be read"),
    ("[host:*]\npin = %s\n" % PIN, 1, "the host pattern '*' would be for every host"),
    ("[host:]\npin = %s\n" % PIN, 1, "the host pattern '' is neither"),
    ("[host:a.example]\n", 1, "the rule says nothing"),
    ("[host:a.example]\npin = sha256/x\n", 2, "pin: 'sha256/x' is not a pin"),
    ("[host:a.example]\nexempt_until = soon\nreason = x\n", 2, "exempt_until: 'soon' is not a date"),
    ("[host:a.example]\nexempt_until = 2027-02-29\nreason = x\n", 2,
     "exempt_until: '2027-02-29' is not a date"),
    ("[host:a.example]\nexempt_until = 2027-02-28\n", 1, "exempt_until needs a reason"),
    ("[host:a.example]\nreason = x\n", 1, "reason needs exempt_until"),
    ("[host:a.example]\nverify_chain = no\n", 1, "verify_chain = no without a pin"),
    ("[host:a.example]\nverify_chain = perhaps\n", 2, "verify_chain: 'perhaps' is unknown; use yes or no"),
    (b"[verifyshim]\n# gr\xfcn\n", 2, "is not text in UTF-8"),
    (b"\xff\xfe[\0v\0", 1, "is not text in UTF-8"), (b"[verifyshim]\nlog = a\0b\n", 2, "is not text in UTF-8"),
])
def test_an_error_names_file_line_and_key(write, data, line, said):
    environ = write(data)
    text = trouble(load, environ)
    assert text.startswith("%s, line %d" % (environ["VERIFYSHIM_CONFIG"], line)) and said in text
    assert text.count(", line ") == 1 or "first in" in text


def test_an_empty_ca_file_is_an_error(write, tmpdir):
    tmpdir.join("ca.pem").write_binary(b"\n")
    said = trouble(load, write("[verifyshim]\nroots = ca.pem\n"))
    assert said.endswith("verifyshim.cfg, line 2: roots: %s is empty; name a file of PEM certificates"
                         % tmpdir.join("ca.pem"))


@pytest.mark.parametrize("name, value, said", [
    ("MODE", "bold", "VERIFYSHIM_MODE: mode = 'bold' is unknown"),
    ("ROOTS", "/nonexistent", "VERIFYSHIM_ROOTS: "),
    ("LOG_KEEP", "x", "VERIFYSHIM_LOG_KEEP: log_keep = 'x'"), ("CRL", "/nonexistent", "VERIFYSHIM_CRL: crl: "),
    ("CRL", ",", "VERIFYSHIM_CRL: crl = ',' names no file"),
    ("CONFIG", "/nonexistent", "/nonexistent cannot be read"),
    ("CONFIG", CERTIFICATES, "cannot be read (Is a dir")])
def test_an_error_names_the_variable(name, value, said):
    assert said in trouble(load, {"VERIFYSHIM_" + name: value, "SSL_CERT_FILE": ROOT})


@pytest.mark.parametrize("given, said", [
    ({"mood": "audit"}, "the setting mood is unknown"), ({"mode": "bold"}, "mode = 'bold' is unknown"),
    ({"mode": 5}, "mode = 5 is unknown"), ({"protocols": 5}, "protocols: 5 is unknown"),
    ({"log": 5}, "log = 5 is not"),
    ({"log_keep": -1}, "log_keep = -1"), ({"log_max_bytes": []}, "log_max_bytes = []"),
    ({"hosts": 5}, "not a dict"),
    ({"roots": 5}, "roots = 5 is not text"), ({"minimum_tls": "9"}, "minimum_tls = '9' is unknown")])
def test_an_error_names_the_argument(given, said):
    environ = {"SSL_CERT_FILE": ROOT}
    assert said in trouble(settings.load, given, environ)
    assert said in trouble(policy.Policy, **given)


def test_a_setting_that_is_overridden_need_not_be_usable(write):
    environ = write("[verifyshim]\nroots = /nonexistent.pem\n")
    assert load(dict(environ, VERIFYSHIM_ROOTS=ROOT)).origins["roots"] == "VERIFYSHIM_ROOTS"


@pytest.mark.parametrize("settings, said", [
    ({"roots": "a\0b"}, "is not a path"), ({"roots": u"\ud800"}, "roots"), ({"crl": u"\ud800"}, "crl"),
    ({"roots": "a\nb"}, "a\\x0ab cannot be read"),
    ({"roots": u"\xe4"}, "cannot be read"),
    ({"log_max_bytes": u"\xe4"}, "log_max_bytes"), ({"log_keep": u"\xe4"}, "log_keep"),
    ({"log_max_bytes": "999999999999999G"}, "log_max_bytes = '999999999999999G' cannot be used"),
])
def test_an_error_is_one_line_whatever_was_given(settings, said):
    text = trouble(lambda: policy.Policy(**settings))
    assert said in text and "\n" not in text


def test_a_bundle_that_cannot_be_used_is_named_with_its_variable():
    text = trouble(load, {"VERIFYSHIM_BUNDLE": "/nonexistent/bundle.pem"})
    assert text.startswith("VERIFYSHIM_BUNDLE: /nonexistent/bundle.pem")
