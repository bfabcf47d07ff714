"""What a context depends on: equal recipes share one context."""
import os

from ..errors import ConfigurationError
from ..events.locks import ForkLock
from ..roots import files


class Unrepeatable(ConfigurationError):
    """What a program did to its context cannot be done once more."""

    def __init__(self, error):
        ConfigurationError.__init__(self, "what the program has loaded into its TLS context cannot be loaded once "
                                          "more (%s); make the context anew" % error)


class Step(object):
    """One call or assignment that a program made on its own default context, to be made again.

    :param name: method or attribute name.
    :param args: tuple of positional arguments, or None for an assignment.
    :param kwargs: dict of keyword arguments, or for an assignment ``{"value": ...}``.
    """

    def __init__(self, name, args, kwargs):
        if name in _PATHS and args is not None:     # a program may be in another folder by then
            args = tuple(_absolute(value) if at < 2 else value for at, value in enumerate(args))
            kwargs = dict((key, _absolute(value) if key in _PATHS[name] else value) for key, value in kwargs.items())
        self.name, self.args, self.kwargs = name, args, kwargs
        self.key = (name, args is None, _key(args or ()), _key(sorted(kwargs.items())))
        if name in ("load_cert_chain", "load_verify_locations"):
            # A client certificate that is renewed on disk makes another context, as it does without the shim.
            self.key += tuple(files.state(value) for value in list(args) + sorted(map(str, kwargs.values())))

    def repeat(self, context):
        """Do it to *context*.

        :raises Unrepeatable: where a file that the program has loaded has gone since, or changed, or somebody would
            be asked for the password of its key once more.
        """
        try:
            if self.args is None:
                setattr(context, self.name, self.kwargs["value"])
            elif self.name == "load_cert_chain":
                _load_unasked(context, *self.args, **self.kwargs)
            else:
                getattr(context, self.name)(*self.args, **self.kwargs)
        except EnvironmentError as error:       # SSLError is one
            raise Unrepeatable(error)


def _load_unasked(context, certfile, keyfile=None, password=None):
    if password is None or callable(password):      # where it is None OpenSSL asks at the terminal
        password = _ask_nobody
    context.load_cert_chain(certfile, keyfile, password)


def _ask_nobody():
    """Stands for what asks a person: with no password a key that has one is not read."""
    return ""       # not an exception, of which 3.6 makes a SystemError


_PATHS = {"load_cert_chain": ("certfile", "keyfile"), "load_verify_locations": ("cafile", "capath")}


def _absolute(value):
    try:
        return value if value is None else os.path.abspath(value)
    except (TypeError, ValueError, OSError):    # not a path, or the folder has been removed: what loads it says so
        return value


def followed(steps, step):
    """Return the tuple *steps* with *step* behind it, without those that it repeats or makes void.

    Programs set the same on one context before each connection (urllib3 does).
    """
    void = [step.key[:2]] if step.args is None or step.name.startswith("set_") else []
    return tuple(each for each in steps if each.key != step.key and each.key[:2] not in void) + (step,)


class Recipe(object):
    """Roots and steps. Immutable; `plus` makes another one.

    :param roots: a verifyshim.roots.Roots, or None for those of the policy in force.
    :param steps: tuple of Step, in the order they were made.
    """

    def __init__(self, roots=None, steps=()):
        self.roots, self.steps = roots, steps

    def plus(self, step):
        return Recipe(self.roots, followed(self.steps, step))

    def key(self, default_roots):
        # Equal roots that the program named and that are the policy's are not the same: see sslcontext.made_of.
        return (self.roots is None, (self.roots or default_roots).key) + tuple(step.key for step in self.steps)


class _Same(object):
    """Makes what cannot be hashed comparable by identity, and keeps it alive so the id stays its own."""

    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return id(self.value)

    def __eq__(self, other):
        return isinstance(other, _Same) and self.value is other.value

    def __ne__(self, other):
        return not self == other


def _key(value):
    if isinstance(value, (list, tuple)):
        return tuple(_key(item) for item in value)
    if isinstance(value, bytearray):
        return bytes(value)
    try:
        hash(value)
    except TypeError:
        return _Same(value)
    return value


class Shared(dict):
    """Contexts by what they depend on, made once however many threads ask; at most *most*, oldest go."""

    def __init__(self, most=64):
        dict.__init__(self)
        self._most = most
        self._lock = ForkLock()        # making one takes long enough for another thread to fork

    def made(self, key, make, *args):
        """Return the context for *key*, which ``make(*args)`` makes if there is none."""
        context = self.get(key)
        if context is None:
            with self._lock:
                context = self.get(key)
                if context is None:
                    context = make(*args)
                    while len(self) >= self._most:
                        self.pop(next(iter(self)))
                    self[key] = context
        return context
