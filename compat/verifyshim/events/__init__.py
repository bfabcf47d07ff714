"""What happened on a connection, told to whom it concerns."""
import threading
import warnings

from . import callsite
from ..errors import InsecureConnectionWarning


class _State(object):
    lock = threading.Lock()
    warned = set()      # (filename, line); a program has finitely many


def insecure(host, port, entry_point, weakness):
    """Warn, once for each call site, about a connection that the program made without verification.

    :raises InsecureConnectionWarning: where the program's warning filters turn warnings into errors.
    """
    filename, line, _, module = callsite.find()
    with _State.lock:
        if (filename, line) in _State.warned:
            return
        _State.warned.add((filename, line))
    warnings.warn_explicit(
        "connection to %s%s through %s: %s, because the program passed a context of its own"
        % (host, ":%d" % port if port else "", entry_point, weakness),
        InsecureConnectionWarning, filename, line, module=module, registry={})


def forget():
    """Start over, for a new install()."""
    with _State.lock:
        _State.warned.clear()
