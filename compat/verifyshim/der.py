"""Just enough DER (X.690) to read an X.509 certificate (RFC 5280) without any library.

Why it exists: ``getpeercert()`` gives nothing for an unverified peer, cuts a name at an embedded NUL on
2.6-2.7.5 and 3.3.0-3.3.2 (CVE-2013-4238), and no interpreter below 3.7 says why a chain was refused.
It decides nothing about trust: OpenSSL does that. Anything malformed raises ValueError.
"""
import calendar

SEQUENCE, OCTET_STRING, INTEGER, OBJECT = 0x30, 0x04, 0x02, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
CONTEXT_0, CONTEXT_3 = 0xA0, 0xA3
GENERAL_NAME_DNS, GENERAL_NAME_IP = 0x82, 0x87
_OTHER_NAME, _DIRECTORY_NAME = 0xA0, 0xA4
# otherName, rfc822Name, dNSName, x400Address, directoryName, ediPartyName, URI, iPAddress, registeredID
_GENERAL_NAMES = frozenset([_OTHER_NAME, 0x81, GENERAL_NAME_DNS, 0xA3, _DIRECTORY_NAME, 0xA5, 0x86,
                            GENERAL_NAME_IP, 0x88])

# The string types of X.520 that are not UTF-8 or a part of it: BMPString, UniversalString, T61String.
_STRINGS = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1"}
_COMMON_NAME = b"\x55\x04\x03"
_SUBJECT_ALT_NAME = b"\x55\x1d\x11"
_EXTENDED_KEY_USAGE = b"\x55\x1d\x25"
_SERVER_USES = (b"\x2b\x06\x01\x05\x05\x07\x03\x01", b"\x55\x1d\x25\x00")   # serverAuth, any
_AUTHORITY_ACCESS, _CA_ISSUERS = b"\x2b\x06\x01\x05\x05\x07\x01\x01", b"\x2b\x06\x01\x05\x05\x07\x30\x02"
_URL = 0x86     # uniformResourceIdentifier of GeneralName
_LABELS = {
    b"\x55\x04\x03": "CN", b"\x55\x04\x06": "C", b"\x55\x04\x07": "L",
    b"\x55\x04\x08": "ST", b"\x55\x04\x0a": "O", b"\x55\x04\x0b": "OU",
}


def read(data, offset=0):
    """Return ``(tag, start, end)`` of the value at *offset* in *data* (a ``bytearray``)."""
    try:
        tag, length = data[offset], data[offset + 1]
    except IndexError:
        raise ValueError("DER ends inside a header")
    start = offset + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise ValueError("DER length of %d bytes" % count)
        length = 0
        for byte in data[start:start + count]:
            length = length << 8 | byte
        start += count
    if start + length > len(data):
        raise ValueError("DER value is longer than its data")
    return tag, start, start + length


def children(data, start, end):
    """Yield ``(tag, start, end)`` of the values between *start* and *end*."""
    while start < end:
        tag, value_start, value_end = read(data, start)
        if value_end > end:
            raise ValueError("DER value is longer than its parent")
        yield tag, value_start, value_end
        start = value_end


def _expect(item, tag):
    if item[0] != tag:
        raise ValueError("DER tag %02x where %02x belongs" % (item[0], tag))
    return item


