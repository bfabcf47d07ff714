"""Is this the peer we asked for? RFC 6125 and RFC 2818, on the interpreters where OpenSSL is not asked.

From 3.7 on OpenSSL compares the name during the handshake; this module tidies it, and compares where OpenSSL does
not: with a program's own context, and where a session goes on. Below that the comparison is
``ssl.match_hostname``, or its backport where ssl has none (2.6-2.7.8), with two
gaps closed that those share: 2.7 and 3.3-3.4 know no IP addresses, and the certificate dictionaries of
2.6-2.7.5 and 3.3.0-3.3.2 cut a name at an embedded NUL (CVE-2013-4238).
"""
import re
import socket
import ssl

from .. import der

try:
    from ssl import match_hostname, CertificateError
except ImportError:
    try:
        from backports.ssl_match_hostname import match_hostname, CertificateError
    except ImportError:
        # 3.12+ lost match_hostname and needs none. Below 2.7.9 the backport is missing: status() and
        # every refused connection say so.
        match_hostname = None
        CertificateError = getattr(ssl, "CertificateError", None) or type("CertificateError", (ValueError,), {})

# 3.7+: the name is given to OpenSSL (X509_VERIFY_PARAM_set1_host) before the handshake.
OPENSSL_MATCHES = hasattr(ssl, "HAS_NEVER_CHECK_COMMON_NAME")


_UNDER_STAR = re.compile(r"[a-z0-9-]+\Z")
_matched = set()
_MOST_MATCHED = 256     # certificates of some KiB


class Mismatch(Exception):
    """The certificate is for somebody else; the text says for whom."""


class NoCertificate(Mismatch):
    """There is none: OpenSSL verifies only a certificate that is there (anonymous cipher suites)."""


def pack_address(host):
    """Return the 4 or 16 bytes of an IP literal, or None where *host* is a name."""
    for family in (socket.AF_INET, getattr(socket, "AF_INET6", None)):
        try:
            return socket.inet_pton(family, host)
        except (AttributeError, TypeError, ValueError, socket.error):
            continue
    return None


def tidy(host):
    """Return *host* as it is written in certificates and in SNI.

    Brackets and the zone of an IPv6 literal go (RFC 6874), one trailing dot goes (RFC 6066, 3), and a
    name beyond ASCII becomes A-labels (RFC 5891): 3.6 and older compare the two forms as they stand.

    :raises ValueError: where no certificate could ever be for such a name.
    """
    if isinstance(host, (bytes, bytearray)) and not isinstance(host, str):
        host = host.decode("ascii")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if not isinstance(host, str):          # Python 2 unicode
        host = host.encode("idna")
    if ":" in host:
        host = host.partition("%")[0]
    if any(ord(char) > 127 for char in host):
        if bytes is str:                   # Python 2 byte string: what the source file held, UTF-8
            host = host.decode("utf-8")
        host = host.encode("idna")
        host = host if isinstance(host, str) else host.decode("ascii")
    if host.endswith(".") and ":" not in host:      # after IDNA, which knows other dots (RFC 3490, 3.1)
        host = host[:-1]
    if not host or host.startswith(".") or any(char <= " " or char == "\x7f" for char in host):
        raise ValueError("%r is not a host name" % (host,))
    return host


def check_socket(wrapped, host):
    """Compare the name of a finished handshake; close the socket and raise where it is another's.

    :raises Mismatch: where the certificate is not for *host*, as `tidy` returns it, or there is none.
    """
    try:
        check_peer(wrapped.getpeercert(True), host)
    except Exception:
        wrapped.close()
        raise


def check_peer(encoded, host):
    """Raise Mismatch unless the peer showed a certificate, DER bytes or None, and it is for *host*."""
    if not encoded:
        raise NoCertificate()
    check(encoded, host)


