"""Certificates made at test time: three authorities in the clients' roots file or outside it, and leaves.

RSA-2048 with SHA-256 unless a case is about the opposite, because OpenSSL 1.0.x and SECLEVEL=2 clients
must both talk to them. Good certificates carry SKI, AKI, critical basicConstraints and keyUsage: Python
3.13 sets VERIFY_X509_STRICT in create_default_context and refuses them otherwise.
"""

import datetime
import ipaddress
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
VALID = (NOW - 30 * DAY, NOW + 300 * DAY)
EXPIRED = (NOW - 60 * DAY, NOW - 1 * DAY)
NOT_YET = (NOW + 2 * DAY, NOW + 300 * DAY)


def make_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                             serialization.NoEncryption())


def subject(common_name):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "verifyshim conformance"),
                      x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def alternative_name(text):
    """dNSName, or iPAddress for "IP:..."; the NUL case relies on cryptography not looking inside."""
    if text.startswith("IP:"):
        return x509.IPAddress(ipaddress.ip_address(text[3:]))
    return x509.DNSName(text)


class Authority:
    """A certificate that signs others. `issuer` is None for a root; `key` makes it another one's twin."""

    def __init__(self, name, issuer=None, validity=VALID, permitted=None, key=None):
        self.name, self.key = subject(name), key or make_key()
        self.issuer = issuer
        builder = _builder(self.name, self.key, issuer or self, validity)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        if permitted:
            constraint = x509.NameConstraints([x509.DNSName(permitted)], None)
            builder = builder.add_extension(constraint, critical=True)
        self.certificate = builder.sign((issuer or self).key, hashes.SHA256())

    def issue(self, common_name, names, validity=VALID, key=None, usage=ExtendedKeyUsageOID.SERVER_AUTH,
              names_first=False):
        """A leaf's (certificate, key); no `names` means no subjectAltName at all."""
        key = key or make_key()
        builder = _leaf_builder(subject(common_name), key, self, names, validity, usage, names_first)
        return builder.sign(self.key, hashes.SHA256()), key


class LeafAsAuthority:
    """An ordinary leaf (CA:FALSE) that signs all the same: what a stolen server key could do."""

    def __init__(self, issuer):
        self.certificate, self.key = issuer.issue("leaf posing as authority", ["other.example.test"])
        self.name = self.certificate.subject

    issue = Authority.issue


def _key_usage(**used):
    every = ("digital_signature content_commitment key_encipherment data_encipherment key_agreement "
             "key_cert_sign crl_sign encipher_only decipher_only").split()
    return x509.KeyUsage(**{name: used.get(name, False) for name in every})


def _builder(name, key, issuer, validity, first=()):
    """What all certificates have; `first` are extensions that come before the others."""
    builder = (x509.CertificateBuilder().subject_name(name).issuer_name(issuer.name)
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(validity[0]).not_valid_after(validity[1]))
    for extension in first:
        builder = builder.add_extension(extension, critical=False)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = builder.add_extension(own, critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return builder.add_extension(identifier, critical=False)


def _leaf_builder(name, key, issuer, names, validity, usage, names_first):
    alternatives = [x509.SubjectAlternativeName([alternative_name(text) for text in names])] if names else []
    builder = _builder(name, key, issuer, validity, alternatives if names_first else ())
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=True, key_encipherment=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    for extension in () if names_first else alternatives:
        builder = builder.add_extension(extension, critical=False)
    return builder


def revocation_list(authority, *revoked):
    """The PEM of a list by `authority` in which the certificates `revoked` are."""
    builder = (x509.CertificateRevocationListBuilder().issuer_name(authority.name)
               .last_update(NOW - DAY).next_update(NOW + 30 * DAY))
    for certificate in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            .revocation_date(NOW - DAY).build())
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return pem(builder.add_extension(identifier, critical=False)
               .add_extension(x509.CRLNumber(1), critical=False).sign(authority.key, hashes.SHA256()))


def self_signed(common_name, names, key):
    """What `openssl req -x509` makes: CA:TRUE, issuer is subject. keyCertSign is there because OpenSSL
    before 3.0 does not call a certificate self-signed that may not sign certificates."""
    holder = Authority.__new__(Authority)
    holder.name, holder.key = subject(common_name), key
    builder = _builder(holder.name, key, holder, VALID)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=True, key_cert_sign=True), critical=True)
    alternatives = x509.SubjectAlternativeName([alternative_name(text) for text in names])
    return builder.add_extension(alternatives, critical=False).sign(key, hashes.SHA256())


