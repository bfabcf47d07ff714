"""Attempts to switch verification off again: they have no effect, and are written down once each."""
import os
import ssl

from .. import events, policy

_SWITCH = "_create_default_https_context"


class _State(object):
    known = []          # what install() put in the place of ssl's switch, and what others put there since


def began(replacement):
    """Remember what ssl's switch has been replaced by; called by install()."""
    _State.known = [replacement]
    if os.environ.get("PYTHONHTTPSVERIFY") == "0":
        _tell("PYTHONHTTPSVERIFY=0 is in the environment")


def ended():
    """Nothing is watched any more; called by uninstall()."""
    _State.known = []


def is_ours(switch):
    """Whether *switch* is what install() has put in the place of ssl's."""
    return bool(_State.known) and switch is _State.known[0]


def look():
    """Write down if ssl's switch is another than it was."""
    found, known = vars(ssl).get(_SWITCH), _State.known
    if not known or found is known[-1] or any(found is other for other in known):
        return
    _State.known.append(found)
    _tell("ssl.%s was assigned %s" % (_SWITCH, getattr(found, "__name__", type(found).__name__)))


def _tell(what):
    installed = policy.installed()
    events.tampering(what, mode=installed.mode if installed else "")
