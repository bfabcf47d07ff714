import datetime
from typing import NamedTuple
from typing_extensions import TypeAlias

class Until(NamedTuple):
    seconds: int
    text: str

_When: TypeAlias = str | datetime.date | Until
