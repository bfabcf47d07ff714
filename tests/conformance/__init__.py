"""The suites here and in tests/limbo need 3.8 and cryptography; old interpreters are their clients."""
import sys

try:
    import cryptography  # noqa: F401
    CAN_RUN = sys.version_info >= (3, 8) and sys.platform != "win32"
except ImportError:
    CAN_RUN = False
