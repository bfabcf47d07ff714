"""One table of a TOML file, by whichever reader this Python has."""
import importlib
import io

from ..errors import ConfigurationError

_READERS = ("tomllib", "tomli", "toml")     # from 3.11 on, for 3.6 to 3.10, for 2.7


def _reader():
    """Return what reads TOML here, or None; imported when a file needs it, for the time that takes."""
    for name in _READERS:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


def table(path, names):
    """Return the table *names* of the file as a dict, or None if it is not there.

    :raises ConfigurationError: where it seems to be there and cannot be read.
    """
    try:
        with io.open(path, encoding="utf-8") as handle:
            text = handle.read()
    except (EnvironmentError, ValueError) as error:
        raise ConfigurationError("%s: it cannot be read: %s" % (path, error))
    if not all(name in text for name in names):
        return None
    reader = _reader()
    if reader is None:
        raise ConfigurationError("%s: this Python reads no TOML; pip install verifyshim[codemod], "
                                 "or use setup.cfg" % path)
    try:
        value = reader.loads(text)
    except Exception as error:      # pylint: disable=broad-except   # each reader has its own
        raise ConfigurationError("%s: it cannot be read: %s" % (path, str(error).split("\n")[0]))
    for name in names:
        value = value.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise ConfigurationError("%s: %s is no table" % (path, ".".join(names)))
    return value
