from collections.abc import Iterable

from .dates import Until, _When
from ..roots import Roots, _Trusted

class HostRule:
    KEYS: tuple[str, ...]
    roots: Roots | None
    pins: tuple[str, ...]
    verify_chain: bool
    until: Until | None
    reason: str | None
    def __init__(
        self,
        roots: _Trusted | None = None,
        pin: str | Iterable[str] | None = None,
        verify_chain: bool | str | None = None,
        exempt_until: _When | None = None,
        reason: str | None = None,
    ) -> None: ...
    def texts(self) -> list[str]: ...
    def ended(self) -> bool: ...
