"""Finding the files: Python sources below folders, without what is not the user's own."""
import os
import re
import stat

from . import ignored
from .sources import reason

try:
    from os import scandir
except ImportError:     # 2.7
    scandir = None

VCS = frozenset([".git", ".hg", ".svn", ".bzr", ".jj", ".pijul", "_darcs", "CVS", "SCCS", "RCS"])
MADE = frozenset(["__pycache__", "__pypackages__", "node_modules", "site-packages", ".tox", ".nox", ".eggs",
                  ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".direnv", ".cache"])
# These are also names that people give to packages: with an __init__.py in it a folder is source.
BUILT = frozenset(["build", "dist", "_build", "develop-eggs"])
_SHEBANG = re.compile(br"#![ \t]*[^\r\n]*?\b(?:python|pypy|jython)[\d.]*(?:[ \t\r\n'\"]|$)")


class Walker(object):
    """Yields the files to look at, in the order of their names.

    :param settings: Settings of the configuration, asked for each folder's ``exclude``.
    :param trouble: called with (path, message) for what is missing or cannot be listed.
    """

    def __init__(self, settings, trouble):
        self._settings = settings
        self._trouble = trouble

    def files(self, paths):
        """Yield paths: each of *paths* that is a file, and what is found below each that is a folder."""
        seen = set()
        for path in paths:
            try:
                mode = os.stat(path).st_mode
            except EnvironmentError as error:
                self._trouble(path, "it cannot be found or opened: %s" % reason(error))
                continue
            if not stat.S_ISDIR(mode):
                found = [path]
            else:
                absolute = os.path.abspath(path)
                found = self._folder("" if path == os.curdir else path, absolute, self._above(absolute))
            for each in found:
                if len(paths) == 1:
                    yield each
                    continue
                where = os.path.abspath(each)
                if where not in seen:
                    seen.add(where)
                    yield each

    def _above(self, folder):
        """Return the patterns that folders above say for *folder*, the nearest last."""
        found = []
        while True:
            if _is_repository(folder):
                exclude = ignored.read(os.path.join(folder, ".git", "info"), "exclude", folder)
                return ([exclude] if exclude else []) + found
            above = os.path.dirname(folder)
            if above == folder:
                return []       # in no repository: only what the folder itself and those below say
            folder = above
            patterns = ignored.read(folder)
            if patterns:
                found.insert(0, patterns)

    def _folder(self, shown, absolute, patterns, asked_for=True):
        try:
            entries = _entries(absolute)
        except EnvironmentError as error:
            self._trouble(shown or os.curdir, "it cannot be listed: %s" % reason(error))
            return
        names = set(entry[0] for entry in entries)
        if not asked_for and _is_environment(absolute, names):
            return
        if not asked_for and ".git" in names:
            own = ignored.read(os.path.join(absolute, ".git", "info"), "exclude", absolute)
            patterns = [own] if own else []
        if ".gitignore" in names:
            own = ignored.read(absolute)
            patterns = patterns + [own] if own else patterns
        exclude = self._settings.excludes(absolute)
        for name, kind, entry in entries:
            path = absolute + os.sep + name if not absolute.endswith(os.sep) else absolute + name
            if kind == "folder":
                if self._enters(path, name, patterns, exclude):
                    for found in self._folder(os.path.join(shown, name), path, patterns, asked_for=False):
                        yield found
            elif _may_be_python(name, entry) and not _left_out(path, name, False, patterns, exclude) and \
                    (name.endswith((".py", ".pyw")) or _names_python(path)):
                yield os.path.join(shown, name)

    def _enters(self, path, name, patterns, exclude):
        if name in VCS or name in MADE:
            return False
        if name in BUILT and not os.path.exists(os.path.join(path, "__init__.py")):
            return False
        return not _left_out(path, name, True, patterns, exclude)


def _entries(folder):
    """Return [(name, "folder" or "file", entry)], sorted; links and devices are left out.

    A link within the tree leads to what is found anyway, one out of it is none of our business.
    """
    found = []
    if scandir is None:
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
            except EnvironmentError:
                continue
            if stat.S_ISDIR(status.st_mode):
                found.append((name, "folder", status))
            elif stat.S_ISREG(status.st_mode):
                found.append((name, "file", status))
    else:
        for entry in scandir(folder):
            if entry.is_file(follow_symlinks=False):
                found.append((entry.name, "file", entry))
            elif entry.is_dir(follow_symlinks=False):
                found.append((entry.name, "folder", entry))
    return sorted(found, key=lambda each: each[0])


def _left_out(path, name, is_folder, patterns, exclude):
    for each in exclude:
        if each.match(path, name, is_folder):
            return True
    for each in reversed(patterns):
        verdict = each.match(path, name, is_folder)
        if verdict is not None:
            return verdict
    return False


def _is_repository(folder):
    return os.path.exists(os.path.join(folder, ".git"))


def _is_environment(folder, names):
    """Whether this is a virtual environment, of venv, virtualenv or conda; *names* are what is in it."""
    if "pyvenv.cfg" in names or "conda-meta" in names:
        return True
    return any(scripts in names and os.path.exists(os.path.join(folder, scripts, "activate"))
               for scripts in ("bin", "Scripts"))


def _may_be_python(name, entry):
    """Whether a name is a Python source's, or a script's: without an ending, or that may be run."""
    if name.endswith((".py", ".pyw")):
        return True
    if "." not in name:
        return True
    if name.endswith((".pyc", ".pyi", ".so", ".sh", ".html", ".js", ".txt", ".rst", ".md")):
        return False
    try:
        mode = entry.stat(follow_symlinks=False).st_mode if hasattr(entry, "stat") else entry.st_mode
    except EnvironmentError:
        return False
    return os.name != "nt" and bool(mode & 0o111)


def _names_python(path):
    """Whether a file's #! line names Python, be it through env or a path."""
    try:
        with open(path, "rb") as handle:
            head = handle.read(256)
    except EnvironmentError:
        return False
    return _SHEBANG.match(head) is not None
