"""Which peers a host rule is for: patterns, and the most specific of those that match.

Pure Python: socket.inet_pton is not there on Windows' 2.x, and reading a policy must not import socket.
An address is kept as ``(32 or 128, number)``, so that it is never equal to a name.
"""
import collections
import re

from .texts import quoted
from ..errors import ConfigurationError

NAME, SUFFIX, ADDRESS, NETWORK = "name", "suffix", "address", "network"
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\Z")
_SHAPES = ("use a name (www.example.org), *.suffix, an IPv4 or IPv6 address or a network (10.0.0.0/8), each "
           "with :port where it matters ([2001:db8::1]:8443)")
_MOST_REMEMBERED = 1024


class Pattern(collections.namedtuple("Pattern", "kind value port text")):
    """One parsed pattern.

    :ivar kind: NAME, SUFFIX, ADDRESS or NETWORK.
    :ivar value: a name; ``.suffix`` with its dot; ``(bits, number)``; ``(bits, number, prefix length)``.
    :ivar port: TCP port or None for all.
    :ivar text: the pattern as it is told to people.
    """

    def matches(self, peer, port):
        """Whether the pattern is for *peer*, as `peer` returns it, on TCP port *port* (None: unknown)."""
        if peer is None or self.port is not None and self.port != port:
            return False
        if self.kind == SUFFIX:
            return not isinstance(peer, tuple) and peer.endswith(self.value)
        if self.kind == NETWORK:
            return isinstance(peer, tuple) and _inside(peer, self.value)
        return self.value == peer


def peer(host):
    """Return what patterns are compared with: ``(bits, number)`` of an address, or a tidy name.

    Case, one trailing dot, brackets and the zone of an IPv6 address (RFC 6874) do not count, names beyond
    ASCII become A-labels (RFC 5891), and IPv4 in IPv6's clothes (RFC 4291, 2.5.5.2) is IPv4.

    :param host: text, ASCII bytes or None. None comes back where no pattern could be for it.
    """
    try:
        if isinstance(host, bytes):
            host = host.decode("utf-8")
        # Before IDNA, as names.tidy has it, which would take brackets for a part of the label.
        host = _ascii(host[1:-1] if host.startswith("[") and host.endswith("]") else host)
    except (UnicodeError, AttributeError, TypeError):
        return None
    name = host[:-1] if host.endswith(".") else host
    if not name or name.startswith(".") or ".." in name:
        return None
    return address(host) or name


def _ascii(host):
    """Return *host* as native text in ASCII and lower case; UnicodeError where that cannot be."""
    if isinstance(host, bytes):
        host = host.decode("utf-8")
    for char in host:
        if char > "\x7f":
            host = host.encode("idna").decode("ascii")
            break
    return str(host.lower())


def address(text):
    """Return ``(32 or 128, number)`` of an IPv4 or IPv6 literal, or None for anything else."""
    if ":" not in text:
        number = _ipv4(text)
        return None if number is None else (32, number)
    number = _ipv6(text.partition("%")[0])
    if number is None:
        return None
    if number >> 32 == 0xFFFF:
        return 32, number & 0xFFFFFFFF
    return 128, number


def _ipv4(text):
    parts = text.split(".")
    number = 0
    for part in parts:
        # No leading zero: some read 010 as eight (RFC 6943, 3.1.1). isdigit() takes other scripts' too.
        if not re.match(r"(0|[1-9][0-9]{0,2})\Z", part) or int(part) > 255:
            return None
        number = number << 8 | int(part)
    return number if len(parts) == 4 else None


def _ipv6(text):
    """Return the number of an address as RFC 4291, 2.2 writes it, or None."""
    if "." in text:
        before, colon, last = text.rpartition(":")
        number = _ipv4(last)
        if number is None:
            return None
        text = "%s%s%x:%x" % (before, colon, number >> 16, number & 0xFFFF)
    head, gap, tail = text.partition("::")
    heads, tails = [part.split(":") if part else [] for part in (head, tail)]
    missing = 8 - len(heads) - len(tails)
    if (missing < 1) if gap else (missing != 0):
        return None
    number = 0
    for group in heads + ["0"] * missing + tails:
        if not re.match(r"[0-9a-f]{1,4}\Z", group):
            return None
        number = number << 16 | int(group, 16)
    return number


def _inside(found, network):
    bits, number, prefix = network
    return found[0] == bits and (found[1] ^ number) >> (bits - prefix) == 0


