"""Which of CPython's tests are run, in which columns, and how long they may take."""
import os

# Seconds for one module; the slowest takes a minute on two slow cores.
LONGEST = 300

# What the shim touches: ssl and all that speaks through it, and the import system.
MODULES = ("test_httplib", "test_urllib", "test_urllib2", "test_urllib2_localnet", "test_ssl", "test_xmlrpc",
           "test_smtplib", "test_imaplib", "test_poplib", "test_ftplib", "test_nntplib", "test_logging",
           "test_asyncio.test_sslproto", "test_asyncio.test_ssl", "test_asyncio.test_streams",
           "test_asyncio.test_base_events", "test_asyncio.test_selector_events", "test_asyncio.test_events",
           "test_site", "test_import", "test_importlib", "test_importhooks", "test_threaded_import",
           "test_httpservers", "test_socket", "test_docxmlrpc", "test_urllibnet")

# The mode, and whether the policy trusts the servers of the tests. Where it does not, audit has to let
# every handshake through by a second connection.
COLUMNS = {"audit": ("audit", True), "enforce": ("enforce", True), "strict": ("strict", True),
           "audit-untrusted": ("audit", False)}

# Those whose servers outlive a handshake that fails, which is how audit finds out about a peer; test_ssl says of
# its own that "connection failure crashes" it, and test_poplib's ends too.
_OUTLIVE = ("test_httplib", "test_urllib2_localnet", "test_smtplib", "test_imaplib", "test_ftplib", "test_nntplib",
            "test_logging", "test_asyncio.test_sslproto", "test_asyncio.test_ssl", "test_asyncio.test_streams",
            "test_asyncio.test_events")

# A few minutes for continuous integration: VERIFYSHIM_UPSTREAM=smoke.
SMOKE_MODULES = ("test_httplib", "test_urllib2_localnet", "test_ssl", "test_smtplib", "test_ftplib", "test_logging",
                 "test_asyncio.test_sslproto", "test_site", "test_import")
SMOKE_VERSIONS = ("2.7", "3.6", "3.13")
SMOKE_SUITES = ("httplib2",)


def smoke():
    """Whether it is to take minutes instead of hours."""
    return os.environ.get("VERIFYSHIM_UPSTREAM") == "smoke"


def columns(module):
    """Return the names of the columns for *module*."""
    return [name for name in COLUMNS if COLUMNS[name][1] or module in _OUTLIVE]
