import ssl
from typing import Literal
from typing_extensions import TypeAlias

_Reason: TypeAlias = Literal[
    "expired", "not-yet-valid", "hostname-mismatch", "self-signed", "unknown-issuer", "revoked", "no-certificate",
    "pin-mismatch", "other"
]

class VerificationError(ssl.SSLCertVerificationError):
    host: str
    port: int | None
    reason: _Reason
    roots: str
    detail: str
    message: str
    def __init__(
        self, host: str, port: int | None, reason: _Reason, roots: str, detail: str = "", code: int = 0
    ) -> None: ...
