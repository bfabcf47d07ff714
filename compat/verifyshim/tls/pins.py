"""Is this the key that the policy pins for the host? See policy/pins.py for what a pin is."""
from . import names
from ..policy import pins


class Mismatch(names.Mismatch):
    """The peer has another key than any that is pinned; the text says which."""


def check(encoded, pinned):
    """Raise Mismatch unless the certificate's key is one of *pinned*.

    :param encoded: DER bytes of the leaf, or None.
    :param pinned: tuple of pins as verifyshim.policy.pins.of returns them.
    """
    if not encoded:
        raise names.NoCertificate()
    try:
        found = pins.of(encoded)
    except ValueError as error:
        raise Mismatch("the key in the certificate cannot be read: %s" % error)
    if found not in pinned:
        raise Mismatch("the key is %s, pinned is %s" % (found, " or ".join(pinned)))
