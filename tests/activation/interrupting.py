"""Runs a verb and kills itself with SIGKILL at its Nth change of the file system: interrupting.py N VERB ...

Run by test_interrupted under every interpreter. Ends with status 0 where there were fewer than N changes.
"""
import os
import signal
import sys

from verifyshim import cli
from verifyshim.startup import activation

left = [int(sys.argv[1])]


def counted(module, name):
    original = getattr(module, name, None)
    if original is None:
        return

    def change(*arguments, **others):
        # Before and after it: both are moments at which the power may go.
        for moment in (0, 1):
            if moment:
                answer = original(*arguments, **others)
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return answer
    setattr(module, name, change)


for name in ("rename", "replace", "link", "symlink", "remove", "unlink", "chmod", "fsync", "utime", "makedirs"):
    counted(os, name)
counted(activation.tempfile, "mkstemp")
sys.exit(cli.main(sys.argv[2:]))
