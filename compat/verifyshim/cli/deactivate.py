"""``python -m verifyshim deactivate``: take away what activate wrote, and restore what was there before."""
from __future__ import print_function

import optparse
import os
import sys

from . import elsewhere
from ..errors import ConfigurationError
from ..startup import activation, layout

USAGE = "python -m verifyshim deactivate [--user] [--python PATH | --prefix DIR] [--dry-run]"


def main(arguments):
    """Deactivate; return 0, also where nothing was active, or 2 where it cannot be done."""
    from . import TROUBLE
    parser = optparse.OptionParser(usage=USAGE, prog="verifyshim deactivate", description="Takes away what activate "
                                   "wrote in this environment; programs that run already stay as they are.")
    parser.add_option("--user", action="store_true", help="in the user's own site-packages")
    elsewhere.add_options(parser)
    parser.add_option("--dry-run", action="store_true", help="only say what would be done")
    options, rest = parser.parse_args(arguments)
    if rest:
        print("verifyshim deactivate: %r is no option; usage: %s" % (rest[0], USAGE), file=sys.stderr)
        return TROUBLE
    status = elsewhere.delegate("deactivate", options, arguments)
    if status is not None:
        return status
    done = [folder for folder in _folders(options.user) if _take_away(folder, options.dry_run)]
    if not done:
        print("nothing is active, nothing changed")
    elif not options.dry_run:
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


def _take_away(folder, dry_run):
    plan = activation.removal(folder)
    for text, _ in plan.steps if dry_run else ():
        print("would " + text)
    if not dry_run:
        plan.carry_out()
        if activation.find(folder).ways:
            raise ConfigurationError("%s is active still; somebody activated it meanwhile" % folder)
    return bool(plan.steps)
