from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal
from typing_extensions import TypeAlias

from .rules import HostRule
from ..roots import Roots, _Trusted
from _typeshed import StrPath

_ModeName: TypeAlias = Literal["off", "audit", "enforce", "strict"]
_Switch: TypeAlias = Literal["default", "on", "off"]
_TLSVersion: TypeAlias = Literal["1.0", "1.1", "1.2", "1.3"]
_CrlCheck: TypeAlias = Literal["leaf", "chain"]
_Crl: TypeAlias = StrPath | Sequence[StrPath]
_Hosts: TypeAlias = Mapping[str, HostRule | Mapping[str, Any]] | Iterable[tuple[str, HostRule | Mapping[str, Any]]]

class Policy:
    mode: _ModeName
    roots: Roots
    hosts: list[tuple[Any, HostRule]]
    protocols: frozenset[str]
    log: str | None
    log_max_bytes: int
    log_keep: int
    origins: dict[str, str]
    def __init__(
        self,
        mode: _ModeName | None = None,
        roots: _Trusted | None = None,
        hosts: _Hosts | None = None,
        protocols: str | Iterable[str] | None = None,
        log: StrPath | None = None,
        log_max_bytes: int | str | None = None,
        log_keep: int | str | None = None,
        *,
        strict_x509: _Switch = "default",
        partial_chain: _Switch = "default",
        minimum_tls: _TLSVersion | None = None,
        crl: _Crl | None = None,
        crl_check: _CrlCheck = "leaf",
    ) -> None: ...
    @property
    def notes(self) -> list[str]: ...
    def describe(self) -> list[tuple[str, str, str]]: ...
