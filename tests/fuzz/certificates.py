# -*- coding: utf-8 -*-
"""Certificates that no authority would issue, written byte by byte: nothing here checks what it is given."""
from hypothesis import strategies as st

SEQUENCE, SET, INTEGER, BITS, OCTETS, OID, NULL = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0x05
UTF8, PRINTABLE, T61, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E
UTC, GENERALIZED = 0x17, 0x18
ENCODINGS = {UTF8: "utf-8", PRINTABLE: "latin-1", T61: "latin-1", IA5: "latin-1", UNIVERSAL: "utf-32-be",
             BMP: "utf-16-be"}
COMMON_NAME, ORGANIZATION = b"\x55\x04\x03", b"\x55\x04\x0a"
ALTERNATIVES, KEY_USES, ACCESS = b"\x55\x1d\x11", b"\x55\x1d\x25", b"\x2b\x06\x01\x05\x05\x07\x01\x01"
DNS, ADDRESS, URI, MAIL, OTHER, DIRECTORY = 0x82, 0x87, 0x86, 0x81, 0xA0, 0xA4
_RSA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01"


def value(tag, content):
    """Return the bytes of one DER value."""
    length = len(content)
    if length < 0x80:
        head = bytearray([tag, length])
    else:
        digits = []
        while length:
            digits.insert(0, length & 0xFF)
            length >>= 8
        head = bytearray([tag, 0x80 | len(digits)] + digits)
    return bytes(head) + content


def sequence(*parts):
    return value(SEQUENCE, b"".join(parts))


def name(attributes):
    """A Name of ``(type OID, tag, bytes)``, each in a set of its own."""
    return sequence(*[value(SET, sequence(value(OID, oid), value(tag, content))) for oid, tag,
                      content in attributes])


def alternatives(names):
    """A subjectAltName of ``(tag, bytes)``."""
    return extension(ALTERNATIVES, sequence(*[value(tag, content) for tag, content in names]))


def certificate(subject, extensions, serial=b"\x01", dates=((UTC, b"200101000000Z"), (UTC, b"400101000000Z")),
                issuer=None, version=b"\xa0\x03\x02\x01\x02"):
    """The DER bytes of one that is signed by nobody; with a real public key, so that OpenSSL reads it."""
    algorithm = sequence(value(OID, _RSA + b"\x0b"), value(NULL, b""))
    numbers = sequence(value(INTEGER, b"\0\xc3" + b"\1" * 127), value(INTEGER, b"\1\0\1"))
    key = sequence(sequence(value(OID, _RSA + b"\x01"), value(NULL, b"")), value(BITS, b"\0" + numbers))
    parts = [version, value(INTEGER, serial), algorithm, name(issuer or [(COMMON_NAME, UTF8, b"issuer")]),
             sequence(*[value(tag, text) for tag, text in dates]), name(subject), key]
    if extensions:
        parts.append(value(0xA3, sequence(*extensions)))
    return sequence(sequence(*parts), algorithm, value(BITS, b"\0" + b"\1" * 32))


NAMES = ["good.example", "*.good.example", "*.example", "*.com", "*", "w*.good.example", "*w.good.example",
         "a.*.example",
         "*.*.example", "good.example\0.evil.test", "evil.test\0.good.example", "GOOD.EXAMPLE",
         "good.example.", ".good.example",
         "xn--*.good.example", "*.xn--bcher-kva.example", "xn--bcher-kva.example", u"b\xfccher.example",
         "10.0.0.1", "::1",
         "good.example\n", " good.example", "", "*.", ".", "*.10.0.0.1", "*.0.0.1", "a.good.example",
         "a.b.good.example",
         u"good.example\u202e", "good\\.example", "g.*", "(good|evil).example", "[a-z]*.good.example",
         "**.good.example",
         "good.example/", "https://good.example", "a" * 300 + ".example", u"\uff47ood.example", "*.evil.test"]
HOSTS = ["good.example", "www.good.example", "a.b.good.example", "evil.test", "10.0.0.1", "::1", "example",
         "com", "w.good.example",
         "ww.good.example", "xn--bcher-kva.example", "www.xn--bcher-kva.example", "xn--a.good.example",
         "GOOD.example", "*",
         "*.good.example", "a.x.example", "127.0.0.1", "good.example.evil.test", "0.0.1", "a.example",
         "x.10.0.0.1"]

names = st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), st.text(max_size=12),
                  st.text(alphabet="*.aw-", max_size=12))


