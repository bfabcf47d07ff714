"""The refusal: VerificationError, and how OpenSSL's ways of saying no become its words."""
import ssl
import time

from .names import CertificateError
from .. import der

# The stable words of VerificationError.reason.
EXPIRED = "expired"
NOT_YET_VALID = "not-yet-valid"
HOSTNAME_MISMATCH = "hostname-mismatch"
SELF_SIGNED = "self-signed"
UNKNOWN_ISSUER = "unknown-issuer"
REVOKED = "revoked"
NO_CERTIFICATE = "no-certificate"
PIN_MISMATCH = "pin-mismatch"
OTHER = "other"

# X509_V_ERR_* of OpenSSL's x509_vfy.h. 19 is a private root that the server sends along: the issuer is
# the one we do not know, the leaf itself is signed by somebody.
_BY_CODE = {
    2: UNKNOWN_ISSUER, 9: NOT_YET_VALID, 10: EXPIRED, 18: SELF_SIGNED, 19: UNKNOWN_ISSUER,
    20: UNKNOWN_ISSUER, 21: UNKNOWN_ISSUER, 23: REVOKED, 27: UNKNOWN_ISSUER,
    62: HOSTNAME_MISMATCH, 63: HOSTNAME_MISMATCH, 64: HOSTNAME_MISMATCH,
}

_SAID = {
    EXPIRED: "its certificate, or one it depends on, has expired",
    NOT_YET_VALID: "its certificate, or one it depends on, is not valid yet",
    HOSTNAME_MISMATCH: "its certificate is for another name",
    SELF_SIGNED: "its certificate is signed by itself, not by a root trusted here",
    UNKNOWN_ISSUER: "no trusted root leads to its certificate",
    REVOKED: "its certificate has been revoked",
    NO_CERTIFICATE: "it showed no certificate",
    PIN_MISMATCH: "its key is not the one that the policy pins for it",
    OTHER: "its certificate was not accepted",
}

_TO_DO = {
    EXPIRED: "renew the server's certificate; if it is fresh, check this machine's clock and for an old "
             "root among the roots",
    NOT_YET_VALID: "check this machine's clock, then the server's certificate",
    HOSTNAME_MISMATCH: "connect by a name the certificate has, or have the server's certificate issued "
                       "for this name",
    SELF_SIGNED: "add this certificate, obtained from the server's owner, to the roots: "
                 "install(roots=FILE) or SSL_CERT_FILE",
    UNKNOWN_ISSUER: "if the issuer is your own, add its root: install(roots=FILE) or SSL_CERT_FILE; if it "
                    "is public, update certifi, or have the server send its intermediate certificates",
    REVOKED: "have the server's certificate replaced",
    NO_CERTIFICATE: "check that this is the right port and that the server speaks TLS with a certificate",
    PIN_MISMATCH: "ask the server's owner whether the key was changed; if so, correct the pin in the host's "
                  "rule of the policy",
    OTHER: "look at the certificate with: openssl s_client -connect HOST:PORT -showcerts",
}

# ssl.CertificateError is a ValueError up to 3.6 and an SSLError from 3.7 on; below 2.7.9 it is the
# backport's. Programs catch one or the other, so a refusal is both.
_BASES = ((CertificateError,) if issubclass(CertificateError, ssl.SSLError)
          else (ssl.SSLError, CertificateError))


# A class statement cannot spread its bases on Python 2; an empty common base can be made by a call.
_Refusal = type("_Refusal", _BASES, {})


class VerificationError(_Refusal):
    """A peer was refused; the connection is closed and nothing of the request has been sent.

    An ``ssl.SSLError`` and an ``ssl.CertificateError``. urllib's callers find it as ``URLError.reason``.

    :ivar host: the name or address that was asked for, text.
    :ivar port: TCP port, int, or None where it is not known.
    :ivar reason: one stable word: expired, not-yet-valid, hostname-mismatch, self-signed, unknown-issuer,
        revoked, no-certificate, pin-mismatch, other.
    :ivar roots: which roots were used, text.
    :ivar detail: what exactly was wrong, text; may be empty.
    """

    def __init__(self, host, port, reason, roots, detail="", code=0):
        host, roots, detail = _native(host), _native(roots), _native(detail)
        self.message = text = _sentence(host, port, reason, roots, detail)
        super(VerificationError, self).__init__(ssl.SSL_ERROR_SSL, text)
        self.host, self.port, self.reason, self.roots, self.detail = host, port, reason, roots, detail
        self.library = "SSL"
        # What handlers written for 3.7+ read from SSLCertVerificationError.
        self.verify_code, self.verify_message = code, detail or _SAID[reason]

    def __str__(self):
        return self.message

    def __reduce__(self):
        return type(self), (self.host, self.port, self.reason, self.roots, self.detail, self.verify_code)


