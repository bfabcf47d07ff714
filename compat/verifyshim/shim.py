"""install(), uninstall() and status(): the one Shim object that the first makes and the second unmakes."""
import threading

from . import events, policy as policies
from .errors import ConfigurationError
from .policy import Mode, Policy


class Shim(object):
    """What is installed: a policy and the patches that enforce it."""

    def __init__(self, policy):
        self.policy = policy
        self.patches = []

    def start(self):
        """Put the policy in force, then apply the patches: they look for it."""
        if self.policy.mode != Mode.OFF:
            policies.use(self.policy)
            try:
                from . import patches
                self.patches = patches.table()
                patches.apply_all(self.patches)
            except Exception:
                policies.use(None)
                raise

    def stop(self):
        if self.patches:
            from . import patches
            patches.revert_all(self.patches)
        policies.use(None)
        events.forget()


class _State(object):
    lock = threading.RLock()
    shim = None


def install(policy=None, **settings):
    """Verify the HTTPS connections of this process from now on.

    Once is enough: installed again without arguments nothing changes; with arguments their policy takes
    over, for connections opened from then on.

    :param policy: a Policy, or None to make one from *settings*, which are Policy's arguments: ``mode``,
        ``roots``, ``strict_x509``, ``partial_chain``, ``minimum_tls``, ``crl``, ``crl_check``.
    :raises ConfigurationError: where a setting cannot be used; then nothing has changed.
    """
    if policy is not None and settings:
        raise ConfigurationError("install() got a policy and also %s; put the setting into the policy"
                                 % sorted(settings)[0])
    if policy is not None and not isinstance(policy, Policy):
        raise ConfigurationError("install(policy=%r): pass a verifyshim.Policy" % (policy,))
    with _State.lock:
        if _State.shim is not None and policy is None and not settings:
            return
        fresh = Shim(policy or Policy(**settings))
        _require(fresh.policy)
        if _State.shim is not None:
            _State.shim.stop()
        fresh.start()
        _State.shim = fresh


def uninstall():
    """Take everything back: each patched attribute is the very object that it was before."""
    with _State.lock:
        if _State.shim is not None:
            _State.shim.stop()
            _State.shim = None


def _require(policy):
    """Raise ConfigurationError where this interpreter cannot do what *policy* asks for."""
    try:
        import ssl      # noqa: F401
    except ImportError as error:
        raise ConfigurationError("this interpreter has no TLS (%s); nothing can be verified; install "
                                 "its ssl module" % error)
    from .tls import engine
    engine.require(policy.switches)


def status():
    """Return what is in force, as a dict of plain values.

    Keys: ``version``; ``installed`` (bool); ``mode``; ``roots`` (text), ``roots_count`` and
    ``roots_left_out`` (subject and reason of each: expired, distrusted ...); ``engine``;
    ``tls_library``; ``sends_server_name`` (SNI, bool); ``host_names_checked_by``; ``patched`` (list of
    names); ``notes`` (sentences a person should read).
    """
    from . import __version__
    with _State.lock:
        shim = _State.shim
    told = {"version": __version__, "installed": shim is not None,
            "mode": shim.policy.mode if shim else Mode.OFF,
            "roots": shim.policy.roots.description if shim else None,
            "roots_count": len(shim.policy.roots) if shim else 0,
            "roots_left_out": [list(pair) for pair in shim.policy.roots.left_out] if shim else [],
            "patched": [str(patch) for patch in shim.patches] if shim else []}
    told.update(_features())
    note = shim and shim.policy.roots.age_note()
    if note:
        told["notes"].append(note)
    return told


def _features():
    import ssl
    from .tls import ENGINE_NOTE, engine, names
    notes = []
    if not engine.HAS_SNI:
        notes.append("This interpreter sends no server name (SNI): a server with several certificates may "
                     "answer with the wrong one and be refused.")
    if ENGINE_NOTE:
        notes.append(ENGINE_NOTE + " It would send the server name and speak TLS 1.2 and newer: "
                                   "install verifyshim[tls].")
    if names.OPENSSL_MATCHES:
        checked_by = "OpenSSL"
    elif names.match_hostname is None:
        checked_by = "nothing"
        notes.append("Host names cannot be compared, so every name is refused: install "
                     "backports.ssl_match_hostname.")
    else:
        checked_by = "%s.match_hostname" % names.match_hostname.__module__
    library = getattr(engine, "LIBRARY", None) or getattr(ssl, "OPENSSL_VERSION", None)
    return {"engine": engine.NAME, "sends_server_name": bool(engine.HAS_SNI),
            "tls_library": library or "unknown (this interpreter does not tell)",
            "host_names_checked_by": checked_by, "notes": notes}
