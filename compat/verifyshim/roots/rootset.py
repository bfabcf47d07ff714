"""A set of trusted roots, and what was left out of it."""
import hashlib
import time

from . import hygiene, pem
from .. import der
from ..errors import ConfigurationError


class Source(object):
    """Certificates as they were read, before anything is sorted out.

    :param parsed: list of pairs ``(DER bytes, der.Certificate)``.
    :param description: where they are from, for people.
    :param date: seconds since 1970 when the bundle was made, or None to estimate it.
    :param named: whether the user named this file or directory: then distrusted roots stay.
    """

    def __init__(self, parsed, description, date=None, named=False):
        self.parsed, self.description, self.named = parsed, description, named
        self._date = date

    @property
    def date(self):
        if self._date is None:
            self._date = hygiene.estimate(self.parsed)
        return self._date


class _Content(object):
    """What may change in a Roots, in one piece, so that it changes at once for all threads."""

    def __init__(self, certificates, left_out, until):
        self.certificates, self.left_out, self.until = certificates, left_out, until
        self.key = hashlib.sha256(b"".join(certificates)).hexdigest()
        self.pem = None

    def at(self, now):
        """Return the content without the roots that have expired by *now*."""
        kept, left_out, until = hygiene.clean(
            [(encoded, der.Certificate(encoded)) for encoded in self.certificates],
            now, set(self.certificates))
        if not kept:
            # No roots would make ssl.create_default_context load the system's; OpenSSL refuses these.
            return _Content(self.certificates, self.left_out, float("inf"))
        return _Content(kept, self.left_out + left_out, until)


class Roots(object):
    """A set of trusted roots. In a process that runs for long, those that expire fall out by themselves.

    :ivar certificates: list of DER bytes, without duplicates; empty only for the operating system's.
    :ivar description: where they are from, for people.
    :ivar key: hashable, equal for equal content.
    :ivar left_out: list of ``(subject, reason)``, both text: what was in the source and is not trusted.
    :ivar date: about when the bundle was made, seconds since 1970; None for somebody's own list.
    :ivar operating_system: whether the operating system verifies with roots that cannot be listed.
    """

    operating_system = False
    UNREADABLE = "OpenSSL cannot read it"

    def __init__(self, certificates, description, date=None, left_out=(), until=None):
        seen = set()
        certificates = [item for item in certificates if not (item in seen or seen.add(item))]
        if until is None:
            until = min([der.Certificate(item).not_after for item in certificates] or [float("inf")])
        self._content = _Content(certificates, list(left_out), until)
        self.description, self.date = description, date

    def current(self, now=None):
        """Leave out what has expired by *now* (seconds since 1970, or None for this moment); return self.

        Each attribute does so itself for this moment, at the price of looking at the clock.
        """
        content = self._content
        if (time.time() if now is None else now) > content.until:
            self._content = content.at(time.time() if now is None else now)
        return self

    @property
    def certificates(self):
        return self.current()._content.certificates

    @property
    def key(self):
        return self.current()._content.key

    @property
    def left_out(self):
        return self.current()._content.left_out

    def leave_out(self, certificates, reason):
        """Trust those of the DER *certificates* no longer, for a reason that only shows when they are used."""
        content = self.current()._content
        said = [(hygiene.subject(der.Certificate(item)), reason) for item in certificates]
        kept = [item for item in content.certificates if item not in certificates]
        self._content = _Content(kept, content.left_out + said, content.until)

    def pem(self):
        """Return the certificates as one PEM text (unicode on 2.x, where ssl takes str for DER)."""
        content = self.current()._content
        if content.pem is None:
            content.pem = pem.text(content.certificates)
        return content.pem

    def named(self, subject):
        """Return those whose raw subject name (DER bytes) is *subject*, as der.Certificate."""
        found = [der.Certificate(certificate) for certificate in self.certificates]
        return [certificate for certificate in found if certificate.subject == subject]

    def age_note(self, now=None):
        """Return a sentence where the bundle is older than two years, else None.

        :param now: seconds since 1970, or None for this moment.
        """
        now = time.time() if now is None else now
        if self.date is None or now - self.date <= hygiene.OLD:
            return None
        return ("The roots (%s) are from about %s, more than two years ago: newer authorities are missing; "
                "update them, for certifi with python -m verifyshim bundle update."
                % (self.description, hygiene.day(self.date)[:7]))

    def unreadable_note(self):
        """Return a sentence where roots were left out because OpenSSL cannot read them, else None."""
        subjects = [subject for subject, reason in self.left_out if reason == self.UNREADABLE]
        if not subjects:
            return None
        return ("OpenSSL cannot read %d of the roots (%s): %s; they are left out; restore the file or take them out."
                % (len(subjects), self.description, "; ".join(subjects)))

    def __len__(self):
        return len(self.certificates)

    def __str__(self):
        return "%s (%d)" % (self.description, len(self))


class OperatingSystemRoots(Roots):
    """Roots that only the operating system's own verifier knows (truststore)."""

    operating_system = True

    def __init__(self):
        Roots.__init__(self, [], "os: the operating system's verifier, through truststore")
        self._content.key = "the operating system"

    def pem(self):
        # An empty text would make ssl.create_default_context load whatever OpenSSL's defaults are.
        raise ConfigurationError("roots = os cannot be listed: the operating system verifies; set roots to "
                                 "certifi, system or a file where a list is needed")

    def __str__(self):
        return self.description


def build(sources, said=""):
    """Return the Roots of one Source or of the sum of several.

    :param said: what to add to the description.
    :raises ConfigurationError: where nothing is left that can be trusted.
    """
    now = time.time()
    spared = set([encoded for source in sources if source.named for encoded, _ in source.parsed])
    kept, left_out, ends = [], [], []
    for source in sources:
        good, bad, until = hygiene.clean(source.parsed, now, spared)
        kept.extend(good)
        left_out.extend(bad)
        ends.append(until)
    description = " and ".join([source.description for source in sources])
    if not kept:
        raise ConfigurationError(
            "%s: none of its certificates can be trusted (%s: %s); name valid roots, or correct the clock "
            "if today is not %s" % ((description,) + left_out[0] + (hygiene.day(now),)))
    dates = [source.date for source in sources if source.date is not None]
    return Roots(kept, description + said, min(dates) if dates else None, left_out, min(ends))
