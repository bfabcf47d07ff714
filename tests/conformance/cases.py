"""The certificate cases: which server, visited under which name, and what must come of it.

Every refusal has its twin among the accepted ones (`good` above all): the same interpreter, entry point,
right root and right name. A refusal without it would prove only that nothing works.
"""

import ssl

from .pki import EXPIRED, NOT_YET, ExtendedKeyUsageOID, key_pem, pem

GOOD = "good.example.test"
ACCEPT, REFUSE = "accept", "refuse"
# Expected is what this interpreter's own library says when asked to verify; measured, see test_conformance.
LIBRARY = "as the library does"


class Case:
    """One certificate case.

    make:     function of a Pki that writes the server's PEM file, or None for a server without certificate.
    verdict:  ACCEPT, REFUSE or LIBRARY, or a function of an interpreter that returns one of them.
    reasons:  words VerificationError.reason may have when refused; empty: any error will do.
    reasons_guessed:  more of them, below 3.7 without pyOpenSSL: there ssl does not tell which check failed, nor
              shows more of the peer's chain than its leaf, so that the reason has to be guessed from that.
    needs:    what an entry point must offer to run this case ("client-certificate", "unicode-host",
              "revocation").
    serve:    function of a Pki and the server's context that sets up more of it, for cases that are about
              what client and server can agree on; None for all others.
    says:     words that must be in the error's text where the interpreter sends no server name.
    """

    def __init__(self, name, make, host=GOOD, verdict=REFUSE, reasons=(), reasons_guessed=(),
                 address="127.0.0.1", needs=None, serve=None, says=()):
        self.name, self.make, self.host, self.verdict = name, make, host, verdict
        self.serve, self.says = serve, says
        self.reasons, self.reasons_guessed, self.address, self.needs = reasons, reasons_guessed, address, needs

    def __repr__(self):
        return self.name


CASES = []


def case(name, **options):
    """Register the decorated function as the maker of case `name`'s certificate."""
    def register(make):
        CASES.append(Case(name, lambda pki: make(pki, name), **options))
        return make
    return register


def plain(name, names, how=None, **options):
    """A case whose certificate is an ordinary leaf for `names`, issued as `how` says."""
    CASES.append(Case(name, lambda pki: pki.leaf(name, names, **(how or {})), **options))


MISMATCH = ("hostname-mismatch",)

# Accepted: the twins.
plain("good", [GOOD], verdict=ACCEPT)
plain("good-other-case", [GOOD], host="GOOD.Example.Test", verdict=ACCEPT)
plain("wildcard", ["*.wild.example.test"], host="a.wild.example.test", verdict=ACCEPT)
plain("second-name", ["first.example.test", GOOD], verdict=ACCEPT)
# 2.6 begins to look for subjectAltName at the second extension: getpeercert() does not show this one.
plain("names-in-first-extension", [GOOD], {"names_first": True}, verdict=ACCEPT)
plain("ipv4", ["IP:127.0.0.1"], host="127.0.0.1", verdict=ACCEPT)
plain("ipv6", ["IP:::1"], host="::1", address="::1", verdict=ACCEPT)
plain("idna-a-label", ["xn--bcher-kva.example.test"], host="xn--bcher-kva.example.test", verdict=ACCEPT)
# Not every standard library can send a request to such a URL at all: py2's urllib2 cannot.
plain("idna-u-label", ["xn--bcher-kva.example.test"], host=u"b\xfccher.example.test", verdict=ACCEPT,
      needs="unicode-host")


@case("intermediate-sent", verdict=ACCEPT)
def intermediate_sent(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.intermediate, chain=[pki.intermediate])


# OpenSSL 1.0.2 follows what the server sent to the expired root, unless that is kept out of the way.
@case("cross-signed-by-expired-root", verdict=ACCEPT)
def cross_signed(pki, name):
    pki.leaf(name, [GOOD], chain=[pki.crossed])


# Refused for the name.
plain("wrong-host", ["other.example.test"], reasons=MISMATCH)
# Through a proxy the name to verify is the target's, never the proxy's.
plain("name-of-the-proxy", ["proxy.example.test", "localhost", "IP:127.0.0.1"], reasons=MISMATCH)
plain("wildcard-too-deep", ["*.wild.example.test"], host="a.b.wild.example.test", reasons=MISMATCH)
plain("wildcard-own-name", ["*.wild.example.test"], host="wild.example.test", reasons=MISMATCH)
plain("idna-wrong-host", ["xn--bcher-kva.example.test"], host="xn--bcher-jua.example.test", reasons=MISMATCH)
plain("dns-only-by-address", [GOOD], host="127.0.0.1", reasons=MISMATCH)
plain("other-address", ["IP:127.0.0.2"], host="127.0.0.1", reasons=MISMATCH)
# RFC 6125: an address is matched by iPAddress only.
plain("address-as-dns-name", ["127.0.0.1"], host="127.0.0.1", reasons=MISMATCH)
# CVE-2013-4238: read as a C string, the name ends at the NUL.
plain("nul-in-name", [GOOD + "\0.evil.test"], reasons=MISMATCH + ("other",))
# RFC 6125 6.4.4: the common name is not looked at where there are dNSNames ...
plain("common-name-ignored", ["other.example.test"], {"common_name": GOOD}, reasons=MISMATCH)
# ... and where there are none it is the interpreter's own rule whether it counts.
plain("common-name-only", [], {"common_name": GOOD}, verdict=LIBRARY, reasons=MISMATCH)


