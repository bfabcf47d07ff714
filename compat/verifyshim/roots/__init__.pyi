from collections.abc import Mapping
from typing_extensions import TypeAlias

from .rootset import Roots as Roots
from _typeshed import StrPath

_Trusted: TypeAlias = StrPath | Roots

def resolve(source: _Trusted | None = None, environ: Mapping[str, str] | None = None) -> Roots: ...
