"""Activation beside what else hooks into start-up and imports, with the real packages; tox -e coexistence.

Each environment is made by that interpreter's own pip, so an index has to be reachable.
"""
import os
import shutil
import subprocess
import sys

import pytest

from . import environments
from .environments import PROGRAM, ROWS
from ..conformance.harness import REPOSITORY

ROWS = [row for row in ROWS if row.name in ("2.7.18", "3.6.15", "3.13.0")]
# Not one environment for all: pip-system-certs puts its roots into every process.
PACKAGES = ["requests", "coverage", "gevent", "eventlet", "wrapt", "autowrapt",
            "ipaddress; python_version < '3'"]      # without which requests of 2.7 compares no addresses
SYSTEM_CERTS = ["pip-system-certs", "requests"]
TIMEOUT = 900
# virtualenv's own, whatever it has fetched since: a newer pip may not even start there.
WHEELS = {"VIRTUALENV_PIP": "embed", "VIRTUALENV_SETUPTOOLS": "embed", "VIRTUALENV_WHEEL": "embed"}
REQUESTS = """
import sys, warnings
warnings.simplefilter("ignore")
import requests
try:
    print(requests.get(sys.argv[1], timeout=30, verify=%s).text)
except requests.exceptions.SSLError:
    print(sys.exc_info()[1])
"""
# Theirs and ours wait for the same module; each kind of hook that wrapt has known.
WRAPT = """
import sys, wrapt
seen = []
for name in ("ssl", "smtplib"):
    getattr(wrapt, "register_post_import_hook")(lambda module: seen.append(module.__name__), name)
import smtplib, ssl, verifyshim
patched = verifyshim.status()["patched"]
print(sorted(seen) == ["smtplib", "ssl"] and "SMTP.starttls" in patched and any("wrap_socket" in p for p in patched))
"""


# What python-certifi-win32 does: once certifi is imported, where() names a file of the machine's own roots.
CERTIFI = """
import sys, wrapt

def replace(certifi):
    certifi.where = lambda: %r
    certifi.contents = lambda: open(%r).read()

wrapt.register_post_import_hook(replace, "certifi")
"""


def made(row, folder, packages):
    """A virtual environment with pip, verifyshim installed by it, and more."""
    system = environments.bare(row, folder.with_name(folder.name + "-system"))
    if row["python"][0] > 2:
        subprocess.run([str(system), "-m", "venv", str(folder)], check=True, timeout=TIMEOUT)
    else:
        subprocess.run([sys.executable, "-m", "virtualenv", "-q", "--no-periodic-update", "-p", str(system),
                        str(folder)], check=True, timeout=TIMEOUT, env=dict(os.environ, **WHEELS))
    environment = environments.Environment.__new__(environments.Environment)
    environment.row, environment.python, environment.options = row, str(folder / "bin" / "python"), []
    environment.site_packages = environments.library(row, folder) / "site-packages"
    environment.environ = environments.interpreters.clean_environment()
    checkout = folder / "checkout"
    shutil.copytree(str(environments.PACKAGE_FOLDER), str(checkout / "compat"),
                    ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", "*.pyc"))
    for name in ("setup.py", "setup.cfg", "README.md"):
        shutil.copy2(str(REPOSITORY / name), str(checkout))
    if row["python"][:2] == [3, 6]:     # its own takes releases that do not run there (toolchain.md)
        pip(environment, "install", "pip==21.3.1")
    pip(environment, "install", str(checkout), *packages)
    return environment


def pip(environment, *arguments, **environ):
    """Run the environment's pip, with whatever this machine needs to reach an index."""
    done = environments.Done([environment.python, "-m", "pip"] + list(arguments),
                             dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **environ), cwd="/")
    assert done.status == 0, done
    return done


@pytest.fixture(scope="module", params=ROWS, ids=repr)
def environment(request, tmp_path_factory):
    made_once = made(request.param, tmp_path_factory.mktemp("env") / "env", PACKAGES)
    made_once.activate()
    return made_once


