"""``python -m verifyshim run``: any program under the shim, as ``python -m trace`` runs one."""
from __future__ import print_function

import optparse
import os
import runpy
import sys
import types

USAGE = "python -m verifyshim run [--mode MODE] [--roots ROOTS] (SCRIPT | -m MODULE) [ARGUMENT ...]"


def main(arguments):
    """Install the shim, then run the program in this process, as ``__main__`` with its own arguments."""
    from .. import install
    from . import TROUBLE
    parser = optparse.OptionParser(
        usage=USAGE, prog="verifyshim run", description="Runs a program with its HTTPS connections "
        "verified. Covers this process; a program that starts other interpreters needs it in each.")
    parser.disable_interspersed_args()      # what follows the program belongs to the program
    parser.add_option("--mode", help="off, audit, enforce or strict (default: the policy's, else enforce)")
    parser.add_option("--roots", help="certifi, system, os, a PEM file, a directory of them, "
                      "or a sum such as certifi+/etc/corp/ca.pem")
    parser.add_option("-m", dest="module", action="store_true", help="run a module, as python -m does")
    options, rest = parser.parse_args(arguments)
    if not rest:
        print("verifyshim run: no program was named; usage: %s" % USAGE, file=sys.stderr)
        return TROUBLE
    if not options.module and not os.path.exists(rest[0]):
        print("verifyshim run: %s does not exist; name a script, or a module after -m" % rest[0],
              file=sys.stderr)
        return TROUBLE
    install(**dict((name, value) for name, value in (("mode", options.mode), ("roots", options.roots))
                   if value is not None))
    sys.argv = rest
    if options.module:
        sys.path[0] = os.getcwd()       # where python -m looks first
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif os.path.isdir(rest[0]) or not _is_source(rest[0]):
        runpy.run_path(rest[0], run_name="__main__")        # a directory or archive with __main__.py; 2.7+
    else:
        _run_script(rest[0])
    return 0


def _is_source(path):
    with open(path, "rb") as handle:
        return handle.read(4) != b"PK\x03\x04"


def _run_script(path):
    """Execute a source file as the module ``__main__``, which stays: pickle and atexit look for it."""
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    with open(path, "rb") as handle:
        code = compile(handle.read(), path, "exec", 0, True)
    program = types.ModuleType("__main__")
    program.__file__ = path
    program.__builtins__ = __builtins__
    sys.modules["__main__"] = program
    exec(code, program.__dict__)
