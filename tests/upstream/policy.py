"""The policy of the columns: the servers of CPython's tests are trusted, each the way its certificate allows.

Servers that are reached as localhost have certificates for that name, which are verified with the tests' own
roots. Those reached by an address have the same ones, where only a pin can help; the old builds' certificates
have expired, so there it is pins for both.
"""
import re
import ssl

from verifyshim.policy import pins

_ROOTS = ("pycacert.pem", "keycert.pem", "keycert2.pem", "keycertecc.pem", "ssl_cert.pem", "allsans.pem", "idnsans.pem",
          "nosan.pem")
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def write(path, tests, expired):
    """Write the policy for the tests in the folder *tests* to *path*, and its roots beside it.

    :param expired: whether the roots are of no use any more.
    """
    folder = tests / "certdata" if (tests / "certdata").is_dir() else tests
    roots = "certifi"
    found = [block for name in _ROOTS for block in _blocks(folder / name)]
    if found and not expired:
        bundle = path.with_suffix(".pem")
        bundle.write_text("\n".join(found) + "\n")
        roots += "+" + str(bundle)
    # Old ones have one in their text, too.
    files = sorted(folder.glob("*.pem")) + [tests / "test_logging.py"]
    known = sorted(set(pins.of(ssl.PEM_cert_to_DER_cert(block)) for file in files for block in _blocks(file)))
    lines = ["[verifyshim]", "roots = " + roots]
    for host in ("127.0.0.1", "::1") + ("localhost",) * bool(expired):
        lines += ["", "[host:%s]" % host, "pin = " + ", ".join(known)]
    path.write_text("\n".join(lines) + "\n")


def _blocks(file):
    try:
        text = file.read_text(encoding="latin-1")
    except OSError:
        return []
    # Some files are broken on purpose.
    return [block for block in _BLOCK.findall(text) if _is_certificate(block)]


def _is_certificate(block):
    try:
        return bool(pins.of(ssl.PEM_cert_to_DER_cert(block)))
    except ValueError:
        return False