def judge(environment, farm, label, program, flags=(), **environ):
    """Return how many requests of *program* arrived at the good server, and at the one nobody knows."""
    seen = []
    for name in ("ipv4", "unknown-root"):
        server, cell = farm.servers[name], "cell-%s-%s-%s" % (environment.row, label, name)
        environ.setdefault("SSL_CERT_FILE", farm.pki.roots_file)
        environ.setdefault("REQUESTS_CA_BUNDLE", farm.pki.roots_file)
        done = environment.run(*(tuple(flags) + ("-c", program, "https://127.0.0.1:%d/%s" % (
            server.server_address[1], cell))), **environ)
        assert done.status == 0 and "NOT verified" not in done.err, done
        farm.settle()
        seen.append(server.requests.count(cell))
    return tuple(seen)


def test_requests(environment, farm):
    assert judge(environment, farm, "requests", REQUESTS % True) == (1, 0)
    # The program's own decision: allowed in enforce, not in strict.
    assert judge(environment, farm, "unverified", REQUESTS % False) == (1, 1)
    assert judge(environment, farm, "strict", REQUESTS % False, VERIFYSHIM_MODE="strict") == (1, 0)


@pytest.mark.parametrize("mode", ["enforce", "strict"])
def test_pip_installs(environment, mode, tmp_path):
    pip(environment, "install", "--no-deps", "--no-cache-dir", "--target", str(tmp_path / mode), "six",
        VERIFYSHIM_MODE=mode)
    assert (tmp_path / mode / "six.py").exists()


@pytest.mark.parametrize("prelude", ["from gevent import monkey; monkey.patch_all()",
                                     "import ssl\nfrom gevent import monkey; monkey.patch_all()",
                                     "import eventlet; eventlet.monkey_patch()",
                                     "import urllib3, requests"], ids=["gevent", "ssl-gevent", "eventlet", "urllib3"])
def test_monkey_patching(environment, farm, prelude):
    done = environment.run("-c", prelude)
    bare = environment.run("-S", "-c", "import sys; sys.path.append(%r); %s"
                           % (str(environment.site_packages), prelude.replace("\n", "; ")))
    if done.status and bare.status:
        pytest.skip("does not work here without us either: %s" % bare.lines[-1:])
    assert done.status == 0, done
    label = prelude.split()[1].strip(";,")
    for mode in ("enforce", "strict"):
        assert judge(environment, farm, "%s-%d-%s" % (label, len(prelude), mode), prelude + "\n" + PROGRAM,
                     VERIFYSHIM_MODE=mode) == (1, 0)


def test_coverage_of_subprocesses(environment, farm, tmp_path):
    """coverage's .pth starts before ours, and what we import is measured like anything else."""
    (tmp_path / "rc").write_text(u"[run]\ndata_file = %s\nparallel = True\n" % (tmp_path / "data"))
    if not list(environment.site_packages.glob("*coverage*.pth")):
        (environment.site_packages / "a1_coverage.pth").write_text(u"import coverage; coverage.process_startup()\n")
    (tmp_path / "program.py").write_text(u"import ssl, smtplib, sys\nprint('ran')\n")
    done = environment.run(str(tmp_path / "program.py"), COVERAGE_PROCESS_START=str(tmp_path / "rc"))
    assert done.status == 0 and done.out == "ran\n" and not done.lines, done
    assert list(tmp_path.glob("data*")), "coverage measured nothing"
    assert judge(environment, farm, "coverage", PROGRAM, COVERAGE_PROCESS_START=str(tmp_path / "rc")) == (1, 0)


def test_other_import_hooks(environment, farm):
    done = environment.run("-c", WRAPT)
    assert done.out == "True\n" and not done.lines, done
    # autowrapt's, which wraps what site does at the end, before or after ours.
    assert environment.state(AUTOWRAPT_BOOTSTRAP="nothing")[0]
    assert judge(environment, farm, "autowrapt", PROGRAM, AUTOWRAPT_BOOTSTRAP="nothing") == (1, 0)


@pytest.fixture
def certifi_hook(environment, farm):
    """In a .pth, as python-certifi-win32 has it: wrapt imports ssl before anybody imports certifi."""
    module = environment.site_packages / "hooks_certifi.py"
    starter = environment.site_packages / "hooks-certifi-init.pth"
    module.write_text(u"%s" % CERTIFI % (farm.pki.roots_file, farm.pki.roots_file))
    starter.write_text(u"import hooks_certifi\n")
    yield
    starter.unlink()
    module.unlink()