def parse(text):
    """Return the Pattern that *text* writes.

    :raises ConfigurationError: saying what is wrong with it.
    """
    try:
        plain = _ascii(text).strip()
    except (UnicodeError, AttributeError, TypeError):
        raise _error(text, "is not a host name")
    if "://" in plain:
        raise _error(text, "is a URL")
    if "@" in plain:
        raise _error("...@" + plain.rpartition("@")[2], "has a user name")      # perhaps a password too
    host, port = _split(text, plain)
    if "/" in host:
        return _network(text, host, port)
    found = address(host)
    if found is not None:
        return Pattern(ADDRESS, found, port, _shown(host, port))
    host = host[:-1] if host.endswith(".") else host
    kind, name = (SUFFIX, host[1:]) if host.startswith("*.") else (NAME, host)
    if host == "*":
        raise _error(text, "would be for every host, which mode and roots in [verifyshim] are for")
    if "*" in name:
        raise _error(text, "has a star elsewhere than as its whole first label")
    labels = name[1:].split(".") if kind == SUFFIX else name.split(".")
    if re.match(r"[0-9.]+\Z", name) or len(name) > 253 \
            or not all(_LABEL.match(label) and len(label) < 64 for label in labels):
        raise _error(text, "is neither a host name nor an address")
    return Pattern(kind, name, port, _shown(host, port))


def _split(text, plain):
    """Return host and port of ``host:port``; more than one colon is IPv6, whose port needs brackets."""
    found = re.match(r"\[(.*)\](?::(.*))?\Z", plain)
    if found:
        if ":" not in found.group(1):
            raise _error(text, "has brackets around something other than IPv6")
        host, port = found.groups()
    elif plain.count(":") == 1:
        host, port = plain.split(":")
    else:
        host, port = plain, None
    if port is None:
        return host, None
    if not re.match(r"[0-9]{1,5}\Z", port) or not 1 <= int(port) <= 65535:
        raise _error(text, "has a port that is not a number from 1 to 65535")
    return host, int(port)


def _network(text, host, port):
    base, _, length = host.partition("/")
    found = address(base)
    if found is None:
        raise _error(text, "is not a network, as %s is no address" % (base or "nothing"))
    bits, number = found
    longest = 128 if ":" in base else 32
    if not re.match(r"[0-9]{1,3}\Z", length) or not longest - bits <= int(length) <= longest:
        raise _error(text, "has a prefix length that is not a number from %d to %d" % (longest - bits, longest))
    prefix = int(length) - (longest - bits)         # of ::ffff:10.0.0.0/104, IPv4 in IPv6's clothes
    network = number >> (bits - prefix) << (bits - prefix)
    if network != number:
        raise _error(text, "has bits set behind its first %s; perhaps %s/%s is meant"
                     % (length, _literal(bits, network), prefix))
    return Pattern(NETWORK, (bits, number, prefix), port, _shown(host, port))


def _literal(bits, number):
    step, form = (8, "%d") if bits == 32 else (16, "%x")
    groups = [number >> shift & (1 << step) - 1 for shift in range(bits - step, -1, -step)]
    return (":" if bits == 128 else ".").join(form % group for group in groups)


def _shown(host, port):
    if port is None:
        return host
    return ("[%s]:%d" if ":" in host else "%s:%d") % (host, port)


def _error(text, problem):
    return ConfigurationError("the host pattern %s %s; %s" % (quoted(text), problem, _SHAPES))


class Table(object):
    """Values by pattern; `find` returns that of the most specific pattern that matches.

    Exact names and addresses come first, then the longest suffix, then the smallest network; of two that
    differ in the port alone, the one with the port.

    :param pairs: list of ``(Pattern, value)``.
    """

    def __init__(self, pairs):
        self._values = {}
        self._networks = []
        self._remembered = {}
        for pattern, value in pairs:
            key = pattern[:3]
            if key in self._values:
                raise ConfigurationError("the host pattern %s is there twice; keep one of them" % pattern.text)
            self._values[key] = value
            if pattern.kind == NETWORK:
                self._networks.append(pattern)
        self._networks.sort(key=lambda pattern: (-pattern.value[2], pattern.port is None))

    def find(self, host, port):
        """Return the value for *host* (text or None) on *port* (int or None), or None where there is none."""
        key = host, port
        try:
            return self._remembered[key]
        except KeyError:
            found = self._find(peer(host), port)
        except TypeError:       # a bytearray or the like
            return self._find(peer(host), port)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = found
        return found

    def _find(self, found, port):
        if found is None:
            return None
        keys = [(ADDRESS if isinstance(found, tuple) else NAME, found)]
        if not isinstance(found, tuple):
            dots = [at for at, char in enumerate(found) if char == "."]
            keys += [(SUFFIX, found[at:]) for at in dots]
        for kind, value in keys:
            for wanted in (port, None):
                if (kind, value, wanted) in self._values:
                    return self._values[kind, value, wanted]
        for pattern in self._networks:
            if pattern.matches(found, port):
                return self._values[pattern[:3]]
        return None
