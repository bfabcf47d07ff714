"""Which of CPython's tests end otherwise with verifyshim in force, and why that is right.

Each line says for which tests and columns, what must be in the test's trouble for the line to count, and why.
Anything that is not here is a bug.
"""
import fnmatch
import re


class Difference:
    """One line.

    :param tests: pattern of names, as "test_ssl.Class.test_name" or "requests/tests/file.py::Class::test_name";
        several are separated by white space.
    :param columns: names of columns, separated by white space.
    :param shows: a regular expression that the text of the trouble must match; None for tests that are not
        even run, because they would hang: *columns* "bare" is for all of them then.
    :param why: the reason, for people.
    :param versions: pattern of the interpreters' versions, as in fnmatch.
    """

    def __init__(self, tests, columns, shows, why, versions="*"):
        self.tests, self.columns, self.versions = tests.split(), columns.split(), versions
        self.shows, self.why = shows and re.compile(shows, re.DOTALL), why

    def is_for(self, runner, column):
        return (column in self.columns or self.columns == ["bare"]) \
            and fnmatch.fnmatchcase(runner.version, self.versions)

    def covers(self, runner, column, module, test, answer):
        own, shown = runner.names(module)
        name = shown + test[len(own):] if test.startswith(own) else test
        return (self.is_for(runner, column) and bool(self.shows.search(answer.text))
                and any(fnmatch.fnmatchcase(name, pattern) for pattern in self.tests))


# Servers of the tests that end, or wait for ever, after the first handshake that fails, as audit's does where it
# does not trust them: its second connection finds nobody.
_ENDS = "its server ends with the first handshake that fails, and audit's second connection finds nobody"
# Of requests' suite; the server is one of those.
_POOLS = "requests/tests/test_requests.py::TestPreparingURLs::test_different_connection_pool_for_*"
_VERIFYING = "audit enforce strict"

EXPLAINED = [
    # The point of the test is what no longer happens.
    Difference("test_httplib.HTTPSTest.test_local_bad_hostname", "strict",
               "verify failed for localhost.*its certificate is for another name",
               "it switches check_hostname off, and strict compares the name all the same"),
    Difference("test_ssl.*.test_sni_callback test_ssl.*.test_connect_with_context", "strict",
               "VerificationError.*(supermessage|dummy)",
               "it connects without verification, under a name that the certificate does not have"),
    Difference("test_ssl.*.test_connect test_ssl.*.test_connect_with_context test_ssl.*.test_bpo37428_pha_cert_none",
               "audit strict", r"\{\}",
               "it expects getpeercert() to be empty where nothing is verified; here the peer has been verified"),
    Difference("test_ssl.*.test_sni_callback", "audit", "ConnectionReset|Errno 104|Errno 32|Errno 111|EOF|supermessage",
               _ENDS + ", or sees two handshakes where the test counts one"),
    Difference("test_nntplib.LocalServerTests.test_starttls", "audit-untrusted",
               "ConnectionRefused|ConnectionReset", _ENDS),
    Difference("test_asyncio.test_events.*.test_ssl_connect_accepted_socket", "audit-untrusted", "UNKNOWN_CA",
               "it looks at the server's end of a socket pair, where audit's first attempt is seen to fail"),
    Difference("test_urllib2_localnet.*.test_https_with_cafile", "enforce strict",
               "verify failed for localhost.*its certificate is for another name",
               "it expects a bare CertificateError from urlopen, as before 3.7; each refusal is a URLError here",
               "[23].[3-7].*"),
    Difference("requests/tests/test_requests.py::TestRequests::test_https_warnings", "enforce",
               "InsecureConnectionWarning", "it counts warnings; urllib3 before 2 has ssl verify the chain alone, of "
               "which enforce warns, and compares the name itself", "[23].[67].*"),
    Difference("urllib3/*::test_good_fingerprint_and_hostname_mismatch "
               "urllib3/*::test_verify_none_and_good_fingerprint urllib3/*::test_assert_hostname_invalid_*", "strict",
               "verify failed for (localhost|127.0.0.1|example.com).*To do: connect by a name",
               "it trusts by a fingerprint or another name, compared by urllib3 later; strict verifies all the same"),
    Difference("urllib3/*::test_proxy_pooling urllib3/*::test_connect_ipv6_addr*", "strict",
               "verify failed for 127.0.0.1|Invalid IPv6 format in HTTP CONNECT request|DID NOT WARN",
               "it verifies nothing, and the certificate is not for the address; strict verifies all the same"),
    Difference("urllib3/*::test_connect_ipv6_addr*", "audit",
               "Invalid IPv6 format in HTTP CONNECT request|ALERT_BAD_CERTIFICATE|DID NOT WARN", _ENDS),
    Difference("urllib3/*::test_proxy_verified urllib3/*::test_https_proxy_hostname_verification "
               "urllib3/*::test_https_proxy_assert_fingerprint_md5_non_matching", "strict",
               "verify failed for .*its certificate is for another name|connect by a name the certificate has",
               "it expects the words of urllib3's own check, which strict's comes before", "3.*"),
    Difference("urllib3/*::test_unverified_ssl", "enforce", "InsecureConnectionWarning",
               "it counts warnings; enforce warns of a context that does not verify", "3.*"),
    Difference(_POOLS, "strict", "verify failed for localhost",
               "its first request, with verify=False, goes to a server whose root the policy does not have"),
    Difference(_POOLS, "audit", "ConnectionReset|Connection reset|Connection refused|RemoteDisconnected", _ENDS),
    Difference("test_asyncio.test_streams.*.test_open_unix_connection_no_loop_ssl "
               "test_asyncio.test_events.*create_unix_server_ssl", "strict", "verify failed for an unnamed host",
               "it verifies nothing; its root has expired, and at a Unix socket there is no host to pin", "3.[45].*"),
    # The policy trusts the certificate that the test wants refused.
    Difference("test_httplib.HTTPSTest.test_local_unknown_cert", _VERIFYING, "SSLError not raised",
               "the policy of these columns trusts the certificate that the test takes for unknown"),
]

LEFT_OUT = [
    Difference("test_socket.*VSOCK*", "bare", None,
               "it waits for ever in a virtual machine without a host to answer"),
    Difference("test_ssl.NetworkedTests.* test_imaplib.Remote*", "bare", None, "it needs servers on the Internet"),
    Difference("test_ftplib.TestTLS_*", "audit-untrusted", None, _ENDS, "[23].[345678].*"),
    Difference("requests/*TestTimeout::test_connect_timeout* requests/*TestTimeout::test_total_timeout_connect* "
               "urllib3/*::test_connect_timeout* urllib3/*::test_total_applies_connect "
               "urllib3/*::test_*_proxy_connect_timeout* urllib3/*::test_tunneling_proxy_request_timeout* "
               "urllib3/*::test_http2_probe_blocked_per_thread",
               "bare", None, "they connect to an address of another network that must not answer"),
    Difference("urllib3/test/contrib/test_pyopenssl.py::*test_requesting_large_resources_via_ssl*", "bare", None,
               "it reads two gigabytes through pyOpenSSL, which takes minutes"),
]


def line(runner, column, module, test, answer):
    """Return the Difference by which *test* may end as *answer* says, or None."""
    for one in EXPLAINED:
        if one.covers(runner, column, module, test, answer):
            return one
    return None


def left_out(runner, column, module):
    """Return patterns of the tests of *module* that must not even be run in *column*, or "bare"."""
    own, shown = runner.names(module)
    return [own + pattern[len(shown):] for one in LEFT_OUT if one.is_for(runner, column)
            for pattern in one.tests if pattern.startswith(shown)]
