"""Where this interpreter's environment is, and which of its folders site looks into at each start.

Asked by feature: 2.6 has no sysconfig, old virtualenvs no site.getsitepackages, Debian other folder names.
"""
import os
import site
import sys

from ..errors import ConfigurationError


def in_virtual_environment():
    """Whether this is a virtualenv (old ones set sys.real_prefix) or a venv."""
    return hasattr(sys, "real_prefix") or getattr(sys, "base_prefix", sys.prefix) != sys.prefix


def search_path():
    """Return sys.path as site has it, who imports sitecustomize and reads .pth files: without the working
    directory, which Python puts first afterwards."""
    return sys.path[1:] if sys.path[:1] == [""] else list(sys.path)


def site_folders():
    """Return the folders of this environment whose .pth files are read, best first; paths as sys.path has them."""
    known = {}
    for item in search_path():
        known.setdefault(os.path.realpath(item), item)
    found = []
    for folder in _candidates():
        item = known.get(os.path.realpath(folder))
        if item is not None and os.path.isdir(item) and is_inside(item) and item not in found:
            found.append(item)
    return found


def _candidates():
    return _own_folders() + [item for item in search_path() if item != user_folder() and os.path.basename(item) in (
        "site-packages", "dist-packages")]


def _own_folders():
    try:
        import sysconfig        # 2.7+, 3.2+
        paths = sysconfig.get_paths()
        found = [paths["purelib"], paths["platlib"]]
    except ImportError:
        from distutils import sysconfig
        found = [sysconfig.get_python_lib(), sysconfig.get_python_lib(True)]
    if hasattr(site, "getsitepackages"):
        found += site.getsitepackages()
    return found


def _named_by_variable():
    items = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH") or ""
    return [os.path.realpath(item) for item in items.split(os.pathsep) if item]


def is_inside(path):
    """Whether *path* belongs to the environment that this interpreter runs in.

    Not what only PYTHONPATH names: that may be another environment's, which has its folder in this one's prefix.
    """
    real = os.path.realpath(path)
    if real in _named_by_variable() and real not in [os.path.realpath(item) for item in _own_folders()]:
        return False
    for prefix in (sys.prefix, sys.exec_prefix):
        if real.startswith(os.path.join(os.path.realpath(prefix), "")):
            return True
    if in_virtual_environment():
        return False
    try:
        import sysconfig
    except ImportError:
        return False
    # Homebrew's is outside of sys.prefix, and its sysconfig says so.
    paths = sysconfig.get_paths()
    return real in [os.path.realpath(paths[name]) for name in ("purelib", "platlib")]


def user_folder():
    """Return the user's own site-packages, whether it exists or not; None where there is none."""
    if hasattr(site, "getusersitepackages"):
        return site.getusersitepackages()
    return getattr(site, "USER_SITE", None)     # 2.6; old virtualenvs have neither


def user_folder_is_used():
    return bool(getattr(site, "ENABLE_USER_SITE", False))


def sitecustomizes():
    """Return the paths of what ``import sitecustomize`` could find, in the order in which it looks."""
    found, seen = [], set()
    for item in search_path():
        folder = os.path.abspath(item)
        if folder in seen:
            continue
        seen.add(folder)
        for name in ("sitecustomize", "sitecustomize.py", "sitecustomize.pyc"):
            path = os.path.join(folder, name)
            if os.path.isfile(os.path.join(path, "__init__.py")) or name != "sitecustomize" and (
                    os.path.isfile(path)):
                found.append(path)
                break
    return found


def folder_for(user):
    """Return the site-packages that activation writes to.

    :param user: whether the user's own is meant, and not the environment's.
    :raises ConfigurationError: where there is none that could be used.
    """
    if user:
        if not user_folder_is_used() or not user_folder():
            raise ConfigurationError("this interpreter does not look into a user's own site-packages (it is in a "
                                     "virtual environment, or runs with -s); leave --user out")
        return user_folder()
    found = site_folders()
    if not found:
        raise ConfigurationError("no site-packages of %s is on sys.path (does Python run with -S?); name the "
                                 "interpreter with --python" % sys.prefix)
    return ([folder for folder in found if os.access(folder, os.W_OK)] or found)[0]


def folder_for_sitecustomize(folder, user):
    """Return where a sitecustomize.py has to be in order to be imported: *folder*, if nothing comes before it.

    Debian and Homebrew have one beside the standard library.

    :param user: whether *folder* is the user's own: then no other is written to, whatever root might do there.

    :raises ConfigurationError: where one that is not this environment's comes first.
    """
    there = sitecustomizes()
    order = [os.path.abspath(item) for item in search_path()]
    if not there or os.path.abspath(folder) not in order:
        return folder
    first = os.path.dirname(there[0])
    if order.index(first) >= order.index(os.path.abspath(folder)):
        return folder
    # os.py's folder is the standard library's: a virtual environment has none of its own, or links to its files.
    own = [os.path.realpath(item) for item in site_folders() + [os.path.dirname(os.path.abspath(os.__file__))]]
    if user or not is_inside(first) or os.path.realpath(first) not in own or not os.access(first, os.W_OK):
        raise ConfigurationError("%s comes first on sys.path and is not to be changed from here, so a "
                                 "sitecustomize.py in %s would not be imported; use --via pth"
                                 % (there[0], folder))
    return first
