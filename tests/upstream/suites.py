"""The suites of requests, urllib3 and httplib2, from their source distributions, and what they need.

Their servers are on this machine; what else they ask for is not there, with verifyshim or without.
"""
import os
import subprocess
import sys
import tarfile

from ..conformance import interpreters
from ..realclients import virtualenvs, versions
from . import kept, runs

FOLDER = kept.REPOSITORY / ".tox" / "upstream-suites"


class Suite:
    """The tests of one release.

    :param arguments: for pytest, from the top of the source distribution.
    :param roots: files whose certificates the policy trusts, below the top, or None where there are none.
    """

    def __init__(self, package, version, arguments, roots=()):
        self.package, self.version, self.arguments, self.roots = package, version, list(arguments), roots

    def __repr__(self):
        return "%s %s" % (self.package, self.version)

    def source(self):
        """Return the folder with the unpacked source distribution; it is fetched once."""
        folder = FOLDER / "sources"
        top = folder / ("%s-%s" % (self.package, self.version))
        if not top.exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                            "--no-binary", self.package, "--dest", str(folder), str(self).replace(" ", "==")],
                           env=virtualenvs.environment(), check=True)
            with tarfile.open(str(top) + ".tar.gz") as archive:
                archive.extractall(str(folder / "unpacking"))
            os.replace(str(folder / "unpacking" / top.name), str(top))
        return top


# In one process and one order, without coverage.
_PLAIN = ["-p", "no:cacheprovider", "-p", "no:randomly", "-o", "addopts="]
_URLLIB3 = ["dummyserver/certs/cacert.pem"]
_HTTPLIB2 = ["tests/tls/ca.pem"]
_REQUESTS = ["tests/test_requests.py", "tests/test_lowlevel.py", "tests/test_testserver.py", "tests/test_utils.py",
             "tests/test_help.py", "tests/test_hooks.py", "tests/test_packages.py", "tests/test_structures.py"]

_OLD = [Suite("requests", "2.27.1", _PLAIN + _REQUESTS),
        Suite("urllib3", "1.26.20", _PLAIN + ["--timeout=60", "--ignore=test/appengine", "test"], _URLLIB3),
        Suite("httplib2", "0.22.0", _PLAIN + ["--noconftest", "--timeout=17", "--ignore=tests/_TODO_legacy", "tests"],
              _HTTPLIB2)]
_NEW = [Suite("requests", "2.32.4", _PLAIN + _REQUESTS + ["tests/test_adapters.py"]),
        Suite("urllib3", "2.5.0", _PLAIN + ["--timeout=60", "--ignore=test/contrib/emscripten", "test"], _URLLIB3),
        _OLD[2]]
SUITES = {"2.7": _OLD, "3.6": _OLD, "3.11": _NEW, "3.13": _NEW}

_PACKAGES = {
    "2.7": versions.OWN_2 + [
        "pytest==4.6.11", "pytest-timeout==1.4.2", "mock==3.0.5", "tornado==5.1.1", "PySocks==1.7.1", "flaky==3.7.0",
        "trustme==0.9.0", "cryptography==3.3.2", "pyOpenSSL==21.0.0", "python-dateutil==2.9.0.post0",
        "pytest-freezegun==0.4.2", "pytest-httpbin==1.0.0", "httpbin==0.7.0", "Flask==1.1.4", "Werkzeug==0.16.1",
        "pytest-mock==2.0.0", "future==0.18.3"],
    "3.6": versions.OWN_3 + [
        "pytest==6.2.5", "pytest-timeout==2.1.0", "mock==5.1.0", "tornado==6.1", "PySocks==1.7.1", "flaky==3.8.1",
        "trustme==0.9.0", "cryptography==40.0.2", "pyOpenSSL==23.2.0", "python-dateutil==2.9.0.post0",
        "pytest-freezegun==0.4.2", "pytest-httpbin==1.0.0", "httpbin==0.7.0", "Flask==1.1.4", "Werkzeug==0.16.1",
        "MarkupSafe==2.0.1", "pytest-mock==2.0.0", "future==0.18.3"],
    "3.7": versions.OWN_3 + [
        "pytest==8.3.5", "pytest-timeout==2.3.1", "pytest-httpbin==2.1.0", "httpbin==0.10.2", "flasgger==0.9.7.1",
        "trustme==1.2.1", "cryptography==44.0.2", "pyopenssl==25.0.0", "PySocks==1.7.1", "h2==4.2.0", "httpx==0.28.1",
        "hypercorn==0.17.3", "quart==0.20.0", "quart-trio==0.12.0", "trio==0.29.0", "anyio==4.9.0", "pytest-socket",
        "pytest-mock", "future==1.0.0"],
}


class Runner(runs.Process):
    """Runs a suite in the virtualenv of one interpreter. What runs.Runner is for CPython's own tests."""

    longest = 1500      # requests takes a minute, urllib3 several

    def __init__(self, row, suite):
        self.row, self.suite, self.version = row, suite, row["version"]
        self.name = "%s %s" % (row, suite.package)
        self._environment_made = None

    def names(self, module):
        """See runs.Runner.names."""
        return "", self.suite.package + "/"

    def run(self, module, column=None, skipped=(), only=None):
        """Return ``{test: Answer}``; see runs.Runner.run."""
        return self.answers("run_pytest.py", self.suite.arguments, column, skipped, only, self.suite.source())

    def executable(self):
        if self._environment_made is None:
            short = "%d.%d" % tuple(self.row["python"][:2])
            wanted = _PACKAGES[short if short in _PACKAGES else "3.7"] + [
                "%s==%s" % (suite.package, suite.version) for suite in SUITES[short]]
            kind = versions.Set("suites", wanted, ())
            self._environment_made = virtualenvs.make(self.row, kind, FOLDER / "environments")
        return self._environment_made.python

    def write_policy(self, path):
        """See Process.write_policy."""
        lines = ["[verifyshim]"]
        if self.suite.roots:
            bundle = path.with_suffix(".pem")
            bundle.write_text("\n".join((self.suite.source() / root).read_text() for root in self.suite.roots))
            lines.append("roots = certifi+%s" % bundle)
        path.write_text("\n".join(lines) + "\n")


def cases():
    """Every runner there is a suite for; of several interpreters of one version the latest."""
    latest = {}
    for row in interpreters.find():
        if row["implementation"] == "cpython" and not row.job and row["create_default_context"]:
            latest["%d.%d" % tuple(row["python"][:2])] = row
    for short, row in latest.items():
        for suite in SUITES.get(short, ()):
            yield Runner(row, suite)
