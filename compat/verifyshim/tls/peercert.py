"""The dictionary of ``getpeercert()``, for the engine that has none from ssl."""
import socket
import time

from .. import der

# What ssl calls the parts of a name (OBJ_obj2txt's long names); anything else shows its number.
_LONG_NAMES = {
    b"\x55\x04\x03": "commonName", b"\x55\x04\x05": "serialNumber", b"\x55\x04\x06": "countryName",
    b"\x55\x04\x07": "localityName", b"\x55\x04\x08": "stateOrProvinceName", b"\x55\x04\x09": "streetAddress",
    b"\x55\x04\x0a": "organizationName", b"\x55\x04\x0b": "organizationalUnitName",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01": "emailAddress",
    b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19": "domainComponent",
}
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"      # not strftime: it goes by the locale


def dictionary(encoded):
    """Return what ``ssl.SSLSocket.getpeercert()`` of 2.7.9+ does, as far as programs look at it.

    :param encoded: DER bytes of a certificate.
    :raises ValueError: where it cannot be read.
    """
    leaf = der.Certificate(encoded)
    alternatives = [("DNS", value) for tag, value in leaf.alternative_names() if tag == der.GENERAL_NAME_DNS]
    for packed in leaf.addresses():
        family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
        alternatives.append(("IP Address", socket.inet_ntop(family, packed)))
    found = {"subject": _parts(leaf, leaf.subject), "issuer": _parts(leaf, leaf.issuer),
             "notBefore": _date(leaf.not_before), "notAfter": _date(leaf.not_after)}
    if alternatives:
        found["subjectAltName"] = tuple(alternatives)
    return found


def _parts(leaf, raw):
    return tuple(((_LONG_NAMES.get(oid) or oid.encode("hex"), text),) for oid, text in leaf._names(raw))


def _date(seconds):
    when = time.gmtime(seconds)
    return "%s %2d %02d:%02d:%02d %d GMT" % ((_MONTHS[when[1] * 3 - 3:when[1] * 3],) + when[2:6] + (when[0],))
