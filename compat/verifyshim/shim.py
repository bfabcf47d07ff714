"""install(), uninstall() and status(): the one Shim object that the first makes and the second unmakes."""
from . import events, imports, policy as policies
from .errors import ConfigurationError
from .events.locks import ForkLock
from .policy import Mode, Policy


class Shim(object):
    """What is installed: a policy and the patches that enforce it."""

    def __init__(self, policy):
        self.policy = policy
        self.patches = None

    def start(self):
        """Put the policy in force, then apply the patches: they look for it."""
        if self.policy.mode == Mode.OFF:
            return
        from .patches import Patches
        self.patches = Patches()
        policies.use(self.policy)
        try:
            self.patches.start()
            events.use(self.policy)     # what is wrong with the log is among events.notes()
            events.lifecycle("install", self.policy.mode)
        except:     # noqa: E722  Ctrl-C too: it may be tried again
            self.patches.stop()
            events.use(None)
            policies.use(None)
            raise

    def take_over(self, before):
        """Do what *before* does, by our policy; there is no moment in which neither does."""
        if before.patches is None or self.policy.mode == Mode.OFF:
            before.stop()
            self.start()
            return
        policies.use(self.policy)
        try:
            before.patches.extend()
        except:     # noqa: E722  Ctrl-C too
            policies.use(before.policy)
            raise
        self.patches, before.patches = before.patches, None
        events.use(self.policy)
        events.forget()
        events.lifecycle("install", self.policy.mode)

    def stop(self):
        if self.patches is not None:
            events.lifecycle("uninstall", self.policy.mode)
            self.patches.stop()
            events.use(None)
        policies.use(None)
        events.forget()


class _State(object):
    lock = ForkLock()
    shim = None


def install(policy=None, **settings):
    """Verify the TLS connections of this process from now on.

    Once is enough: installed again without arguments nothing changes; with arguments their policy takes
    over, for connections opened from then on.

    :param policy: a Policy, which is taken as it is; or None to make one from the configuration file, the
        environment, and *settings*, which are Policy's arguments: ``mode``, ``roots``, ``hosts``,
        ``protocols``, ``log``, ``log_max_bytes``, ``log_keep``, ``strict_x509``, ``partial_chain``,
        ``minimum_tls``, ``crl``, ``crl_check``.
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
        with imports.elsewhere():
            fresh = Shim(policy or policies.settings.load(settings))
            _require(fresh.policy)
            if _State.shim is None:
                fresh.start()
            else:
                fresh.take_over(_State.shim)
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
    from .tls import engine, readable
    engine.require(policy.switches)
    for roots in [policy.roots] + [rule.roots for _, rule in policy.hosts if rule.roots]:
        readable.first(roots)


def status():
    """Return what is in force, as a dict of plain values.

    Keys: ``version``; ``installed`` (bool); ``mode``; ``settings``, a list of ``[setting, value, where it
    came from]``; ``roots`` (text), ``roots_count`` and ``roots_left_out`` (subject and reason of each:
    expired, distrusted ...); ``engine``; ``tls_library``; ``sends_server_name`` (SNI, bool);
    ``host_names_checked_by``; ``patched`` (list of names); ``log_dropped``, how many events could not be
    written, and ``log_last_error``; ``notes`` (sentences a person should read).
    """
    from . import __version__
    with _State.lock:
        shim = _State.shim
    dropped, last_error = events.dropped()
    told = {"version": __version__, "installed": shim is not None, "mode": Mode.OFF, "settings": [],
            "roots": None, "roots_count": 0, "roots_left_out": [], "patched": [],
            "log_dropped": dropped, "log_last_error": str(last_error) if last_error else None}
    notes = []
    if shim is not None:
        policy = shim.policy
        _find_unreadable(policy.roots)
        told.update(mode=policy.mode, settings=[list(line) for line in policy.describe()],
                    roots=policy.roots.description, roots_count=len(policy.roots),
                    roots_left_out=[list(pair) for pair in policy.roots.left_out],
                    patched=[str(patch) for patch in shim.patches or ()])
        notes = policy.notes + events.notes() + [policy.roots.age_note(), policy.roots.unreadable_note()]
    told.update(_features())
    told["notes"] += [note for note in notes if note]
    return told


def _find_unreadable(roots):
    from .tls import readable
    try:
        readable.look(roots)
    except ConfigurationError:      # the last good one has expired
        pass


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
