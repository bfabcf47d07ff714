"""Certificates out of PEM files (RFC 7468): all of them or an error that names the line."""
import base64
import binascii
import re

from ..errors import ConfigurationError
from .. import der

# Up to the next five dashes; spelt so that no character is looked at twice, in every start.
_BLOCK = re.compile(b"-----BEGIN (TRUSTED CERTIFICATE|X509 CERTIFICATE|CERTIFICATE)-----"
                    b"([^-]*(?:-(?!----)[^-]*)*)-----END \\1-----")
_CRL = re.compile(b"-----BEGIN X509 CRL-----(.*?)-----END X509 CRL-----", re.S)
_BEGIN = re.compile(b"-----BEGIN [A-Z0-9 ]*CERTIFICATE-----")


def has_certificates(data):
    return _BEGIN.search(data) is not None


def has_crls(data):
    return b"-----BEGIN X509 CRL-----" in data


def parsed(data, path):
    """Return pairs of DER bytes and der.Certificate of all certificates in *data*, the content of *path*.

    :raises ConfigurationError: naming file and line, where one cannot be read or there is none.
    """
    found = []
    blocks = list(_BLOCK.finditer(data))
    if len(blocks) != len(_BEGIN.findall(data)):
        ends = [block.end() for block in blocks]
        for begin in _BEGIN.finditer(data):
            if not any(block.start() <= begin.start() < end for block, end in zip(blocks, ends)):
                raise _error(data, begin.start(), path, "is not ended")
    for block in blocks:
        if block.group(1) == b"TRUSTED CERTIFICATE":
            # OpenSSL's own form can carry "not for servers" behind the certificate; taking it as plain
            # would trust more than the file says.
            continue
        try:
            encoded = binascii.a2b_base64(block.group(2))
            certificate = der.Certificate(encoded)
        except (TypeError, ValueError, IndexError, binascii.Error):
            raise _error(data, block.start(), path, "cannot be read")
        found.append((encoded, certificate))
    if not found:
        raise ConfigurationError(
            "%s holds no certificate%s; name a file of PEM certificates (-----BEGIN CERTIFICATE-----)"
            % (path, " but OpenSSL's TRUSTED form" if blocks else ""))
    return found


def text(certificates):
    """Return DER certificates as PEM text."""
    blocks = []
    for encoded in certificates:
        body = base64.b64encode(encoded).decode("ascii")
        lines = [body[at:at + 64] for at in range(0, len(body), 64)]
        blocks.append("\n".join(["-----BEGIN CERTIFICATE-----"] + lines + ["-----END CERTIFICATE-----", ""]))
    return b"".decode("ascii").join(blocks)


def _error(data, offset, path, problem):
    line = data.count(b"\n", 0, offset) + 1
    return ConfigurationError(
        "%s, line %d: the certificate that begins here %s; restore the file or take the certificate out"
        % (path, line, problem))


def crls(data):
    """Return the DER bytes of every certificate revocation list in *data*.

    :raises ValueError: where one is not base64.
    """
    try:
        return [binascii.a2b_base64(b"".join(block.group(1).split())) for block in _CRL.finditer(data)]
    except binascii.Error as error:     # no ValueError on 2.x
        raise ValueError("a revocation list cannot be read: %s" % error)
