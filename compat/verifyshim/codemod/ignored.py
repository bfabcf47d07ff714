"""Which paths .gitignore files leave out: gitignore(5), with its order, negations, anchors and ``**``.

Also the patterns of --exclude, exclude and per-path-ignores, which are written alike. What git knows from
elsewhere (its index, the user's own core.excludesFile) is not asked.
"""
import os
import re

_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}
_NEVER = "(?!)"


class Patterns(object):
    """The patterns of one file or option; they count below the folder *base* (absolute)."""

    def __init__(self, base, lines):
        self._prefix = base if base.endswith(os.sep) else base + os.sep
        self._patterns = [pattern for pattern in map(_parse, lines) if pattern is not None]
        # Most names match nothing: one look tells that.
        self._names = set(p.text for p in self._patterns if p.plain)
        wild = [p.regex for p in self._patterns if not p.plain and not p.anchored]
        paths = [p.regex for p in self._patterns if p.anchored]
        self._wild = re.compile("(?:%s)\\Z" % "|".join(wild), re.DOTALL).match if wild else _nothing
        self._paths = re.compile("(?:%s)\\Z" % "|".join(paths), re.DOTALL).match if paths else _nothing

    def __bool__(self):
        return bool(self._patterns)

    __nonzero__ = __bool__

    def match(self, path, name, is_folder):
        """Return True for a path (absolute) to leave out, False for one to keep, None if no pattern fits."""
        if not path.startswith(self._prefix):
            return None
        relative = path[len(self._prefix):]
        if os.sep != "/":
            relative = relative.replace(os.sep, "/")
        if name not in self._names and not self._wild(name) and not self._paths(relative):
            return None
        for pattern in reversed(self._patterns):
            if pattern.match(relative, name, is_folder):
                return not pattern.negated
        return None

    def covers(self, path):
        """Whether a file or one of the folders it is in is left out."""
        if not path.startswith(self._prefix):
            return False
        folder = self._prefix
        parts = path[len(self._prefix):].split(os.sep)
        for number, name in enumerate(parts):
            if self.match(folder + name, name, number < len(parts) - 1):
                return True
            folder += name + os.sep
        return False


def _nothing(_):
    return None


def read(folder, name=".gitignore", base=None):
    """Return the Patterns of a file in *folder*, or None if there is none that can be read."""
    try:
        with open(os.path.join(folder, name), "rb") as handle:
            data = handle.read()
    except EnvironmentError:
        return None
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    text = data if str is bytes else data.decode("utf-8", "surrogateescape")
    patterns = Patterns(base or folder,
                        [line[:-1] if line.endswith("\r") else line for line in text.split("\n")])
    return patterns or None


class _Pattern(object):
    def __init__(self, text, negated, folders_only, anchored):
        self.text = text
        self.negated = negated
        self.folders_only = folders_only
        self.anchored = anchored
        self.plain = not anchored and not re.search(r"[*?\[\\]", text)
        self.regex = _translate(text, anchored)
        self._match = re.compile("(?:%s)\\Z" % self.regex, re.DOTALL).match

    def match(self, relative, name, is_folder):
        if self.folders_only and not is_folder:
            return False
        return self._match(relative if self.anchored else name) is not None


def _parse(line):
    """Return the pattern of a line, or None."""
    if line.startswith("#"):
        return None
    line = _without_spaces(line)
    negated = line.startswith("!")
    if negated:
        line = line[1:]
    folders_only = line.endswith("/")
    if folders_only:
        line = line[:-1]
    anchored = "/" in line
    if line.startswith("/"):
        line = line[1:]
    return _Pattern(line, negated, folders_only, anchored) if line else None


def _without_spaces(line):
    """Drop blanks at the end but those behind a backslash."""
    end = position = 0
    while position < len(line):
        if line[position] == "\\":
            position += 2
            end = min(position, len(line))
            continue
        position += 1
        if line[position - 1] != " ":
            end = position
    return line[:end]


def _translate(pattern, anchored):
    """Return the regular expression of a pattern; in one with a slash only ``**`` passes slashes."""
    parts, position = [], 0
    while position < len(pattern):
        character = pattern[position]
        position += 1
        if character == "*":
            start = position - 1
            while pattern[position:position + 1] == "*":
                position += 1
            if not anchored:
                parts.append(".*")
            elif position - start > 1 and (start == 0 or pattern[start - 1] == "/") and \
                    pattern[position:position + 1] in ("", "/"):
                if position == len(pattern):
                    parts.append(".*")
                else:
                    parts.append("(?:.*/)?")
                    position += 1
            else:
                parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]" if anchored else ".")
        elif character == "[":
            expression, position = _bracket(pattern, position)
            parts.append(expression)
        elif character == "\\":
            if position == len(pattern):
                return _NEVER
            parts.append(re.escape(pattern[position]))
            position += 1
        else:
            parts.append(re.escape(character))
    return "".join(parts)


def _bracket(pattern, position):
    """Return (regular expression, position behind it) of a bracket; one without an end never matches."""
    negated = pattern[position:position + 1] in ("!", "^")
    position += negated
    members, first = [], True
    while True:
        character = pattern[position:position + 1]
        if character == "":
            return _NEVER, len(pattern)
        if character == "]" and not first:
            break
        first = False
        name = re.match(r"\[:([a-z]*):\]", pattern[position:])
        if name:
            if name.group(1) not in _CLASSES:
                return _NEVER, len(pattern)
            members.append(_CLASSES[name.group(1)])
            position += name.end()
            continue
        low, position = _member(pattern, position)
        if pattern[position:position + 1] == "-" and pattern[position + 1:position + 2] not in ("", "]"):
            high, position = _member(pattern, position + 1)
            if low <= high:
                members.append("%s-%s" % (_escaped(low), _escaped(high)))
        members.append(_escaped(low))       # git lets it match even where the range is upside down
    position += 1
    if not members:
        return "[^/]" if negated else _NEVER, position
    return "(?!/)[%s%s]" % ("^" if negated else "", "".join(members)), position


def _member(pattern, position):
    if pattern[position] == "\\" and position + 1 < len(pattern):
        position += 1
    return pattern[position], position + 1


def _escaped(character):
    return "\\" + character if character in "\\]^-[" else character
