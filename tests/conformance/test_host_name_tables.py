"""Our host-name decisions are CPython's: its own test tables, asked of real certificates.

CPython's test_ssl.py asks ssl.match_hostname about some fifty pairs of made-up certificate and host. Nothing
of that table is copied here: each interpreter that has one runs its own test, while a stand-in notes what is
asked and what the answer must be. Every dictionary becomes a certificate, and

- below 3.7 verifyshim.tls.names decides, under that interpreter; 2.6-2.7.8 have no table, and are asked that
  of 3.7, whose function their backport is;
- from 3.7 on OpenSSL decides: each row is a handshake, made by verifyshim and by ssl.create_default_context,
  and the servers say which of them got through.

Run with -rP to see the counts.
"""

import base64
import functools
import ipaddress
import json
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .harness import ask
from . import interpreters
from .pki import Authority, VALID, key_pem, make_key, pem
from .servers import TLSServer, server_context

INTERPRETERS = interpreters.find()
OPENSSL_MATCHES = "SSLCertVerificationError"    # came with the change to OpenSSL's comparison (bpo-31399)
TIMEOUT = 60    # seconds for one client; each needs about one

NAME_OIDS = {"commonName": NameOID.COMMON_NAME, "countryName": NameOID.COUNTRY_NAME,
             "stateOrProvinceName": NameOID.STATE_OR_PROVINCE_NAME, "localityName": NameOID.LOCALITY_NAME,
             "organizationName": NameOID.ORGANIZATION_NAME}


class Row:
    """One question of a table: is `certificate`, as getpeercert gives it, for `host`?

    `matches` is the answer, None where CPython says that there is nothing to compare.
    """

    def __init__(self, certificate, host, matches):
        self.certificate, self.host, self.matches = certificate, host, matches
        self.key = json.dumps(certificate, sort_keys=True)

    def __repr__(self):
        names = {name: self.certificate.get(name) for name in ("subject", "subjectAltName")}
        return "%r for %s" % (self.host, json.dumps(names))

    @property
    def has_addresses(self):
        return any(kind == "IP Address" for kind, _ in (self.certificate or {}).get("subjectAltName", ()))


@functools.lru_cache(maxsize=None)
def table_of(interpreter):
    """The rows of the interpreter's own test_ssl.py, or text saying why there are none."""
    if interpreter["implementation"] != "cpython" or interpreter.job:
        return "it is not CPython as it was released"
    answers, _ = ask(interpreter, "comparing.py", {"task": "record"}, TIMEOUT, bare=True)
    end = answers.pop()
    if not end["passed"]:
        return end["why"].strip().splitlines()[-1]
    return [Row(**answer) for answer in answers]


def table_for(interpreter):
    """(rows, whose they are) for an interpreter; skips where nobody here has a table that fits it."""
    rows = table_of(interpreter)
    if not isinstance(rows, str):
        return rows, interpreter
    # The function is the same from 3.7 to its end in 3.11, and its backport too. Jython has that of 2.7.
    has_one = interpreter["CertificateError"] and not interpreter[OPENSSL_MATCHES]
    for other in INTERPRETERS:
        fits = other["python"][:2] == interpreter["python"][:2] if has_one else other[OPENSSL_MATCHES]
        if fits and not isinstance(table_of(other), str):
            return table_of(other), other
    pytest.skip("no interpreter here ships a test_ssl.py whose host names fit %s (its own: %s)"
                % (interpreter, rows))


class Certificates:
    """The rows' certificates: `files` by key for servers, `encoded` for names.check."""

    def __init__(self, folder):
        self.folder, self.key, self.root = folder, make_key(), Authority("root of the host name tables")
        self.roots_file = folder / "roots.pem"
        self.roots_file.write_bytes(pem(self.root.certificate))
        self._made, self._servers = {}, {}

    def of(self, row):
        """The row's dictionary as a certificate that is valid now: the tables are not about dates."""
        if row.key not in self._made:
            self._made[row.key] = self._make(row.certificate)
        return self._made[row.key]

    def encoded(self, row):
        return base64.b64encode(self.of(row).public_bytes(serialization.Encoding.DER)).decode()

    def server(self, row):
        if row.key not in self._servers:
            path = self.folder / ("%d.pem" % len(self._servers))
            path.write_bytes(key_pem(self.key) + pem(self.of(row)))
            self._servers[row.key] = TLSServer(server_context(str(path)))
        return self._servers[row.key]

    def requests(self):
        """The ids of all requests that got through since the last call."""
        through = set()
        for server in self._servers.values():
            server.settle()
            through.update(server.requests)
            del server.requests[:]
        return through

    def close(self):
        # Side by side, as Farm.close has it.
        stoppers = [threading.Thread(target=server.shutdown) for server in self._servers.values()]
        for stopper in stoppers:
            stopper.start()
        for stopper, server in zip(stoppers, self._servers.values()):
            stopper.join()
            server.server_close()

    def _make(self, dictionary):
        subject = x509.Name([x509.NameAttribute(NAME_OIDS[kind], text)
                             for part in dictionary.get("subject", ()) for kind, text in part])
        own = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root.key.public_key())
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.root.name)
                   .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(VALID[0]).not_valid_after(VALID[1])
                   .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                   .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
                   .add_extension(own, critical=False).add_extension(issuer, critical=False))
        names = [alternative(kind, text) for kind, text in dictionary.get("subjectAltName", ())]
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.root.key, hashes.SHA256())


