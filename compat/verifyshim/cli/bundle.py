"""``python -m verifyshim bundle``: look at roots, and bring them up to date."""
from __future__ import print_function

import base64
import hashlib
import json
import os
import re
import sys
import time
import zipfile

from . import manual
from .. import der, roots as _roots
from ..errors import ConfigurationError
from ..roots import distrusted, files, hygiene, pem, rootset, updated

USAGE = """python -m verifyshim bundle show [ROOTS] [--json]
       python -m verifyshim bundle check [ROOTS] [--json]
       python -m verifyshim bundle diff ROOTS ROOTS [--json]
       python -m verifyshim bundle update --from WHEEL_OR_FILE [--sha256 HEX] [--force]
       python -m verifyshim bundle update --undo"""
DESCRIPTION = (
    "Shows and checks the roots that are trusted: ROOTS is certifi, system, os, a PEM file, a directory of "
    "them, or a sum of these (certifi+FILE); the default is what install() uses. update takes the roots of a "
    "later certifi out of its wheel, for an interpreter whose pip refuses that release; nothing of the wheel is "
    "run.")
_PEM = "certifi/cacert.pem"
_LARGEST = 8 * 1024 * 1024      # bytes of a bundle; certifi's has a quarter of a million
_EARLY = 7 * hygiene.DAY        # how far ahead of this computer's clock a bundle may be dated


def main(arguments):
    """Run one of the four; return 0, 1 where check or diff found something, 2 for bad arguments."""
    from . import TROUBLE
    parser = manual.Parser(
        "bundle", USAGE, DESCRIPTION,
        files=(("~/.config/verifyshim/cacert.pem",
                "what update writes; used only while nobody else can write it"),),
        environment=((updated.VARIABLE, "another path for that file"),) + manual.ROOTS,
        status=(("0", "done; check: nothing is wrong; diff: no difference"),
                ("1", "check and diff: something was found"), ("2", "arguments or files cannot be used")),
        examples=("python -m verifyshim bundle show --json", "python -m verifyshim bundle check",
                  "python -m verifyshim bundle diff certifi system",
                  "python -m verifyshim bundle update --from certifi-2026.10.18-py3-none-any.whl --sha256 HEX"))
    parser.add_option("--json", action="store_true", help="write JSON (default: text)")
    parser.add_option("--from", dest="origin", metavar="FILE", help="a certifi wheel or a PEM file")
    parser.add_option("--sha256", help="what the SHA-256 of that file must be")
    parser.add_option("--force", action="store_true", help="take it even if it is older or much smaller")
    parser.add_option("--undo", action="store_true", help="go back to what there was before the last update")
    options, rest = parser.parse_args(arguments)
    numbers = {"show": (0, 1), "check": (0, 1), "diff": (2, 2), "update": (0, 0)}
    least, most = numbers.get(rest[0], (0, 0)) if rest else (0, 0)
    if not rest or rest[0] not in numbers or not least <= len(rest) - 1 <= most:
        print("verifyshim bundle: these arguments make no command; usage: %s" % USAGE, file=sys.stderr)
        return TROUBLE
    if rest[0] == "update":
        return _undo() if options.undo else _update(options)
    if rest[0] == "diff":
        return _diff(rest[1], rest[2], options.json)
    found = _roots.resolve(rest[1] if len(rest) > 1 else None)
    return (_show if rest[0] == "show" else _check)(found, options.json)


def _facts(certificates):
    """Return a dict of plain values for each root, sorted by subject."""
    facts = []
    for encoded in certificates:
        certificate = der.Certificate(encoded)
        facts.append({"subject": hygiene.subject(certificate), "expires": hygiene.day(certificate.not_after),
                      "sha256": hashlib.sha256(encoded).hexdigest()})
    return sorted(facts, key=lambda fact: (fact["subject"], fact["sha256"]))


def _left_out(roots):
    return [{"subject": subject, "reason": reason} for subject, reason in roots.left_out]


def _print_json(value):
    print(json.dumps(value, indent=1, sort_keys=True))


def _show(roots, as_json):
    facts = _facts(roots.certificates)
    date = None if roots.date is None else hygiene.day(roots.date)
    if as_json:
        _print_json({"source": roots.description, "date": date, "count": len(facts), "roots": facts,
                     "left_out": _left_out(roots)})
        return 0
    print("%s%s" % (roots, ", from about %s" % date[:7] if date else ""))
    for fact in facts:
        print("  until %(expires)s  sha256 %(sha256)s  %(subject)s" % fact)
    if roots.left_out:
        print("left out (%d):" % len(roots.left_out))
        for fact in _left_out(roots):
            print("  %(subject)s: %(reason)s" % fact)
    return 0


def _check(roots, as_json):
    problems = ["%(subject)s: %(reason)s; it is left out" % fact for fact in _left_out(roots)]
    for encoded in roots.certificates:      # in a file that the user named, these stay
        reason = distrusted.reason(encoded)
        if reason:
            problems.append("%s: distrusted: %s; it is trusted because you named the file, take it out"
                            % (hygiene.subject(der.Certificate(encoded)), reason))
    if roots.age_note():
        problems.append(roots.age_note())
    if as_json:
        _print_json({"source": roots.description, "count": len(roots), "problems": problems})
    else:
        for problem in problems:
            print(problem)
        print("%s: %s" % (roots, "%d problem%s" % (len(problems), "s" if len(problems) > 1 else "")
                          if problems else "nothing is wrong"))
    return 1 if problems else 0


