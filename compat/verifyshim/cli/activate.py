"""``python -m verifyshim activate``: verification in each start of an interpreter, without touching programs.

With ``--json`` one object is written: ``changed``, whether something was, or with ``--dry-run`` would be;
``steps``, a list of texts; ``folder``; ``settings``, a dict of ``mode``, ``config`` and ``fail_closed``; ``dry_run``.
"""
from __future__ import print_function

import json
import os
import sys

from . import elsewhere, manual
from .. import shim, startup
from ..errors import ConfigurationError
from ..policy import Mode
from ..roots import private
from ..startup import activation, files, layout, proof, trial

USAGE = "python -m verifyshim activate [--mode MODE] [--config FILE] [--fail-closed] [--via pth|sitecustomize]"
DESCRIPTION = (
    "Has every program of this environment verified from its next start on: nothing is changed in the programs. "
    "Once more with other options changes it; the last options count. See also: deactivate, status, doctor.")


def main(arguments):
    """Activate; return 0, also where it was active like this before, or 2 where it cannot be done."""
    from . import TROUBLE
    parser = _parser()
    options, rest = parser.parse_args(arguments)
    if rest:
        print("verifyshim activate: %r is no option; usage: %s" % (rest[0], USAGE), file=sys.stderr)
        return TROUBLE
    status = elsewhere.delegate("activate", options, arguments)
    if status is not None:
        return status
    settings = {"mode": options.mode, "config": _config(options.config), "fail_closed": bool(options.fail_closed)}
    folder = layout.folder_for(options.user)
    if options.via == "sitecustomize":
        folder = layout.folder_for_sitecustomize(folder, options.user)
    where = os.path.join(folder, files.MODULE_FILE)
    known = dict(settings, source=where, proof=os.path.join(folder, files.PROOF))
    _require_usable(known)
    plan = activation.plan(folder, options.via, settings, proof.made(known, os.environ))
    _end_others(plan, folder, options.user)
    if not options.dry_run:
        _require_importable(options.user)
        _carry_out(plan, folder)
    _tell(plan, folder, options, settings)
    return 0


def _parser():
    parser = manual.Parser(
        "activate", USAGE, DESCRIPTION, files=(
            ("%s, .start and %s" % (files.PTH, files.MODULE_FILE), "what is written into site-packages"),
            ("%s, %s" % (files.SITECUSTOMIZE, files.KEPT),
             "with --via sitecustomize: what is written, and what was there before")) + manual.SETTINGS_FILES,
        environment=(("VERIFYSHIM_FAIL_CLOSED", "at each start: 1 stops a Python that cannot be verified, 0 "
                      "does not, whatever --fail-closed said"),) + manual.CONFIGURATION,
        status=(("0", "active, or was already, or --dry-run"),
                ("2", "cannot be done, for instance because a setting cannot be used; all is as it was"),
                ("%d" % files.STATUS, "of programs, after --fail-closed: they would not be verified")),
        examples=("python -m verifyshim activate --mode audit",
                  "python -m verifyshim activate --config /etc/corp/verifyshim.cfg --fail-closed",
                  "python -m verifyshim activate --prefix /srv/app/venv --dry-run"))
    parser.add_option("--mode", type="choice", choices=[Mode.OFF, Mode.AUDIT, Mode.ENFORCE, Mode.STRICT],
                      help="off, audit, enforce or strict; comes before the file's, after VERIFYSHIM_MODE "
                      "(default: the file's, else enforce)")
    parser.add_option("--config", metavar="FILE", help="the file of settings, if it is not $VIRTUAL_ENV/"
                      "verifyshim.cfg or /etc/verifyshim.cfg; nobody else may be able to write it")
    parser.add_option("--fail-closed", action="store_true", help="stop Python with status %d where it cannot "
                      "be put in force, instead of one line on standard error" % files.STATUS)
    parser.add_option("--via", type="choice", choices=activation.WAYS, default="pth",
                      help="pth (the default: a .pth and, for 3.15+, a .start file) or sitecustomize (a "
                      "sitecustomize.py that runs the one that is there)")
    parser.add_option("--user", action="store_true", help="in the user's own site-packages, for this user "
                      "alone (default: in the environment's)")
    elsewhere.add_options(parser)
    parser.add_option("--dry-run", action="store_true", help="only say what would be done")
    parser.add_option("--json", action="store_true", help="write JSON: changed, steps, folder, settings")
    return parser


