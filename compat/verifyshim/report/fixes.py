"""Which rules of the codemod would repair a call site, as far as a log can tell.

A log knows the entry point and the line where the connection was made; the codemod reads the source, and
finds out which of these rules it is. Rules that no entry point leads to are not told.
"""
from __future__ import unicode_literals

import re

from . import shown
from ..events import summary

RULES = {
    "VS101": "ssl._create_default_https_context replaced: nothing in the process is verified",
    "VS102": "a context made unverified: ssl._create_unverified_context()",
    "VS103": "a context switched off: check_hostname = False, verify_mode = CERT_NONE",
    "VS104": "a bare SSLContext(PROTOCOL_...), which verifies nothing",
    "VS106": "connect() overridden with ssl.wrap_socket and no cert_reqs",
    "VS107": "ssl.wrap_socket() without cert_reqs",
    "VS108": "HTTPSConnection or urlopen on Python below 2.7.9 or 3.4.3 (with --min-python and --unsafe)",
    "VS201": "requests with verify=False",
    "VS202": "a function whose verify parameter is False by default (with --unsafe)",
    "VS203": "warnings about unverified requests switched off",
    "VS204": "urllib3 with cert_reqs='CERT_NONE' or assert_hostname=False",
    "VS205": "httpx, aiohttp, tornado, httplib2, websocket or libcloud told not to verify",
    "VS301": "mail, FTP or news over TLS without a context: unverified on every Python",
}
_HTTPS = ("VS101", "VS102", "VS103", "VS108")
_WRAP = ("VS106", "VS107")
_CONTEXT = ("VS103", "VS104", "VS201", "VS202", "VS203", "VS204", "VS205")
_MAIL = ("VS301",)
_BY_ENTRY_POINT = {
    "HTTPSConnection": _HTTPS, "urlopen": _HTTPS, "ssl.wrap_socket": _WRAP,
    "SSLContext.wrap_socket": _CONTEXT, "SSLContext.wrap_bio": _CONTEXT, "SSLContext": _CONTEXT,
}
_is_mail = re.compile(r"(SMTP|LMTP|IMAP4|POP3|NNTP|FTP_TLS)\b|(SMTP|IMAP4|POP3|NNTP)_SSL").match
_is_plain = re.compile(r"[A-Za-z0-9_./@%+=:,-]+\Z").match
_SITE = re.compile(r"(.*):(\d+):([^:]*)\Z")
_INSTALLED = re.compile(r"(^|[/\\])(site|dist)-packages[/\\]")
_FILES, _COMMANDS = 12, 12      # files of a command; commands


def split(site):
    """Return ``(file, line, function)`` of a call site; the file alone, with 0 and "", where it is none."""
    found = _SITE.match(site)
    return (found.group(1), int(found.group(2)), found.group(3)) if found else (site, 0, "")


def is_installed(path):
    """Whether a file is a package's that was installed, not the program's own."""
    return _INSTALLED.search(path) is not None


def rules(row):
    """Return the codes, in order, that may repair a row of Summary.plain's ``call_sites``."""
    codes = set()
    for name in row["entry_points"]:
        if _is_mail(name):
            codes.update(_MAIL)     # also where all was well: without verifyshim these never verify
        elif summary.trouble(row):
            codes.update(_BY_ENTRY_POINT.get(name, ()))
    return sorted(codes)


def commands(told):
    """Return the commands that show what the codemod would change: dicts with rules, files, command, more.

    ``more`` is how many files there are beyond those named. Where the call site is inside an installed
    package, it is the program that told the package not to verify; the command then has a word in capitals
    in place of its folder.
    """
    groups, packages = {}, set()
    for row in told["call_sites"]:
        path, codes = split(row["call_site"])[0], tuple(rules(row))
        if not codes or not path or path.startswith("<"):
            continue
        if is_installed(path):
            packages.update(codes)
        elif path not in groups.setdefault(codes, []):
            groups[codes].append(path)
    made = [_command(codes, files) for codes, files in sorted(groups.items(), key=lambda item: -len(item[1]))]
    if packages:
        made.append({"rules": sorted(packages), "files": 0, "more": 0,
                     "command": _COMMAND % (",".join(sorted(packages)), "FOLDER-OF-THE-PROGRAM")})
    return made[:_COMMANDS]


def told(repairs):
    """Return the part of RULES that *repairs*, as `commands` returns them, name."""
    return dict((code, RULES[code]) for repair in repairs for code in repair["rules"])


_COMMAND = "python -m verifyshim.codemod --diff --select %s %s"


def _command(codes, files):
    return {"rules": list(codes), "files": len(files), "more": max(0, len(files) - _FILES),
            "command": _COMMAND % (",".join(codes), " ".join(_quoted(path) for path in files[:_FILES]))}


def _quoted(path):
    """Return *path* for a POSIX shell; shlex.quote is called pipes.quote on 2.7 and leaves line ends."""
    path = "./" + path if path.startswith("-") else path
    return path if _is_plain(path) else "'%s'" % shown.line(path).replace("'", "'\"'\"'")
