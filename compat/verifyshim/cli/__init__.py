"""The command line: one file for each verb, found by its name."""
from __future__ import print_function

import errno
import os
import sys

from ..errors import VerifyshimError

VERBS = {
    "run": "run a program with its HTTPS connections verified",
    "activate": "have every program of this environment verified from its next start on",
    "deactivate": "take that back",
    "status": "say what is in force, and where that was set",
    "doctor": "find out what is wrong, here and with hosts, and what to do",
    "bundle": "show, check, compare and update the roots that are trusted",
    "report": "sum up logs: hosts, failures, call sites, certificates",
    "demo": "show what this interpreter does with bad certificates, bare and with the shim",
    "wheelhouse": "gather what an old machine without a network installs from",
}
TROUBLE = 2


def main(arguments=None):
    """Run a verb and return its exit status; 2 for arguments or settings that cannot be used."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_usage(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else TROUBLE
    if arguments[0] == "--version":
        from .. import __version__
        print("verifyshim %s" % __version__)
        return 0
    verb = arguments.pop(0)
    if verb not in VERBS:
        print("verifyshim: there is no %r; try: %s" % (verb, ", ".join(sorted(VERBS))), file=sys.stderr)
        return TROUBLE
    place = "%s.%s" % (__name__, verb)
    __import__(place)
    try:
        status = sys.modules[place].main(arguments)
        sys.stdout.flush()
        return status
    except VerifyshimError as error:
        print("verifyshim: %s" % error, file=sys.stderr)
        return TROUBLE
    except EnvironmentError as error:
        # Who reads through "| head" has seen enough. What a program under run does with it is its own.
        if verb == "run" or error.errno != errno.EPIPE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)        # or the interpreter complains when it ends
        return TROUBLE


def _usage():
    lines = ["usage: python -m verifyshim VERB [options]", "",
             "Certificate verification for Python programs that were written without it.", "", "Verbs:"]
    lines += ["  %-10s %s" % (verb, VERBS[verb]) for verb in sorted(VERBS)]
    lines += ["", "Exit status:", "  0   done; of run: that of the program",
              "  1   something was found to be wrong", "  2   arguments or settings cannot be used",
              "", "python -m verifyshim VERB --help says more, with examples.",
              "python -m verifyshim.codemod --help is about rewriting call sites."]
    return "\n".join(lines)
