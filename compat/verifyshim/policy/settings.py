"""Where settings come from: defaults, file, environment, arguments; later ones win (product.md, Policy).

A setting that a later source overrides must have a known name; its value is not looked at.
"""
import collections
import os
import stat

from . import ini, patterns
from .policy import SETTINGS, Policy, host_rules, require_known
from .rules import HostRule, read_key
from .switches import Switches
from .texts import pieces, quoted
from .values import CHECKS
from .. import roots as _roots
from .. import startup
from ..errors import ConfigurationError

SYSTEM_FILE = "/etc/verifyshim.cfg"
_PREFIX = "VERIFYSHIM_"
# Variables of this package and its tests that are no settings.
_OTHERS = ("CONFIG", "BUNDLE", "FAIL_CLOSED")
_OF_TESTS = ("PYTHONS", "LIMBO", "CORPUS", "CHROMIUM", "CONFORMANCE", "FUZZ")     # and what begins like these
_SECTION, _HOST = "verifyshim", "host:"
_PATHS = ("roots", "crl", "log")
_SEVERAL_LINES = ("pin", "reason", "protocols", "crl")

# value; origin for status(); where, which begins the text of an error, or ""; base: the folder that relative
# paths are in, or None for the working directory.
_Given = collections.namedtuple("_Given", "value origin where base")


def load(given, environ=None):
    """Return the Policy of the file, the environment and *given*.

    :param given: dict of install()'s arguments; None as a value counts as not given. Its *hosts* are added
        to those of the file, and replace rules for the same pattern.
    :param environ: the environment, ``os.environ`` by default.
    :raises ConfigurationError: one sentence that names file and line, variable or argument.
    """
    environ = os.environ if environ is None else environ
    require_known(given)
    found, rules, notes = {}, [], []
    path = find_file(environ)
    if path is not None:
        rules = _read_file(path, found, notes)
    _read_environment(environ, found, notes)
    for name in given:
        if given[name] is not None and name != "hosts":
            found[name] = _Given(given[name], "install()", "", None)
    values = dict((name, _located(found[name].where, _checked, name, found[name], environ)) for name in found)
    if "roots" not in values:
        values["roots"] = _roots.resolve(None, environ)
    rules = _merged(rules, host_rules(given.get("hosts")))
    policy = Policy(hosts=[(pattern.text, rule) for pattern, rule, _ in rules], **values)
    origins = dict((name, found[name].origin if name in found else "default") for name in SETTINGS)
    origins.update(("host:" + pattern.text, origin) for pattern, _, origin in rules)
    if "roots" not in found:
        named = policy.roots.description.partition(":")[0]      # SSL_CERT_FILE and the like
        origins["roots"] = named if environ.get(named) else "default"
    policy.settle(origins, notes)
    return policy


def find_file(environ):
    """Return the path of the file of settings, or None where there is none.

    Never in the working directory: whoever can write there would decide whom the program trusts.

    :raises ConfigurationError: where VERIFYSHIM_CONFIG is relative.
    """
    named = environ.get("VERIFYSHIM_CONFIG")
    if named:
        if not os.path.isabs(named):
            raise ConfigurationError("VERIFYSHIM_CONFIG = %s is a relative path, so the working directory "
                                     "would decide which file it is; name the whole path" % quoted(named))
        return startup.as_path(named)
    home = environ.get("VIRTUAL_ENV") or ""
    places = [os.path.join(home, "verifyshim.cfg")] if os.path.isabs(home) else []
    for path in places + [SYSTEM_FILE]:
        if os.path.lexists(path):       # a link that leads nowhere is an error, not "no file"
            return path
    return None


def _read_file(path, found, notes):
    """Put the settings of the file into *found*; return its rules as ``[(Pattern, HostRule, origin)]``."""
    rules, first_in, base = [], {}, os.path.dirname(os.path.abspath(path))
    for section in ini.read(path):
        where = "%s, line %d" % (path, section.line)
        known = SETTINGS if section.name == _SECTION else HostRule.KEYS
        if section.name != _SECTION and not section.name.startswith(_HOST):
            raise ConfigurationError("%s: the section [%s] is unknown; use [verifyshim] or [host:PATTERN]"
                                     % (where, section.name))
        for entry in section.entries:
            _require_usable(entry, known, section.name, path)
        if section.name == _SECTION:
            for key, value, line in section.entries:
                value = startup.as_path(value) if key in _PATHS else value
                found[key] = _Given(value, "%s:%d" % (path, line), "%s, line %d" % (path, line), base)
        else:
            rules.append(_host_rule(section, where, path, base))
            _require_single(rules[-1], first_in, where)
    if _anybody_writes(path):
        notes.append("Anybody can write %s, and so decide whom this program trusts; take that right away "
                     "(chmod o-w)." % path)
    return rules


