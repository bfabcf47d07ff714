"""Settings of a repository: a section of setup.cfg, tox.ini or pyproject.toml, under the command line.

    [verifyshim:codemod]                    [tool.verifyshim.codemod]
    ignore = VS401                          ignore = ["VS401"]
    min-python = 2.7.9, 3.4.3               min-python = "2.7.9, 3.4.3"
    exclude = vendor/                       exclude = ["vendor/"]
    per-path-ignores =                      [tool.verifyshim.codemod.per-path-ignores]
        examples/**: VS201 VS203            "examples/**" = ["VS201", "VS203"]

A file's settings are those of the nearest folder above it that has any, up to the root of its repository.
Patterns are written as in .gitignore and count from the folder of the file that has them.
"""
import io
import os
import re

from . import metadata, tomlfile
from .context import EVERYWHERE
from .ignored import Patterns
from .walk import VCS
from ..errors import ConfigurationError

FILES = ("pyproject.toml", "setup.cfg", "tox.ini")
SECTION = "verifyshim:codemod"
KEYS = ("select", "ignore", "unsafe", "tests", "min-python", "exclude", "per-path-ignores", "jobs")
_TRUE, _FALSE = ("1", "yes", "true", "on"), ("0", "no", "false", "off")


class Section(object):
    """What one configuration file says; None where it says nothing."""

    def __init__(self, path, given, codes):
        self.path = path
        self._folder = os.path.dirname(path)
        unknown = sorted(set(given) - set(KEYS))
        if unknown:
            raise self._wrong(unknown[0], "is none of %s" % ", ".join(KEYS))
        self.select = self._codes("select", given.get("select"), codes)
        self.ignore = self._codes("ignore", given.get("ignore"), codes)
        self.unsafe = self._switch("unsafe", given.get("unsafe"))
        self.tests = self._switch("tests", given.get("tests"))
        self.jobs = self._number("jobs", given.get("jobs"))
        self.min_python = self._versions(given.get("min-python"))
        exclude = given.get("exclude")
        self.exclude = Patterns(self._folder, _list(exclude, "\n,")) if exclude else None
        self.per_path = [(Patterns(self._folder, [pattern]), self._codes("per-path-ignores", listed, codes))
                         for pattern, listed in self._pairs(given.get("per-path-ignores"))]

    def _wrong(self, key, what):
        return ConfigurationError("%s: %s %s" % (self.path, key, what))

    def _codes(self, key, value, codes):
        if value is None:
            return None
        found = [code.upper() for code in _list(value, None)]
        for code in found:
            if code != "*" and not any(known.startswith(code) for known in codes):
                raise self._wrong(key, "names %s, which is no rule; --list-rules shows them" % code)
        return tuple("" if code == "*" else code for code in found)

    def _switch(self, key, value):
        if value is None or isinstance(value, bool):
            return value
        if str(value).lower() in _TRUE + _FALSE:
            return str(value).lower() in _TRUE
        raise self._wrong(key, "must be true or false, not %r" % str(value))

    def _number(self, key, value):
        if value is None:
            return None
        if not re.match(r"\d+\Z", str(value)) or int(value) < 1:
            raise self._wrong(key, "must be a number from 1 up, not %r" % str(value))
        return int(value)

    def _versions(self, value):
        if value is None:
            return None
        try:
            return parse_versions(",".join(_list(value, None)))
        except ValueError as error:
            raise self._wrong("min-python", str(error))

    def _pairs(self, value):
        if value is None:
            return []
        if isinstance(value, dict):
            return sorted(value.items())
        pairs = []
        for line in _list(value, "\n"):
            pattern, colon, codes = line.rpartition(":")
            if not colon:
                raise self._wrong("per-path-ignores", "has %r, which is no 'pattern: RULE ...'" % str(line))
            pairs.append((pattern.strip(), codes))
        return pairs


def _list(value, separators):
    """Return the words of a text (between *separators*, None for commas and blanks), or the texts of a list."""
    if isinstance(value, (list, tuple)):
        return [str(each) for each in value]
    words = re.split("[%s]" % separators if separators else r"[,\s]+", str(value))
    return [word.strip() for word in words if word.strip()]


