"""ssl: its own switch, and the one place where every handshake of every library on top of it begins.

SSLContext.wrap_socket, SSLObject, ssl.wrap_socket, SSLSocket and asyncio all make their handshake through
the two methods of C that SSLContext inherits, ``_wrap_socket`` and ``_wrap_bio``; below 2.7.9, through the
function ``_ssl.sslwrap``. What a program, or a library it uses, does by itself is seen there.
"""
import functools
import ssl

import _ssl

from . import Patch, socket_module, tampering
from .. import policy
from ..policy import Mode
from ..tls import attempts, engine, marks, outgoing


def patches(module):
    """Return the patches for *module*, ssl, and the mode in force."""
    found, mode = [], policy.installed().mode
    if hasattr(ssl, "_create_unverified_context") and mode != Mode.AUDIT:     # 2.7.9+, 3.4.3+
        found.append(_switch())
    found.append(Patch(ssl, "get_server_certificate", _left_alone(ssl.get_server_certificate)))
    if hasattr(ssl, "SSLContext"):
        found += _hooks()
    else:
        found.append(Patch(_ssl, "sslwrap", _sslwrap(_ssl.sslwrap)))
    return found + socket_module.tls_patches(module)


def _switch():
    """Who calls ssl's switch gets a verifying context, whatever was pasted before install()."""
    original = ssl._create_default_https_context        # anything callable: programs put partials here
    if tampering.is_ours(original):
        return Patch(ssl, "_create_default_https_context", original)        # in force already

    def _create_default_https_context(*args, **kwargs):
        installed = policy.installed()
        if installed is None or installed.mode == Mode.AUDIT or args or kwargs:     # it was another mode before
            return original(*args, **kwargs)
        return engine.create()

    tampering.began(_create_default_https_context)
    return Patch(ssl, "_create_default_https_context", _create_default_https_context, before_revert=tampering.ended)


def _left_alone(original):
    @functools.wraps(original)
    def get_server_certificate(*args, **kwargs):
        with marks.ours():      # it fetches a certificate and trusts nothing
            return original(*args, **kwargs)
    return get_server_certificate


def _hooks():
    from ..tls import copies
    base = copies.base()
    found = [Patch(base, "_wrap_socket", _wrap_socket(base._wrap_socket))]
    if hasattr(base, "_wrap_bio"):
        found.append(Patch(base, "_wrap_bio", _wrap_bio(base._wrap_bio)))
    # In enforce, which verifies with none but its own contexts, too: another mode may follow.
    found.append(Patch(base, "__init__", _begin_record(vars(base).get("__init__"), copies.begin),
                       before_revert=copies.forget))
    return found + [Patch(base, name, _recorded(name, getattr(base, name), copies.record))
                    for name in dir(base) if name.startswith(("load_", "set_"))]


def _wrap_socket(original):
    def _wrap_socket(self, sock, server_side=False, server_hostname=None, **others):
        checked = None if server_side else attempts.checks(self)
        watched = checked and outgoing.terms(*checked, context=self, sock=sock, default=attempts.is_default(self))
        if watched is None:
            return original(self, sock, server_side, server_hostname, **others)
        # 2.7.9+ have the owner as ssl_sock, 3.6+ as owner; up to 3.5 it is the socket itself.
        owner = others.get("owner") or others.get("ssl_sock") or sock
        return outgoing.begin(attempts.of_context(
            watched, "SSLContext.wrap_socket", self, checked, make, sock, server_hostname, owner,
            dict(others, sock=sock)), watched)

    def make(context, host, sock, **others):
        return original(context, sock, False, host, **others)
    return _wrap_socket


def _wrap_bio(original):
    def _wrap_bio(self, incoming, outgoing_bio, server_side=False, server_hostname=None, **others):
        checked = None if server_side else attempts.checks(self)
        watched = checked and outgoing.terms(*checked, context=self, sock=None, default=attempts.is_default(self))
        if watched is None:
            return original(self, incoming, outgoing_bio, server_side, server_hostname, **others)
        others.update(incoming=incoming, outgoing_bio=outgoing_bio)
        return outgoing.begin(attempts.of_context(
            watched, "SSLContext.wrap_bio", self, checked, make, None, server_hostname, others.get("owner"),
            others), watched)

    def make(context, host, incoming, outgoing_bio, **others):
        return original(context, incoming, outgoing_bio, False, host, **others)
    return _wrap_bio


def _sslwrap(original):
    def sslwrap(sock, server_side, keyfile=None, certfile=None, cert_reqs=ssl.CERT_NONE,
                ssl_version=ssl.PROTOCOL_SSLv23, ca_certs=None, *ciphers):
        def make(cert_reqs, ca_certs):
            return original(sock, server_side, keyfile, certfile, cert_reqs, ssl_version, ca_certs, *ciphers)
        # Nothing here compares names.
        watched = None if server_side else outgoing.terms(cert_reqs != ssl.CERT_NONE, False, None, sock)
        if watched is None:
            return make(cert_reqs, ca_certs)
        return outgoing.begin(attempts.SslwrapAttempt(make, sock, cert_reqs, ca_certs), watched)
    return sslwrap


def _begin_record(original, begin):
    # Not around __new__, which warns of old protocols and names the line that called it.
    def __init__(self, *args, **kwargs):
        if original is not None:        # up to 3.6
            original(self, *args, **kwargs)
        begin(self)
    return __init__


def _recorded(name, original, record):
    def change(self, *args, **kwargs):
        answer = original(self, *args, **kwargs)
        record(self, name, args, kwargs)
        return answer
    change.__name__, change.__doc__ = name, original.__doc__    # a method of C has no more on 2.x
    return change
