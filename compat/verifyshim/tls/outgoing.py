"""Handshakes that programs and their libraries make as TLS clients: which of them concern us.

The hooks in patches/ssl_module.py bring each one here, whatever library makes it. An `attempts.Attempt` knows how
the handshake is made on this interpreter, a `watcher.Watcher` what is to become of it.
"""
from . import handshake, marks
from .watcher import Watcher
from .. import events, policy
from ..policy import Mode


def terms(verifies, matches, context, sock, default=False):
    """Return the terms on which a handshake that is about to begin is watched, for `begin`.

    None where it is to be made as the program has it: each connection asks, before anything is made for it.

    :param verifies: whether it verifies the chain; *matches* whether the host name is compared, too.
    :param context: the one that makes it, or None; *sock* the socket underneath, or None.
    :param default: whether that context is one of `engine.create`'s, for which the rules of the host hold.
    """
    installed, mark = policy.installed(), marks.current()
    if mark is not None and not mark.is_for(context, sock):
        mark = None
    if installed is None or (mark is not None and mark.ours):
        return None
    left_to_us = _left_to_us(installed, mark, verifies) or (
        default and verifies and matches and installed.mode != Mode.AUDIT)
    # Strict sees what a context that verifies leaves out: sessions of other names, peers without a certificate, and
    # below 3.7 the name, where the first read or write shakes hands.
    if (verifies and matches and not left_to_us and not events.active() and installed.mode != Mode.STRICT
            and (installed.mode == Mode.ENFORCE or not installed.hosts)):
        return None
    return installed, mark, left_to_us


def begin(attempt, watched):
    """Return the object of _ssl for *attempt*, watched on the `terms` *watched*."""
    watcher = Watcher(attempt, *watched)
    with marks.aside():
        return handshake.Handshake(watcher.first(), watcher, attempt.owner)


def _left_to_us(installed, mark, verifies):
    """Whether the program named no context for the handshake."""
    if mark is None or mark.named or mark.protocol not in installed.protocols:
        return False
    return mark.protocol == "http" or not verifies  # no default of mail's or FTP's verifies: a subclass's own
