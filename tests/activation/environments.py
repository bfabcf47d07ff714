"""Environments to activate, made as people make them: virtualenvs, a user's site-packages, whole interpreters.

All of them belong to copies: nothing is activated in a real interpreter, nor in what is made of one, so that no
mistake of ours is written there; `reality` looks whether that is so.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ..conformance import interpreters
from ..conformance.harness import PACKAGE_FOLDER, client_libraries

ROWS = [row for row in interpreters.find() if row["implementation"] == "cpython" and not row.job]
BARE, ACTIVE = "False", "True"
# What is active in a process, and what it has imported: in one line, and on any interpreter.
PROBE = """
import sys
startup = sys.modules.get("verifyshim.startup")
settings = startup and startup.State.settings
early = [name for name in ("ssl", "socket", "http", "httplib", "urllib", "urllib2", "six") if sys.modules.get(name)]
print("%s|%s" % (bool(settings and not startup.State.trouble), ",".join(early)))
"""
# A program that pasted the line everybody pastes, and says what came of it.
PROGRAM = """
import sys
try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen
import ssl
if hasattr(ssl, "_create_unverified_context"):
    ssl._create_default_https_context = ssl._create_unverified_context
try:
    print(urlopen(sys.argv[1], timeout=30).read().decode())
except IOError:
    print(sys.exc_info()[1])
