"""Imports that pass the working directory over.

``python -c``, ``python -m`` and a prompt put it first on sys.path. What a program imports from there is its
own affair and Python's; what verifyshim needs on the program's behalf (six, certifi, modules of the standard
library) comes from elsewhere: who starts a program in a checkout, or in /tmp, did not ask for what is there.
"""
import os
import sys

from . import startup

try:
    from _thread import get_ident
except ImportError:
    from thread import get_ident


class elsewhere(object):    # noqa: N801  a context manager
    """For the imports of this thread inside the block, those of the imported modules too."""

    def __enter__(self):
        self._finder = None
        passed = passed_over()
        if passed:
            self._finder = _Finder(passed)
            sys.meta_path.insert(0, self._finder)
        return self

    def __exit__(self, *trouble):
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)


def passed_over():
    """Return the entries of sys.path that are there only because the process was started in that folder.

    Not the folder of the program's own script, which may be the same one, nor that of verifyshim itself. As far as
    that is known: `startup` remembers where the process was when it was first imported, daemons go elsewhere.
    """
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:         # it was removed
        here = None
    program = getattr(sys.modules.get("__main__"), "__file__", None)
    # Below 3.9 the program's is relative to where it began; "/" where that is not known any more.
    base = startup.STARTED_IN or here or os.sep
    trusted = [os.path.dirname(os.path.dirname(__file__))] + ([os.path.dirname(program)] if program else [])
    trusted = [os.path.realpath(os.path.join(base, folder)) for folder in trusted]
    started = startup.STARTED_IN and os.path.realpath(startup.STARTED_IN)
    left = [folder for folder in (here, started) if folder and folder not in trusted]
    return [item for at, item in enumerate(sys.path)
            if (here in left if item == "" else at == 0 and os.path.realpath(item) in left)]


def leave():
    """Take the working directory off sys.path, for ``python -m verifyshim``."""
    for item in passed_over():
        sys.path.remove(item)


class _Finder(object):
    """Stands first in sys.meta_path; speaks up only about what would come from the folders passed over."""

    def __init__(self, passed):
        self._thread, self._passed = get_ident(), passed

    def find_spec(self, name, path=None, target=None):
        """PEP 451; what 3.4+ ask."""
        if path is not None or not self._is_asked(name):
            return None
        find = _path_finder().find_spec
        if find(name, self._passed) is None:
            return None
        spec = find(name, self._others())
        if spec is None:
            raise self._refusal(name)
        return spec

    def find_module(self, name, path=None):
        """PEP 302; what 2.x and 3.3 ask."""
        if path is not None or not self._is_asked(name):
            return None
        if _path_finder() is not None:
            return self._loader_of_3_3(name, _path_finder().find_module)
        import imp
        if not _found(imp, name, self._passed):
            return None
        found = _found(imp, name, self._others())
        if not found:
            raise self._refusal(name)
        return _Loader(found)

    def _loader_of_3_3(self, name, find):
        """Without imp, which is a module of its library there: importing that would end here again."""
        if find(name, self._passed) is None:
            return None
        loader = find(name, self._others())
        if loader is None:
            raise self._refusal(name)
        return loader

    def _is_asked(self, name):
        return get_ident() == self._thread and name not in sys.builtin_module_names

    def _others(self):
        return [item for at, item in enumerate(sys.path) if item != "" and (at or item not in self._passed)]

    def _refusal(self, name):
        return ImportError("%s is in the working directory alone, from which verifyshim imports nothing; install "
                           "it" % name)


def _path_finder():
    for name in ("_frozen_importlib_external", "_frozen_importlib"):        # 3.5+, 3.4
        found = getattr(sys.modules.get(name), "PathFinder", None)
        if found is not None:
            return found


def _found(imp, name, path):
    """Return what `imp.find_module` does, with the file closed, or None."""
    try:
        found = imp.find_module(name, path)
    except ImportError:
        return None
    if found[0]:
        found[0].close()
    return found


class _Loader(object):
    def __init__(self, found):
        self._found = found

    def load_module(self, name):
        import imp
        _, path, (suffix, mode, kind) = self._found
        stream = open(path, mode) if kind != imp.PKG_DIRECTORY else None
        try:
            return imp.load_module(name, stream, path, (suffix, mode, kind))
        finally:
            if stream:
                stream.close()
