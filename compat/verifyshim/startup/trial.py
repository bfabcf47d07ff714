"""Starting this interpreter once more, to see what an activation does there."""
import os
import subprocess
import sys

# What a started interpreter says of itself: one line, its parts between "|".
_PROBE = """
import sys
startup = sys.modules.get("verifyshim.startup")
state = startup and startup.State
settings = state and state.settings
print("|".join(["verifyshim", settings and settings["source"] or "", startup and startup.__file__ or "",
                state and state.trouble or ""]))
"""
_IMPORTS = """
import verifyshim.startup, six
print("|".join(["verifyshim", "", verifyshim.startup.__file__, ""]))
"""


class Start(object):
    """What became of one start.

    :ivar status: exit status; 78 where fail-closed stopped it.
    :ivar source: which activation ran, the path of its file, or "".
    :ivar package: path of the module that it ran, or "".
    :ivar trouble: why nothing is verified, or "".
    """

    def __init__(self, flags=(), code=_PROBE, environ=None):
        process = subprocess.Popen([sys.executable] + list(flags) + ["-c", code], env=environ,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=os.path.dirname(os.path.abspath(sys.executable)))
        out, err = process.communicate()
        lines = [line for line in out.decode("utf-8", "replace").splitlines() if line.startswith("verifyshim|")]
        self.status = process.returncode
        self.error = " ".join(err.decode("utf-8", "replace").split())
        self.source, self.package, self.trouble = [str(part) for part in (lines or ["|||"])[-1].split("|", 3)[1:]]


def plain_environment():
    """Return the environment without what only this process was given for finding and setting verifyshim."""
    return dict((name, value) for name, value in os.environ.items()
                if name not in ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONINSPECT")
                and not name.startswith("VERIFYSHIM_"))


def importing(flags=()):
    """Start without any activation's say and import verifyshim; return the Start."""
    return Start(flags, _IMPORTS, dict(plain_environment(), VERIFYSHIM_FAIL_CLOSED="0"))


def activated():
    """Start as cron or a service would; return the Start."""
    return Start(environ=plain_environment())
