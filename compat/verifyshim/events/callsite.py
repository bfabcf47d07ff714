"""The line of the program that made a connection: cheap, no source is read."""
import os
import sys
import threading
import warnings

_KEPT = 4096        # file names; a program that executes generated code can have any number of them
_program = {}       # file name of a code object -> whether that is the program's


def _folders(paths):
    """Return both spellings of the folders of *paths*, the one given and the one without symbolic links."""
    found = set()
    for path in paths:
        folder = os.path.dirname(path)
        spellings = folder, os.path.abspath(folder), os.path.realpath(folder)
        found.update(os.path.join(name, "") for name in spellings if name)
    return tuple(found)


# co_filename too: Python 2 leaves it relative where sys.path is.
_OURS = _folders(os.path.dirname(path) for path in (__file__, _folders.__code__.co_filename)) + (
    "<verifyshim", "<frozen ")
# Several modules: an old virtualenv has links to some of them and takes the others from where they are.
_STDLIB = _folders(module.__file__ for module in (os, threading, warnings) if hasattr(module, "__file__"))
_INSTALLED = ("site-packages" + os.sep, "dist-packages" + os.sep)


def find():
    """Return ``(filename, line, function, module name)`` of the first frame that is the program's.

    That is the first outside verifyshim and the standard library; where there is none (a connection
    made by the interpreter's own tools), the outermost frame.
    """
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        programs = _program.get(name)
        if programs is None:
            programs = _judge(name)
        if programs or frame.f_back is None:
            break
        frame = frame.f_back
    code = frame.f_code
    return code.co_filename, frame.f_lineno, code.co_name, frame.f_globals.get("__name__", "?")


def inside(filename_ends):
    """Return whether any frame's file name ends with one of *filename_ends*, a tuple."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.endswith(filename_ends):
            return True
        frame = frame.f_back
    return False


def _judge(name):
    if len(_program) >= _KEPT:
        _program.clear()
    found = _program[name] = _is_program(name)
    return found


def _is_program(name):
    if name.startswith(_OURS):
        return False
    for folder in _STDLIB:
        if name.startswith(folder):
            return name[len(folder):].startswith(_INSTALLED)
    return True
