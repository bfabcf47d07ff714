"""Which certificates a server sends, and which one is missing between them and the roots.

ssl hands out the leaf alone, and that only below 3.13. Up to TLS 1.2 the certificates pass before anything is
encrypted (RFC 5246, 7.4.2): so this says hello, reads them and hangs up. It judges nothing, OpenSSL has.
"""
import os
import struct

from . import output
from ... import der

_CIPHERS = (0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC009, 0xC013, 0xC00A, 0xC014, 0x009E, 0x009F,
            0x009C, 0x009D, 0x002F, 0x0035, 0x003C, 0x000A)
_SIGNATURES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201)
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_HANDSHAKE, _CERTIFICATE, _DONE = 22, 11, 14
_MOST = 256 * 1024      # bytes read of one server


def fetch(connect, host):
    """Return the certificates that a server sends, DER bytes, leaf first; None where it does not in TLS 1.2.

    :param connect: returns a connected socket.
    :param host: the name to ask for.
    """
    try:
        sock = connect()
    except Exception:       # sockets of all kinds; there is no chain then, and the leaf has to do
        return None
    try:
        sock.sendall(_hello(host))
        return _certificates(sock)
    except Exception:
        return None
    finally:
        sock.close()


def _vector(size, data):
    return struct.pack(">I", len(data))[4 - size:] + data


def _words(numbers):
    return struct.pack(">%dH" % len(numbers), *numbers)


def _hello(host):
    """Return a ClientHello of TLS 1.2 as one record."""
    try:
        name = host.encode("idna") if not isinstance(host, bytes) else host
    except UnicodeError:
        name = b""
    extensions = [(10, _vector(2, _words(_GROUPS))), (11, _vector(1, b"\0")), (13, _vector(2, _words(_SIGNATURES)))]
    if name and not name.replace(b".", b"").isdigit() and b":" not in name:     # RFC 6066: no addresses
        extensions.insert(0, (0, _vector(2, b"\0" + _vector(2, name))))
    body = b"".join(_words([kind]) + _vector(2, data) for kind, data in extensions)
    hello = (b"\x03\x03" + os.urandom(32) + b"\0" + _vector(2, _words(_CIPHERS)) + b"\x01\0" + _vector(2, body))
    return b"\x16\x03\x01" + _vector(2, b"\x01" + _vector(3, hello))


def _certificates(sock):
    stream, handshake = sock.makefile("rb"), bytearray()
    for _ in range(_MOST // 512):
        head = bytearray(stream.read(5))
        if len(head) < 5 or head[0] != _HANDSHAKE:      # an alert, most often
            return None
        handshake += bytearray(stream.read(head[3] << 8 | head[4]))
        while len(handshake) >= 4:
            size = handshake[1] << 16 | handshake[2] << 8 | handshake[3]
            if size > _MOST or len(handshake) < 4 + size:
                break
            kind, message = handshake[0], handshake[4:4 + size]
            del handshake[:4 + size]
            if kind in (_CERTIFICATE, _DONE):
                return _listed(message) if kind == _CERTIFICATE else None
    return None


def _listed(message):
    found, at = [], 3
    while at + 3 <= len(message):
        size = message[at] << 16 | message[at + 1] << 8 | message[at + 2]
        found.append(bytes(message[at + 3:at + 3 + size]))
        at += 3 + size
    return found


def missing(sent, roots):
    """Return ``(certificate, is_root)``: where the way from the leaf to the roots ends, or None if it does not.

    :param sent: list of DER bytes, leaf first.
    :param roots: a verifyshim.roots.Roots.
    :returns: the last certificate of the way, a der.Certificate, and whether it is a root itself.
    :raises ValueError: where one is not a certificate.
    """
    certificates = [der.Certificate(encoded) for encoded in sent]
    here, rest = certificates[0], certificates[1:]
    while not roots.named(here.issuer):
        if here.self_issued:
            return here, True
        above = [one for one in rest if one.subject == here.issuer]
        if not above:
            return here, False
        here = above[0]
        rest.remove(here)
    return None


def advice(sent, roots, origin):
    """Return findings: which issuer is missing and how to add it.

    :param origin: where the setting of the roots comes from, text.
    """
    if roots.operating_system:
        return [output.note("issuer", "The operating system judges by roots that cannot be listed here.",
                            "Add the missing one to the operating system's own.")]
    found = missing(sent, roots)
    if found is None:
        return [output.note("issuer", "The issuers' names are among the roots, so the reason is another: an expired or "
                            "weak certificate in between, or a root of the same name with another key.")]
    last, is_root = found
    add = ("If it is your own, get its certificate from who runs it, not from this server; save it as a PEM file and "
           "set roots = certifi+/path/of/it.pem in [verifyshim] of %s." % _file_in(origin))
    sends = "The server sends %d certificate%s" % (len(sent), "s" if len(sent) > 1 else "")
    if is_root:
        return [output.problem("issuer", "%s; the way ends at the root %s, which is not among the roots."
                               % (sends, last.describe(last.subject)), add)]
    urls = last.issuer_addresses()
    also = ("%s is an intermediate or a root. If an intermediate, the server is to send it%s. "
            % (last.describe(last.issuer), " (it can be had from %s)" % urls[0] if urls else ""))
    return [output.problem("issuer", "%s; missing is the certificate of %s, which issued %s." % (
        sends, last.describe(last.issuer), last.describe(last.subject)), also + add)]


def _file_in(origin):
    path, colon, line = origin.rpartition(":")
    if colon and line.isdigit():
        return path
    return "/etc/verifyshim.cfg, or of the file that activate --config names"
