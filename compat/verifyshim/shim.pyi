from collections.abc import Iterable
from typing import Any

from .policy.policy import _Crl, _Hosts, _ModeName, Policy, _Switch, _TLSVersion, _CrlCheck
from .roots import _Trusted
from _typeshed import StrPath

def install(
    policy: Policy | None = None,
    *,
    mode: _ModeName | None = None,
    roots: _Trusted | None = None,
    hosts: _Hosts | None = None,
    protocols: str | Iterable[str] | None = None,
    log: StrPath | None = None,
    log_max_bytes: int | str | None = None,
    log_keep: int | str | None = None,
    strict_x509: _Switch = "default",
    partial_chain: _Switch = "default",
    minimum_tls: _TLSVersion | None = None,
    crl: _Crl | None = None,
    crl_check: _CrlCheck = "leaf",
) -> None: ...
def uninstall() -> None: ...
def status() -> dict[str, Any]: ...