def _config(path):
    if path is None:
        return None
    path = os.path.abspath(path)
    trouble = private.trouble(path, also_root=True)
    if trouble and hasattr(os, "getuid"):
        raise ConfigurationError("--config: %s: who can write there decides whom every program trusts; put it "
                                 "where only you or root can write" % trouble)
    return path


def _require_usable(settings):
    """Raise ConfigurationError unless a program that starts like this can be verified."""
    proof.require_usable(settings, os.environ)
    named = dict((name, value) for name, value in os.environ.items() if not name.startswith("VERIFYSHIM_"))
    from ..startup import check
    shim._require(check.make_policy(settings, named))


def _end_others(plan, folder, user):
    """Plan to end what was activated in other folders of this environment, another way."""
    own = layout.user_folder() and os.path.realpath(layout.user_folder())
    for other in activation.find_all():
        if os.path.realpath(other.folder) not in (os.path.realpath(folder), own) and not user and (
                layout.is_inside(other.folder)):
            plan.steps += activation.removal(other.folder).steps


def _require_importable(user):
    """Raise ConfigurationError unless programs find verifyshim by themselves, and the same one.

    :param user: whether it may be in the user's own site-packages, which other users' programs do not see.
    """
    start = trial.importing([] if user else ["-s"])
    here = os.path.splitext(os.path.realpath(startup.__file__))[0]
    if not start.package:
        raise ConfigurationError("a Python that starts without PYTHONPATH%s cannot import verifyshim and six (%s); "
                                 "install them into this environment: %s -m pip install verifyshim"
                                 % ("" if user else ", and for another user,", start.error[-200:], sys.executable))
    if os.path.splitext(os.path.realpath(start.package))[0] != here:
        raise ConfigurationError("programs would import another verifyshim, %s, and not this one, %s; remove one"
                                 % (start.package, here))
    own = os.path.join(os.path.realpath(layout.user_folder() or os.sep), "")
    if user and layout.is_inside(start.package) and not os.path.realpath(start.package).startswith(own):
        raise ConfigurationError("verifyshim is in the environment's own packages (%s), which Python adds only after "
                                 "it has run the user's activation; leave --user out, or install it there too: %s -m "
                                 "pip install --user verifyshim" % (os.path.dirname(os.path.dirname(here)),
                                                                    sys.executable))


def _carry_out(plan, folder):
    before = activation.find(folder)
    plan.carry_out()
    activation.compile_start(folder)
    if not plan.steps:
        return
    start = trial.activated()
    # Another activation may come before it: a user's before the environment's.
    if start.source and start.package and not start.trouble:
        return
    why = start.trouble or start.error[-300:] or "it was not run"
    if not before.ways:
        activation.removal(folder).carry_out()
        raise ConfigurationError("a Python that was started to try it did not take it up (%s); everything is as it "
                                 "was; see python -m verifyshim doctor" % why)
    raise ConfigurationError("a Python that was started to try it did not take it up (%s); see python -m verifyshim "
                             "doctor" % why)


def _tell(plan, folder, options, settings):
    if options.json:
        print(json.dumps({"changed": bool(plan.changes), "steps": plan.changes, "folder": folder,
                          "settings": settings, "dry_run": bool(options.dry_run)}, sort_keys=True))
    elif options.dry_run and plan.steps:
        print("\n".join("would " + text for text, _ in plan.steps))
    elif not plan.changes:
        print("already active in %s, nothing changed" % folder)
    else:
        print("active in %s: each program of this environment is verified from its next start on" % folder)
        print("mode %s, %s" % (settings["mode"] or "of the settings, else enforce",
                               "fail-closed" if settings["fail_closed"] else "not fail-closed"))
        print("look: python -m verifyshim doctor; take it away: python -m verifyshim deactivate")