class Certificate(object):
    """The parts of one certificate that verifyshim looks at.

    :param der: bytes of one DER certificate; bytes behind it are an error.
    :raises ValueError: where it is not one.

    Attributes: ``serial`` (bytes of the INTEGER), ``issuer`` and ``subject`` (raw DER bytes, comparable),
    ``not_before`` and ``not_after`` (seconds since 1970, UTC).
    """

    def __init__(self, der):
        self._data = data = bytearray(der)
        outer = _expect(read(data), SEQUENCE)
        if outer[2] != len(data):
            raise ValueError("bytes behind the end of the certificate")
        tbs = _expect(read(data, outer[1]), SEQUENCE)
        fields = list(children(data, tbs[1], tbs[2]))
        if fields and fields[0][0] == CONTEXT_0:   # version; absent in X.509 v1
            del fields[0]
        if len(fields) < 6:
            raise ValueError("too few fields for a certificate")
        issuer, validity, subject, key_info = fields[2:6]
        self.serial = bytes(data[fields[0][1]:fields[0][2]])
        for item in (issuer, validity, subject, key_info):
            _expect(item, SEQUENCE)
        self.issuer = bytes(data[issuer[1]:issuer[2]])
        self.subject = bytes(data[subject[1]:subject[2]])
        times = list(children(data, validity[1], validity[2]))
        if len(times) != 2:
            raise ValueError("validity without two dates")
        self._times = times
        self._extensions = [item for item in fields[6:] if item[0] == CONTEXT_3]

    @property
    def not_before(self):
        return self._time(self._times[0])

    @property
    def not_after(self):
        return self._time(self._times[1])

    def _time(self, item):
        tag, start, end = item
        text = bytes(self._data[start:end]).decode("ascii")
        if tag == UTC_TIME:      # RFC 5280, 4.1.2.5.1: two-digit years turn at 50
            text = ("19" if text[:2] >= "50" else "20") + text
        elif tag != GENERALIZED_TIME:
            raise ValueError("DER tag %02x where a time belongs" % tag)
        if len(text) != 15 or not text.endswith("Z"):
            raise ValueError("%r is not a time in UTC" % text)
        year, rest = int(text[:4]), text[4:14]
        return calendar.timegm((year,) + tuple(int(rest[at:at + 2]) for at in range(0, 10, 2)))

    def _names(self, raw):
        """Yield ``(type OID, text)`` of every attribute in the raw name *raw*."""
        data = bytearray(raw)
        for group in children(data, 0, len(data)):
            for attribute in children(data, group[1], group[2]):
                parts = list(children(data, attribute[1], attribute[2]))
                if len(parts) != 2:
                    raise ValueError("name attribute without a value")
                oid, value = parts
                encoding = _STRINGS.get(value[0], "utf-8")
                yield (bytes(data[oid[1]:oid[2]]),
                       bytes(data[value[1]:value[2]]).decode(encoding, "replace"))

    def _extension(self, oid):
        """Return ``(start, end)`` of the value of one extension, or None."""
        data, found = self._data, []
        for wrapper in self._extensions:
            listing = _expect(read(data, wrapper[1]), SEQUENCE)
            for extension in children(data, listing[1], listing[2]):
                parts = list(children(data, extension[1], extension[2]))
                if len(parts) < 2:
                    raise ValueError("extension without a value")
                if bytes(data[parts[0][1]:parts[0][2]]) == oid:
                    found.append(_expect(parts[-1], OCTET_STRING)[1:])
        if len(found) > 1:      # RFC 5280, 4.2; which of them counts would be anybody's guess
            raise ValueError("an extension is there twice")
        return found[0] if found else None

    def alternative_names(self):
        """Return ``[(tag, bytes)]`` of the subjectAltName extension (RFC 5280, 4.2.1.6), unchanged."""
        span = self._extension(_SUBJECT_ALT_NAME)
        if span is None:
            return []
        names = _expect(read(self._data, span[0]), SEQUENCE)
        found = list(children(self._data, names[1], names[2]))
        for item in found:
            self._require_general_name(item)
        return [(tag, bytes(self._data[start:end])) for tag, start, end in found]

    def _require_general_name(self, item):
        """Raise ValueError for what is no GeneralName: OpenSSL then knows none of the extension's names."""
        tag, start, end = item
        if tag not in _GENERAL_NAMES:
            raise ValueError("DER tag %02x where a name belongs" % tag)
        parts = list(children(self._data, start, end)) if tag & 0x20 else []
        if tag == _OTHER_NAME:
            if [part[0] for part in parts] != [OBJECT, CONTEXT_0] or parts[0][1] == parts[0][2]:
                raise ValueError("a name of another kind without its type or value")
            list(children(self._data, *parts[1][1:]))
        elif tag == _DIRECTORY_NAME:
            if [part[0] for part in parts] != [SEQUENCE]:
                raise ValueError("a directory name that is none")
            list(self._names(bytes(self._data[parts[0][1]:parts[0][2]])))

    def for_servers(self):
        """Whether its extended key usage (RFC 5280, 4.2.1.12), if it has one, allows TLS servers."""
        span = self._extension(_EXTENDED_KEY_USAGE)
        if span is None:
            return True
        uses = _expect(read(self._data, span[0]), SEQUENCE)
        return any(bytes(self._data[start:end]) in _SERVER_USES
                   for _, start, end in children(self._data, uses[1], uses[2]))

    def issuer_addresses(self):
        """Return the URLs, text, where its issuer's certificate is (caIssuers of RFC 5280, 4.2.2.1)."""
        span = self._extension(_AUTHORITY_ACCESS)
        if span is None:
            return []
        listing, found = _expect(read(self._data, span[0]), SEQUENCE), []
        for _, start, end in children(self._data, listing[1], listing[2]):
            parts = list(children(self._data, start, end))
            values = [bytes(self._data[part[1]:part[2]]) for part in parts]
            if len(parts) == 2 and parts[1][0] == _URL and values[0] == _CA_ISSUERS:
                found.append(values[1].decode("latin-1"))
        return found

    def dns_names(self):
        """Return the dNSName names as text."""
        return [value.decode("utf-8", "replace")
                for tag, value in self.alternative_names() if tag == GENERAL_NAME_DNS]

    def addresses(self):
        """Return the iPAddress names, packed: 4 bytes for IPv4, 16 for IPv6."""
        return [value for tag, value in self.alternative_names() if tag == GENERAL_NAME_IP]

    def common_names(self):
        """Return the subject's common names as text."""
        return [value for oid, value in self._names(self.subject) if oid == _COMMON_NAME]

    def describe(self, raw):
        """Return a raw name as text for people: ``CN=..., O=...``; strange bytes are escaped."""
        return ", ".join("%s=%s" % (_LABELS.get(oid, "?"), plain(text))
                         for oid, text in self._names(raw)) or "(empty name)"

    @property
    def self_issued(self):
        return self.issuer == self.subject


def plain(text):
    """What came from the network is printed: only visible ASCII goes through as it is."""
    return "".join(char if " " <= char <= "~" else "\\x%02x" % ord(char) for char in text)


def revoked(encoded):
    """Return ``(raw issuer name, serial number)`` of every entry of a DER revocation list (RFC 5280, 5.1).

    :raises ValueError: where it is not one.
    """
    data = bytearray(encoded)
    tbs = _expect(read(data, _expect(read(data), SEQUENCE)[1]), SEQUENCE)
    fields = [item for item in children(data, tbs[1], tbs[2])]
    if fields and fields[0][0] == INTEGER:      # version; absent in v1
        del fields[0]
    if len(fields) < 3:
        raise ValueError("too few fields for a revocation list")
    issuer = bytes(data[fields[1][1]:fields[1][2]])
    # signature, issuer, thisUpdate, nextUpdate (optional), revokedCertificates (optional)
    entries = [item for item in fields[3:] if item[0] == SEQUENCE][:1]
    serials = [_expect(read(data, entry[1]), INTEGER) for _, start, end in entries
               for entry in children(data, start, end)]
    return [(issuer, bytes(data[start:end])) for _, start, end in serials]