# Refused for the chain.
@case("expired", reasons=("expired",))
def expired(pki, name):
    pki.leaf(name, [GOOD], validity=EXPIRED)


@case("not-yet-valid", reasons=("not-yet-valid",))
def not_yet_valid(pki, name):
    pki.leaf(name, [GOOD], validity=NOT_YET)


@case("self-signed", reasons=("self-signed",))
def self_signed(pki, name):
    pki.self_signed_leaf(name, [GOOD])


@case("unknown-root", reasons=("unknown-issuer",))
def unknown_root(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.stranger)


@case("unknown-root-sent", reasons=("unknown-issuer",))
def unknown_root_sent(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.stranger, chain=[pki.stranger])


# OpenSSL may find the namesake by subject and then fail on the signature: "other" is as true.
@case("namesake-of-the-root", reasons=("unknown-issuer", "other"))
def namesake(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.namesake)


@case("missing-intermediate", reasons=("unknown-issuer",))
def missing_intermediate(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.intermediate)


@case("expired-intermediate", reasons=("expired",), reasons_guessed=("unknown-issuer",))
def expired_intermediate(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.expired_intermediate, chain=[pki.expired_intermediate])


# Dropped from the bundle its issuer is unknown; kept it has expired. Either word is true.
@case("expired-root", reasons=("expired", "unknown-issuer"))
def expired_root(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.expired_root)


@case("leaf-as-authority", reasons=("unknown-issuer", "other"))
def leaf_as_authority(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.impostor, chain=[pki.impostor])


@case("name-constraints", reasons=("unknown-issuer", "other"))
def name_constraints(pki, name):
    pki.leaf(name, [GOOD], issuer=pki.constrained, chain=[pki.constrained])


@case("client-usage-only", reasons=("other",))
def client_usage_only(pki, name):
    pki.leaf(name, [GOOD], usage=ExtendedKeyUsageOID.CLIENT_AUTH)


# OpenSSL 3 at Debian's SECLEVEL=2 refuses both; OpenSSL 1.0 accepts both.
@case("sha1-signature", verdict=LIBRARY, reasons=("other",))
def sha1_signature(pki, name):
    pki.sha1_leaf(name, [GOOD])


plain("short-key", [GOOD], {"key_bits": 1024}, verdict=LIBRARY, reasons=("other",))
# An anonymous key exchange: no certificate to look at. The handshake fails before verification does.
CASES.append(Case("no-certificate", None))

# The server asks for a client certificate, and counts a request only from a peer that showed one.
plain("asks-client-good", [GOOD], verdict=ACCEPT, needs="client-certificate")
plain("asks-client-wrong-host", ["other.example.test"], reasons=MISMATCH, needs="client-certificate")


# With a revocation list; the root's, so that only leaves of the root itself can be judged by it.
plain("listed-good", [GOOD], verdict=ACCEPT, needs="revocation")


@case("listed-revoked", reasons=("revoked",), needs="revocation")
def listed_revoked(pki, name):
    pki.leaves[name] = pki.write(name + ".pem", key_pem(pki.key), pem(pki.revoked))


# What the two sides can agree on. Old interpreters need pyOpenSSL for these, and the error has to say so.
def by_name(pki, context, absent=None):
    """Show the right certificate to who asks for GOOD (RFC 6066, 3), and another one to everybody else."""
    right = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    right.load_cert_chain(pki.leaves["good"])

    def choose(stream, name, _):
        if name and name.lower() == GOOD:
            stream.context = right
            return None
        return absent

    context.sni_callback = choose


def by_name_only(pki, context):
    by_name(pki, context, absent=ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)


def speaks_only(version):
    def serve(pki, context):
        context.minimum_version = context.maximum_version = version
    return serve


def where(fact):
    """Accepted by interpreters of which the probe found that."""
    return lambda interpreter: ACCEPT if interpreter[fact] else REFUSE


SNI_NEEDED = ("server name", "verifyshim[tls]")
plain("another-name-without-sni", ["other.example.test"], verdict=where("sni"), reasons=MISMATCH, serve=by_name,
      says=SNI_NEEDED)
plain("nothing-without-sni", ["other.example.test"], verdict=where("sni"), serve=by_name_only, says=SNI_NEEDED)
plain("tls-1.2-only", [GOOD], verdict=LIBRARY, serve=speaks_only(ssl.TLSVersion.TLSv1_2),
      says=("verifyshim[tls]",))
plain("tls-1.3-only", [GOOD], verdict=where("TLSv1_3"), serve=speaks_only(ssl.TLSVersion.TLSv1_3),
      says=("too old", "verifyshim[tls]"))
