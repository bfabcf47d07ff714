"""``python -m verifyshim wheelhouse``: a folder from which an old machine without a network installs.

Its requirements are written out here: pip resolves them for the interpreter that runs it, not for another.
tests/packaging compares them with setup.py.
"""
from __future__ import print_function

import glob
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

from . import manual
from .. import __version__

BACKPORT = "backports.ssl_match_hostname==3.7.0.1"      # published as sdist only
# By the oldest version they are for.
REQUIRED = {
    (2, 6): ["six==1.13.0", "certifi==2021.10.8"],
    (2, 7): ["six==1.16.0", "certifi==2021.10.8"],
    (3, 6): ["six==1.16.0", "certifi==2025.4.26"],
}
# The extra: wheels, and what is there as sdist only.
TLS = {
    (2, 6): (["pyOpenSSL==17.4.0", "cryptography==2.1.1", "cffi==1.11.2", "asn1crypto==0.24.0", "idna==2.6",
              "enum34==1.1.10", "ipaddress==1.0.23"], ["pycparser==2.18"]),
    (2, 7): (["pyOpenSSL==21.0.0", "cryptography==3.3.2", "cffi==1.14.6", "pycparser==2.21", "enum34==1.1.10",
              "ipaddress==1.0.23"], []),
}
ARCHIVE = "verifyshim.zip"
_MAIN = "import sys\nfrom verifyshim.cli import main\nsys.exit(main())\n"

_README = """\
verifyshim %(version)s for Python %(python)s, to be installed without a network.

With pip, in this folder; pip 8 and later compares the hashes:

    pip install --no-index --find-links . -r requirements.txt

With an older pip:

    sha256sum -c SHA256SUMS
    pip install --no-index --find-links . verifyshim%(extra)s

Without pip: verifyshim.zip is all of it%(but)s. It can be run and put on PYTHONPATH:

    python verifyshim.zip demo
    PYTHONPATH=/whole/path/of/verifyshim.zip python program.py

Activation needs files where Python finds them by itself: pip, or the content of verifyshim.zip in site-packages.
"""


class _Failed(Exception):
    """pip did not deliver."""


def main(arguments):
    """Fill the folder; 1 where pip cannot get something."""
    parser = manual.Parser(
        "wheelhouse", "python -m verifyshim wheelhouse FOLDER --python VERSION [options]",
        "Fetches verifyshim and what it needs for an old Python into a folder, with hashes: to be carried to a "
        "machine without a network and installed there with pip, or used without pip as one archive. Runs on "
        "any machine with a pip of these days.",
        status=(("0", "the folder is complete"), ("1", "pip could not get something"),
                ("2", "arguments cannot be used")),
        files=(("FOLDER/README.txt", "how to install from it"),
               ("FOLDER/requirements.txt", "exact versions with their SHA-256, for pip install -r"),
               ("FOLDER/SHA256SUMS", "the same of every file, for sha256sum -c"),
               ("FOLDER/verifyshim.zip", "for machines without pip: runs, and works on PYTHONPATH")),
        environment=(("PIP_INDEX_URL, PIP_CERT, ...", "as pip reads them"),),
        examples=("python -m verifyshim wheelhouse house26 --python 2.6",
                  "python -m verifyshim wheelhouse house278 --python 2.7.8 --tls"))
    parser.add_option("--python", metavar="VERSION", help="what it is for: 2.6, 2.7, 2.7.8, 3.3 to 3.6")
    parser.add_option("--tls", action="store_true", help="with pyOpenSSL, for SNI and TLS 1.2; below 2.7.9")
    parser.add_option("--package", metavar="WHAT", default="verifyshim==" + __version__,
                      help="where verifyshim itself is: a wheel, a source folder, or what to ask pip's index "
                      "for (default: %default)")
    parser.add_option("--platform", metavar="TAG", action="append", help="of --tls: the platform tag of its "
                      "wheels; can be repeated (default: Linux on x86-64, the only one that is tested)")
    parser.add_option("--abi", metavar="TAG", help="of --tls: cp27mu, the default, or cp27m of a narrow build")
    options, folders = parser.parse_args(arguments)
    if len(folders) != 1:
        parser.error("name one folder")
    version = _version(parser, options.python)
    if options.tls and not _is_old(version):
        parser.error("--tls: Python %s has what it brings by itself; leave it out" % options.python)
    folder = folders[0]
    if os.path.isdir(folder) and os.listdir(folder):
        parser.error("%s is not empty; name a new folder" % folder)
    try:
        _download(folder, version, options)
    except _Failed as failed:
        shutil.rmtree(folder, ignore_errors=True)
        print("verifyshim wheelhouse: %s" % failed, file=sys.stderr)
        return 1
    _write_archive(folder)
    _write_requirements(folder)
    told = _README % {"version": __version__, "python": options.python, "extra": "[tls]" if options.tls else "",
                      "but": " but --tls, which is compiled" if options.tls else ""}
    _write(folder, "README.txt", told)
    _write(folder, "SHA256SUMS", "".join("%s  %s\n" % (_sha256(path), os.path.basename(path))
                                         for path in _files(folder)))
    print("%s: %d files\n\n%s" % (folder, len(_files(folder)), told), end="")
    return 0


