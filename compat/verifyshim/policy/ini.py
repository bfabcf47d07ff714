"""Reading INI files, with line numbers: 2.6's ConfigParser knows none and merges duplicates silently."""
import collections
import re

from ..errors import ConfigurationError

# name and line; entries: list of Entry(key in lower case, value as native text, line).
Section = collections.namedtuple("Section", "name line entries")
Entry = collections.namedtuple("Entry", "key value line")

# The separator is the first = or : of the line, as configparser has it.
_ENTRY = re.compile(r"([^=:\s][^=:]*?)\s*[=:]\s*(.*)\Z")


def read(path):
    """Return the Sections of the file *path*.

    Comments are whole lines that begin with ``#`` or ``;``. A line that is indented deeper than the key before
    it goes on with that key's value.

    :raises ConfigurationError: naming file and line.
    """
    sections, indent, known = [], None, {}      # known: names, and keys of the section, with their lines
    for number, line in enumerate(_lines(path)):
        where = "%s, line %d" % (path, number + 1)
        text = line.strip()
        if text[:1] in ("#", ";"):
            continue
        depth = len(line) - len(line.lstrip())
        if not text:
            indent = None
        elif indent is not None and depth > indent:
            entries = sections[-1].entries
            entries[-1] = entries[-1]._replace(value=(entries[-1].value + "\n" + text).strip())
        elif text.startswith("["):
            name = _name(text, where)
            _require_new(("[%s]" % name,), "the section [%s]" % name, known, number + 1, where,
                         "put them together")
            sections.append(Section(name, number + 1, []))
            indent = None
        else:
            entry = _entry(text, where, sections, number + 1)
            _require_new((len(sections), entry.key), entry.key, known, number + 1, where, "keep one of them")
            sections[-1].entries.append(entry)
            indent = depth
    return sections


def _lines(path):
    try:
        with open(path, "rb") as handle:
            data = handle.read()
    except (IOError, OSError, TypeError, ValueError) as error:
        raise ConfigurationError("%s cannot be read (%s); name a readable file of settings, or take it away"
                                 % (path, getattr(error, "strerror", None) or error))
    if data.startswith(b"\xef\xbb\xbf"):        # what Windows' editors write in front
        data = data[3:]
    lines = []
    for number, line in enumerate(re.split(b"\r\n|\r|\n", data)):
        try:
            text = line.decode("utf-8")
        except UnicodeError:
            text = None
        if text is None or b"\0" in line:
            raise ConfigurationError("%s, line %d is not text in UTF-8; save the file in that encoding"
                                     % (path, number + 1))
        lines.append(line if bytes is str else text)
    return lines


def _require_new(key, what, known, number, where, to_do):
    first = known.setdefault(key, number)
    if first != number:
        raise ConfigurationError("%s: %s is there twice, first in line %d; %s" % (where, what, first, to_do))


def _name(text, where):
    if not text.endswith("]"):
        raise ConfigurationError("%s: the section %s is not closed; end the line with ]" % (where, text))
    return text[1:-1].strip()


def _entry(text, where, sections, number):
    found = _ENTRY.match(text)
    if not found:
        raise ConfigurationError("%s: %r is neither a section nor key = value; correct the line"
                                 % (where, text))
    key, value = found.group(1).lower(), found.group(2).strip()
    if not sections:
        raise ConfigurationError("%s: %s stands before the first section; put [verifyshim] above it"
                                 % (where, key))
    return Entry(key, value, number)
