"""Which of CPython's tests end otherwise with verifyshim in force, and why that is right.

Each line says for which tests and columns, what must be in the test's trouble for the line to count, and why.
Anything that is not here is a bug.
"""
import fnmatch
import re


class Difference:
    """One line.

    :param tests: pattern of names, without the leading "test."; several are separated by white space.
    :param columns: names of columns, separated by white space.
    :param shows: a regular expression that the text of the trouble must match; None for tests that are not
        even run, because they would hang: *columns* "bare" is for all of them then.
    :param why: the reason, for people.
    :param versions: pattern of the interpreters' versions, as in fnmatch.
    """

    def __init__(self, tests, columns, shows, why, versions="*"):
        self.tests, self.columns, self.versions = tests.split(), columns.split(), versions
        self.shows, self.why = shows and re.compile(shows, re.DOTALL), why

    def is_for(self, row, column):
        return (column in self.columns or self.columns == ["bare"]) \
            and fnmatch.fnmatchcase(row["version"], self.versions)

    def covers(self, row, column, test, answer):
        return (self.is_for(row, column) and bool(self.shows.search(answer.text))
                and any(fnmatch.fnmatchcase(test, "test." + pattern) for pattern in self.tests))


# Servers of the tests that end, or wait for ever, after the first handshake that fails, as audit's does where it
# does not trust them: its second connection finds nobody.
_ENDS = "its server ends with the first handshake that fails, and audit's second connection finds nobody"
_VERIFYING = "audit enforce strict"

EXPLAINED = [
    # The point of the test is what no longer happens.
    Difference("test_httplib.HTTPSTest.test_local_bad_hostname", "strict",
               "VerificationError.*its certificate is for another name",
               "it switches check_hostname off, and strict compares the name all the same"),
    Difference("test_ssl.*.test_sni_callback test_ssl.*.test_connect_with_context", "strict",
               "VerificationError.*(supermessage|dummy)",
               "it connects without verification, under a name that the certificate does not have"),
    Difference("test_ssl.*.test_connect test_ssl.*.test_connect_with_context test_ssl.*.test_bpo37428_pha_cert_none",
               "audit strict", r"\{\}",
               "it expects getpeercert() to be empty where nothing is verified; here the peer has been verified"),
    Difference("test_ssl.*.test_sni_callback", "audit", "ConnectionReset|Errno 104|Errno 32|Errno 111|EOF|supermessage",
               _ENDS + ", or sees two handshakes where the test counts one"),
    Difference("test_nntplib.LocalServerTests.test_starttls", "audit-untrusted", "ConnectionRefused|ConnectionReset", _ENDS),
    Difference("test_asyncio.test_events.*.test_ssl_connect_accepted_socket", "audit-untrusted", "UNKNOWN_CA",
               "it looks at the server's end of a socket pair, where audit's first attempt is seen to fail"),
    # The policy trusts the certificate that the test wants refused.
    Difference("test_httplib.HTTPSTest.test_local_unknown_cert", _VERIFYING, "SSLError not raised",
               "the policy of these columns trusts the certificate that the test takes for unknown"),
]

LEFT_OUT = [
    Difference("test_socket.*VSOCK*", "bare", None,
               "it waits for ever in a virtual machine without a host to answer"),
    Difference("test_ssl.NetworkedTests.*", "bare", None, "it needs servers on the Internet"),
    Difference("test_ftplib.TestTLS_*", "audit-untrusted", None, _ENDS, "[23].[67].*"),
]


def reason(row, column, test, answer):
    """Return why *test* may end as *answer* says, or None."""
    for line in EXPLAINED:
        if line.covers(row, column, test, answer):
            return line.why
    return None


def left_out(row, column, module):
    """Return patterns of the tests of *module* that must not even be run in *column*, or "bare"."""
    return ["test." + pattern for line in LEFT_OUT if line.is_for(row, column)
            for pattern in line.tests if pattern.startswith(module + ".")]
