"""The line of the program that made a connection: cheap, no source is read."""
import os
import sys

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep


def find():
    """Return ``(filename, line, function, module name)`` of the first frame that is the program's.

    That is the first outside verifyshim and the standard library; where there is none (a connection
    made by the interpreter's own tools), the outermost frame.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and not _is_program(frame.f_code.co_filename):
        frame = frame.f_back
    code = frame.f_code
    return code.co_filename, frame.f_lineno, code.co_name, frame.f_globals.get("__name__", "?")


def _is_program(filename):
    if filename.startswith(_OURS) or filename.startswith("<verifyshim") or filename.startswith("<frozen "):
        return False
    if not filename.startswith(_STDLIB):
        return True
    rest = filename[len(_STDLIB):]
    return rest.startswith(("site-packages" + os.sep, "dist-packages" + os.sep))
