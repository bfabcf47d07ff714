"""Getting verifyshim into a process: activation's files, what they start, and the hook that waits for imports.

This module is what each start of an activated interpreter runs, so it imports nothing: each further file would
cost more than all that is done here. The files that activation writes (`files`) call `start`. Everything is
installed at the moment the program first imports ssl. Until then the only question is whether it could be:
whoever asked for fail-closed is to be told before the program's first line runs. Reading a policy takes longer
than starting Python, so activation leaves a proof beside its files: what was read, and what it looked like.
While all of that is as it was, and no variable says otherwise, nothing is read again.
"""
import os
import sys

# ssl, and what is patched beside it and may import it half-way through: the hook has to see them begin.
WATCHED = ("ssl", "http.client", "httplib", "smtplib", "imaplib", "poplib", "ftplib", "nntplib",
           "asyncio.base_events", "gevent.socket", "eventlet.green.socket", "socks", "httplib2.socks")
# Variables that say where roots are; see verifyshim.roots.
ROOT_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
MODULE = "_verifyshim_activation"       # that activation writes
DRAFT = MODULE + ".new-"                # how files begin that are not whole yet
PROOF_HEAD = b"verifyshim proof 1"
_PREFIX = "VERIFYSHIM_"
_OF_TESTS = ("PYTHONS", "LIMBO", "CORPUS", "CONFORMANCE")       # no settings
_MODES = ("off", "audit", "enforce", "strict")
_SYSTEM_FILE = "/etc/verifyshim.cfg"
try:
    STARTED_IN = os.getcwd()        # for verifyshim.imports: programs leave it before they import ssl
except OSError:                     # it was removed
    STARTED_IN = None


class _State(object):
    """What became of the activation in this process; for status and doctor."""

    settings = None         # as `start` got them
    proven = None           # whether nothing had to be read
    trouble = None          # why nothing is verified, text
    begun = False           # whether the hook is in place
    installed = False
    told = ()               # which of the activations told the trouble, by their sources
    asking = False          # whether one is asked how to tell it

    def __init__(self):
        self.activations = []       # settings and fail of each


# An instance: 2.x makes a method of a function that is a class's attribute.
State = _State()


def start(settings, folder=None, fail=None):
    """Have everything installed when the program imports ssl.

    :param settings: dict: ``mode`` and ``config``, text or None; ``fail_closed``, bool.
    :param folder: where activation wrote its files; or None where *settings* has ``source``, a path for people,
        and ``proof``, the path of the proof or None.
    :param fail: called with a text where nothing is verified; it does not return where fail-closed holds. None
        for that of the module in *folder*.
    """
    if State.asking:
        return
    if folder is not None:
        base = os.path.join(folder, MODULE)
        settings["source"], settings["proof"] = base + ".py", base + ".proof"
    # The same one may start once more, with what tells it.
    others = [known for known in State.activations if not fail or known[0]["source"] != settings["source"]]
    State.activations = others + [(settings, fail)]
    if State.settings is not None:
        _start_again(settings)
        return
    State.settings = settings
    try:
        State.proven = proven(settings, os.environ)
        if not State.proven:
            from . import check
            check.check(settings, os.environ)
        if [name for name in WATCHED if name in sys.modules]:
            _begin()
        else:
            sys.meta_path.insert(0, _first)
    except KeyboardInterrupt:
        # Ends the start of Python, as it would without us; where somebody catches it, who calls once more tells.
        State.trouble = "it was interrupted while it started"
        raise
    except:     # noqa: E722  what a signal's handler raises need not be an Exception
        _failed()


def _start_again(settings):
    """Two activations: the first one's settings count, but where one is fail-closed, that holds."""
    try:
        if not (State.trouble or State.begun or _first in sys.meta_path):
            State.trouble = "the start of it came to no end"
        if not State.trouble and settings["fail_closed"] and not State.settings["fail_closed"]:
            from . import check
            check.check(dict(State.settings, fail_closed=True, proof=None), os.environ)
    except Exception:
        _failed()
    if State.trouble:
        _tell()


class _First(object):
    """Stands first in sys.meta_path until one of the modules is imported; then the hook takes its place."""

    def find_spec(self, name, path=None, target=None):
        return self._ask("find_spec", name, path, target) if name in WATCHED else None

    def find_module(self, name, path=None):
        return self._ask("find_module", name, path) if name in WATCHED else None

    def _ask(self, method, name, *arguments):
        try:
            hook = _begin()
        except Exception:
            if not _is_trouble(sys.exc_info()[1]):
                raise
            _failed()
            return None
        return getattr(hook.finder, method)(name, *arguments)


_first = _First()


def _begin():
    """Hand over to the hook, and return it."""
    from . import hook
    if State.begun:         # another thread was faster
        return hook
    State.begun = True
    try:
        if _first in sys.meta_path and hook.finder not in sys.meta_path:
            sys.meta_path[sys.meta_path.index(_first)] = hook.finder    # in place: somebody goes through the list
        for name in WATCHED[1:]:
            hook.when_imported(name, _nothing)
        hook.when_imported("ssl", _install)
    except:     # noqa: E722  Ctrl-C in a program that goes on: the next import begins once more
        State.begun = False
        if _first not in sys.meta_path:
            sys.meta_path.insert(0, _first)
        raise
    return hook


