"""``python -m verifyshim deactivate``: take away what activate wrote, and restore what was there before.

With ``--json`` one object is written: ``changed``, whether something was, or with ``--dry-run`` would be;
``steps``, a list of texts; ``folders``, where; ``dry_run``.
"""
from __future__ import print_function

import json
import os
import sys

from . import elsewhere, manual
from ..errors import ConfigurationError
from ..startup import activation, layout

USAGE = "python -m verifyshim deactivate [--user] [--python PATH | --prefix DIR] [--dry-run]"


def main(arguments):
    """Deactivate; return 0, also where nothing was active, or 2 where it cannot be done."""
    from . import TROUBLE
    parser = manual.Parser(
        "deactivate", USAGE, "Takes away what activate wrote in this environment, and puts back what was there "
        "before; programs that run already stay as they are.",
        files=(("verifyshim-activation.pth, sitecustomize.py and others", "see activate"),),
        status=(("0", "nothing is active any more, or nothing was, or --dry-run"), ("2", "it cannot be done")),
        examples=("python -m verifyshim deactivate", "python -m verifyshim deactivate --prefix /srv/app/venv"))
    parser.add_option("--user", action="store_true", help="in the user's own site-packages (default: in the "
                      "environment's)")
    elsewhere.add_options(parser)
    parser.add_option("--dry-run", action="store_true", help="only say what would be done")
    parser.add_option("--json", action="store_true", help="write JSON: changed, steps, folders")
    options, rest = parser.parse_args(arguments)
    if rest:
        print("verifyshim deactivate: %r is no option; usage: %s" % (rest[0], USAGE), file=sys.stderr)
        return TROUBLE
    status = elsewhere.delegate("deactivate", options, arguments)
    if status is not None:
        return status
    plans = [(folder, activation.removal(folder)) for folder in _folders(options.user)]
    done, steps = [folder for folder, plan in plans if plan.steps], sum([plan.changes for _, plan in plans], [])
    if not options.dry_run:
        for folder, plan in plans:
            _take_away(folder, plan)
    if options.json:
        print(json.dumps({"changed": bool(done), "steps": steps, "folders": done,
                          "dry_run": bool(options.dry_run)}, sort_keys=True))
    elif not done:
        print("nothing is active, nothing changed")
    elif options.dry_run:
        print("\n".join("would " + text for text in steps))
    else:
        print("not active any more in %s" % ", ".join(done))
    return 0


def _folders(user):
    """Return the folders where something of ours is, as far as they are this command's to change."""
    own = layout.user_folder() and os.path.realpath(layout.user_folder())
    chosen = []
    for folder in [item.folder for item in activation.find_all()]:
        users = os.path.realpath(folder) == own
        if users if user else layout.is_inside(folder) and not users:
            chosen.append(folder)
        else:
            print("left alone: %s, which %s" % (folder, "--user takes away" if users else
                                                "is not this user's own" if user else "is not in this environment"),
                  file=sys.stderr)
    return chosen


def _take_away(folder, plan):
    plan.carry_out()
    if activation.find(folder).ways:
        raise ConfigurationError("%s is active still; somebody activated it meanwhile" % folder)
