"""Text from logs as it may stand on a page: everything visible, nothing that acts."""
from __future__ import unicode_literals

import json
import re
import unicodedata

_is_plain = re.compile("[ -~]*\\Z").match
# Controls, changes of the writing direction and what has no width, halves of characters, private and
# unassigned ones, line and paragraph separators.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# What could end a script element or begin a comment in it (HTML, 4.12.1.3), and lines in old JavaScript.
_ACTIVE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"}


def text(value):
    """Return *value*, text, with what cannot be seen written as ``\\x1b`` or ``\\u202e``."""
    if _is_plain(value):
        return value
    return "".join(_escaped(char) if unicodedata.category(char) in _HIDDEN else char for char in value)


def line(value):
    """Return *value* for a comment in a file or a command for people to copy: visible ASCII only."""
    return "".join(char if " " <= char <= "~" else _escaped(char) for char in value)


def _escaped(char):
    return "\\x%02x" % ord(char) if ord(char) < 256 else "\\u%04x" % ord(char)


def script(value):
    """Return *value* as JSON that may stand inside a script element: ASCII, and no character of HTML's."""
    told = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return re.sub("[<>&']", lambda found: _ACTIVE[found.group()], told)
