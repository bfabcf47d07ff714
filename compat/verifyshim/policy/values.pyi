from typing import Final

class Mode:
    OFF: Final = "off"
    AUDIT: Final = "audit"
    ENFORCE: Final = "enforce"
    STRICT: Final = "strict"
    ALL: Final[tuple[str, ...]]
