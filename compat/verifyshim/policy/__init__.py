"""What to enforce. Every setting is checked when it is given; a policy that exists can be used."""
from .. import roots as _roots
from ..errors import ConfigurationError
from .switches import Switches


class Mode(object):
    """The names of the modes (product.md, Modes)."""

    OFF = "off"
    ENFORCE = "enforce"

    ALL = (OFF, ENFORCE)


class Policy(object):
    """How connections are judged.

    :param mode: a Mode, text; ``enforce`` by default.
    :param roots: which roots to trust, as `verifyshim.roots.resolve` takes it.
    :param switches: TLS switches by name, see `verifyshim.policy.switches.Switches`: strict_x509,
        partial_chain, minimum_tls, crl, crl_check.
    :raises ConfigurationError: where a setting cannot be used.
    """

    def __init__(self, mode=Mode.ENFORCE, roots=None, **switches):
        unknown = sorted(set(switches) - set(Switches._fields))
        if unknown:
            raise ConfigurationError("the setting %s is unknown; known are: %s"
                                     % (unknown[0], ", ".join(("mode", "roots") + Switches._fields)))
        if mode not in Mode.ALL:
            raise ConfigurationError("mode = %r is unknown; use one of: %s" % (mode, ", ".join(Mode.ALL)))
        self.mode = mode
        self.roots = _roots.resolve(roots)
        self.switches = Switches(**switches)


class _State(object):
    installed = None
    default = None


def use(policy):
    """Make *policy* the one in force; None takes it out of force."""
    _State.installed = policy


def installed():
    """Return the policy that install() put in force, or None."""
    return _State.installed


def current():
    """Return the policy in force, or the defaults for who uses verifyshim's names without install()."""
    if _State.installed is not None:
        return _State.installed
    if _State.default is None:
        _State.default = Policy()
    return _State.default
