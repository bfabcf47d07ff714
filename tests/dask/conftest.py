"""A scheduler of Dask distributed and its workers, as processes of their own, on the loopback."""
import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from tests.codemod import processes

LIMIT = 60      # seconds that a process may take to be there
# What a worker runs in place of remote.look, put there by a sitecustomize of its own.
_PATCHED = """
import os, sys
sys.path[:0] = [%(packages)r]
from verifyshim.codemod import remote
_look = remote.look

def look(request):
    with open(%(marker)r, "w") as handle:
        handle.write(request["path"])
    %(deed)s
    return _look(request)
look.__module__ = remote.__name__
remote.look = look
"""
HANG = "__import__('threading').Event().wait()"
DIE = "'deadly' in request['path'] and os.kill(os.getpid(), 9)"


class Cluster(object):
    """One scheduler; ``worker()`` adds workers. Everything is ended by ``close``."""

    def __init__(self, folder, **environ):
        self.folder = folder
        self.count = 0
        self.scheduler = self._start("scheduler", ["--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                                   "--scheduler-file", str(folder.join("scheduler.json"))],
                                     environ)
        self.processes = [self.scheduler]
        self.address = json.loads(wait(folder.join("scheduler.json"), self.scheduler))["address"]

    @property
    def name(self):
        return "dask://" + self.address.split("://")[1]

    def _start(self, kind, arguments, more):
        self.count += 1
        home = self.folder.mkdir("%s%d" % (kind, self.count))
        environ = processes.environment(**more)
        with open(str(home.join("log")), "wb") as log:
            return subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_%s" % kind] + arguments,
                                    cwd=str(home), env=environ, stdin=subprocess.DEVNULL, stdout=log,
                                    stderr=log)

    def worker(self, deed=None, packages=processes.PACKAGES):
        """Start a worker, in a folder of its own; return (process, path of what it writes when it gets a file).

        :param deed: source of what it does with each file first.
        :param packages: where it has verifyshim from.
        """
        own = self.folder.mkdir("own%d" % self.count)
        marker = own.join("marker")
        if deed is not None:
            own.join("sitecustomize.py").write(_PATCHED % {"packages": packages, "marker": str(marker),
                                                           "deed": deed})
        ready = own.join("ready")
        own.join("preload.py").write("def dask_setup(worker):\n    open(%r, 'w').close()\n" % str(ready))
        process = self._start("worker", [self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard",
                                         "--host", "127.0.0.1", "--local-directory", str(own),
                                         "--preload", str(own.join("preload.py"))],
                              {"PYTHONPATH": os.pathsep.join([str(own), packages])})
        self.processes.append(process)
        wait(ready, process)
        return process, marker

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


def wait(path, process):
    """Return the text of a file as soon as it is there."""
    end = time.time() + LIMIT
    while time.time() < end:
        if path.check():
            return path.read()
        assert process.poll() is None, "it ended with %d" % process.returncode
        time.sleep(0.05)
    raise AssertionError("%s is not there after %d seconds" % (path, LIMIT))


@pytest.fixture
def cluster(tmpdir_factory):
    made = Cluster(tmpdir_factory.mktemp("cluster"))
    yield made
    made.close()


@pytest.fixture
def unforgiving(tmpdir_factory):
    """A Cluster that gives a file up with the first worker it kills; by default that takes four."""
    made = Cluster(tmpdir_factory.mktemp("cluster"), DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    yield made
    made.close()


@pytest.fixture
def tree(tmpdir):
    """A folder with files that are rewritten, reported, left alone, and no Python at all."""
    folder = tmpdir.mkdir("tree")
    for number in range(40):
        folder.join("bad%02d.py" % number).write(processes.BAD + "# %d\n" % number)
    folder.join("reported.py").write(processes.REPORTED)
    folder.join("good.py").write(processes.GOOD)
    folder.join("broken.py").write(processes.BAD + "def (:\n")
    folder.mkdir("sub").join("setup.cfg").write("[verifyshim:codemod]\nignore = VS201\n")
    folder.join("sub", "ignored.py").write(processes.BAD)
    return folder


@pytest.fixture
def other_version(tmpdir):
    """A folder with a verifyshim of another version."""
    folder = tmpdir.mkdir("other")
    shutil.copytree(os.path.join(processes.PACKAGES, "verifyshim"), str(folder.join("verifyshim")),
                    ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
    front = folder.join("verifyshim", "__init__.py")
    lines = front.read().splitlines(True)
    front.write("".join('__version__ = "0.0.1"\n' if line.startswith("__version__ =") else line
                        for line in lines))
    return folder
