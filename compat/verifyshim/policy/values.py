"""The settings that are plain values: what each may be, and its default."""
import os
import re

from .texts import lowered, native, pieces, quoted
from ..errors import ConfigurationError
from ..roots import files

PROTOCOLS = ("http", "smtp", "imap", "pop", "ftp", "nntp")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class Mode(object):
    """The names of the modes (product.md, Modes)."""

    OFF = "off"
    AUDIT = "audit"
    ENFORCE = "enforce"
    STRICT = "strict"

    ALL = (OFF, AUDIT, ENFORCE, STRICT)


DEFAULTS = {"mode": Mode.ENFORCE, "protocols": frozenset(PROTOCOLS), "log": None,
            "log_max_bytes": 10 << 20, "log_keep": 5}


def mode(value):
    """Return *value*, one of Mode.ALL, as it is spelt there."""
    for known in Mode.ALL:
        if quoted(value).lower() == repr(known):
            return known
    raise ConfigurationError("mode = %s is unknown; use one of: %s" % (quoted(value), ", ".join(Mode.ALL)))


def protocols(value):
    """Return a frozenset of PROTOCOLS from a list or from text with commas."""
    try:
        names = [name.lower() for name in pieces(value)]
    except TypeError:
        names = [quoted(value)]
    for name in names or ["nothing"]:
        if name not in PROTOCOLS:
            raise ConfigurationError("protocols: %s is unknown; use some of: %s; to switch all off, mode = off"
                                     % (name, ", ".join(PROTOCOLS)))
    return frozenset(names)


def log(value, base=None):
    """Return where events go: an absolute path, ``logging``, ``logging:NAME``, or None (``none``): nowhere.

    Absolute, since a program that changes its directory later still has one log.

    :param base: the folder that relative paths are in; None for the working directory.
    """
    if value is None:
        return None
    try:
        text = native(os.fspath(value) if hasattr(os, "fspath") else value).strip()
    except TypeError:
        raise ConfigurationError("log = %s is not text; name a file, or logging for the logging module"
                                 % quoted(value))
    if text.lower() == "none":
        return None
    if text == "logging" or text.startswith("logging:") and text != "logging:":
        return text
    try:
        path = os.path.abspath(os.path.join(base or "", text))
    except OSError as error:
        raise ConfigurationError("log = %s is a relative path, and there is no working directory (%s); name the "
                                 "whole path" % (quoted(text), error.strerror))
    if text == "logging:" or text.endswith("/") or not files.is_path(text) or os.path.isdir(path):
        raise ConfigurationError("log = %s is not a file; name one, or logging or logging:NAME for the "
                                 "logging module, or none" % quoted(text))
    return path


def log_max_bytes(value):
    """Return a number of bytes, from a number or text with K, M or G (of 1024)."""
    found = re.match(r"([0-9]{1,15})\s*([kmg]?)(?:i?b)?\Z", lowered(value))
    size = int(found.group(1)) * _UNITS[found.group(2)] if found else 0
    if not 4096 <= size < 10 ** 15:
        raise ConfigurationError("log_max_bytes = %s cannot be used; give a number of bytes of 4096 or more, "
                                 "such as 10485760 or 10M" % quoted(value))
    return size


def log_keep(value):
    """Return how many full logs are kept beside the one that is written."""
    if not re.match(r"[0-9]{1,4}\Z", lowered(value)) or int(lowered(value)) < 1:
        raise ConfigurationError("log_keep = %s cannot be used; give the number of full logs to keep, from 1 "
                                 "to 9999" % quoted(value))
    return int(lowered(value))


CHECKS = {"mode": mode, "protocols": protocols, "log": log, "log_max_bytes": log_max_bytes,
          "log_keep": log_keep}
