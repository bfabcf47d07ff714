# -*- coding: utf-8 -*-
"""Policies as nobody should write them: in force as written, or one sentence that says where the trouble is."""
import os
import re

import pytest
from hypothesis import strategies as st

from verifyshim import policy
from verifyshim.errors import ConfigurationError
from verifyshim.policy import dates, ini, pins, settings

from .hosts import texts
from .running import Folder, fuzzed
from ..unit.test_policy_rules import PIN, ROOT

pytestmark = pytest.mark.usefixtures("clean_machine")
FOLDER = Folder()
ROOTS = ROOT
BROKEN = FOLDER.write("broken.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
EMPTY = FOLDER.write("empty.pem", b"")


@pytest.fixture(scope="module", autouse=True)
def folder():
    yield
    FOLDER.close()


KEYS = list(policy.settings.SETTINGS) + list(policy.HostRule.KEYS) + ["hosts", "moode", "", "MODE", u"\xe4",
                                                                      "a b"]
VALUES = ["off", "audit", "enforce", "strict", "Enforce", "certifi", "system", ROOTS, BROKEN, EMPTY,
          FOLDER.path,
          "certifi+" + ROOTS, "+", "os", "os+certifi", "roots.pem", "../x", "~", "none", "logging", "logging:",
          "logging:x",
          "http, smtp", "http,,", "gopher", "1.2", "1.3", "on", "default", "leaf", "chain", "yes", "no", "0",
          "-1", "4096",
          "10M", "9" * 15 + "g", "9" * 16, u"\u0661\u0662\u0663\u0664", PIN, PIN + ", " + PIN, "sha256/",
          "2027-03-31",
          "2027-02-29", "9999-12-31", "0000-01-01", "9999-12-31T23:59:59-23:59", "2027-03-31T18:00Z",
          "0001-01-01T00:00+23:59",
          u"\u0662027-03-31", "ticket 1", "%(x)s", "${HOME}", "'", '"', "a" * 5000, "/" * 300, "/dev/null",
          "/proc/self/mem"]
_value = st.one_of(st.sampled_from(VALUES), st.sampled_from(VALUES), st.text(max_size=20))
_section = st.one_of(st.just(u"verifyshim"), texts.map(lambda host: u"host:" + host), st.text(max_size=8))
_line = st.one_of(
    st.builds(lambda section, close: u"[" + section + close, _section,
              st.sampled_from(["]", "]", "]", "", "] #"])),
    st.builds(lambda key, sign, value: key + sign + value, st.sampled_from(KEYS),
              st.sampled_from(["=", " = ", ":", "", "==", "\t=\t"]), _value),
    st.builds(lambda value: u"   " + value, _value),
    st.sampled_from(["", "# x", "; x", "   ", "\t", u"\ufeff", "\x0c", "\x1b[31m", "rem x"]),
    st.text(max_size=20))
_breaks = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\0", b"\n\n"])


@st.composite
def files(draw):
    """Bytes of a file of settings, by and large."""
    data = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf", b"\xff\xfe"]))
    data += draw(st.sampled_from([b"[verifyshim]\n", b"[verifyshim]\n", b"[host:a.example]\n", b""]))
    for line in draw(st.lists(_line, max_size=8)):
        data += _encoded(line, draw(st.sampled_from(["utf-8"] * 8 + ["utf-16", "latin-1"]))) + draw(_breaks)
    return data


def _encoded(text, encoding):
    try:
        return text.encode(encoding)
    except UnicodeError:
        return b"\xed\xa0\x80"      # half of a character, as some editors save it


SEEDS = [b"[verifyshim]\nmode = audit\n", b"", b"[verifyshim]", b"\0", b"[", b"[]\n", b"=",
         b"[verifyshim]\n=\n",
         b"[verifyshim]\nroots = " + ROOTS.encode("ascii") + b"\nmode: strict\nprotocols = http\n  smtp\n",
         b"[host:a.example]\npin = " + PIN.encode("ascii") + b"\nverify_chain = yes\n",
         b"[host:a.example]\nexempt_until = 9999-12-31\nreason = x\n  y\n", b"[verifyshim]\nmode = a\x0bb\n",
         b"[verifyshim]\nlog = \xe2\x80\xa8\n", b"[verifyshim]\n" + b"a" * 65536, b"[" * 65536]


def is_one_sentence(error, *about):
    text = str(error)
    assert text and "\n" not in text and "\r" not in text and "Traceback" not in text
    assert any(word in text for word in about), text


def is_whole(found):
    """What is in force can be told to people, and asked about any peer."""
    assert found.mode in policy.Mode.ALL and found.roots is not None
    for setting, value, origin in found.describe():
        assert setting and isinstance(value, str) and origin
    for host in ("a.example", "10.0.0.1", "::1", None, "a\0b"):
        judgement = found.judgement(host, 443)
        assert judgement.verify_chain or judgement.pins


@fuzzed(files(), seeds=[(seed,) for seed in SEEDS])
def test_a_file_is_in_force_or_one_sentence_names_its_line(data):
    path = FOLDER.write("verifyshim.cfg", data)
    try:
        is_whole(settings.load({"roots": ROOTS}, {"VERIFYSHIM_CONFIG": path}))
    except ConfigurationError as error:
        is_one_sentence(error, path)
        line = re.search(r", line (\d+)", str(error))
        assert line and 1 <= int(line.group(1)) <= len(re.split(b"\r\n|\r|\n", data))


@fuzzed(st.lists(st.tuples(st.sampled_from(["mode", "log", "protocols", "log_keep", "minimum_tls"]),
                           st.text(alphabet="abc=:#;[] 12.,-", min_size=1, max_size=12)), max_size=5,
                 unique_by=lambda pair: pair[0]))
def test_ini_gives_back_what_was_written(pairs):
    written = [(key, value.strip()) for key, value in pairs]
    text = "".join(["[verifyshim]\n"] + ["%s = %s\n" % pair for pair in written])
    found = ini.read(FOLDER.write("written.cfg", text.encode("ascii")))
    assert [(entry.key, entry.value) for entry in found[0].entries] == written


_variable = st.one_of(st.sampled_from(["VERIFYSHIM_" + key.upper() for key in settings.SETTINGS]),
                      st.sampled_from(["VERIFYSHIM_CONFIG", "VERIFYSHIM_mode", "VERIFYSHIM_", "VERIFYSHIM_X",
                                       "VIRTUAL_ENV",
                                       "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
                                       "HOME",
                                       "XDG_CONFIG_HOME", "VERIFYSHIM_BUNDLE"]))


def _of_environment(value):
    """As os.environ has it: bytes on 2.x, surrogates for what is not UTF-8 on 3.x; no NUL."""
    value = value.replace(u"\0", u"")
    return value.encode("utf-8") if bytes is str and not isinstance(value, str) else value


@fuzzed(st.dictionaries(_variable, _value.map(_of_environment), max_size=4),
        seeds=[({"VERIFYSHIM_MODE": "\xff"},), ({"VERIFYSHIM_CONFIG": "/\x1f"},),
               ({"VERIFYSHIM_ROOTS": "\xff+" + ROOTS},),
               ({"VERIFYSHIM_CONFIG": "x" * 65536},), ({"VERIFYSHIM_CONFIG": "/" + "x" * 65536},)])
def test_an_environment_is_in_force_or_one_sentence_names_a_variable(environ):
    try:
        is_whole(settings.load({}, environ))
    except ConfigurationError as error:
        # As a message shows them.
        text = [str(ConfigurationError(_native(value))) for value in environ.values()]
        is_one_sentence(error, *([name for name in environ] + [value for value in text if value.strip()]))


def _native(value):
    return value if isinstance(value, str) else value.encode("utf-8")


_argument = st.one_of(_value, st.binary(max_size=10), st.none(), st.integers(), st.booleans(), st.floats(),
                      st.lists(_value, max_size=3), st.just(object()), st.just("a\0b"), st.just(b"a\0b"),
                      st.dictionaries(texts,
                                      st.one_of(st.none(),
                                                st.dictionaries(st.sampled_from(KEYS), _value, max_size=3)),
                                      max_size=2), st.just(("a\0b",)), st.just(u"\ud800"))


@fuzzed(st.dictionaries(st.sampled_from([key for key in KEYS if key.isalnum() or "_" in key]), _argument,
                        max_size=4),
        seeds=[({name: value},) for name in settings.SETTINGS + ("hosts",)
               for value in ("a\0b", b"a\0b", u"\xe4", u"\ud800", [[]], 1.5)])
def test_arguments_are_in_force_or_one_sentence_names_them(arguments):
    given = dict({"roots": ROOTS}, **arguments)
    try:
        is_whole(policy.Policy(**given))
    except ConfigurationError as error:
        is_one_sentence(error, *([_native(name) for name in arguments] + [FOLDER.path, ROOTS, "host pattern"]))


@fuzzed(st.one_of(_value, texts))
def test_a_pin_is_read_to_its_like(text):
    try:
        found = pins.read(text)
    except ConfigurationError as error:
        is_one_sentence(error, "pin")
        return
    assert found and pins.read(list(found)) == found and all(len(pin) == 7 + 44 for pin in found)


@fuzzed(st.one_of(_value, st.datetimes(), st.dates(),
                  st.from_regex(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?)?")))
def test_a_date_is_a_moment_or_one_sentence(value):
    try:
        found = dates.read(value)
    except ConfigurationError as error:
        is_one_sentence(error, "is not a date")
        return
    assert -70000000000 < found.seconds < 260000000000


def test_no_setting_comes_from_the_working_directory(tmpdir):
    tmpdir.join("verifyshim.cfg").write("[verifyshim]\nmode = off\n")
    before = os.getcwd()
    os.chdir(str(tmpdir))
    try:
        assert settings.load({"roots": ROOTS}, {}).mode == policy.Mode.ENFORCE
    finally:
        os.chdir(before)
