"""The Policy object. Every setting is checked when it is given; a policy that exists can be used."""
import time

from . import exemptions, patterns, values
from .rules import PLAIN, HostRule, Verdicts
from .switches import Switches
from .texts import native, quoted
from .. import roots as _roots
from ..errors import ConfigurationError

SETTINGS = ("mode", "roots", "protocols", "log", "log_max_bytes", "log_keep") + Switches._fields


class Policy(object):
    """How connections are judged.

    :param mode: a Mode, text; ``enforce`` by default.
    :param roots: which roots to trust, as `verifyshim.roots.resolve` takes it.
    :param hosts: what is different for some hosts: a dict of patterns (see `verifyshim.policy.patterns`) to
        HostRule, or to a dict of its arguments; or a list of such pairs.
    :param protocols: for which protocols the standard library's clients are verified; text with commas or a
        list of http, smtp, imap, pop, ftp, nntp; all by default.
    :param log: where events go: a path, ``logging`` (the logger "verifyshim"), ``logging:NAME``, or None.
    :param log_max_bytes: at how many bytes the file is put aside; 10 MiB by default. Text may end in K, M, G.
    :param log_keep: how many that were put aside are kept; 5 by default.
    :param switches: TLS switches by name, see `verifyshim.policy.switches.Switches`: strict_x509,
        partial_chain, minimum_tls, crl, crl_check.
    :raises ConfigurationError: where a setting cannot be used.

    :ivar hosts: list of ``(Pattern, HostRule)`` in the order given.
    :ivar origins: dict of setting (host rules: ``host:PATTERN``) to where it came from, text.
    """

    def __init__(self, mode=None, roots=None, hosts=None, protocols=None, log=None, log_max_bytes=None,
                 log_keep=None, **switches):
        require_known(switches)
        given = {"mode": mode, "protocols": protocols, "log": log, "log_max_bytes": log_max_bytes,
                 "log_keep": log_keep}
        for name in given:
            value = given[name]
            setattr(self, name, values.DEFAULTS[name] if value is None else values.CHECKS[name](value))
        self.roots = _roots.resolve(roots)
        self.switches = Switches(**switches)
        self.hosts = host_rules(hosts)
        given.update(switches, roots=roots)
        self.origins = dict((name, "default" if given.get(name) is None else "Policy()") for name in SETTINGS)
        self.origins.update(("host:" + pattern.text, "Policy()") for pattern, _ in self.hosts)
        self._notes = []
        self._table = None
        self.settle({}, [])

    def settle(self, origins, notes):
        """Take over where settings came from, and sentences for `notes`; for `verifyshim.policy.settings`."""
        self.origins.update(origins)
        self._notes.extend(notes)
        pairs = [(pattern, Verdicts(pattern.text, rule, self.origins["host:" + pattern.text]))
                 for pattern, rule in self.hosts]
        self._table = patterns.Table(pairs) if pairs else None

    def judgement(self, host, port):
        """Return the Judgement for a peer now: what its host rule says, and exemptions that have not ended.

        Of several rules the most specific counts, whole and alone. An address rule is for who asks for the
        address: names are not looked up, as DNS could then say who needs no verification.

        :param host: name or address as the program gave it, text, or None where it is unknown.
        :param port: TCP port, int or None.
        """
        entries = exemptions.entries()
        if self._table is None and not entries:
            return PLAIN
        found = None if self._table is None else self._table.find(host, port)
        found = PLAIN if found is None else found.now()
        if entries and found.exemption is None:
            held = exemptions.find(entries, host, port, time.time())
            if held is not None:
                found = found._replace(exemption=held.exemption, pattern=held.pattern.text)
        return found

    @property
    def notes(self):
        """Sentences that a person should read: what was passed over, exemptions that have ended."""
        ended = ["The exemption of %s (%s) ended on %s: it is verified again; take the exemption out."
                 % (pattern.text, self.origins["host:" + pattern.text], rule.until.text)
                 for pattern, rule in self.hosts if rule.ended()]
        return self._notes + ended

    def describe(self):
        """Return a list of ``(setting, value, origin)``, all text, in the order of the documentation."""
        told = dict((name, _told(getattr(self.switches, name))) for name in Switches._fields)
        told.update((name, _told(getattr(self, name))) for name in values.DEFAULTS)
        told.update(roots=str(self.roots),
                    protocols=", ".join(name for name in values.PROTOCOLS if name in self.protocols))
        lines = [(name, told[name], self.origins[name]) for name in SETTINGS]
        return lines + [("host:" + pattern.text, "; ".join(rule.texts()), self.origins["host:" + pattern.text])
                        for pattern, rule in self.hosts]


def _told(value):
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value)


def require_known(names):
    """Raise ConfigurationError unless all of *names* are settings."""
    for name in sorted(names):
        if name not in SETTINGS + ("hosts",):
            raise ConfigurationError("the setting %s is unknown; known are: %s"
                                     % (name, ", ".join(SETTINGS + ("hosts",))))


def host_rules(hosts):
    """Return ``[(Pattern, HostRule)]`` of what Policy takes as *hosts*.

    :raises ConfigurationError: naming the pattern, where one cannot be used or is there twice.
    """
    if not hosts:
        return []
    try:
        pairs = [(text, rule) for text, rule in (hosts.items() if hasattr(hosts, "items") else hosts)]
    except (TypeError, ValueError):
        raise ConfigurationError("hosts = %r is not a dict; use {\"*.example.org\": {\"roots\": ...}}"
                                 % (hosts,))
    found = []
    for text, rule in pairs:
        pattern = patterns.parse(text)
        if not isinstance(rule, HostRule):
            rule = _host_rule(text, rule)
        found.append((pattern, rule))
    patterns.Table(found)       # raises where one is there twice
    return found


def _host_rule(text, keys):
    if not hasattr(keys, "items"):
        raise ConfigurationError("hosts: the rule of %s is not a dict but %r; use {\"roots\": ...} or a "
                                 "HostRule" % (quoted(text), keys))
    keys = dict((native(key), value) for key, value in keys.items())
    for key in sorted(keys):
        if key not in HostRule.KEYS:
            raise ConfigurationError("hosts: %s has the unknown key %s; known are: %s"
                                     % (quoted(text), key, ", ".join(HostRule.KEYS)))
    try:
        return HostRule(**keys)
    except ConfigurationError as error:
        error.args = ("hosts: %s: %s" % (quoted(text), error),)
        raise
