"""The virtualenvs of versions.py, made once and kept under .tox/realclients."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

KEPT = Path(__file__).resolve().parents[2] / ".tox" / "realclients"


class Cannot(Exception):
    """A set cannot be installed; the text says what pip said."""


class Environment:
    """`python` is its executable; `target` the folder with what must not be installed into it."""

    def __init__(self, folder):
        self.folder = folder
        self.python = str(folder / "bin" / "python")
        self.target = str(folder / "target")

    def site_packages(self):
        return str(next(self.folder.glob("lib/python*/site-packages")))

    def versions(self):
        """Installed packages as pip sees them, name to version."""
        command = [self.python, "-m", "pip", "list", "--format=json"]
        done = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, check=True)
        return {one["name"].lower(): one["version"] for one in json.loads(done.stdout)}


def make(interpreter, kind, kept=KEPT):
    """Return the Environment for a versions.Set on that interpreter, making it where it is not there.

    :param kept: the folder of the environments.
    :raises Cannot: where pip does not install it.
    """
    wanted = json.dumps([interpreter.facts["version"], kind.packages, kind.target])
    folder = kept / ("%s-%s" % (interpreter.facts["version"], kind.name))
    marker = folder / "made-for.json"
    kept.mkdir(parents=True, exist_ok=True)
    with open(str(folder) + ".lock", "w") as lock:      # xdist's workers race for it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists() or marker.read_text() != wanted:
            shutil.rmtree(str(folder), ignore_errors=True)
            # Its own pip, not one that it fetched since: that may not run on an old interpreter.
            _run([sys.executable, "-m", "virtualenv", "--quiet", "--no-download", "--pip", "embed",
                  "--setuptools", "embed", "--wheel", "embed", "-p", interpreter.executable, str(folder)])
            made = Environment(folder)
            pip = [made.python, "-m", "pip", "install", "--quiet", "--prefer-binary"]
            _run(pip + kind.packages)
            if kind.target:
                _run(pip + ["--no-deps", "--target", made.target] + kind.target)
            marker.write_text(wanted)
    return Environment(folder)


def environment():
    """What pip and virtualenv get: all but what would lead Python elsewhere."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV", "TOX_", "VERIFYSHIM"))}


def _run(command):
    done = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        raise Cannot("%s\n%s" % (" ".join(command), done.stdout.decode(errors="replace")[-3000:]))
