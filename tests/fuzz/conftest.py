"""What hypothesis is not installed for is left out; how many examples ran is told at the end."""
import os

import pytest

try:
    import hypothesis       # noqa: F401
except ImportError:
    hypothesis = None
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="module")
def clean_machine():
    """No settings and no file of the machine's own."""
    from verifyshim.policy import settings
    kept = dict(os.environ), settings.SYSTEM_FILE
    for name in list(os.environ):
        if name.startswith("VERIFYSHIM_") or name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
                                                      "CURL_CA_BUNDLE", "VIRTUAL_ENV"):
            del os.environ[name]
    settings.SYSTEM_FILE = "/nonexistent/verifyshim.cfg"
    yield
    os.environ.update(kept[0])
    settings.SYSTEM_FILE = kept[1]


def pytest_terminal_summary(terminalreporter):
    if hypothesis is None:
        return
    from .running import COUNTS
    if COUNTS:
        terminalreporter.section("fuzz: examples of each property")
        for name in sorted(COUNTS):
            terminalreporter.write_line("%8d  %s" % (COUNTS[name], name))
