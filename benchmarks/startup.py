"""What activation costs a program that makes no connection: ``python -c pass``, bare and activated.

    tox -e benchmarks -- startup [--requests 50]

Each interpreter is started in turn bare, activated, and activated with fail-closed, all with the same packages
in a user's site-packages of their own. Figures are medians of CPU time (user and system) in ms.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from tests.conformance import harness

WAYS = ("bare", "activated", "fail-closed")
_OPTIONS = {"activated": (), "fail-closed": ("--fail-closed",)}
HEADER = "".join("%14s" % way for way in WAYS) + "%14s%8s" % ("added ms", "added")
_FOLDER = "import site; print(site.USER_SITE)"


def _environ(python, environ, folder, way):
    """Return the environment of one way, with its user's site-packages filled and, if it has to be, activated."""
    environ = dict(environ, PYTHONUSERBASE=os.path.join(folder, way), PYTHONDONTWRITEBYTECODE="")
    sources = environ.pop("PYTHONPATH").split(os.pathsep)
    site_packages = subprocess.run([python.executable, "-c", _FOLDER], env=environ, stdout=subprocess.PIPE,
                                   universal_newlines=True, check=True).stdout.strip()
    os.makedirs(site_packages)
    for source in sources:
        for name in os.listdir(source):
            if not name.startswith(("__pycache__", ".")):
                path = os.path.join(source, name)
                copy = shutil.copytree if os.path.isdir(path) else shutil.copy2
                copy(path, os.path.join(site_packages, name))
    if way in _OPTIONS:
        subprocess.run([python.executable, "-m", "verifyshim.__main__", "activate", "--user"]
                       + list(_OPTIONS[way]), env=environ, stdout=subprocess.DEVNULL, check=True)
    return environ


def _cpu(python, environ):
    """Return the ms of CPU time of one start."""
    process = subprocess.Popen([python.executable, "-c", "pass"], env=environ)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit("%s ended with status %d" % (python.executable, status))
    return (usage.ru_utime + usage.ru_stime) * 1000


def measure(python, environ, runs):
    """Return ``{way: median ms}``, the ways taken in turn."""
    with tempfile.TemporaryDirectory() as folder:
        environs = {way: _environ(python, environ, folder, way) for way in WAYS}
        times = {way: [] for way in WAYS}
        for turn in range(runs + 3):        # the first three warm up
            for way in WAYS:
                taken = _cpu(python, environs[way])
                if turn >= 3:
                    times[way].append(taken)
        return {way: sorted(found)[len(found) // 2] for way, found in times.items()}


def row(python, entry, url, environ, runs):
    if python.libraries:        # pyOpenSSL beside it makes no difference before ssl is imported
        environ = dict(environ, PYTHONPATH=os.pathsep.join(
            map(str, [harness.PACKAGE_FOLDER, harness.client_libraries(python.facts)])))
    median = measure(python, environ, runs)
    added = max(median["activated"], median["fail-closed"]) - median["bare"]
    sys.stdout.flush()
    return ("".join("%14.2f" % median[way] for way in WAYS)
            + "%14.2f%7.1f%%" % (added, 100 * added / median["bare"]))
