"""The codemod run over copies of whole releases, as its users run it."""
import collections
import json
import os
import shutil
import subprocess
import sys

from . import packages, rows

Outcome = collections.namedtuple("Outcome", "row held how")


class Release(object):
    """One release before and after: ``results()`` judges its rows."""

    def __init__(self, name, version, cache, folder):
        self.label = "%s-%s" % (name, version)
        self.original = packages.fetch(name, version, cache)
        self.safe, self.said = self._rewritten(folder, "safe")
        self.unsafe, _ = self._rewritten(folder, "unsafe", "--unsafe")

    def _rewritten(self, folder, kind, *arguments):
        copy = os.path.join(folder, kind, self.label)
        shutil.copytree(self.original, copy, symlinks=True)
        return copy, run(copy, *arguments)

    def outcomes(self, wanted):
        """Return the Outcomes of the Rows *wanted*."""
        found = {}
        for item in self.said["findings"]:
            path = os.path.relpath(os.path.join(self.safe, item["path"]), self.safe)
            found.setdefault(path, []).append((item["line"], item["end_line"], item["rule"]))
        return [Outcome(row, *self._outcome(row, found.get(row.path, ()))) for row in wanted]

    def _outcome(self, row, found):
        old = _content(self.original, row.path)
        if old is None:
            return False, "the release has no such file"
        safe, unsafe = (rows.Change(old, _content(copy, row.path)) for copy in (self.safe, self.unsafe))
        return rows.judge(rows.Place(row, old), safe, unsafe, found)

    def errors(self):
        return ["%s:%s: %s" % (item["path"], item["line"], item["message"]) for item in self.said["errors"]]

    def again(self):
        """The paths that another run with --unsafe changes: none, as the first one came to an end."""
        said = run(self.unsafe, "--unsafe")
        return sorted(set(item["path"] for item in said["findings"] if item["applied"]))


def run(folder, *arguments):
    """Rewrite all of *folder* and return what ``python -m verifyshim.codemod`` says in JSON."""
    # From inside, as the way to a copy is nobody's business: what lies below "tests" is taken for tests.
    command = [sys.executable, "-m", "verifyshim.codemod", "--write", "--format", "json"]
    command += list(arguments) + ["."]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    if process.returncode not in (0, 1, 2) or not out.strip():
        raise RuntimeError("the codemod ended with %s in %s: %s" % (
            process.returncode, folder, err.decode("utf-8", "replace")))
    return json.loads(out.decode("utf-8"))


def _content(folder, path):
    full = os.path.join(folder, path)
    if not os.path.isfile(full):
        return None
    with open(full, "rb") as handle:
        return handle.read()
