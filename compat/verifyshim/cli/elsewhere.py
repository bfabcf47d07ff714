"""The verbs about activation, for another interpreter than the one that runs them.

Which folders it has and what it can do, only that interpreter knows: so it runs the verb, with the verifyshim
that is installed there.
"""
from __future__ import print_function

import os
import subprocess
import sys

from ..errors import ConfigurationError

_NAMES = ("bin/python", "bin/python3", "bin/python2", "Scripts/python.exe", "python.exe", "bin/pypy3", "bin/pypy")
# -c and -m put the working directory first on sys.path: a verifyshim there is none that was installed.
_NOT_FROM_HERE = "import sys; sys.path[:] = [item for item in sys.path if item]; "


def add_options(parser):
    parser.add_option("--python", metavar="PATH", help="the interpreter that is meant (default: this one)")
    parser.add_option("--prefix", metavar="DIR", help="the same by the environment's folder, which has bin/python")


def delegate(verb, options, arguments):
    """Have another interpreter run the verb; return its exit status, or None where this one is meant.

    :param arguments: those of the verb; --python and --prefix are left out for the other.
    :raises ConfigurationError: where there is no such interpreter, or no verifyshim in it.
    """
    if not options.python and not options.prefix:
        return None
    if options.python and options.prefix:
        raise ConfigurationError("--python and --prefix name the same thing; pass one of them")
    python = options.python or _in(options.prefix)
    # Its activation may be broken: that must not keep it from being looked at and taken away.
    environ = dict(os.environ, VERIFYSHIM_FAIL_CLOSED="0")
    told = _run([python, "-c", _NOT_FROM_HERE + "import verifyshim.cli.elsewhere"], environ,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if told[0] != 0:
        raise ConfigurationError("%s cannot import verifyshim (%s); install it there first: %s -m pip install "
                                 "verifyshim" % (python, told[1] or "status %d" % told[0], python))
    sys.stdout.flush()
    command = _NOT_FROM_HERE + "from verifyshim.cli import main; sys.exit(main(sys.argv[1:]))"
    return _run([python, "-c", command, verb] + without_target(arguments), environ)[0]


def without_target(arguments):
    """Return *arguments* without --python and --prefix and their values."""
    left, rest = [], list(arguments)
    while rest:
        item = rest.pop(0)
        if item in ("--python", "--prefix"):
            del rest[:1]
        elif not item.startswith(("--python=", "--prefix=")):
            left.append(item)
    return left


def _in(prefix):
    for name in _NAMES:
        path = os.path.join(os.path.abspath(prefix), *name.split("/"))
        if os.path.exists(path):
            return path
    raise ConfigurationError("--prefix: there is no bin/python in %s; name the interpreter with --python" % prefix)


def _run(command, environ, **settings):
    """Return ``(exit status, last line of standard error)``."""
    try:
        process = subprocess.Popen(command, env=environ, **settings)
    except OSError as error:
        raise ConfigurationError("%s cannot be run (%s); name an interpreter" % (command[0], error.strerror))
    lines = (process.communicate()[1] or b"").decode("utf-8", "replace").strip().splitlines()
    return process.returncode, str(lines[-1]) if lines else ""
