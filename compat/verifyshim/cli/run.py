"""``python -m verifyshim run``: any program under the shim, as ``python -m trace`` runs one."""
from __future__ import print_function

import os
import runpy
import sys
import types

from . import manual

USAGE = "python -m verifyshim run [--mode MODE] [--roots ROOTS] (SCRIPT | -m MODULE) [ARGUMENT ...]"
DESCRIPTION = (
    "Runs a program with its TLS connections verified, as if it had called verifyshim.install() first. "
    "Covers this process; a program that starts other interpreters needs it in each, or activate. With --mode "
    "audit nothing is refused: what would be is written to the log, if VERIFYSHIM_LOG names one.")


def main(arguments):
    """Install the shim, then run the program in this process, as ``__main__`` with its own arguments."""
    from .. import install
    from . import TROUBLE
    parser = _parser()
    options, rest = parser.parse_args(arguments)
    if not rest:
        print("verifyshim run: no program was named; usage: %s" % USAGE, file=sys.stderr)
        return TROUBLE
    if not options.module and not os.path.exists(rest[0]):
        print("verifyshim run: %s does not exist; name a script, or a module after -m" % rest[0],
              file=sys.stderr)
        return TROUBLE
    sys.argv = rest     # before the log's first line, which names the program
    install(**dict((name, value) for name, value in (("mode", options.mode), ("roots", options.roots))
                   if value is not None))
    if options.module:
        _look_first_in(os.getcwd())
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif os.path.isdir(rest[0]) or not _is_source(rest[0]):
        runpy.run_path(rest[0], run_name="__main__")        # a directory or archive with __main__.py; 2.7+
    else:
        _run_script(rest[0])
    return 0


def _parser():
    parser = manual.Parser(
        "run", USAGE, DESCRIPTION, files=manual.SETTINGS_FILES, environment=manual.CONFIGURATION + manual.ROOTS,
        status=(("2", "no program was named, it does not exist, or a setting cannot be used: it was not run"),
                ("any", "otherwise that of the program")),
        examples=("python -m verifyshim run program.py --its --arguments",
                  "VERIFYSHIM_LOG=$PWD/events.jsonl python -m verifyshim run --mode audit program.py",
                  "python -m verifyshim run --roots certifi+/etc/corp/ca.pem -m package.module"))
    parser.disable_interspersed_args()      # what follows the program belongs to the program
    parser.add_option("--mode", help="off, audit, enforce or strict (default: the policy's, else enforce)")
    parser.add_option("--roots", help="certifi, system, os, a PEM file, a directory of them, "
                      "or a sum such as certifi+/etc/corp/ca.pem")
    parser.add_option("-m", dest="module", action="store_true",
                      help="run a module, as python -m does (default: a script)")
    return parser


def _look_first_in(folder):
    """Put *folder* where Python has that of what it runs, in the place of ours; -I and -P want neither."""
    if getattr(sys.flags, "isolated", False) or getattr(sys.flags, "safe_path", False):
        return
    ours = getattr(sys.modules["__main__"], "__file__", None) or ""
    if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(ours)):    # verifyshim's script
        del sys.path[0]
    sys.path.insert(0, folder)


def _is_source(path):
    with open(path, "rb") as handle:
        return handle.read(4) != b"PK\x03\x04"


def _run_script(path):
    """Execute a source file as the module ``__main__``, which stays: pickle and atexit look for it."""
    _look_first_in(os.path.dirname(os.path.abspath(path)))
    with open(path, "rb") as handle:
        code = compile(handle.read(), path, "exec", 0, True)
    program = types.ModuleType("__main__")
    program.__file__ = path
    program.__builtins__ = __builtins__
    sys.modules["__main__"] = program
    exec(code, program.__dict__)
