"""Text as this interpreter's own str, whatever a program or a file gave."""


def native(value):
    """Return *value* as str: 3.x bytes are decoded, 2.x unicode encoded, as UTF-8.

    :raises TypeError: where it is not text at all.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "encode"):        # 2.x unicode
        return value.encode("utf-8")
    raise TypeError("%r is not text" % (value,))


def lowered(value):
    """Return a word or a number as native text, without blanks around it and in lower case."""
    try:
        return native(value).strip().lower()
    except TypeError:
        return str(value).strip().lower()


def quoted(value):
    """Return *value* for a message, on one line and without 2.x's u prefix."""
    try:
        return repr(native(value))
    except TypeError:
        return repr(value)


def pieces(value):
    """Split text at commas and line ends; a list is taken as it is.

    :raises TypeError: where it is neither.
    """
    if not isinstance(value, (list, tuple, set, frozenset)):
        value = native(value).replace("\n", ",").split(",")
    found = [native(item).strip() for item in value]
    return [item for item in found if item]