def require_certificate(encoded, cipher):
    """Raise NoCertificate where a peer that is to be verified showed none.

    OpenSSL verifies, and from 3.7 on compares the name of, only a certificate that is there: with an anonymous
    cipher suite, as ``set_ciphers("ALL:@SECLEVEL=0")`` allows, anybody could answer. A key that both sides had
    before (RFC 4279) stands for one; TLS 1.3 knows no other handshake without (RFC 8446, 2).

    :param encoded: DER bytes or None.
    :param cipher: what ``cipher()`` of the connection returns: name, protocol, bits; or None.
    """
    if not encoded and not (cipher and (cipher[1] == "TLSv1.3" or "PSK" in cipher[0])):
        raise NoCertificate()


def check(encoded, host):
    """Raise Mismatch unless the verified leaf certificate is for *host*; `_check`, remembered.

    The answer depends on nothing but the two, and reading a certificate in Python costs a few percent of
    a request. That the certificate is to be trusted is OpenSSL's to say, each time.
    """
    if (encoded, host) not in _matched:
        _check(encoded, host)
        if len(_matched) >= _MOST_MATCHED:
            _matched.clear()
        _matched.add((encoded, host))


def _check(encoded, host):
    """Raise Mismatch unless the certificate is for *host*.

    :param encoded: the DER bytes of ``getpeercert(True)``. Not the dictionary of ``getpeercert()``: that
        of 2.6 lacks the names if they are the first extension, and others cut them at a NUL.
    :param host: a name or address as `tidy` returns it.
    """
    try:
        leaf = der.Certificate(encoded)
        alternatives, common_names = leaf.dns_names(), leaf.common_names()
        addresses = leaf.addresses()
    except ValueError as error:
        raise Mismatch("the names in the certificate cannot be read: %s" % error)
    packed = pack_address(host)
    if packed is not None:
        if packed not in addresses:
            raise Mismatch("the certificate is for %s" % _listed(leaf))
        return
    if any("\0" in name for name in alternatives or common_names):
        raise Mismatch("the certificate has a name with an embedded NUL")
    if OPENSSL_MATCHES:
        if not any(_matches(name.lower(), host.lower()) for name in alternatives or common_names):
            raise Mismatch("the certificate is for %s" % _listed(leaf))
        return
    if match_hostname is None:
        raise Mismatch("this interpreter cannot compare host names; "
                       "install backports.ssl_match_hostname")
    decoded = {"subjectAltName": tuple([("DNS", _native(name)) for name in alternatives]
                                       + [("IP Address", _shown(address)) for address in addresses]),
               "subject": tuple((("commonName", _native(name)),) for name in common_names)}
    try:
        match_hostname(decoded, host)
    except (CertificateError, ValueError):
        raise Mismatch("the certificate is for %s" % _listed(leaf))
    # Up to 3.6 and in the backport a star alone is any name without a dot; to OpenSSL it is none's.
    if "." not in host and host.lower() not in [name.lower() for name in alternatives or common_names]:
        raise Mismatch("the certificate is for %s" % _listed(leaf))


def _matches(pattern, host):
    """Whether a certificate's name is *host*'s, as OpenSSL sees it: RFC 6125, 6.4.3, and a star is a whole label."""
    star, _, parent = pattern.partition(".")
    label, _, rest = host.partition(".")
    return pattern == host or (star == "*" and rest == parent and "." in parent and "*" not in parent
                               and "" not in parent.split(".") and bool(_UNDER_STAR.match(label)))


def _native(text):
    """Python 2 compares byte strings; a name beyond ASCII is nobody's (RFC 5280, 4.2.1.6 wants A-labels)."""
    return text.encode("utf-8") if bytes is str else text


def _shown(packed):
    family = socket.AF_INET if len(packed) == 4 else getattr(socket, "AF_INET6", None)
    try:
        return socket.inet_ntop(family, packed)
    except (AttributeError, ValueError, TypeError, socket.error):
        return "an unreadable address"


def _listed(leaf, most=5):
    """Name whom the certificate is for, as much as fits a sentence."""
    texts = [der.plain(name) for name in leaf.dns_names() or leaf.common_names()]
    texts += [_shown(packed) for packed in leaf.addresses()]
    more = len(texts) - most
    return ", ".join(texts[:most]) + (" and %d more" % more if more > 0 else "") or "nobody"
