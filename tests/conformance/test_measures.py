"""Does the harness measure? Bare interpreters, without verifyshim, behave as is known of them.

Two things that every refusal in the table rests on: an unverified client does get through to each of these
servers, so they work, and a verifying standard library refuses what we expect to be refused.
"""

import pytest

from . import interpreters
from .cases import ACCEPT, CASES
from .harness import Run, expected

INTERPRETERS = interpreters.find()
# A twin row with pyOpenSSL has the same standard library.
BARE = [row for row in INTERPRETERS if not row.job.get("pyopenssl")]
CERTIFICATES = [case for case in CASES if not case.needs]

# Where the standard library itself gets it wrong and verifyshim is held to the right answer all the same.
# 2.7's match_hostname knows no iPAddress names (bpo-23239), and takes dNSNames for addresses instead.
WRONG_IN_2_7 = {"ipv4", "ipv6", "address-as-dns-name"}
# 3.5 and 3.6 turn the A-label that is visited into a U-label and compare that (bpo-28414).
WRONG_BEFORE_3_7 = {"idna-a-label"}


def wrong_in_the_library(interpreter):
    if interpreter["python"][0] == 2:
        return WRONG_IN_2_7
    return WRONG_BEFORE_3_7 if tuple(interpreter["python"]) < (3, 7) else set()


def verdicts(run):
    return {case.name: run.verdict(case) for case in run.cases}


@pytest.mark.parametrize("interpreter", BARE, ids=repr)
def test_unverified_accepts_all(farm, interpreter):
    """2.6-2.7.8 and 3.3-3.4.2 as they are; everything newer with the line that has been pasted everywhere."""
    steps = ["hack-context", "make"] if interpreter["_create_unverified_context"] else ["make"]
    label = "unverified-" + interpreter.name.replace(" ", "-")
    cases = [case for case in CERTIFICATES if not case.serve]
    run = Run(farm, interpreter, label, "HTTPSConnection", steps, cases)
    refused = {name for name, verdict in verdicts(run).items() if verdict != ACCEPT}
    # No certificate, no handshake: default cipher lists leave anonymous key exchange out.
    # An OpenSSL at SECLEVEL 2 does not finish a handshake with a short key either, verified or not.
    assert refused <= {"no-certificate", "short-key", "sha1-signature"}, run.answers


@pytest.mark.parametrize("interpreter", [row for row in INTERPRETERS if row["_create_default_https_context"]],
                         ids=repr)
def test_stock_verification_refuses(farm, interpreter):
    """2.7.9+ and 3.4.3+ verify by themselves, with the expectations of the table.

    This checks cases.py, not verifyshim: an expectation that the standard library does not meet either is
    suspect.
    """
    label = "stock-" + interpreter.name.replace(" ", "-")
    run = Run(farm, interpreter, label, "HTTPSConnection", ["make"], CERTIFICATES,
              environment={"SSL_CERT_FILE": "{roots}"})
    seen = verdicts(run)
    surprises = {case.name for case in run.cases if seen[case.name] != expected(farm, interpreter, case)}
    assert surprises == wrong_in_the_library(interpreter), seen