"""


class Done:
    """What became of a process: `status`, `out`, `err`, and `lines` of standard error that are not empty."""

    def __init__(self, command, environ, **settings):
        done = subprocess.run([str(part) for part in command], env=environ, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, **settings)
        self.status, self.out = done.returncode, done.stdout.decode(errors="replace")
        self.err = done.stderr.decode(errors="replace")
        self.lines = [line for line in self.err.splitlines() if line.strip()]

    def __repr__(self):
        return "status %s\n%s\n%s" % (self.status, self.out[-3000:], self.err[-3000:])


class Environment:
    """An interpreter with verifyshim installed: `python`, its `site_packages`, and `environ` to start it with."""

    def __init__(self, row, python, site_packages, **environ):
        self.row, self.python, self.site_packages = row, str(python), Path(site_packages)
        self.environ = interpreters.clean_environment(**environ)
        self.options = []       # of activate, beside what a test passes
        self.site_packages.mkdir(parents=True, exist_ok=True)
        fill(self.site_packages, row)

    def run(self, *arguments, **environ):
        return Done((self.python,) + arguments, dict(self.environ, **environ), cwd="/")

    def verb(self, verb, *arguments, **environ):
        return self.run("-m", "verifyshim.__main__", verb, *arguments, **environ)

    def activate(self, *arguments, **environ):
        done = self.verb("activate", *(tuple(self.options) + arguments), **environ)
        assert done.status == 0, done
        return done

    def deactivate(self, *arguments):
        done = self.verb("deactivate", *(tuple(self.options) + arguments))
        assert done.status == 0, done
        return done

    def state(self, *flags, **environ):
        """Return ``(is it active, what was imported)`` of a fresh start; it must be silent."""
        done = self.run(*(flags + ("-c", PROBE)), **environ)
        assert done.status == 0 and not done.lines, done
        active, early = done.out.strip().splitlines()[-1].split("|")
        return active == ACTIVE, early

    def files(self):
        """Return what is in site-packages, but for compiled files of what is there: path -> content."""
        return snapshot(self.site_packages)


def snapshot(folder):
    found = {}
    for path in sorted(Path(folder).iterdir()):
        if path.is_symlink():
            found[path.name] = "-> " + os.readlink(str(path))
        elif path.is_file():
            source = path.with_suffix(".py")
            if path.suffix not in (".pyc", ".pyo") or not source.exists():
                found[path.name] = path.read_bytes()
        elif path.name == "__pycache__":
            found.update((item.name, b"") for item in path.iterdir() if "verifyshim" in item.name
                         or "sitecustomize" in item.name and not (folder / "sitecustomize.py").exists())
    return found


def fill(site_packages, row, package=True):
    """Put verifyshim and what it needs there, as pip would."""
    sources = [client_libraries(row.facts)] + ([PACKAGE_FOLDER] if package else [])
    for source in sources:
        for path in Path(source).iterdir():
            target = site_packages / path.name
            if path.is_dir() and path.name != "__pycache__":
                shutil.copytree(str(path), str(target), dirs_exist_ok=True,
                                ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "codemod"))
            elif path.suffix == ".py":
                shutil.copy2(str(path), str(target))


def virtual(row, folder):
    """A venv, or where there is none, a virtualenv of the last release that makes them for 2.7.

    Of a copy of the interpreter, so that what an environment's activation must not touch is no real one's.
    """
    system = bare(row, folder.with_name(folder.name + "-system"))
    if row["python"] >= [3, 4]:
        subprocess.run([str(system), "-m", "venv", "--without-pip", str(folder)], check=True, timeout=300,
                       env=interpreters.clean_environment())
    else:
        subprocess.run([sys.executable, "-m", "virtualenv", "-q", "--no-periodic-update", "--no-pip", "--no-setuptools",
                        "--no-wheel", "-p", str(system), str(folder)], check=True, timeout=300)
    return Environment(row, folder / "bin" / "python", library(row, folder) / "site-packages")


def can_be_virtual(row):
    """virtualenv 20 makes none for 2.6 and 3.3."""
    return row["python"] >= [3, 4] or row["python"][:2] == [2, 7]


def library(row, prefix):
    return Path(prefix) / "lib" / ("python%d.%d" % tuple(row["python"][:2]))


def user(row, folder):
    """An interpreter with a user's site-packages of the test's own."""
    system = bare(row, folder.with_name(folder.name + "-system"))
    environment = Environment(row, system, library(row, folder) / "site-packages", PYTHONUSERBASE=str(folder))
    environment.options = ["--user"]
    return environment


def bare(row, folder, sitecustomize=True):
    """The interpreter under another prefix: its binary, and links to all of its library but site-packages.

    :param sitecustomize: whether it is to have one where the real one has: Debian's is a link into /etc, here
        to a copy.
    """
    real = Path(os.path.realpath(row.executable))
    name = "python%d.%d" % tuple(row["python"][:2])
    source, target = real.parent.parent / "lib" / name, folder / "lib" / name
    (folder / "bin").mkdir(parents=True)
    target.mkdir(parents=True)
    shutil.copy2(str(real), str(folder / "bin" / name))
    (folder / "bin" / "python").symlink_to(name)
    for path in source.iterdir():
        if path.name not in ("site-packages", "dist-packages", "sitecustomize.py", "__pycache__"):
            (target / path.name).symlink_to(path)
    # Or each start would compile the standard library; links one by one, as activation removes .pyc files there.
    (target / "__pycache__").mkdir()
    for path in source.glob("__pycache__/*"):
        if not path.name.startswith(("sitecustomize", "_verifyshim")):
            (target / "__pycache__" / path.name).symlink_to(path)
    if sitecustomize and (source / "sitecustomize.py").exists():
        (folder / "etc").mkdir()
        shutil.copy2(str(source / "sitecustomize.py"), str(folder / "etc" / "sitecustomize.py"))
        (target / "sitecustomize.py").symlink_to(folder / "etc" / "sitecustomize.py")
    if (real.parent.parent / "include").exists():       # 2.x's sysconfig and distutils read from there
        (folder / "include").symlink_to(real.parent.parent / "include")
    return folder / "bin" / name


def copied(row, folder):
    """A whole interpreter with verifyshim in its site-packages, and no sitecustomize."""
    python = bare(row, folder, sitecustomize=False)
    # Debian's is not called site-packages. 2.6 cannot be asked like this.
    done = Done([python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
                interpreters.clean_environment())
    site_packages = Path(done.out.strip() or library(row, folder) / "site-packages")
    assert folder in site_packages.parents, "the copy of %s takes %s for its own" % (row, site_packages)
    return Environment(row, python, site_packages)


def alone(row, folder):
    """The row of an interpreter copied there, which has no sitecustomize and nobody else's packages."""
    return of(row, bare(row, folder, sitecustomize=False))


def of(row, python):
    """The row of a copy."""
    return interpreters.Interpreter(dict(row.facts, executable=str(python)))