def alternative(kind, text):
    """One subjectAltName entry; a kind not known here is a KeyError, so that no row is left out unseen."""
    return {"DNS": x509.DNSName,
            # As OpenSSL's text form has it, with a line feed behind.
            "IP Address": lambda text: x509.IPAddress(ipaddress.ip_address(text.strip())),
            # id-on-dnsSRV, for one that is no host name; a DER UTF8String.
            "othername": lambda text: x509.OtherName(x509.ObjectIdentifier("1.3.6.1.5.5.7.8.7"),
                                                     bytes([0x0C, len(text)]) + text.encode())}[kind](text)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    made = Certificates(tmp_path_factory.mktemp("host-name-tables"))
    yield made
    made.close()


def comparable(rows):
    """The rows that are about a certificate at all: None and {} stand for "the peer was not verified"."""
    kept = [row for row in rows if row.matches is not None]
    assert [row.certificate for row in rows if row.matches is None] == [None, {}]
    return kept


def wanted(row):
    """The table's answer, but for one row: CPython takes a host with a NUL in it for a name like any other,
    and asks in a comment whether it should. We refuse it, and so does ssl where OpenSSL compares."""
    return row.matches and "\0" not in row.host


def has_space(row):
    """`14.15.16.17 extra data`: inet_aton and OpenSSL's a2i_IPADDRESS stop reading at the space, and so the
    backport (bpo-37463 came later) and ssl from 3.7 on take it for the address, against the table.
    names.tidy refuses such a host before anybody compares it."""
    return any(char.isspace() for char in row.host)


@pytest.mark.parametrize("interpreter", [row for row in INTERPRETERS if not row[OPENSSL_MATCHES]], ids=repr)
def test_we_decide_as_the_table_says(certificates, interpreter):
    rows, owner = table_for(interpreter)
    rows = comparable(rows)
    borrowed = []
    if not any(row.has_addresses for row in rows):
        # bpo-23239: 2.7 and 3.3-3.4 know no addresses, verifyshim does everywhere, as 3.7 does.
        borrowed = addresses_of_another()
    questions = [{"id": number, "certificate": certificates.encoded(row), "host": row.host}
                 for number, row in enumerate(rows + borrowed)]
    answers, _ = ask(interpreter, "comparing.py", {"task": "names", "rows": questions}, TIMEOUT)
    assert [answer["id"] for answer in answers] == list(range(len(rows + borrowed)))
    different = []
    for row, answer in zip(rows + borrowed, answers):
        # By way of names.tidy as connections go; and names.check alone for what tidy would let through.
        decisions = {answer.get("connected")} | (set() if has_space(row) else {answer.get("checked")})
        if decisions != {wanted(row)}:
            different.append("%r: %s, we say %r" % (row, wanted(row), answer))
    against = [row for row in rows if wanted(row) != row.matches]
    print("%s: %d rows of the table of %s, %d of 3.7's about addresses: %d unlike; besides, NUL in host: %d"
          % (interpreter, len(rows), owner, len(borrowed), len(different), len(against)))
    assert not different, "\n".join(different)


def addresses_of_another():
    for other in INTERPRETERS:
        if other[OPENSSL_MATCHES] and not isinstance(table_of(other), str):
            return [row for row in comparable(table_of(other)) if row.has_addresses]
    return []


def label(number, client):
    return "cell-%d-%s" % (number, client)


@pytest.mark.parametrize("interpreter", [row for row in INTERPRETERS if row[OPENSSL_MATCHES]], ids=repr)
def test_openssl_decides_alike_for_both(certificates, interpreter):
    rows, owner = table_for(interpreter)
    rows = comparable(rows)
    cells = [{"id": label(number, client), "client": client, "name": True, "host": row.host,
              "port": certificates.server(row).port, "roots": str(certificates.roots_file)}
             for number, row in enumerate(rows) for client in ("stock", "shim")]
    answers, _ = ask(interpreter, "comparing.py", {"task": "connect", "cells": cells}, TIMEOUT)
    said = {answer["id"]: answer.get("error") for answer in answers}
    through = certificates.requests()
    different, spaces, unlike_table = [], 0, 0
    for number, row in enumerate(rows):
        stock, shim = (label(number, client) in through for client in ("stock", "shim"))
        expected = stock and not has_space(row)
        spaces += stock != expected
        unlike_table += shim != row.matches
        if shim != expected:
            different.append("%r: stock %s (%s), shim %s (%s)"
                             % (row, stock, said[label(number, "stock")], shim, said[label(number, "shim")]))
    accepted = sum(cell.endswith("-shim") for cell in through)
    print("%s: %d rows of the table of %s: %d unlike ssl.create_default_context; besides, space in host: %d; "
          "%d accepted; %d unlike the table"
          % (interpreter, len(rows), owner, len(different), spaces, accepted, unlike_table))
    assert accepted, said    # or the servers do not work
    assert not different, "\n".join(different)
