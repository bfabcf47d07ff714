"""Ways to say what was found: text for people, a diff for patch, JSON and SARIF for other programs.

Each is a class with ``begin()``, ``outcome(Outcome)`` for one file after the other, and ``end(errors)``;
each writes bytes as soon as it can, so that a long run needs no more memory than a short one.
"""
import os
import sys


def path_text(path):
    """Return a path as text for other programs, whatever bytes it is made of."""
    if isinstance(path, bytes):
        return path.decode("utf-8", "replace")
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def path_bytes(path):
    """Return a path as the system's bytes."""
    if isinstance(path, bytes):
        return path
    return os.fsencode(path) if hasattr(os, "fsencode") else path.encode(sys.getfilesystemencoding() or "utf-8")


def printable(text):
    """Return text that does nothing to a terminal: but for tabs, control characters are question marks."""
    return u"".join(u"?" if character != u"\t" and (character < u" " or u"\x7f" <= character < u"\xa0" or
                                                    u"\u200b" <= character <= u"\u200f" or
                                                    u"\u2028" <= character <= u"\u202e" or
                                                    u"\u2066" <= character <= u"\u2069")
                    else character for character in text)


def for_a_terminal(out, encoding):
    """Return a function of bytes that gives them to *out* without what a terminal would act on.

    The lines of a diff are those of sources that somebody else may have written; patch needs them as they are.
    """
    def write(data):
        lines = [printable(line.decode(encoding, "replace")) for line in data.split(b"\n")]
        out(u"\n".join(lines).encode(encoding, "backslashreplace"))
    return write
