"""The pages of docs/ and the tables of MIGRATION.md have what the code has."""
import re
import subprocess
import sys

import pytest

import verifyshim
from verifyshim import policy, roots
from verifyshim.cli import VERBS
from verifyshim.codemod import cli as codemod, rules
from verifyshim.events import VERDICTS, record
from verifyshim.policy.policy import SETTINGS
from verifyshim.report import suggest
from verifyshim.tls import failure

from .environments import REPOSITORY

DOCS, CODE = REPOSITORY / "docs", REPOSITORY / "compat" / "verifyshim"
MIGRATION = (REPOSITORY / "MIGRATION.md").read_text(encoding="utf-8")
# For the tests of this repository, not for people.
OF_TESTS = {"VERIFYSHIM_" + name for name in ("PYTHONS", "LIMBO", "CORPUS", "CHROMIUM", "CONFORMANCE", "FUZZ")}
REASONS = {getattr(failure, name) for name in vars(failure) if name.isupper() and not name.startswith("_")}

# Modules that the codemod's table of idioms takes for imported.
IMPORTS = """\
import boto3, httplib, httplib2, httpx, ldap, os, pycurl, requests, smtplib, socket, ssl, subprocess
import urllib2, urllib3
from urllib2 import urlopen
from httplib import HTTPSConnection
from xmlrpclib import ServerProxy
curl = pycurl.Curl()
"""


def terms(page, section=None):
    """The names that a page has an entry for."""
    text = (DOCS / page).read_text(encoding="utf-8")
    if section:
        text = re.split(r"(?m)^%s\n-+\n" % re.escape(section), text)[1]
        text = re.split(r"(?m)^.+\n-+\n", text)[0]
    return re.findall(r"``(.+?)``", "\n".join(re.findall(r"(?m)^(``.+)\n    ", text)))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The pages as text."""
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "text", DOCS, folder],
                   check=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}


def test_each_setting_and_each_key_of_a_rule_has_an_entry():
    assert terms("policy.rst", "Settings: [verifyshim]") == list(SETTINGS)
    assert terms("policy.rst", "Rules: [host:PATTERN]") == list(policy.HostRule.KEYS)


def test_each_variable_has_an_entry():
    assert terms("environment.rst", "Settings") == ["VERIFYSHIM_" + name.upper() for name in SETTINGS]
    named = terms("environment.rst")
    sources = "\n".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py")
                        if "codemod" not in path.parts)
    used = set(re.findall(r'\benviron(?:\.get\(|\[)"(\w+)"', sources))
    used |= set(re.findall(r"VERIFYSHIM_[A-Z_]+[A-Z]", sources))
    used |= {name for names in roots._ENVIRONMENT for name in names}
    assert sorted(used - OF_TESTS - set(named)) == []
    assert [name for name in named if name.startswith("VERIFYSHIM_") and name[11:].lower() not in SETTINGS
            and name not in used] == []


def test_each_field_event_verdict_and_failure_of_the_log_has_an_entry():
    assert terms("events.rst", "Fields") == list(record.KEYS)
    assert terms("events.rst", "Verdicts") == list(VERDICTS)
    text = (DOCS / "events.rst").read_text(encoding="utf-8")
    sources = "\n".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))
    events = set(re.findall(r'(?:lifecycle|_other|record\.line)\("(\w+)"', sources))
    assert events >= {"connection", "install", "uninstall", "tampering"}
    assert [name for name in events | REASONS if "``%s``" % name not in text] == []


def test_each_verb_and_the_codemod_have_their_help(built):
    asked = re.findall(r"\.\. help:: (.+)", (DOCS / "cli.rst").read_text(encoding="utf-8"))
    assert sorted(asked) == sorted(["verifyshim", "verifyshim.codemod"]
                                   + ["verifyshim " + verb for verb in VERBS])
    for verb in VERBS:
        assert "Usage: python -m verifyshim " + verb in built["cli"]
    assert "--min-python" in built["cli"]


def test_each_public_name_is_in_the_api_and_each_rule_in_its_page(built):
    asked = re.findall(r"\.\. auto\w+:: verifyshim\.(\w+)", (DOCS / "api.rst").read_text(encoding="utf-8"))
    assert sorted(asked) == sorted(verifyshim.__all__)
    assert [name for name in verifyshim.__all__ if "verifyshim." + name not in built["api"]] == []
    assert re.findall(r"(?m)^(VS\d{3}): .+\n[-=]", built["rules"]) == sorted(rules.codes())


def table(heading):
    """The rows of the tables of a section of MIGRATION.md, as lists of cells."""
    section = MIGRATION.split("\n## %s\n" % heading)[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in section.splitlines()
            if line.startswith("| ")]
    return rows


def test_each_rule_has_one_row_of_old_idioms():
    found = [row[0] for row in table("Every old idiom and what it becomes")[1:]]
    assert found == sorted(rules.codes())


@pytest.mark.parametrize("row", table("Every old idiom and what it becomes")[1:], ids=lambda row: row[0])
def test_the_codemod_finds_the_old_idiom_and_makes_the_new_one(row, tmp_path, capfd):
    code, before, after = row
    if re.match(r"a (class|request) ", before):     # told in words: rules' own tests have them
        return
    for idiom, new in zip(re.findall("`(.+?)`", before), re.findall("`(.+?)`", after) + [""] * 9):
        path = tmp_path / "idiom.py"
        path.write_text(_source(idiom))
        oldest = ("2.6" if code == "VS108" else "3.6" if "starttls" in idiom or "urllib3" in idiom
                  else "2.7.9,3.6")
        codemod.main(["--write", "--unsafe", "--jobs", "1", "--min-python", oldest, str(path)])
        told = capfd.readouterr().out
        assert code in told, (idiom, told)
        assert new.replace(": r", ":\n    r") in path.read_text(), (idiom, path.read_text(), told)


def _source(idiom):
    """A module with an idiom in it, which has its lines after one another in a row of the table."""
    if idiom.startswith("def "):
        return "%s\n\n%s\n" % (IMPORTS, idiom.replace(": r", ":\n    r"))
    return "%s\n\ndef idiom(host, port, url, roots):\n    %s\n" % (
        IMPORTS, idiom.replace("; ", "\n    "))


def test_each_reason_has_a_row_of_errors_and_the_report_knows_it():
    rows = [row[0].strip("`") for row in table("What an error means")]
    assert set(rows) >= REASONS
    assert {name for name, _, _ in suggest.FAILURES} == REASONS


@pytest.mark.parametrize("text", [
    "CERTIFICATE_VERIFY_FAILED", "unable to get local issuer certificate", "self signed certificate",
    "self-signed certificate in certificate chain", "certificate has expired", "hostname '...' doesn't match",
    "WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "DH_KEY_TOO_SMALL", "tlsv1 alert protocol version",
    "EOF occurred in violation of protocol", "ASN1 NOT_ENOUGH_DATA", "Missing Authority Key Identifier"])
def test_what_openssl_says_is_in_the_table_of_errors(text):
    assert any("`%s`" % text in row[0] and len(row) == 3 for row in table("What an error means"))
