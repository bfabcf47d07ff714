"""Make the certificates that ``python -m verifyshim demo`` shows; run again only to change them.

    pip install cryptography && python tools/demo_certificates.py

They are in the package because the demo works offline and needs no library that makes certificates. The
keys are public by that: nothing but the demo trusts this root, and it is in no bundle.
"""
import datetime
import ipaddress
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                      "compat", "verifyshim", "cli", "certificates")
PAST, EXPIRED, START = [datetime.datetime(year, 1, 1) for year in (2018, 2020, 2024)]
FUTURE, END = [datetime.datetime(year, 1, 1) for year in (2123, 2124)]


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "verifyshim demo"),
                      x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(authority):
    return x509.KeyUsage(digital_signature=not authority, key_encipherment=not authority,
                         key_cert_sign=authority, crl_sign=authority, content_commitment=False,
                         data_encipherment=False, key_agreement=False, encipher_only=False,
                         decipher_only=False)


def make(subject, issuer=None, hosts=(), start=START, end=END):
    """Return ``(certificate, key)``; *issuer* is such a pair, or None for one signed by itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signer = issuer[1] if issuer else key
    builder = (x509.CertificateBuilder().subject_name(name(subject))
               .issuer_name(issuer[0].subject if issuer else name(subject))
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(start).not_valid_after(end)
               .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
               .add_extension(usage(not hosts), critical=True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
               .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                              critical=False))
    if hosts:
        names = [x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
                 for host in hosts]
        builder = (builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
                   .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False))
    return builder.sign(signer, hashes.SHA256()), key


def write(filename, certificate, key=None):
    with open(os.path.join(FOLDER, filename), "wb") as handle:
        if key is not None:
            # The form that OpenSSL 0.9.8 reads too.
            handle.write(key.private_bytes(serialization.Encoding.PEM,
                                           serialization.PrivateFormat.TraditionalOpenSSL,
                                           serialization.NoEncryption()))
        handle.write(certificate.public_bytes(serialization.Encoding.PEM))


def main():
    here = ("localhost", "127.0.0.1")
    root, stranger = make("demo root"), make("a root nobody here trusts")
    write("root.pem", root[0])
    write("good.pem", *make("good", root, here))
    write("wrong-host.pem", *make("wrong host", root, ("www.example.com",)))
    write("expired.pem", *make("expired", root, here, PAST, EXPIRED))
    write("not-yet-valid.pem", *make("not yet valid", root, here, FUTURE, END))
    write("self-signed.pem", *make("self-signed", None, here))
    write("unknown-root.pem", *make("unknown root", stranger, here))


if __name__ == "__main__":
    main()
