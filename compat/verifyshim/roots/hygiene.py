"""What is not taken over from a bundle, and how old a bundle is.

An expired root is not just useless: OpenSSL up to 1.0.2 builds its chain with it where a valid one of the
same name is there too, and refuses (DST Root CA X3, September 2021). So it is left out before OpenSSL
sees it.
"""
import datetime

from . import distrusted

DAY = 86400
YEAR = 365.25 * DAY
OLD = 2 * YEAR

# A public bundle has a hundred roots or more; fewer than this is somebody's own list, which has no age.
_PUBLIC = 50
# From a root's making until it is in Mozilla's store: 1.1 to 2.8 years for the third newest root of each of
# the certifi releases from 2015 to 2026.
_LAG = 1.8 * YEAR

_EPOCH = datetime.date(1970, 1, 1)


def day(seconds):
    """Return seconds since 1970 as ``2026-10-18``; unlike time.gmtime also for 9999 on 32 bits."""
    return (_EPOCH + datetime.timedelta(days=seconds // DAY)).isoformat()


def seconds(year, month, date):
    """Return the seconds since 1970 of a day's beginning, UTC; ValueError where there is no such day."""
    return (datetime.date(year, month, date) - _EPOCH).days * DAY


def subject(certificate):
    """Return the subject of a der.Certificate as text for people."""
    try:
        return certificate.describe(certificate.subject)
    except ValueError:
        return "(a name that cannot be read)"


def clean(parsed, now, spared=()):
    """Sort out what must not be trusted.

    :param parsed: list of pairs ``(DER bytes, der.Certificate)``.
    :param now: seconds since 1970.
    :param spared: set of DER bytes of roots that the user named: they stay even if they are distrusted.
    :returns: ``(kept, left_out, until)``: DER bytes; pairs of subject and reason; when the next expires.
    """
    kept, left_out, seen, until = [], [], set(), float("inf")
    for encoded, certificate in parsed:
        reason = None
        try:
            end = certificate.not_after
            if encoded in seen:
                reason = "duplicate"
            elif end < now:
                reason = "expired on %s" % day(end)
            elif certificate.not_before > now:
                reason = "not valid before %s" % day(certificate.not_before)
            elif encoded not in spared:
                reason = distrusted.reason(encoded)
                reason = reason and "distrusted: %s" % reason
        except ValueError:
            reason = "its dates cannot be read"
        if reason is None:
            kept.append(encoded)
            until = min(until, end)
        else:
            left_out.append((subject(certificate), reason))
        seen.add(encoded)
    return kept, left_out, until


def estimate(parsed):
    """Return about when a public bundle was made (seconds), from its roots alone; None for a short list.

    Not the file's time: update-ca-certificates writes the file anew whenever any package or local root
    changes, a copy has the time of copying, Nix has 1970. Not the newest root either: a company's own among
    the system's roots is often younger than all others, and a second one comes with its replacement. So:
    the third newest, and what a root takes on average from being made to being in a bundle.
    """
    if len(parsed) < _PUBLIC:
        return None
    begins = []
    for _, certificate in parsed:
        try:
            begins.append(certificate.not_before)
        except ValueError:
            pass
    begins.sort()
    return begins[-3] + _LAG if len(begins) > 2 else None
