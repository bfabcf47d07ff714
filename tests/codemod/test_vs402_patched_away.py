"""VS402: verification patched away."""
import pytest

REPORTED = {
    "a lambda": """
        import ssl
        ssl.match_hostname = lambda certificate, hostname: None
        """,
    "a function": """
        import ssl
        def ignore(cert, hostname):
            "Do not care."
            return True
        ssl.match_hostname = ignore
        """,
    "a constant": """
        import ssl
        ssl.CERT_REQUIRED = ssl.CERT_NONE
        """,
    "the verified factory": """
        import ssl
        ssl.create_default_context = ssl._create_unverified_context
        """,
    "requests": """
        import requests
        requests.adapters.HTTPAdapter.cert_verify = lambda *args, **kwargs: None
        """,
    "by setattr": """
        import ssl
        setattr(ssl, "match_hostname", lambda *args: True)
        """,
    "a stand-in": """
        try:
            from ssl import match_hostname
        except ImportError:
            def match_hostname(cert, hostname):
                pass
        """,
    "an adapter": """
        from requests.adapters import HTTPAdapter
        class Relaxed(HTTPAdapter):
            def cert_verify(self, conn, url, verify, cert):
                conn.cert_reqs = "CERT_NONE"
                conn.ca_certs = None
        """,
}

UNTOUCHED = {
    "the backport": """
        import ssl
        from backports.ssl_match_hostname import match_hostname
        ssl.match_hostname = match_hostname
        """,
    "a stricter one": """
        import ssl
        def strict(cert, hostname):
            if not good(cert, hostname):
                raise ValueError(hostname)
        ssl.match_hostname = strict
        """,
    "somebody else's": """
        self.match_hostname = lambda *args: None
        """,
}


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_reported(rewritten, findings, name):
    text = REPORTED[name]
    assert [found[2] for found in findings(text, select="VS402")] == ["none"]
    assert rewritten(text, unsafe=True, select="VS402") == rewritten(text, select="VS000")


@pytest.mark.parametrize("name", sorted(UNTOUCHED))
def test_left_alone(findings, name):
    assert findings(UNTOUCHED[name], select="VS402") == []
