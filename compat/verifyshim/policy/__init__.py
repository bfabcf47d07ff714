"""What to enforce: the Policy in force, and how to make one from file, environment and arguments.

Imports neither ssl nor socket: activation reads a policy at the start of each interpreter.
"""
from . import settings
from .exemptions import exempt
from .policy import Policy
from .rules import PLAIN, Exemption, HostRule, Judgement
from .switches import Switches
from .values import PROTOCOLS, Mode

__all__ = ["Exemption", "HostRule", "Judgement", "Mode", "PLAIN", "PROTOCOLS", "Policy", "Switches", "current",
           "exempt", "installed", "settings", "use"]


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
    """Return the policy in force, or for who uses verifyshim's names without install() that of the file and
    the environment, as they were at the first use.

    :raises ConfigurationError: where one of their settings cannot be used.
    """
    if _State.installed is not None:
        return _State.installed
    if _State.default is None:
        _State.default = settings.load({})
    return _State.default
