"""What literals stand for: numbers and strings of every Python, on any Python."""
from __future__ import absolute_import

import re
import unicodedata

try:
    _character, _text = unichr, unicode
except NameError:
    _character, _text = chr, str

_STRING = re.compile("([A-Za-z]*)('''|\"\"\"|'|\")")
_LINE_END = re.compile("\r\n?")
_ESCAPE = re.compile(r"""\\(?:(\r\n?|\n)|([\\'"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})
    |u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\})""", re.VERBOSE)
_SIMPLE = {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
           "v": "\v"}


def number(text):
    """The value of a number as any Python spells it; None for one that this Python refuses to make."""
    digits = text.replace("_", "").lower()
    try:
        if digits.endswith("j"):
            return complex(digits)
        digits = digits.rstrip("l")
        if digits[:2] in ("0x", "0o", "0b"):
            return int(digits[2:], {"x": 16, "o": 8, "b": 2}[digits[1]])
        if digits.isdigit():
            octal = digits[0] == "0" and digits.strip("0")
            return int(digits, 8 if octal else 10)
        return float(digits)
    except ValueError:      # 3.11 and newer refuse thousands of digits; 089 is no number
        return None


def name(text):
    """An identifier as Python compares it: decoded, and normalised as PEP 3131 says."""
    decoded = decode(text)
    return text if decoded is text else native(unicodedata.normalize("NFKC", decoded))


def native(text):
    """The type ``str`` where it can hold the text: on 2.7 what is not ASCII stays unicode."""
    if str is _text:
        return text
    try:
        return str(text)
    except UnicodeError:
        return text


def decode(text):
    """The characters of a piece of the source, UTF-8 if it can be that; the same object if it is ASCII."""
    try:
        data = text.encode("latin-1") if isinstance(text, _text) else text
        decoded = data.decode("utf-8")
    except UnicodeError:
        return text if isinstance(text, _text) else text.decode("latin-1")
    return text if len(decoded) == len(text) and decoded == text else decoded


def string(source):
    """(value, is_bytes, is_unicode) of one string literal, given with prefix and quotes."""
    prefix, quote = _STRING.match(source).groups()
    prefix = prefix.lower()
    inner = source[len(prefix) + len(quote):-len(quote)]
    return body(inner, prefix), "b" in prefix, "u" in prefix


def body(inner, prefix):
    """What the text between the quotes stands for; ``prefix`` in lower case."""
    if "\r" in inner:
        inner = _LINE_END.sub("\n", inner)
    if not _ascii(inner):
        if "b" not in prefix:
            inner = decode(inner)
        elif not isinstance(inner, _text):
            inner = inner.decode("latin-1")
    if "\\" not in inner or "r" in prefix:
        return native(inner)
    return native(_ESCAPE.sub(_byte if "b" in prefix else _unescaped, inner))


def _ascii(text):
    try:
        text.encode("ascii") if isinstance(text, _text) else text.decode("ascii")
    except UnicodeError:
        return False
    return True


def _byte(match):
    """The value of an escape in bytes, where \\u, \\U and \\N mean nothing."""
    return match.group() if match.lastindex > 4 else _unescaped(match)


def _unescaped(match):
    line_end, simple, octal, two, four, eight, named = match.groups()
    if line_end:
        return ""
    if simple:
        return _SIMPLE[simple]
    try:
        if named is not None:
            return unicodedata.lookup(native(named))
        return _character(int(octal, 8) if octal else int(two or four or eight, 16))
    except (KeyError, ValueError, OverflowError):   # a name or number that this Python has not; leave it
        return match.group()


def joined(one, other):
    """Two strings as one."""
    try:
        return one + other
    except UnicodeError:    # on 2.7, where one is bytes that are not ASCII
        return _as_text(one) + _as_text(other)


def _as_text(value):
    return value if isinstance(value, _text) else value.decode("latin-1")
