"""Until when: the end of an exemption, in UTC."""
import collections
import datetime
import re

from .texts import quoted
from ..errors import ConfigurationError

_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d))?\s*([Zz]|[+-]\d\d:?\d\d)?)?\Z")
_EPOCH = datetime.datetime(1970, 1, 1)


class Until(collections.namedtuple("Until", "seconds text")):
    """A moment: seconds since 1970, and as it was written."""


def read(value):
    """Return the Until of *value*.

    :param value: a date, text (``2027-03-31``) or datetime.date, whose whole day is still within; or text
        as of RFC 3339 (``2027-03-31T18:00Z``) or datetime.datetime. Without a zone it is UTC.
    :raises ConfigurationError: where there is no such date.
    """
    if isinstance(value, Until):
        return value
    if isinstance(value, datetime.datetime):
        return Until(_seconds(value.replace(tzinfo=None) - (value.utcoffset() or datetime.timedelta())),
                     str(value))
    if isinstance(value, datetime.date):
        return read(value.isoformat())
    try:
        found = _FORM.match(value.strip())
        year, month, day, hour, minute, second, zone = found.groups()
        moment = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0),
                                   int(second or 0))
        seconds = _seconds(moment) - _offset(zone)
    except (AttributeError, TypeError, ValueError):
        raise ConfigurationError("%s is not a date; write it as 2027-03-31 (the whole day, UTC) or "
                                 "2027-03-31T18:00Z" % quoted(value))
    return Until(seconds if hour else seconds + 86400, str(value.strip()))


def _seconds(moment):
    past = moment - _EPOCH          # 2.6 has no total_seconds()
    return past.days * 86400 + past.seconds


def _offset(zone):
    if not zone or zone in "Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    return (-1 if zone[0] == "-" else 1) * (hours * 3600 + minutes * 60)