class Pki:
    """Everything a run needs, as files in `folder`: one roots file for all clients, one PEM file per server.

    `leaves` maps a recipe's name to the server's PEM file; `skipped` maps it to why it could not be made.
    """

    def __init__(self, folder):
        self.folder = Path(str(folder))
        self.leaves, self.skipped = {}, {}
        self.key = make_key()
        self.root = Authority("conformance root")
        # Same subject as the trusted root, another key: trust must follow the key, not the name.
        self.namesake = Authority("conformance root")
        self.stranger = Authority("root nobody trusts")
        self.expired_root = Authority("root that has expired", validity=EXPIRED)
        self.intermediate = Authority("conformance intermediate", self.root)
        self.expired_intermediate = Authority("intermediate that has expired", self.root, validity=EXPIRED)
        self.constrained = Authority("intermediate for elsewhere.test", self.root, permitted="elsewhere.test")
        self.impostor = LeafAsAuthority(self.root)
        # The trusted root, signed by one that has expired: what Let's Encrypt sent until 2024.
        self.crossed = Authority("conformance root", self.expired_root, key=self.root.key)
        self.client_root = Authority("client authority")
        # The expired root is trusted on purpose: no client may accept what hangs on it.
        self.roots_file = self.write("roots.pem", pem(self.root.certificate),
                                     pem(self.expired_root.certificate))
        self.revoked = self.root.issue("case revoked", ["good.example.test"], key=self.key)[0]
        self.crl_file = self.write("list.crl", revocation_list(self.root, self.revoked))
        self.client_roots_file = self.write("client-roots.pem", pem(self.client_root.certificate))
        client, key = self.client_root.issue("a client", [], key=self.key,
                                             usage=ExtendedKeyUsageOID.CLIENT_AUTH)
        self.client_key_file = self.write("client.key", key_pem(key))
        self.client_certificate_file = self.write("client.pem", pem(client))

    def write(self, name, *parts):
        path = self.folder / name
        path.write_bytes(b"".join(parts))
        return str(path)

    def leaf(self, name, names, issuer=None, chain=(), key_bits=2048, common_name=None, **options):
        """Write a server's key, leaf and whatever `chain` it sends to one PEM file.

        The common name is a sentence unless given, so that no client falls back to it as a host name.
        """
        key = self.key if key_bits == 2048 else make_key(key_bits)
        issuer = issuer or self.root
        certificate, _ = issuer.issue(common_name or "case " + name, names, key=key, **options)
        self.leaves[name] = self.write(name + ".pem", key_pem(key), pem(certificate),
                                       *[pem(authority.certificate) for authority in chain])

    def self_signed_leaf(self, name, names):
        certificate = self_signed("case " + name, names, self.key)
        self.leaves[name] = self.write(name + ".pem", key_pem(self.key), pem(certificate))

    def sha1_leaf(self, name, names):
        """Signed by the openssl command: cryptography no longer signs with SHA-1."""
        request = (x509.CertificateSigningRequestBuilder().subject_name(subject("case " + name))
                   .sign(self.key, hashes.SHA256()))
        csr = self.write(name + ".csr", pem(request))
        root = self.write(name + ".root", key_pem(self.root.key), pem(self.root.certificate))
        extensions = self.write(name + ".cnf", (
            "basicConstraints=critical,CA:FALSE\nsubjectAltName=%s\nextendedKeyUsage=serverAuth\n"
            "keyUsage=critical,digitalSignature,keyEncipherment\nsubjectKeyIdentifier=hash\n"
            "authorityKeyIdentifier=keyid\n" % ",".join("DNS:" + text for text in names)).encode())
        out = str(self.folder / (name + ".crt"))
        command = ["openssl", "x509", "-req", "-sha1", "-days", "300", "-in", csr, "-CA", root,
                   "-CAkey", root, "-set_serial", str(x509.random_serial_number()), "-extfile", extensions,
                   "-out", out]
        try:
            subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipped[name] = "openssl does not sign with SHA-1 here: %s" % error
            return
        self.leaves[name] = self.write(name + ".pem", key_pem(self.key), Path(out).read_bytes())