def _diff(before, after, as_json):
    before, after = [_roots.resolve(source) for source in (before, after)]
    removed = _facts(set(before.certificates) - set(after.certificates))
    added = _facts(set(after.certificates) - set(before.certificates))
    if as_json:
        _print_json({"before": before.description, "after": after.description,
                     "removed": removed, "added": added})
    else:
        print("--- %s\n+++ %s" % (before, after))
        for sign, facts in (("-", removed), ("+", added)):
            for fact in facts:
                print("%s until %s  sha256 %s  %s" % (sign, fact["expires"], fact["sha256"], fact["subject"]))
    return 1 if removed or added else 0


def _place():
    path = updated.place(os.environ)
    if path is None:
        raise ConfigurationError("there is no home directory to keep the bundle in; set %s to a path"
                                 % updated.VARIABLE)
    return path


def _undo():
    path = _place()
    if updated.undo(path):
        print("%s is again what it was before the last update" % path)
    else:
        print("%s is taken away; certifi's own bundle is used" % path)
    return 0


def _update(options):
    if not options.origin:
        raise ConfigurationError("bundle update does not know where from; pass --from and a certifi wheel or "
                                 "a PEM file, or --undo")
    path, origin = _place(), options.origin
    whole = files.read(origin, "--from")
    digest = hashlib.sha256(whole).hexdigest()
    if options.sha256 and options.sha256.lower().replace(":", "") != digest:
        raise ConfigurationError("--sha256: %s has another hash, %s; get the file again, or the right hash"
                                 % (origin, digest))
    if zipfile.is_zipfile(origin):
        data, source, date = _from_wheel(origin)
    else:
        data, source, date = whole, "roots of %s" % os.path.basename(origin), None
    fresh = rootset.Source(pem.parsed(data, origin), "--from %s" % origin, date)
    offered = rootset.build([fresh])        # an error where nothing in it is valid
    if not options.force:
        _refuse_worse(origin, offered)
    updated.save(path, data, source, offered.date, os.path.abspath(origin))
    print("%s: %d roots of %s are used instead of certifi's where certifi's are older; back with "
          "python -m verifyshim bundle update --undo" % (path, len(offered), source))
    print("sha256 of %s: %s" % (origin, digest))
    return 0


def _present():
    try:
        return _roots.resolve("certifi")
    except ConfigurationError:      # $VERIFYSHIM_BUNDLE may name what is to be made, or made anew
        return _roots.resolve("certifi", dict((name, value) for name, value in os.environ.items()
                                              if name != updated.VARIABLE))


def _refuse_worse(origin, offered):
    try:
        present = _present()
    except ConfigurationError:
        return      # whatever is offered is better than a certifi that cannot be used
    if len(offered) * 2 < len(present):
        raise ConfigurationError("%s has %d usable roots, where %s has %d: it looks cut short; get it again, "
                                 "or pass --force"
                                 % (origin, len(offered), present.description, len(present)))
    if offered.date is None or (present.date is not None and offered.date <= present.date):
        raise ConfigurationError("%s is not newer than %s, which would still be used; take a later release"
                                 % (origin, present.description))
    if offered.date > time.time() + _EARLY:
        raise ConfigurationError("%s says it is from %s, but today is %s; correct the clock, or pass --force"
                                 % (origin, hygiene.day(offered.date), hygiene.day(time.time())))


def _from_wheel(path):
    """Return ``(PEM bytes, source, date)`` out of a certifi wheel, which is only read, as data (PEP 427).

    :raises ConfigurationError: where it is no certifi wheel, or the bundle is not what its RECORD says.
    """
    try:
        archive = zipfile.ZipFile(path)         # no "with": 2.6's cannot
        try:
            names = archive.namelist()
            records = [name for name in names if re.match(r"certifi-[^/]+\.dist-info/RECORD$", name)]
            if names.count(_PEM) != 1 or len(records) != 1:
                raise ConfigurationError("%s is not a wheel of certifi (it lacks %s or RECORD); get one "
                                         "with pip download certifi" % (path, _PEM))
            if archive.getinfo(_PEM).file_size > _LARGEST:
                raise ConfigurationError("%s: %s in it is too large for a bundle; get the wheel again"
                                         % (path, _PEM))
            data = archive.read(_PEM)
            record = archive.read(records[0]).decode("utf-8")
        finally:
            archive.close()
    except ConfigurationError:
        raise
    except Exception as error:      # zipfile and zlib have many words for a damaged archive
        raise ConfigurationError("%s cannot be read as a wheel (%s); get it again" % (path, error))
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode("ascii").rstrip("=")
    lines = [line.split(",") for line in record.splitlines() if line.startswith(_PEM + ",")]
    if [line[1] for line in lines] != ["sha256=" + digest]:
        raise ConfigurationError("%s: %s is not what the wheel's RECORD says; get the wheel again"
                                 % (path, _PEM))
    version = re.match(r"certifi-([^/]+)\.dist-info/", records[0]).group(1)
    date = _roots.date_of_version(version)
    if date is None:
        raise ConfigurationError("%s has the version %s, which is no date; take a release of certifi since "
                                 "2015" % (path, version))
    return data, "certifi %s" % version, date
