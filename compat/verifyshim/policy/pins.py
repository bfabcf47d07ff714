"""Pins: the SHA-256 of a certificate's public key (SubjectPublicKeyInfo), as RFC 7469, 2.4 counts it."""
import base64
import binascii
import hashlib
import re

from .texts import native, pieces, quoted
from .. import der
from ..errors import ConfigurationError

_HOW = ("a pin is sha256/ and 44 characters of base64, or 64 hexadecimal digits; compute it with openssl x509 "
        "-in server.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | "
        "openssl base64")


def read(value):
    """Return a tuple of pins, each as ``sha256/BASE64``.

    :param value: text with one or several pins, separated by commas or white space, or a list of them.
    :raises ConfigurationError: where one is not a pin; the text says how to compute one.
    """
    try:
        if not isinstance(value, (list, tuple, set, frozenset)):
            value = native(value).split()       # a list's items are single pins
        found = [_one(pin) for item in value for pin in pieces(item)]
    except TypeError:
        raise _error(value, "is not text")
    if not found:
        raise ConfigurationError("there is no pin; " + _HOW)
    return tuple(item for at, item in enumerate(found) if item not in found[:at])


def of(encoded):
    """Return the pin of a certificate (DER bytes), to look up among those that `read` returned.

    :raises ValueError: where it is not a certificate.
    """
    der.Certificate(encoded)        # whose shape is checked there
    data = bytearray(encoded)
    tbs = der.read(data, der.read(data)[1])
    fields = list(der.children(data, tbs[1], tbs[2]))
    if fields[0][0] == der.CONTEXT_0:
        del fields[0]
    subject, key = fields[4:6]
    # From the end of the subject: the digest is over the whole value, tag and length included.
    return _text(hashlib.sha256(bytes(data[subject[2]:key[2]])).digest())


def _one(text):
    digits = text.replace(":", "")
    if text[:7].lower() == "sha256:":
        digits = text[7:].replace(":", "")
    if re.match(r"[0-9A-Fa-f]{64}\Z", digits):
        return _text(binascii.unhexlify(digits.encode("ascii")))
    if text.startswith("sha256//") and len(text) == 8 + 44:
        text = "sha256/" + text[8:]         # curl's --pinnedpubkey
    if not text.startswith("sha256/"):
        raise _error(text, "is not a pin")
    try:
        digest = base64.b64decode(text[7:].encode("ascii"))
    except (TypeError, ValueError):     # TypeError: 2.x; UnicodeError is a ValueError
        digest = b""
    # Compared again, as b64decode passes over characters that are not base64.
    if len(digest) != 32 or _text(digest)[7:] != text[7:]:
        raise _error(text, "is not a pin: what follows sha256/ is not 32 bytes in base64")
    return _text(digest)


def _text(digest):
    return "sha256/" + str(base64.b64encode(digest).decode("ascii"))


def _error(text, problem):
    return ConfigurationError("%s %s; %s" % (quoted(text), problem, _HOW))