def encoded(text, tag=UTF8):
    try:
        return text.encode(ENCODINGS.get(tag, "utf-8"))
    except UnicodeError:        # no such character there
        return text.encode("utf-8", "replace" if bytes is str else "surrogatepass")


tags = st.sampled_from([UTF8, UTF8, PRINTABLE, T61, IA5, UNIVERSAL, BMP])
common_names = st.builds(lambda tag, text: (COMMON_NAME, tag, encoded(text, tag)), tags, names)
others = st.builds(lambda oid, tag, content: (oid, tag, content),
                   st.sampled_from([ORGANIZATION, b"\x55\x04\x06", b"\x2a\x03", b""]),
                   st.sampled_from([UTF8, PRINTABLE, T61, UNIVERSAL, BMP, INTEGER, 0x1A, 0x00, 0xFF]),
                   st.binary(max_size=8))
subjects = st.lists(st.one_of(common_names, common_names, others), max_size=3)
addresses = st.one_of(st.sampled_from([b"\x0a\0\0\1", b"\0" * 15 + b"\1", b"\x7f\0\0\1"]),
                      st.binary(max_size=17))
alternative = st.one_of(st.builds(lambda text: (DNS, encoded(text)), names),
                        st.builds(lambda data: (ADDRESS, data), addresses),
                        st.tuples(st.sampled_from([URI, MAIL, OTHER, DIRECTORY, DNS]), st.binary(max_size=20)))
lists = st.lists(alternative, max_size=4)
times = st.one_of(
    st.sampled_from([(UTC, b"491231235959Z"), (UTC, b"500101000000Z"), (GENERALIZED, b"20500101000000Z"),
                     (GENERALIZED, b"99991231235959Z"), (GENERALIZED, b"00000101000000Z"),
                     (GENERALIZED, b"00010101000000Z"),
                     (GENERALIZED, b"19500101000000Z"), (GENERALIZED, b"20200230000000Z"),
                     (GENERALIZED, b"20201301000000Z"),
                     (GENERALIZED, b"20200101000000.5Z"), (GENERALIZED, b"20200101000000+0100"),
                     (UTC, b"2001010000Z"),
                     (UTC, b"200101000000+0000"), (GENERALIZED, b"2_200101000000Z"), (UTC, b"+20101000000Z"),
                     (UTC, b" 0 101000000Z"), (UTC, b"\xff" * 13), (GENERALIZED, b"20200101256199Z")]),
    st.tuples(st.sampled_from([UTC, GENERALIZED, INTEGER]), st.binary(max_size=16)))
serials = st.one_of(st.sampled_from([b"\x01", b"\x00", b"\xff", b"\x80" + b"\0" * 30, b"\x7f" * 1000, b""]),
                    st.binary(max_size=25))


def extension(oid, content):
    return sequence(value(OID, oid), value(OCTETS, content))


_ACCESS = sequence(sequence(value(OID, b"\x2b"), value(URI, b"http://x")))
extras = st.sampled_from([
    (), (extension(KEY_USES, sequence()),), (extension(KEY_USES, sequence(value(OID, b"\x55\x1d\x25\x00"))),),
    (extension(ACCESS, _ACCESS),), (extension(ALTERNATIVES, b""),), (sequence(value(OID, b"\x2a")),),
    (sequence(value(OID, ALTERNATIVES), value(0x01, b"\xff"), value(OCTETS, sequence())),)])


@st.composite
def odd(draw):
    """The DER bytes of an odd certificate, whole as DER."""
    extensions = list(draw(extras))
    if draw(st.integers(0, 3)):
        extensions.insert(0, alternatives(draw(lists)))
    return certificate(draw(subjects), extensions, draw(serials), (draw(times), draw(times)), draw(subjects)
                       or None,
                       draw(st.sampled_from([b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x02", b"",
                                             b"\xa0\0"])))


@st.composite
def spoilt(draw):
    """The same with some bytes changed, taken out or put in."""
    data = bytearray(draw(odd()))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1))
        kind = draw(st.sampled_from("xdic"))
        if kind == "x":
            data[at] = draw(st.integers(0, 255))
        elif kind == "d" and len(data) > 2:
            del data[at]
        elif kind == "i":
            data.insert(at, draw(st.sampled_from([0, 0x80, 0x84, 0xFF, 0x30])))
        else:
            del data[max(at, 2):]
    return bytes(data)
