"""Results of earlier runs, so that a run only does what is missing: a file for each interpreter, module and column.

A result holds as long as what it was measured with is the same: verifyshim's own sources and the files here that
have a part in it. ``--any-code`` takes results of other sources too, and the table says how many there were;
``--redo`` measures again whatever is there.
"""
import datetime
import functools
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / ".tox" / "upstream-results"
# What no program loads at run time.
_APART = ("codemod", "report", "cli")
_HERE = ("inside/run_module.py", "inside/run_pytest.py", "policy.py")


def _sources(package):
    return [path for path in sorted(package.rglob("*.py")) if path.relative_to(package).parts[0] not in _APART]


@functools.lru_cache(maxsize=None)
def shim():
    """Return a folder for PYTHONPATH with a copy of verifyshim, so that a run sees the same sources to its end."""
    folder = Path(tempfile.mkdtemp(prefix="verifyshim-upstream-shim-"))
    package = REPOSITORY / "compat" / "verifyshim"
    for path in _sources(package):
        copy = folder / "verifyshim" / path.relative_to(package)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(path), str(copy))
    return folder


def forget_shim():
    """Take the copy away, at the end of the run."""
    if shim.cache_info().currsize:
        shutil.rmtree(str(shim()))
        shim.cache_clear()


@functools.lru_cache(maxsize=None)
def code():
    """Return a digest of all that a result depends on."""
    digest = hashlib.sha256()
    here = [Path(__file__).resolve().parent / name for name in _HERE]
    hook = REPOSITORY / "contrib" / "sitecustomize" / "sitecustomize.py"
    for path in _sources(shim() / "verifyshim") + here + [hook]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def counts(results):
    """Put the counts of this run in the place of earlier ones for the same; return the path of the file."""
    path = FOLDER / "counts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(path.read_text()) if path.exists() else []
    which = ("row", "module", "column")
    merged = dict((tuple(result[name] for name in which), result) for result in known + results)
    path.write_text(json.dumps(list(merged.values()), indent=1))
    return path


class Kept:
    """The results.

    :param redo: measure everything once more; *any_code*: take results of other sources too.
    """

    def __init__(self, redo=False, any_code=False, folder=FOLDER):
        self._folder, self._redo, self._any_code = folder, redo, any_code
        self._made = set()

    def get(self, names, depends, make):
        """Return the result that *names*, a tuple of texts, stands for.

        :param depends: what it was measured with, for JSON; another result does not count.
        :param make: ``make()`` measures it: a dict for JSON.
        """
        path = self._path(names)
        if path.exists() and (not self._redo or names in self._made):
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["depends"] == depends and (self._any_code or found["code"] == code()):
                return found
        now = datetime.datetime.now().isoformat("T", "microseconds")
        return self.put(names, dict(make(), code=code(), when=now, depends=depends))

    def put(self, names, result):
        """Keep *result*, and return it."""
        path = self._path(names)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new-%d" % os.getpid())
        new.write_text(json.dumps(result), encoding="utf-8")
        os.replace(str(new), str(path))
        self._made.add(names)
        return result

    def _path(self, names):
        return self._folder.joinpath(*names[:-1]) / (names[-1] + ".json")
