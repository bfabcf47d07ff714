"""What the client interpreters need beside themselves, installed once into folders for PYTHONPATH."""

import fcntl
import functools
import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARIES = Path(__file__).resolve().parents[2] / ".tox" / "conformance-clientlibs"
# What setup.py's requirements come to, by the oldest version they are for. Not one set for all: six newer
# than 1.13 is not made for 2.6, and six before 1.16 has no import hook that 3.12 would still call.
_BACKPORT = "backports.ssl_match_hostname==3.7.0.1"
REQUIREMENTS = {
    (2, 6): ["six==1.13.0", "certifi==2021.10.8", _BACKPORT],
    (2, 7): ["six==1.16.0", "certifi==2021.10.8", _BACKPORT],
    (3, 3): ["six==1.16.0", "certifi==2021.10.8"],
    (3, 7): ["six==1.17.0", "certifi==2026.10.18"],
}
# What setup.py's extra "tls" comes to, dependencies written out: these interpreters have no pip, and today's
# does not evaluate markers for another interpreter.
TLS_REQUIREMENTS = {
    (2, 6): ["pyOpenSSL==17.4.0", "cryptography==2.1.1", "cffi==1.11.2", "asn1crypto==0.24.0", "idna==2.6",
             "enum34==1.1.10", "ipaddress==1.0.23"],
    (2, 7): ["pyOpenSSL==21.0.0", "cryptography==3.3.2", "cffi==1.14.6", "enum34==1.1.10", "ipaddress==1.0.23"],
}


def _oldest(version, table):
    return max(since for since in table if since <= tuple(version))


def client_libraries(facts):
    """The folder with what verifyshim needs at run time on the interpreter of these facts."""
    since = _oldest(facts["python"], REQUIREMENTS)
    return _folder("%d.%d" % since, tuple(REQUIREMENTS[since]))


def without_wheels(facts):
    """Why pyOpenSSL cannot be had for that interpreter as binary wheels, or None if it can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "its wheels for 2.6 and 2.7 are for Linux on x86-64"
    return None if facts["wide_unicode"] else "for a narrow build of Python there is no tested set of wheels"


def tls_libraries(facts):
    """The folder with the extra "tls" for the interpreter of these facts."""
    since = _oldest(facts["python"], TLS_REQUIREMENTS)
    tag = "%d%d" % since
    return _folder("%d.%d-tls" % since, tuple(TLS_REQUIREMENTS[since]), (
        "--only-binary=:all:", "--python-version", tag, "--implementation", "cp", "--abi", "cp%smu" % tag,
        "--platform", "manylinux2010_x86_64", "--platform", "manylinux1_x86_64"))


@functools.lru_cache(maxsize=None)
def _folder(name, wanted, options=()):
    """Made once; safe when xdist workers race for it."""
    folder = LIBRARIES / name
    LIBRARIES.mkdir(parents=True, exist_ok=True)
    marker = folder / "requirements.json"
    with open(str(folder) + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists() or json.loads(marker.read_text()) != list(wanted):
            shutil.rmtree(str(folder), ignore_errors=True)
            subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile",
                            "--target", str(folder)] + list(options) + list(wanted), check=True)
            marker.write_text(json.dumps(wanted))
    return folder
