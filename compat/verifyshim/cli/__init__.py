"""The command line: one file for each verb, found by its name."""
from __future__ import print_function

import errno
import io
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
    if arguments[:1] == ["run"]:        # what the program prints, and how, is its own
        return _main(arguments)
    _take_any_text()
    try:
        try:
            return _main(arguments)
        finally:
            sys.stdout.flush()
    except EnvironmentError as error:
        return _unwritten(error)


def _take_any_text():
    """Have standard output and error show what they cannot encode, and be there where they were closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:                                          # 3.x
            setattr(sys, name, open(os.devnull, "w"))
        elif hasattr(stream, "reconfigure"):                        # 3.7+
            stream.reconfigure(errors="backslashreplace")
        elif hasattr(stream, "buffer") and stream is getattr(sys, "__%s__" % name):     # 3.3-3.6
            setattr(sys, name, io.TextIOWrapper(stream.buffer, stream.encoding, "backslashreplace",
                                                line_buffering=stream.line_buffering))


def _unwritten(error):
    """Return the status where something could not be read or written, standard output perhaps."""
    if error.errno != errno.EPIPE:      # who reads through "| head" has seen enough
        print("verifyshim: %s" % error, file=sys.stderr)
    try:
        sys.stdout.flush()
    except EnvironmentError:            # or the interpreter complains when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return TROUBLE


def _main(arguments):
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
        return sys.modules[place].main(arguments)
    except VerifyshimError as error:
        print("verifyshim: %s" % error, file=sys.stderr)
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