def _native(text):
    """A str() of an error must not fail on Python 2, whatever is mixed in it."""
    return text if isinstance(text, str) else text.encode("ascii", "backslashreplace")


def _sentence(host, port, reason, roots, detail):
    # "certificate verify failed" is what programs and people have searched error texts for since 2.6.
    shown = "[%s]" % host if ":" in host else host
    return "certificate verify failed for %s%s: %s%s. Roots used: %s. To do: %s." % (
        shown, ":%d" % port if port else "", _SAID[reason], " (%s)" % detail if detail else "",
        roots, _TO_DO[reason])


def is_refusal(error):
    """Whether *error*, raised by a handshake, means that the peer's certificate was not accepted.

    Everything else (time-outs, resets, protocol mismatches) stays what it is.
    """
    if isinstance(error, CertificateError):
        return True
    if not isinstance(error, ssl.SSLError):
        return False
    # 2.6-2.7.8 have no .reason, only the text.
    return (getattr(error, "reason", None) == "CERTIFICATE_VERIFY_FAILED"
            or "certificate verify failed" in str(error))


def left_open(verifies):
    """Return in words what a program's context does not verify.

    :param verifies: whether it verifies the chain at least.
    """
    return ("the certificate is verified but not for which host it is" if verifies
            else "neither the certificate nor the host name is verified")


def classify(error):
    """Return ``(reason, detail, code)`` as far as *error* itself tells; reason is None if it does not."""
    code = getattr(error, "verify_code", None)
    if code:
        return _BY_CODE.get(code, OTHER), getattr(error, "verify_message", ""), code
    if isinstance(error, CertificateError):
        return HOSTNAME_MISMATCH, str(error), 0
    return None, "", 0


def hinted(error, hint):
    """Return the ssl.SSLError of a failed handshake with *hint* in its text, where it can be the cause.

    A refused certificate, a time-out and the like are returned as they are.
    """
    if is_refusal(error) or len(error.args) != 2 or error.args[0] not in (ssl.SSL_ERROR_SSL, ssl.SSL_ERROR_EOF):
        return error
    return type(error)(error.args[0], "%s; %s" % (error.args[1], hint))


def judge(encoded, roots=None, revoked=(), now=None):
    """Return ``(reason, detail)`` that fit a leaf which OpenSSL has refused without saying why.

    :param encoded: DER bytes of the leaf, or None.
    :param roots: the verifyshim.roots.Roots it was verified against, or None where they are not known.
    :param revoked: container of ``(raw issuer name, serial number)``, both bytes.
    :param now: seconds since 1970, for tests.
    """
    if not encoded:
        return NO_CERTIFICATE, ""
    leaf = der.Certificate(encoded)
    now = time.time() if now is None else now
    issuers = roots.named(leaf.issuer) if roots is not None else []
    for certificate in [leaf] + issuers:
        who = "" if certificate is leaf else "root %s, " % leaf.describe(certificate.subject)
        if certificate.not_after < now:
            return EXPIRED, "%son %s" % (who, _day(certificate.not_after))
        if certificate.not_before > now:
            return NOT_YET_VALID, "%sbefore %s" % (who, _day(certificate.not_before))
    if (leaf.issuer, leaf.serial) in revoked:
        return REVOKED, ""
    if leaf.self_issued:
        return SELF_SIGNED, leaf.describe(leaf.issuer)
    if not leaf.for_servers():
        return OTHER, "it is not meant for servers"
    if issuers:
        return OTHER, ("its issuer is among the roots; OpenSSL refuses, for one, keys under 2048 bits and "
                       "SHA-1 signatures")
    return UNKNOWN_ISSUER, "issuer: %s" % leaf.describe(leaf.issuer)


def _day(seconds):
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