def parse_versions(text):
    """Return the tuple of versions that "2.7.9, 3.4.3" names.

    A Python 2 alone goes with the first 3 that verifies: a program that begins with 2.7 is expected on 3 too.
    """
    versions = []
    for word in text.replace(" ", "").split(","):
        if not re.match(r"[23]\.\d+(\.\d+)?\Z", word):
            raise ValueError("must be like 2.7.9 or 3.6, or both with a comma, not %r" % str(word))
        versions.append(tuple(int(part) for part in word.split(".")))
    if len(set(version[0] for version in versions)) < len(versions):
        raise ValueError("names two versions of one Python line")
    if versions[0][0] == 2 and len(versions) == 1:
        versions.append(EVERYWHERE[1])
    return tuple(sorted(versions))


class Settings(object):
    """What holds for each file: the command line (*given*, None where it is silent) over the configuration."""

    def __init__(self, given, codes, cwd_excludes=()):
        self._given = given
        self._codes = tuple(codes)
        self._sections = {}
        self._versions = {}
        self._excludes = [Patterns(os.getcwd(), list(cwd_excludes))] if cwd_excludes else []

    def section(self, folder):
        """Return the Section for files in *folder* (absolute), or None.

        :raises ConfigurationError: where it cannot be read or says what it cannot.
        """
        if folder not in self._sections:
            self._sections[folder] = self._found(folder)
        section = self._sections[folder]
        if isinstance(section, ConfigurationError):
            raise section
        return section

    def _found(self, folder):
        """Return the Section for a folder, None, or what is wrong with it."""
        try:
            names = _listed(folder)
            section = _read_section(folder, self._codes, names)
            above = os.path.dirname(folder)
            if section is None and above != folder and VCS.isdisjoint(names):
                section = self.section(above)
            return section
        except ConfigurationError as error:
            return error

    def excludes(self, folder):
        """Return the Patterns to leave out in *folder*; mistakes show when a file there needs settings."""
        try:
            section = self.section(folder)
        except ConfigurationError:
            section = None
        return self._excludes + ([section.exclude] if section and section.exclude else [])

    def value(self, name, section, default=None):
        given = getattr(self._given, name)
        if given is None and section is not None:
            given = getattr(section, name)
        return default if given is None else given

    def min_python(self, folder, section):
        """Return the versions to emit code for: as asked for, or as the repository says; else None."""
        versions = self.value("min_python", section)
        return self._metadata(folder)[0] if versions is None else versions

    def is_stated(self, folder, section):
        """Whether anybody says which Pythons are too old: who asked, or the repository."""
        return self.value("min_python", section) is not None or self._metadata(folder)[1]

    def _metadata(self, folder):
        if folder not in self._versions:
            self._versions[folder] = metadata.find(folder, _is_root)
        return self._versions[folder]


def _is_root(folder):
    return any(os.path.exists(os.path.join(folder, name)) for name in VCS)


def _listed(folder):
    try:
        return os.listdir(folder)
    except EnvironmentError:
        return FILES        # to be looked for one by one


def _read_section(folder, codes, names):
    for name in FILES:
        path = os.path.join(folder, name)
        if name not in names or not os.path.isfile(path):
            continue
        given = tomlfile.table(path,
                               ("tool", "verifyshim", "codemod")) if name.endswith(".toml") else _ini(path)
        if given is not None:
            return Section(path, given, codes)
    return None


def _ini(path):
    try:
        with io.open(path, encoding="utf-8") as handle:
            text = handle.read()
        return _ini_section(text) if SECTION in text else None
    except (EnvironmentError, ValueError) as error:
        raise ConfigurationError("%s: it cannot be read: %s" % (path, str(error).split("\n")[0]))


def _ini_section(text):
    """Return the section's settings, or None; ValueError for what is no such file."""
    try:        # here, since most trees need none, and it takes as long as many files do
        import configparser
    except ImportError:     # 2.7
        import ConfigParser as configparser
    parser = configparser.RawConfigParser()
    try:
        getattr(parser, "read_file", getattr(parser, "readfp", None))(io.StringIO(text))
        return dict(parser.items(SECTION)) if parser.has_section(SECTION) else None
    except configparser.Error as error:
        raise ValueError(str(error))
