"""Run something right after a module is imported, without importing it: PEP 302 below 3.4, PEP 451 above.

    hook.when_imported("smtplib", patch)

Waiting costs nothing but a look into a dict for each import. No lock is held while modules are imported
(wrapt issue 217), and what is imported looks as it would without: ``__loader__``, ``__spec__`` and
``__spec__.loader`` are the real ones before the module's first line runs (wrapt issues 210, 221).
"""
import sys

try:
    from _thread import get_ident
except ImportError:
    from thread import get_ident

# name -> callbacks that wait for it. A list is emptied but never dropped: another thread may hold it.
_waiting = {}
# Names whose modules are being executed right now, as far as somebody waited for them before.
_executing = set()
# Modules whose callbacks raised. What was imported meanwhile has them, so that the next attempt gets the same.
_kept = {}


def when_imported(name, callback):
    """Call ``callback(module)`` once: now if the module *name* is imported, else right after it is.

    Where the callback raises, its exception comes out of the program's ``import`` statement, the module is
    not imported, and the next attempt to import it calls the callback again: what could not be patched is
    not used unpatched. A namespace package (PEP 420), which runs no code, is not noticed.

    A module that is being executed right now, by this thread (http.client imports ssl half-way through) or by
    another, is not imported yet; that is known only of modules that somebody waited for before.

    :param name: absolute name of the module, text.
    :raises: what *callback* raises, where the module is imported already; then it is forgotten.
    """
    _waiting.setdefault(name, []).append(callback)
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)
    # Announced by who executes it; waiting for that here could be a deadlock. None blocks a name.
    if name not in _executing and sys.modules.get(name) is not None:
        __import__(name)    # another thread may be in the middle of it; this waits for the end
        try:
            _announce(name)
        except BaseException:
            if callback in _waiting[name]:
                _waiting[name].remove(callback)
            raise


def remove_all():
    """Forget every callback that still waits, and take the hook out of the import system."""
    for callbacks in list(_waiting.values()):
        del callbacks[:]
    _kept.clear()
    if finder in sys.meta_path:
        sys.meta_path.remove(finder)


def _announce(name):
    callbacks = _waiting.get(name)
    while callbacks:
        try:
            callback = callbacks.pop(0)
        except IndexError:      # another thread took the last one
            return
        module = sys.modules[name]
        try:
            callback(module)
        except BaseException:
            callbacks.insert(0, callback)
            if finder not in sys.meta_path:     # it was taken out by what the callback gave up
                sys.meta_path.insert(0, finder)
            _kept[name] = module
            raise
    _kept.pop(name, None)


def _execute(name, function, *arguments):
    """Call what executes the module *name*; it counts as imported only afterwards."""
    _executing.add(name)
    try:
        function(*arguments)
    finally:
        _executing.discard(name)


def _announce_or_drop(name):
    """The same for import systems that leave the module where it is."""
    try:
        _announce(name)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return sys.modules[name]


class _Finder(object):
    """Stands first in sys.meta_path and lets the others find what somebody waits for."""

    def __init__(self):
        self._busy = set()      # (thread, name) that the others are being asked for

    def find_spec(self, name, path=None, target=None):
        """PEP 451; what 3.4+ ask. The real spec with a loader around the real one."""
        if not self._is_mine(name):
            return None
        spec = self.aside(name, self._others, name, path, target)
        if spec is not None and spec.loader is not None:
            kind = _Loader if hasattr(spec.loader, "exec_module") else _OlderLoader
            spec.loader = kind(spec)
        return spec

    def find_module(self, name, path=None):
        """PEP 302; what 2.x and 3.3 ask."""
        return _ImportAgain(name) if self._is_mine(name) else None

    def _is_mine(self, name):
        return bool(_waiting.get(name)) and (get_ident(), name) not in self._busy

    def aside(self, name, function, *arguments):
        """Return ``function(*arguments)``; whoever looks for *name* meanwhile does not meet us."""
        key = (get_ident(), name)
        self._busy.add(key)
        try:
            return function(*arguments)
        finally:
            self._busy.discard(key)

    def _others(self, name, path, target):
        """Ask those behind us; those before us have been asked, or are asking us."""
        finders = list(sys.meta_path)
        if self in finders:
            del finders[:finders.index(self) + 1]
        for other in finders:
            if hasattr(other, "find_spec"):
                spec = other.find_spec(name, path, target)
            elif _asks_find_module() and hasattr(other, "find_module"):
                spec = _spec_of(name, other.find_module(name, path))
            else:
                continue
            if spec is not None:
                return spec
        return None


def _asks_find_module():
    """Whether this interpreter, which knows specs, asks finders that do not: 3.4-3.11. Its own tell."""
    return hasattr(sys.modules["_frozen_importlib"].BuiltinImporter, "find_module")


def _spec_of(name, loader):
    if loader is None:
        return None
    from importlib.util import spec_from_loader
    return spec_from_loader(name, loader)


class _OlderLoader(object):
    """In the place of ``spec.loader`` from find to load: for real loaders with load_module() alone.

    Looks like the real one to who only asks for source or code, such as ``python -m``.
    """

    def __init__(self, spec):
        self._spec, self._real = spec, spec.loader

    @property
    def __class__(self):
        return type(self._real)

    def __getattr__(self, name):
        return getattr(self._real, name)

    def __eq__(self, other):
        return self._real == getattr(other, "_real", other)

    def __hash__(self):
        return hash(self._real)

    def __reduce_ex__(self, protocol):
        return self._real.__reduce_ex__(protocol)

    def load_module(self, name):
        self._step_back(None)
        _execute(name, self._real.load_module, name)
        return _announce_or_drop(name)

    def _step_back(self, module):
        """Leave no trace: the module is to see the real loader from its first line on."""
        if self._spec.loader is self:
            self._spec.loader = self._real
        if module is not None and getattr(module, "__loader__", None) is self:
            module.__loader__ = self._real


class _Loader(_OlderLoader):
    """The same for loaders of PEP 451; where they raise, the import system takes the module away."""

    def create_module(self, spec):
        if spec.name in _kept:
            return _kept[spec.name]
        create = getattr(self._real, "create_module", None)     # may be left out in 3.4 and 3.5
        return create(spec) if create else None

    def exec_module(self, module):
        self._step_back(module)
        name = self._spec.name
        is_imported = sys.modules.get(name) is module       # else it is a copy that somebody makes for himself
        if _kept.get(name) is not module:
            _execute(name, self._real.exec_module, module)
        if is_imported:
            _announce(name)


class _ImportAgain(object):
    """The loader of 2.x and 3.3: imports once more with our finder aside.

    Their import system finds most modules without any loader that could be called or be left in
    ``__loader__``; so it has to do it all by itself.
    """

    def __init__(self, name):
        self._name = name

    def load_module(self, name):
        if name in _kept:
            sys.modules[name] = _kept[name]
        else:
            _execute(name, finder.aside, name, __import__, name)
        return _announce_or_drop(name)

    def __getattr__(self, attribute):
        """What else a loader offers (PEP 302, get_code and others), for ``python -m`` and the like."""
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        import pkgutil
        return getattr(finder.aside(self._name, pkgutil.find_loader, self._name), attribute)


finder = _Finder()
