"""What activation could change in the real interpreters of this machine, where nothing of it may change.

These tests run as root at times, who may write anywhere: in the session that wrote them, ``activate --user`` put
its files beside Debian's standard library, where sitecustomize.py is a link into /etc.
"""
import functools
import hashlib
import os
import stat
from pathlib import Path

from .environments import ROWS, Done
from ..conformance import interpreters

_ASK = """
import site, sys
own = getattr(site, "getusersitepackages", lambda: getattr(site, "USER_SITE", None))()
print("|".join(sys.path + [own or ""]))
"""
_STEMS = ("sitecustomize", "usercustomize", "verifyshim", "_verifyshim")
_ENDS = (".pth", ".start", ".verifyshim-kept")


@functools.lru_cache(maxsize=None)
def folders(python):
    """Where an interpreter looks for modules, without anybody's PYTHONPATH, and its user's site-packages."""
    done = Done([python, "-E", "-c", _ASK], interpreters.clean_environment())
    assert done.status == 0, done
    return [Path(item) for item in done.out.strip().split("|") if item and not item.endswith(".zip")]


def everywhere():
    """Return the folders of all real interpreters."""
    return sorted({folder for row in ROWS for folder in folders(row.executable)})


def state(places):
    """Return what is there of the files that an interpreter reads at its start: path -> what it is."""
    found = {}
    for folder in places:
        for each in (folder, folder / "__pycache__"):
            try:
                names = os.listdir(str(each))
            except OSError:     # a user's, that does not exist
                continue
            for name in names:
                if name.startswith(_STEMS) or name.endswith(_ENDS):
                    found[str(each / name)] = _what(str(each / name))
    return found


def _what(path):
    try:
        now = os.lstat(path)
        link = "link to %s, " % os.readlink(path) if stat.S_ISLNK(now.st_mode) else ""
        if os.path.isdir(path) or not os.path.exists(path):
            return "%s%o, no file" % (link, now.st_mode)
        with open(path, "rb") as stream:
            return "%s%o, %s" % (link, now.st_mode, hashlib.sha256(stream.read()).hexdigest())
    except OSError:
        return "gone meanwhile"


def changes(before, after):
    """Return a line for each difference of two states."""
    return ["%s: was %s, is %s" % (path, before.get(path, "not there"), after.get(path, "not there"))
            for path in sorted(set(before) | set(after)) if before.get(path) != after.get(path)]