def _anybody_writes(path):
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return os.name == "posix" and stat.S_ISREG(mode) and mode & stat.S_IWOTH != 0


def _require_usable(entry, known, section, path):
    where = "%s, line %d" % (path, entry.line)
    if entry.key not in known:
        raise ConfigurationError("%s: the key %s is unknown in [%s]; known are: %s"
                                 % (where, entry.key, section, ", ".join(known)))
    if not entry.value:
        raise ConfigurationError("%s: %s is empty; give it a value or take the line out" % (where, entry.key))
    if "\n" in entry.value and entry.key not in _SEVERAL_LINES:
        raise ConfigurationError("%s: the indented line below %s belongs to its value; begin a setting at the "
                                 "left margin" % (where, entry.key))


def _host_rule(section, where, path, base):
    pattern = _located(where, patterns.parse, section.name[len(_HOST):].strip())
    keys = {}
    for key, value, line in section.entries:
        value = _beside(base, startup.as_path(value)) if key == "roots" else value
        keys[key] = _located("%s, line %d" % (path, line), read_key, key, value)
    rule = _located(where, lambda: HostRule(**keys))
    return pattern, rule, "%s:%d" % (path, section.line)


def _require_single(rule, first_in, where):
    """A dict, as files that a machine writes have thousands."""
    pattern, _, origin = rule
    first = first_in.setdefault(pattern[:3], origin)
    if first is not origin:
        raise ConfigurationError("%s: the host pattern %s is there twice, first in %s; put them together"
                                 % (where, pattern.text, first))


def _merged(rules, later):
    replaced = set(pattern[:3] for pattern, _ in later)
    return ([rule for rule in rules if rule[0][:3] not in replaced]
            + [(pattern, rule, "install()") for pattern, rule in later])


def _read_environment(environ, found, notes):
    for variable in sorted(environ):
        if not variable.startswith(_PREFIX) or not environ[variable].strip():
            continue        # an empty one counts as not set
        name = variable[len(_PREFIX):]
        if name.lower() in SETTINGS and name == name.upper():
            found[name.lower()] = _Given(environ[variable].strip(), variable, variable, None)
        elif name not in _OTHERS and not name.startswith(_OF_TESTS):
            notes.append("The variable %s is unknown and was passed over; settings are %s."
                         % (variable, ", ".join(_PREFIX + known.upper() for known in SETTINGS)))


def _located(where, call, *args):
    """Call, and put *where*, if it is not empty, in front of the text of a ConfigurationError."""
    try:
        return call(*args)
    except ConfigurationError as error:
        if where:
            error.args = ("%s: %s" % (where, error),)
        raise


def _checked(name, given, environ):
    """Return the checked value of one setting, in the form that Policy takes."""
    value = given.value
    text = given.where != ""        # from the file or the environment
    if name == "roots":
        return _roots.resolve(_beside(given.base, value) if text else value, environ)
    if name == "log":
        return CHECKS[name](value, given.base)
    if name in CHECKS:
        return CHECKS[name](value)
    if text:
        value = _paths(given.base, value) if name == "crl" else value.lower()
    return getattr(Switches(**{name: value}), name)


def _paths(base, text):
    try:
        base = base or os.getcwd()
    except OSError:         # it was removed: what is named in full can be read all the same
        base = ""
    parts = [text] if os.path.exists(os.path.join(base, text)) else pieces(text)
    if not parts:
        raise ConfigurationError("crl = %s names no file; name one or leave it out" % quoted(text))
    return [os.path.join(base, part) for part in parts]


def _beside(base, text):
    """Return *text*, a source of roots or a sum of them, with relative paths put into the folder *base*."""
    if base is None:
        return text
    parts = text.split("+")
    done = []
    while parts:
        # A path may have a plus sign in it: the longest piece that exists is one, as roots.resolve has it.
        count = [size for size in range(len(parts), 0, -1)
                 if size == 1 or os.path.exists(os.path.join(base, "+".join(parts[:size])))][0]
        part = "+".join(parts[:count])
        done.append(part if part in ("certifi", "system", "os", "") else os.path.join(base, part))
        del parts[:count]
    return "+".join(done)