def _nothing(module):
    pass


def _install(module):
    if State.installed:     # it was begun twice
        return
    try:
        from .. import imports
        with imports.elsewhere():
            from . import check
            check.install(State.settings, os.environ)
        State.installed = True
    except Exception:
        if not _is_trouble(sys.exc_info()[1]):
            raise
        # Not out of the program's import statement: smtplib would go on as if there were no TLS.
        _failed()


def _is_trouble(error):
    """Whether something is wrong with verifyshim or its settings, for as long as the process runs.

    What else an import raises is the program's: a handler's time limit, no depth or memory left. That comes out of
    the import statement, and the next attempt does all of it again. Only the operating system's errors have numbers.
    """
    if isinstance(error, EnvironmentError):
        return error.errno is not None
    # Of another release, or by halves: all but the first two are what a module of two releases raises.
    return isinstance(error, (ImportError, SyntaxError, AttributeError, NameError, TypeError)) or (
        "ConfigurationError" in [kind.__name__ for kind in type(error).__mro__])


def _failed():
    error = sys.exc_info()[1]
    State.trouble = str(error) if isinstance(error, ValueError) else "%s: %s" % (type(error).__name__, error)
    _tell()


def _tell():
    """Have each activation say what is wrong, until one stops the interpreter: those that are fail-closed."""
    for settings, fail in list(State.activations):
        if settings["source"] in State.told or State.told and not settings["fail_closed"]:
            continue        # one line is enough
        fail = fail or _fail_of(settings["source"])
        State.told += (settings["source"],)
        fail(State.trouble)


def _fail_of(path):
    """Return what an activation's module has for it. It is not imported: by now the working directory may be
    first on sys.path, and another activation's has the same name."""
    names = {"__name__": MODULE, "__file__": path}
    State.asking = True     # it starts once more
    try:
        with open(path, "rb") as stream:
            exec(compile(stream.read(), path, "exec"), names)
    finally:
        State.asking = False
    return names["fail"]


def config_of(settings, environ):
    """Return the path of the file of settings that `verifyshim.policy.settings` will read, or None."""
    named = environ.get("VERIFYSHIM_CONFIG") or settings["config"]
    if named:
        return as_path(named)
    home = environ.get("VIRTUAL_ENV") or ""
    for path in [os.path.join(home, "verifyshim.cfg")] * os.path.isabs(home) + [_SYSTEM_FILE]:
        if os.path.lexists(path):
            return path
    return None


def proven(settings, environ):
    """Return whether the settings can be used, as far as that is known without reading them."""
    config, asked = config_of(settings, environ), (environ.get("VERIFYSHIM_FAIL_CLOSED") or "").strip().lower()
    whole = settings["fail_closed"] or asked not in ("", "0", "no", "off", "false")
    for name in environ:
        if name.startswith(_PREFIX) and not _harmless(name[len(_PREFIX):], environ[name]):
            return False
    if settings["proof"] is None:
        return not (config or whole)        # nothing is set, so nothing is wrong
    if whole and not settings["fail_closed"]:
        return False        # the proof is of the settings alone
    try:
        with open(settings["proof"], "rb") as stream:
            lines = stream.read().split(b"\n")
    except (OSError, IOError):
        return False
    return lines.pop(0) == PROOF_HEAD and lines.pop() == b"" and _holds(lines, config, environ, whole)


def _harmless(name, value):
    return (name in ("CONFIG", "FAIL_CLOSED") or name.startswith(_OF_TESTS) or not value.strip()
            or name == "MODE" and value.strip().lower() in _MODES)


def _holds(lines, config, environ, whole):
    """Whether every line of the proof is still true."""
    variables = {}
    for line in lines:
        kind, _, rest = line.partition(b" ")
        if kind == b"file":
            known, _, path = rest.partition(b" ")
            if signature(path) != known:
                return False
        elif kind == b"config":
            if rest != encoded(config or ""):
                return False
        elif kind == b"package":
            if rest != encoded(os.path.dirname(os.path.dirname(__file__))):
                return False
        elif kind == b"variable":
            name, _, value = rest.partition(b" ")
            variables[name] = value
        elif kind != b"version":
            return False
    for name in ROOT_VARIABLES if whole else ():
        value = environ.get(name)
        if value and variables.get(encoded(name)) != encoded(value):
            return False
    return True


def signature(path):
    """Return bytes that change when the file does; None where this user cannot read it.

    :param path: bytes.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    if not found.st_mode & 4 and not os.access(path, os.R_OK):      # 4: readable by everybody
        return None
    return ("%d:%d:%o" % (found.st_mtime, found.st_size, found.st_mode)).encode("ascii")


def as_path(text):
    """Return a path that was stored as text so that this start can use it: in the C locale 3.3 to 3.6 have no bytes
    for what is not ASCII but those that they decoded themselves."""
    if isinstance(text, bytes) or sys.getfilesystemencoding() != "ascii":
        return text
    return text.encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape")


def encoded(text):
    """Return the bytes of a path or variable, as the operating system has them."""
    if isinstance(text, bytes):
        return text
    return as_path(text).encode(sys.getfilesystemencoding() or "utf-8", "surrogateescape")