def requirements(version, tls=False):
    """Return ``(wheels, sdists)``: lists of exact requirements for the interpreter of that version, a tuple."""
    wheels, sdists = list(REQUIRED[max(since for since in REQUIRED if since <= version)]), []
    if _is_old(version):
        sdists.append(BACKPORT)
    if tls:
        more = TLS[version[:2]]
        wheels, sdists = wheels + more[0], sdists + more[1]
    return wheels, sdists


def _is_old(version):
    """Whether that Python may lack SSLContext: it came with 2.7.9, and 2.7 alone can be any."""
    return version[:2] == (2, 6) or (2, 7) <= version < (2, 7, 9)


def _version(parser, text):
    if not re.match(r"(2\.[67]|3\.[3-6])(\.\d+)?$", text or ""):
        parser.error("--python %s: give 2.6, 2.7, 2.7.8 or the like, or 3.3 to 3.6; for later ones there is "
                     "pip download --python-version 3.9 --only-binary :all: verifyshim" % (text or "is missing"))
    return tuple(int(part) for part in text.split("."))


def _download(folder, version, options):
    wheels, sdists = requirements(version, options.tls)
    tag = "%d%d" % version[:2]
    target = ["--only-binary=:all:", "--python-version", tag, "--implementation", "cp"]
    if options.tls:
        target += ["--abi", options.abi or "cp%smu" % tag]
        for platform in options.platform or ["manylinux1_x86_64"]:
            target += ["--platform", platform]
    _pip("wheel", folder, [options.package])
    if not glob.glob(os.path.join(folder, "verifyshim-%s-*.whl" % __version__)):
        raise _Failed("--package %s is not verifyshim %s, whose command this is; run the command of that version"
                      % (options.package, __version__))
    _pip("download", folder, target + wheels)
    if sdists:
        _pip("download", folder, ["--no-binary=:all:"] + sdists)


def _pip(verb, folder, arguments):
    command = [sys.executable, "-m", "pip", verb, "--no-deps", "--quiet",
               "--wheel-dir" if verb == "wheel" else "--dest", folder] + arguments
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.communicate()[0].decode("utf-8", "replace")
    if process.returncode:
        errors = [line for line in output.splitlines() if "error" in line.lower()] or output.splitlines()[-3:]
        raise _Failed("pip %s %s failed (%s); give pip an index that has it%s" % (
            verb, " ".join(argument for argument in arguments if "==" in argument) or arguments[-1],
            "; ".join(errors), ", or --package a wheel or a source folder" if verb == "wheel" else ""))


def _write_archive(folder):
    """Put what is pure Python into one archive: the wheels' content, and the backport's package.

    What only the extra needs is left out, as it is of no use without the compiled rest.
    """
    names = [requirement.split("==")[0] for pins in REQUIRED.values() for requirement in pins] + ["verifyshim"]
    content = {"__main__.py": _MAIN.encode("ascii")}
    for path in _files(folder):
        name = os.path.basename(path)
        if name.endswith(".whl") and name.split("-")[0] in names:
            with zipfile.ZipFile(path) as wheel:
                content.update((entry, wheel.read(entry)) for entry in wheel.namelist())
        elif name.startswith("backports"):
            with tarfile.open(path) as sdist:
                for entry in sdist.getmembers():
                    inside = entry.name.partition("/")[2]
                    if entry.isfile() and inside.startswith("backports/"):
                        content[inside] = sdist.extractfile(entry).read()
    with zipfile.ZipFile(os.path.join(folder, ARCHIVE), "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in sorted(content):
            info = zipfile.ZipInfo(entry)       # of 1980, so that the same content is the same archive
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, content[entry])


def _write_requirements(folder):
    lines = []
    for path in _files(folder):
        name = os.path.basename(path)
        if name.endswith((".whl", ".tar.gz")):
            found = re.match(r"(.+?)-(\d[^-]*?)(-.+\.whl|\.tar\.gz)$", name)
            lines.append("%s==%s --hash=sha256:%s\n" % (found.group(1), found.group(2), _sha256(path)))
    _write(folder, "requirements.txt", "".join(lines))


def _files(folder):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder))


def _sha256(path):
    with open(path, "rb") as handle:
        return hashlib.sha256(handle.read()).hexdigest()


def _write(folder, name, text):
    with io.open(os.path.join(folder, name), "w", encoding="ascii", newline="\n") as handle:
        handle.write(text if isinstance(text, type(u"")) else text.decode("ascii"))
