"""One event as one line of JSON: what is in it, and what must never be.

Every line has the same keys, in the order of KEYS. No request data is ever given to this module; what could
carry some by mistake (a host with the credentials of a proxy URL) is cleaned here.
"""
import hashlib
import os
import re
import sys
import time
from json.encoder import encode_basestring_ascii as _quoted

from .. import __version__, der

KEYS = ("time", "event", "host", "port", "mode", "verdict", "failure", "detail", "name_checked",
        "subject", "issuer", "expires", "fingerprint", "entry_point", "call_site",
        "process", "program", "machine", "version")

_LINE = ('{"time": "%s.%06dZ", "event": %s, "host": %s, "port": %s, "mode": %s, "verdict": %s, "failure": %s, '
         '"detail": %s, "name_checked": %s, %s, "entry_point": %s, "call_site": %s, %s}\n')
_CERTIFICATE = '"subject": %s, "issuer": %s, "expires": %s, "fingerprint": %s'
_NO_CERTIFICATE = _CERTIFICATE % (('""',) * 4)

_HOST, _NAME, _TEXT, _PATH = 255, 100, 500, 600        # characters; longer ones are cut
_KEPT = 512                 # certificates and call sites whose text is remembered
MASKED = "(not a host name)"

_BOOLEANS = {None: "null", True: "true", False: "false"}

_is_plain = re.compile(r"[A-Za-z0-9._:%\[\]-]{1,255}\Z").match
# Control characters, line separators, changes of the writing direction, and halves of characters.
_hidden = re.compile(u"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ends_of_authority = re.compile(r"[/?#\\\s]")
_userinfo = re.compile(r"//[^\s/@]*@")

# Each is replaced as a whole, never changed: threads need no lock.
_second = (0, "")           # seconds since 1970, as text
_process = (None, None, "")     # process id, sys.argv[0], text
_certificates = {}          # SHA-256 -> text
_sites = {}                 # call site -> text


def line(event, host="", port=None, mode="", verdict="", failure="", detail="", name_checked=None,
         certificate=None, entry_point="", where=""):
    """Return an event as a line of ASCII text, its newline included.

    :param certificate: DER bytes of the peer's certificate, or None.
    :param where: what `callsite.find` returned, or text.
    """
    now = time.time()
    shown = host_text(host)
    if detail:
        detail = _scrubbed(detail, host, shown)
    return _LINE % (
        _second_text(int(now)), now % 1 * 1000000, _quoted(event), _quoted(shown),
        "null" if port is None else "%d" % port, _quoted(mode or ""), _quoted(verdict), _quoted(failure or ""),
        _quoted(detail or ""), _BOOLEANS[name_checked],
        _NO_CERTIFICATE if certificate is None else _certificate_text(certificate),
        _quoted(entry_point), _site_text(where), _process_text())


def text(value, limit=_TEXT):
    """Return *value* as text of at most *limit* characters, with what a terminal would act upon escaped."""
    value = _decoded(value)
    if _hidden.search(value):
        value = _hidden.sub(lambda found: u"\\x%02x" % ord(found.group()), value)
    return value if len(value) <= limit else value[:limit - 3] + u"..."


def _decoded(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def host_text(host):
    """Return a host as it may be written down: a name or address and nothing else.

    Credentials before an ``@`` and a path behind it are left out. Where it is not certain which is which,
    all of it is.
    """
    if not host:
        return ""
    value = _decoded(host)
    if _is_plain(value):
        return value
    rest = value.split("://", 1)[-1]
    authority = _ends_of_authority.split(rest, 1)[0]
    if "@" in rest[len(authority):]:
        return MASKED
    return text(authority.rsplit("@", 1)[-1], _HOST) or MASKED


def _scrubbed(detail, host, shown):
    detail = text(detail, _TEXT * 4)
    raw = host and text(host, _HOST * 4)
    if raw and raw != shown:
        detail = detail.replace(raw, shown)
    return text(_userinfo.sub("//", detail), _TEXT)


def _second_text(second):
    global _second
    known, shown = _second
    if known != second:
        shown = "%04d-%02d-%02dT%02d:%02d:%02d" % time.gmtime(second)[:6]
        _second = second, shown
    return shown


def _certificate_text(encoded):
    digest = hashlib.sha256(encoded).hexdigest()
    found = _certificates.get(digest)
    if found is None:
        if len(_certificates) >= _KEPT:
            _certificates.clear()
        found = _certificates[digest] = _CERTIFICATE % tuple(
            _quoted(part) for part in _certificate_fields(encoded) + (digest,))
    return found


def _certificate_fields(encoded):
    try:
        certificate = der.Certificate(encoded)
        expires = "%04d-%02d-%02dT%02d:%02d:%02dZ" % time.gmtime(certificate.not_after)[:6]
        return (text(certificate.describe(certificate.subject)), text(certificate.describe(certificate.issuer)),
                expires)
    except (ValueError, OverflowError, OSError):      # what a peer sends; gmtime has limits of its own
        return "(cannot be read)", "", ""


def _site_text(where):
    found = _sites.get(where)
    if found is None:
        shown = where
        if isinstance(where, tuple):
            shown = "%s:%d:%s" % (text(where[0], _PATH), where[1], text(where[2], _NAME))
        if len(_sites) >= _KEPT:
            _sites.clear()
        found = _sites[where] = _quoted(text(shown or "", _PATH + _NAME + 20))
    return found


def _process_text():
    global _process
    process, argv = os.getpid(), getattr(sys, "argv", None)      # absent while the interpreter starts
    name = argv[0] if argv else ""
    known, known_name, shown = _process
    if known != process or known_name is not name:
        shown = '"process": %d, "program": %s, "machine": %s, "version": %s' % (
            process, _quoted(_program(name)), _quoted(_MACHINE), _quoted(__version__))
        _process = process, name, shown
    return shown


def _program(name):
    name = text(name, 4 * _PATH)
    base = os.path.basename(name)
    if base == "__main__.py":       # python -m PACKAGE
        base = os.path.basename(os.path.dirname(name)) or base
    return text(base, _NAME)


def _machine():
    if hasattr(os, "uname"):
        return os.uname()[1]
    import platform     # Windows; it asks no network
    return platform.node()


_MACHINE = text(_machine(), _NAME)