OWN_ROOTS = {"SSL_CERT_FILE": "", "REQUESTS_CA_BUNDLE": "", "VERIFYSHIM_ROOTS": "certifi"}


def test_certifi_that_a_hook_replaces(environment, farm, certifi_hook):
    assert judge(environment, farm, "certifi-hook", PROGRAM, **OWN_ROOTS) == (1, 0)


def test_certifi_that_nothing_replaces(environment, farm):
    assert judge(environment, farm, "certifi-own", PROGRAM, **OWN_ROOTS) == (0, 0)


def test_virtual_environments_are_made(environment, tmp_path):
    """And do not inherit the activation."""
    if environment.row["python"][0] > 2:
        done = environment.run("-m", "venv", str(tmp_path / "child"))
        assert done.status == 0 and not done.lines, done
        child = environments.Done([tmp_path / "child" / "bin" / "python", "-c", environments.PROBE],
                                  environment.environ)
        assert child.out.startswith("False") and not child.lines, child
    else:
        pip(environment, "install", "virtualenv<20.22")
        done = environment.run("-m", "virtualenv", "--no-periodic-update", str(tmp_path / "child"), **WHEELS)
        assert done.status == 0, done


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_pip_system_certs(row, tmp_path, farm):
    if row["python"][0] == 2:
        pytest.skip("pip-system-certs is for 3")
    environment = made(row, tmp_path / "env", SYSTEM_CERTS)
    # Its release for 3.6 ends with ValueError for each address, without us.
    bare = environment.run("-c", REQUESTS % True, "https://127.0.0.1:%d/" % farm.servers["ipv4"].server_address[1],
                           SSL_CERT_FILE=farm.pki.roots_file)
    for way in ("pth", "sitecustomize"):
        environment.activate("--via", way)
        for mode in ("enforce", "strict"):
            assert judge(environment, farm, "certs-%s-%s" % (way, mode), PROGRAM, VERIFYSHIM_MODE=mode) == (1, 0)
            assert bare.status or judge(environment, farm, "certs-requests-%s-%s" % (way, mode), REQUESTS % True,
                                        VERIFYSHIM_MODE=mode) == (1, 0)
    environment.deactivate()


@pytest.mark.parametrize("row", ROWS[-1:], ids=repr)
def test_truststore(row, tmp_path, farm):
    environment = made(row, tmp_path / "env", ["truststore", "requests"])
    environment.activate()
    for number, prelude in enumerate((
            "import truststore; truststore.inject_into_ssl()", "import ssl, truststore; truststore.inject_into_ssl()",
            "import requests, truststore; truststore.inject_into_ssl()")):
        for mode in ("enforce", "strict"):
            for name, program in (("urlopen", PROGRAM), ("requests", REQUESTS % True)):
                label = "truststore-%d-%s-%s" % (number, mode, name)
                assert judge(environment, farm, label, prelude + program, VERIFYSHIM_MODE=mode) == (1, 0), label
    assert judge(environment, farm, "os", PROGRAM, VERIFYSHIM_ROOTS="os") == (1, 0)


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_uninstalled_by_pip(row, tmp_path):
    """Python still starts and says so in one line; where it is to fail closed, it stops. Then installed again."""
    environment = made(row, tmp_path / "env", [])
    environment.activate()
    checkout = str(tmp_path / "env" / "checkout")
    pip(environment, "uninstall", "-y", "verifyshim")
    done = environment.run("-c", "print('runs')")
    assert (done.status, done.out, len(done.lines)) == (0, "runs\n", 1) and "install it again" in done.err, done
    pip(environment, "install", checkout)
    assert environment.state()[0]
    environment.activate("--fail-closed")
    pip(environment, "uninstall", "-y", "verifyshim")
    done = environment.run("-c", "print('runs')")
    assert (done.status, done.out, len(done.lines)) == (78, "", 1), done
    pip(environment, "install", checkout, VERIFYSHIM_FAIL_CLOSED="0")
    assert environment.state()[0]
    environment.deactivate()
    assert environment.state() == (False, "")
