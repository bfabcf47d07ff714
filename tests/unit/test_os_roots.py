"""roots = os: the operating system's verifier, through truststore, in processes of its own."""
import os
import subprocess
import sys

import pytest

import verifyshim

CLIENT = """
import sys, ssl, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import verifyshim
verifyshim.install(roots="os")
import urllib.request
for url in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(url).read().decode())
    except urllib.error.URLError as error:
        print(type(error.reason).__name__, getattr(error.reason, "reason", None))
"""


def test_it_verifies_with_the_systems_roots(roots, good, unknown, wrong_host):
    pytest.importorskip("truststore", reason="needs truststore, which needs 3.10")
    # On Linux the system's roots are OpenSSL's default ones, which this variable names.
    environ = dict(os.environ, SSL_CERT_FILE=roots, SSL_CERT_DIR="/nonexistent")
    urls = [server.url() for server in (good, unknown, wrong_host, good)]
    out = subprocess.check_output([sys.executable, "-c", CLIENT] + urls, env=environ)
    assert out.decode().splitlines() == ["verified", "VerificationError unknown-issuer",
                                         "VerificationError hostname-mismatch", "verified"]
    assert (len(good.requests), unknown.requests, wrong_host.requests) == (2, [], [])


def test_where_it_cannot_be_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "truststore", None)        # import raises
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        verifyshim.install(roots="os")
    assert "truststore" in str(caught.value) and not verifyshim.status()["installed"]
