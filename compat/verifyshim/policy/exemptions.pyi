from types import TracebackType
from typing_extensions import Self

from .dates import _When

class _Exempt:
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

# Both have a default at run time, so that leaving one out is told in a sentence; both are needed.
def exempt(host: str, until: _When, reason: str) -> _Exempt: ...
