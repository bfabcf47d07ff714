"""What applies to one peer: host rules, and the judgement that comes of them."""
import collections
import time

from . import dates, pins
from .texts import lowered, native, quoted
from .. import roots as _roots
from ..errors import ConfigurationError

YES = ("yes", "true", "on", "1")
NO = ("no", "false", "off", "0")


class Exemption(collections.namedtuple("Exemption", "until reason origin")):
    """Leave to go on unverified.

    :ivar until: when it ends, a `verifyshim.policy.dates.Until`.
    :ivar reason: why, one line of text.
    :ivar origin: where it was written: ``/etc/verifyshim.cfg:12``, ``install()``, ``exempt()``.
    """

    __slots__ = ()


class Judgement(collections.namedtuple("Judgement", "roots pins verify_chain exemption pattern")):
    """What applies to a peer at one moment.

    :ivar roots: verifyshim.roots.Roots, or None for the policy's.
    :ivar pins: tuple of texts as `verifyshim.policy.pins.of` returns them; where it is not empty, the leaf
        must have one of them.
    :ivar verify_chain: whether chain, dates and name are verified; False only where there are pins.
    :ivar exemption: the Exemption in force, or None.
    :ivar pattern: text of the host pattern that this comes from, or None.
    """

    __slots__ = ()


PLAIN = Judgement(None, (), True, None, None)


class HostRule(object):
    """What is different for some hosts.

    :param roots: other roots than the policy's, as `verifyshim.roots.resolve` takes them.
    :param pin: one or several pins of the leaf's public key, see `verifyshim.policy.pins.read`.
    :param verify_chain: whether the chain is verified beside the pin, bool or yes/no. By default not: then
        the pin stands for chain, name and dates, as a self-signed device needs.
    :param exempt_until: the host need not verify until then, see `verifyshim.policy.dates.read`.
    :param reason: why not; needed with *exempt_until*.
    :raises ConfigurationError: where one cannot be used, or they do not go together.
    """

    KEYS = ("roots", "pin", "verify_chain", "exempt_until", "reason")

    def __init__(self, roots=None, pin=None, verify_chain=None, exempt_until=None, reason=None):
        given = [None if value is None else read_key(name, value) for name, value in
                 zip(self.KEYS, (roots, pin, verify_chain, exempt_until, reason))]
        self.roots, self.pins, chain, self.until, self.reason = given
        self.pins = self.pins or ()
        self.verify_chain = not self.pins if chain is None else chain
        self._require_sense(chain)

    def _require_sense(self, chain):
        if self.until is not None and self.reason is None:
            raise ConfigurationError("exempt_until needs a reason; add reason = and why the host cannot be "
                                     "verified until then")
        if self.until is None and self.reason is not None:
            raise ConfigurationError("reason needs exempt_until; add the last day of the exemption, such as "
                                     "exempt_until = 2027-03-31")
        if not self.verify_chain and not self.pins:
            raise ConfigurationError("verify_chain = no without a pin would let anybody answer; add a pin, or "
                                     "exempt_until with a reason")
        if self.roots is not None and not self.verify_chain:
            raise ConfigurationError("roots are not used where a pin stands for the chain; set verify_chain = "
                                     "yes, or leave roots out")
        if (self.roots, self.pins, chain, self.until) == (None, (), None, None):
            raise ConfigurationError("the rule says nothing; give it one of %s (verify_chain = yes: like other "
                                     "hosts)" % ", ".join(self.KEYS))

    def texts(self):
        """Return the rule in words."""
        said = [] if self.roots is None else ["roots %s" % self.roots]
        said += ["pin %s" % pin for pin in self.pins]
        if self.pins:
            said.append("chain verified too" if self.verify_chain else "chain not verified")
        if self.until is not None:
            said.append("%s %s: %s" % ("exemption ended on" if self.ended() else "exempt until",
                                       self.until.text, self.reason))
        return said or ["verified like other hosts"]

    def ended(self):
        """Whether there was an exemption, and it is over."""
        return self.until is not None and time.time() >= self.until.seconds


class Verdicts(object):
    """The two Judgements of a rule: while its exemption lasts, and without it."""

    def __init__(self, pattern, rule, origin):
        self._plain = Judgement(rule.roots, rule.pins, rule.verify_chain, None, pattern)
        self._exempt = None
        if rule.until is not None:
            self._exempt = self._plain._replace(exemption=Exemption(rule.until, rule.reason, origin))

    def now(self):
        if self._exempt is not None and time.time() < self._exempt.exemption.until.seconds:
            return self._exempt
        return self._plain


def read_key(name, value):
    """Return the checked value of one key of a rule; what was returned before is taken as it is.

    :raises ConfigurationError: naming the key.
    """
    if name == "roots":
        return _roots.resolve(value)
    if name == "reason":
        return read_reason(value)
    read = {"pin": pins.read, "verify_chain": boolean, "exempt_until": dates.read}[name]
    try:
        return read(value)
    except ConfigurationError as error:
        error.args = ("%s: %s" % (name, error),)
        raise


def read_reason(value):
    """Return a reason as one line of native text.

    :raises ConfigurationError: where it is empty or not text.
    """
    try:
        words = native(value).split()
    except TypeError:
        words = []
    if not words:
        raise ConfigurationError("reason = %s says nothing; write why the host cannot be verified"
                                 % quoted(value))
    return " ".join(words)


def boolean(value):
    """Return *value* as a bool: one already, or a word.

    :raises ConfigurationError: for anything else.
    """
    word = lowered(value)
    if word not in YES + NO:
        raise ConfigurationError("%s is unknown; use yes or no" % quoted(value))
    return word in YES
