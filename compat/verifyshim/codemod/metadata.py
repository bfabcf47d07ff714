"""Which Pythons a repository says it is for: python_requires, classifiers, tox's environments.

Read as text: nothing of the repository is run, and its setup.py may be for a Python that is not here.
"""
import io
import os
import re

from .context import VERIFIES_2, VERIFIES_3

FILES = ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini")
_REQUIRES = re.compile(r"""(?m)^[^#\r\n]*?\b(?:python_requires|requires-python)['"]?\s*[=:]\s*\(?\s*"""
                       r"""(?:['"]([^'"\r\n]+)['"]|([<>=!~][^\r\n#'"]+))""")
_POETRY = re.compile(r"""(?ms)^\[tool\.poetry\.dependencies\][^\[]*?^python\s*=\s*['"]([^'"\r\n]+)['"]""")
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (\d)(?:\.(\d+))?(?![\d.])")
_ENVLIST = re.compile(r"(?m)^env_?list\s*=((?:[^\r\n]*(?:\r?\n[ \t]+|\r?\n(?=\r?\n[ \t])))*[^\r\n]*)")
_SPECIFIER = re.compile(r"(~=|===?|!=|<=|>=|<|>|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?$")
# Up to where series are counted; what is newer is as good as the last.
_SERIES = [(2, minor) for minor in range(5, 8)] + [(3, minor) for minor in range(0, 30)]


def find(folder, is_root):
    """Return what the nearest folder upwards with metadata says.

    That is the oldest version of each line that it names, or None, and whether it leaves the others out.

    :param is_root: a function that tells whether a folder is the root of a repository; none above is asked.
    """
    while True:
        texts = [_text(os.path.join(folder, name)) for name in FILES]
        versions = from_texts(texts)
        above = os.path.dirname(folder)
        if versions or above == folder or is_root(folder):
            return versions, settles(texts)
        folder = above


def _text(path):
    try:
        with io.open(path, encoding="latin-1") as handle:
            return handle.read()
    except EnvironmentError:
        return ""


def from_texts(texts):
    """Return the versions that these files (in the order of FILES) speak of, or None."""
    classified = _classified(texts) or _tested(texts)
    for text in texts[:3]:
        match = _REQUIRES.search(text) or _POETRY.search(text)
        if match:
            required = _required([group for group in match.groups() if group][0])
            if required:
                return _sensible(required, classified)
    return _sensible(classified, None) if classified else None


def settles(texts):
    """Whether these files say which Pythons are too old; "Python :: 3" alone does not."""
    if any(_REQUIRES.search(text) or _POETRY.search(text) for text in texts[:3]):
        return True
    named = _names_of_classifiers(texts) or _names_of_environments(texts)
    exact = set(major for major, minor in named if minor is not None)
    return bool(exact) and exact.issuperset(major for major, _ in named if major == "2")


def _required(text):
    """Return the oldest version of each line that a list of specifiers allows."""
    alternatives = [[_SPECIFIER.match(part.strip()) for part in alternative.split(",") if part.strip()]
                    for alternative in text.split("||")]
    if not all(all(alternative) for alternative in alternatives):
        return None
    oldest = {}
    for series in _SERIES:
        for patch in range(0, 20):
            version = series + (patch,)
            if series[0] not in oldest and any(
                    all(_allows(match, version) for match in alternative) for alternative in alternatives):
                oldest[series[0]] = version
    return tuple(oldest[major] for major in sorted(oldest)) or None


def _allows(match, version):
    operator = match.group(1) or "=="
    wanted = tuple(int(part) for part in match.group(2).split("."))[:3]
    padded = (wanted + (0, 0))[:3]
    if operator in ("==", "===", "!="):
        same = version[:len(wanted)] == wanted if match.group(3) or len(wanted) < 3 else version == wanted
        return same != (operator == "!=")
    if operator == "~=":
        return version >= padded and version[:max(len(wanted) - 1, 1)] == wanted[:max(len(wanted) - 1, 1)]
    if operator == "^":
        return version >= padded and version[0] == wanted[0]
    if operator == "~":
        return version >= padded and version[:2] == padded[:2]
    if operator == ">":
        return version[:len(wanted)] > wanted if len(wanted) < 3 else version > wanted
    return {">=": version >= padded, "<=": version[:len(wanted)] <= wanted, "<": version < padded}[operator]


def _classified(texts):
    return _oldest(_names_of_classifiers(texts))


def _names_of_classifiers(texts):
    found = set()
    for text in texts[:3]:
        lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        found.update(match.groups() for match in _CLASSIFIER.finditer(lines))
    return found


def _tested(texts):
    """Return what tox's environments are for."""
    return _oldest(_names_of_environments(texts))


def _names_of_environments(texts):
    found = set()
    for text in (texts[3], texts[1]):
        match = _ENVLIST.search(text)
        for name in _expanded(match.group(1)) if match else ():
            for factor in name.split("-"):
                version = re.match(r"py(\d)(?:\.?(\d+))?$", factor.strip())
                if version:
                    found.add(version.groups())
    return found


def _expanded(text):
    """Return the names that an envlist with braces stands for."""
    names = []
    waiting = [part for part in re.split(r"[,\s]+(?![^{]*\})", text) if part]
    while waiting:
        part = waiting.pop()
        match = re.search(r"\{([^{}]*)\}", part)
        if match and len(waiting) < 1000:
            waiting += [part[:match.start()] + each.strip() + part[match.end():]
                        for each in match.group(1).split(",")]
        else:
            names.append(part)
    return names


def _oldest(found):
    """Return the oldest of each line of {(major, minor or None)} of texts."""
    oldest = {}
    for major, minor in found:
        if major not in "23":
            continue
        if minor is not None:
            version = (int(major), int(minor), 0)
            oldest[version[0]] = min(version, oldest.get(version[0], version))
    for major, _ in found:
        if major in "23":       # "Python :: 3" alone says no more than that
            oldest.setdefault(int(major), (int(major), 0, 0))
    return tuple(oldest[major] for major in sorted(oldest)) or None


def _sensible(versions, others):
    """Take metadata as they are meant.

    "2.7" names a series: its first release that verifies, 2.7.9, is taken for it, and 3.4.3 for "3.4". Nobody
    means 3.0 by ">=2.7" or by "Python :: 3": classifiers or environments say more, or else it is 3.4.3.
    """
    result = []
    for version in versions:
        if version[1] == 0 and version[0] in (2, 3):
            better = [other for other in others or () if other[0] == version[0] and other[1]]
            version = better[0] if better else VERIFIES_3 if version[0] == 3 else VERIFIES_2
        for first in (VERIFIES_2, VERIFIES_3):
            if version == first[:2] + (0,):
                version = first
        result.append(version)
    return tuple(result)
