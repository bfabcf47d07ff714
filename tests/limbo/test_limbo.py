"""verifyshim never accepts what the interpreter's own verification rejects: every case of x509-limbo.

    VERIFYSHIM_LIMBO=/tmp/limbo/limbo.json tox -e limbo

https://github.com/C2SP/x509-limbo is a public set of certificate chains, sound and broken. Nothing of it is
kept here. Its limbo.json is made outside this repository, in a clone and with a Python 3.11+ of its own:

    pip install 'cryptography==46.*' pydantic pyyaml certifi requests Jinja2 pyOpenSSL
    sed -i '/^    bettertls.register_testcases()/d' limbo/_cli.py
    python -m limbo compile -o /tmp/limbo/limbo.json

(BetterTLS's cases, left out by the second line, come without keys and cannot be served.)

Each case is a TLS server on the loopback. Under each interpreter one process visits them all: with the
interpreter's own client and verifyshim's, with the host name (full) and without (chain), and unverified to
see whether a handshake is possible at all. (For invalid-issuer-key that is a matter of luck: its certificate
leaves an error in the server's OpenSSL, on which the next wait for the client stumbles.) The verdict is the
server's: did a request arrive? Both clients have the same clock and the same OpenSSL; what limbo itself
expects is not asked.
"""

import ipaddress

import pytest

from ..conformance import interpreters
from ..conformance.harness import ask

TIMEOUT = 300   # seconds for one interpreter; about ten are needed
CLIENTS = [("unverified", False)] + [(client, name) for name in (False, True)
                                     for client in ("stock", "trusted-first", "shim")]


class Comparison:
    """What became of every case under one interpreter."""

    def __init__(self, stage, interpreter):
        self.interpreter, self.cases = interpreter, stage.cases
        cells = [case.cell(client, name) for case in stage.cases for client, name in CLIENTS]
        answers, _ = ask(interpreter, "comparing.py", {"task": "connect", "cells": cells}, TIMEOUT)
        self.said = {answer["id"]: answer for answer in answers}
        self.through = stage.requests()
        missing = [cell["id"] for cell in cells if cell["id"] not in self.said]
        assert not missing, "no answer for %s" % missing
        # Nobody's request arrives who says that he refused, or we mis-measure. (The other way round it can
        # happen: with TLS 1.3 a server may give up after the client has had its say.)
        pleased = {cell["id"] for cell in cells if self.said[cell["id"]]["error"] is None}
        assert self.through <= pleased, self.through - pleased

    def accepts(self, case, client, name):
        return case.id(client, name) in self.through

    def why(self, case, client, name):
        return self.said[case.id(client, name)]["error"]

    def reason(self, case, client, name):
        return self.said[case.id(client, name)].get("reason")

    def both(self, name, verdict):
        return [case for case in self.cases
                if self.accepts(case, "stock", name) == self.accepts(case, "shim", name) == verdict]

    def only(self, client, name):
        """The cases that this one of the two accepts alone."""
        other = {"stock": "shim", "shim": "stock"}[client]
        return [case for case in self.cases
                if self.accepts(case, client, name) and not self.accepts(case, other, name)]

    def no_handshake(self):
        return [case for case in self.cases if not self.accepts(case, "unverified", False)]

    def lines(self):
        yield "%s" % self.interpreter
        dead = self.no_handshake()
        yield "  %d served; no handshake even unverified: %d %s" % (len(self.cases), len(dead), dead or "")
        for name in (False, True):
            alone = {client: self.only(client, name) for client in ("stock", "shim")}
            counts = ["full " if name else "chain", len(self.both(name, True)), len(self.both(name, False)),
                      len(alone["stock"]), len(alone["shim"])]
            yield ("  %s: both accept %d, both refuse %d, only the shim refuses %d, only the shim accepts %d"
                   % tuple(counts))
            for case in alone["stock"]:
                # Without the part about roots and what to do, which is the same for all.
                why = self.why(case, "shim", name).partition(". Roots used")[0]
                yield "    only the shim refuses %s: %s" % (case, why)
            for case in alone["shim"]:
                yield "    only the shim accepts %s: %s" % (case, self.why(case, "stock", name))


def is_chain_we_find(seen, case, name=False):
    """The one way in which we accept more chains: verifyshim sets VERIFY_X509_TRUSTED_FIRST everywhere.

    OpenSSL does by itself from 1.1.0 on, and ssl from 2.7.10 and 3.4.4 on (bpo-23476). Before, 1.0.2 follows
    what the server sends to an expired end although a trusted root would end the chain earlier. With that flag
    and no other, the interpreter's own verification must accept the case.
    """
    return seen.accepts(case, "trusted-first", name)


def is_name_we_know(seen, case):
    """The two ways in which we accept more: the very name is in the certificate, and ssl does not see it.

    match_hostname of 2.7 and of 3.3-3.4 compares no iPAddress names (bpo-23239). And up to 3.6 ssl turns an
    A-label that is asked for into a U-label before it compares (bpo-28414); we hand it over as it is.
    """
    python, why = tuple(seen.interpreter["python"]), seen.why(case, "stock", True)
    if not why.startswith("CertificateError: hostname "):
        return False
    if is_address(case.host):
        return python < (3, 5) and case.host in case.addresses
    return (3,) < python < (3, 7) and "xn--" in case.host and case.host in case.dns_names


def is_name_we_refuse(seen, case):
    """The ways in which we accept less, all for the name: where the interpreter's own client compares none
    (2.6-2.7.8, 3.3); where it takes a dNSName that spells an address for that address (bpo-23239 again); where
    it takes a raw U-label, which no dNSName may hold (RFC 5280, 4.2.1.6), for its A-label (bpo-28414)."""
    if seen.reason(case, "shim", True) != "hostname-mismatch":
        return False
    python = tuple(seen.interpreter["python"])
    if not seen.interpreter["create_default_context"]:
        return True
    if is_address(case.host):
        return python < (3, 5) and case.host in case.dns_names
    return ((3,) < python < (3, 7) and "xn--" in case.host
            and case.host.encode().decode("idna") in case.dns_names)


def is_address(host):
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


@pytest.mark.parametrize("interpreter", interpreters.find(), ids=repr)
def test_verdicts(stage, record_property, interpreter):
    seen = Comparison(stage, interpreter)
    report = "\n".join(seen.lines())
    record_property("limbo", "%s\n%s" % (stage, report))
    # Or it is the servers that do not work.
    assert len(seen.both(False, True)) > len(stage.cases) // 5, report

    # The chain: the same verdict, both ways.
    assert [case for case in seen.only("shim", False) if not is_chain_we_find(seen, case)] == [], report
    assert not seen.only("stock", False), report

    # With the name: more only where ssl is known to be wrong, less only because of the name.
    assert [case for case in seen.only("shim", True)
            if not (is_name_we_know(seen, case) or is_chain_we_find(seen, case, True))] == [], report
    assert [case for case in seen.only("stock", True) if not is_name_we_refuse(seen, case)] == [], report
