"""Find the interpreters that the clients run under, and what each of them can do.

Looked at in this order, so that an interpreter named by hand wins over a duplicate found elsewhere:
``VERIFYSHIM_PYTHONS`` (executables, separated by commas or os.pathsep), pyenv's versions, then PATH.
"""

import functools
import json
import os
import subprocess
from pathlib import Path

from . import libraries

HERE = Path(__file__).resolve().parent
PROBE = HERE / "clients" / "probe.py"

# Families whose absence is said aloud at the end of a run: a skip that nobody sees is a gap nobody closes.
WELL_KNOWN = (["2.6", "2.7 before 2.7.9", "2.7", "3.3", "3.4 before 3.4.3"]
              + ["3.%d" % minor for minor in range(5, 16)] + ["pypy", "pypy3", "jython"])
ON_PATH = (["python2.6", "python2.7"] + ["python3.%d" % minor for minor in range(3, 16)]
           + ["pypy", "pypy3", "jython"])


class Interpreter:
    """One row of the table: an executable, its facts, and extra keys for the client's job.

    `job` is merged into every job: the stand-in row uses it to hide newer ssl features. `libraries` are
    folders for PYTHONPATH beyond what every client needs.
    """

    def __init__(self, facts, job=None, name=None, libraries=()):
        self.facts = facts
        self.job = job or {}
        self.libraries = list(libraries)
        prefix = "" if facts["implementation"] == "cpython" else facts["implementation"] + "-"
        self.name = name or prefix + facts["version"]
        self.executable = facts["executable"]

    def __getitem__(self, fact):
        return self.facts.get(fact, False)

    def __repr__(self):
        return self.name

    @property
    def family(self):
        """The WELL_KNOWN entries this interpreter makes present."""
        if self["implementation"] != "cpython":
            return {self["implementation"]}
        if self.job:
            return set()
        short = "%d.%d" % tuple(self["python"][:2])
        if self["_create_default_https_context"]:
            return {short}
        return {short, short + " before 2.7.9", short + " before 3.4.3"}


def clean_environment(**extra):
    """A small environment without anything that names roots, proxies or Python settings.

    The machines this runs on often set SSL_CERT_FILE and friends: a client must not inherit them.
    """
    kept = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "JAVA_HOME")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # 2.6-2.7.8 keep roots as files there; not in the home of whoever runs the tests.
    cache = HERE.parent.parent / ".tox" / "conformance-cache"
    environment.update(LANG="C.UTF-8", PYTHONDONTWRITEBYTECODE="1", XDG_CACHE_HOME=str(cache))
    environment.update(extra)
    return environment


def ask(executable, **environment):
    """Facts of `executable` as a dict, or a string saying why it cannot be used."""
    try:
        done = subprocess.run([str(executable), str(PROBE)], env=clean_environment(**environment), timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # The last line: Jython may announce things before it.
        return json.loads(done.stdout.decode().strip().splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    except (IndexError, ValueError):
        # A pyenv shim for a version that is not selected ends here.
        return (done.stderr.decode(errors="replace").strip() or "exit status %d" % done.returncode)


def named_by_hand():
    """Executables in VERIFYSHIM_PYTHONS; an entry that cannot be used is an error, not a skip."""
    wanted = os.environ.get("VERIFYSHIM_PYTHONS", "").replace(",", os.pathsep)
    for executable in filter(None, (part.strip() for part in wanted.split(os.pathsep))):
        facts = ask(executable)
        if isinstance(facts, str):
            raise RuntimeError("VERIFYSHIM_PYTHONS: %s cannot be used: %s" % (executable, facts))
        if not facts["ssl"]:
            raise RuntimeError("VERIFYSHIM_PYTHONS: %s has no ssl module" % executable)
        yield facts


def found_around():
    """Facts of the interpreters under pyenv and on PATH; what does not run is passed over."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = sorted(pyenv.glob("versions/*/bin/python"))
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidates.extend(Path(folder, name) for name in ON_PATH)
    asked = set()
    for executable in candidates:
        # A pyenv shim's real path is shared by no interpreter, so each shim is asked once by its own name.
        real = executable.resolve()
        if real in asked or not os.access(str(executable), os.X_OK):
            continue
        asked.add(real)
        facts = ask(executable)
        if isinstance(facts, dict) and facts["ssl"]:
            yield facts


def stand_in(facts):
    """2.7.18 with what came after 2.7.8 hidden: the same code paths where no old interpreter is at hand.

    It is named for what it is. Its OpenSSL, its socket code and its bug fixes are 2.7.18's.
    """
    hidden = dict(facts, SSLContext=False, CertificateError=False, create_default_context=False, sni=False,
                  _create_unverified_context=False, _create_default_https_context=False,
                  _https_verify_certificates=False, PYTHONHTTPSVERIFY=False, context=False,
                  verify_flags=False)
    return Interpreter(hidden, {"hide_ssl_features": True}, "%s stand-in for 2.7.8" % facts["version"])


def with_pyopenssl(row):
    """The same row with pyOpenSSL installed: SNI and whatever TLS versions that brings."""
    folder = libraries.tls_libraries(row.facts)
    needed = os.pathsep.join([str(folder), str(libraries.client_libraries(row.facts))])    # that needs six
    facts = ask(row.executable, PYTHONPATH=needed)
    if isinstance(facts, str) or not facts["pyopenssl"]:
        raise RuntimeError("%s cannot use pyOpenSSL from %s: %s" % (row, folder, facts))
    facts = dict(row.facts, openssl=facts["pyopenssl"], TLSv1_3=facts["pyopenssl_TLSv1_3"], sni=True)
    return Interpreter(facts, dict(row.job, pyopenssl=True), row.name + " + pyOpenSSL", [folder])


def with_its_pyopenssl(rows):
    """Each row, and behind it its twin with pyOpenSSL if its ssl has no SSLContext."""
    for row in rows:
        yield row
        if row["implementation"] == "cpython" and not row["SSLContext"] and row["python"][0] == 2:
            if not libraries.without_wheels(row.facts):
                yield with_pyopenssl(row)


@functools.lru_cache(maxsize=None)
def find():
    """All interpreters, one per implementation and full version, oldest first, then the stand-in."""
    found = {}
    for facts in list(named_by_hand()) + list(found_around()):
        found.setdefault((facts["implementation"], tuple(facts["python"])), facts)
    rows = [Interpreter(found[key]) for key in sorted(found)]
    hosts = [row for row in rows if row["implementation"] == "cpython" and row["version"].startswith("2.7.")
             and row["_create_default_https_context"]]
    return list(with_its_pyopenssl(rows + [stand_in(row.facts) for row in hosts[-1:]]))


def absent():
    """Well-known families that no interpreter here stands for."""
    present = set()
    for row in find():
        present |= row.family
    missing = [family for family in WELL_KNOWN if family not in present]
    without = [row for row in find() if not row["SSLContext"] and libraries.without_wheels(row.facts)]
    return missing + ["%s + pyOpenSSL (%s)" % (row, libraries.without_wheels(row.facts)) for row in without]
