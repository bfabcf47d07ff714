"""Roots that OpenSSL cannot read although `der` can: for one of those it refuses a whole bundle, without a name.

Found out when they are loaded, which takes long and so is done once, at the first handshake. Such a root could
verify nothing anyhow; without it the others do.
"""
import ssl

from ..errors import ConfigurationError
from ..roots import hygiene, pem
from .. import der


def used(roots, load):
    """Return ``load(PEM text of the roots)``; where that fails, once more without those that OpenSSL cannot read.

    :raises ConfigurationError: where none of them can be read. What else *load* raises comes through.
    """
    try:
        return load(roots.pem())
    except ssl.SSLError:
        unreadable = [encoded for encoded in roots.certificates if not _can_be_read(encoded)]
        if not unreadable:
            raise
        if len(unreadable) == len(roots):
            raise _nothing_left(roots)
        roots.leave_out(unreadable, roots.UNREADABLE)
        return load(roots.pem())


def first(roots):
    """Return a list of the first root that OpenSSL can read; empty where that is not known.

    :raises ConfigurationError: where it can read none.
    """
    if not _can_be_asked(roots):
        return []
    for encoded in roots.certificates:
        if _can_be_read(encoded):
            return [encoded]
    raise _nothing_left(roots)


def look(roots):
    """Find out now, for who asks what is trusted."""
    if _can_be_asked(roots):
        from . import contexts
        used(roots, lambda bundle: contexts.trust(ssl.SSLContext(contexts.PROTOCOL), bundle))


def _can_be_asked(roots):
    return hasattr(ssl, "SSLContext") and not roots.operating_system


def _can_be_read(encoded):
    from . import contexts
    try:
        contexts.trust(ssl.SSLContext(contexts.PROTOCOL), pem.text([encoded]))
        return True
    except ssl.SSLError:
        return False


def _nothing_left(roots):
    return ConfigurationError("%s: OpenSSL can read none of its certificates (%s); name a file with valid ones"
                              % (roots.description, hygiene.subject(der.Certificate(roots.certificates[0]))))
