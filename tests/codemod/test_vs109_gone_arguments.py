"""VS109: arguments that 3.12 and 3.13 do not take."""
import pytest

CHANGED = {
    "check_hostname off": ("""
        from http.client import HTTPSConnection
        connection = HTTPSConnection(host, check_hostname=False, timeout=5)
        """, """
        from http.client import HTTPSConnection
        connection = HTTPSConnection(host, timeout=5)
        """),
    "roots": ("""
        import urllib2
        urllib2.urlopen(url, cafile=roots)
        """, """
        import ssl
        import urllib2
        urllib2.urlopen(url, context=ssl.create_default_context(cafile=roots))
        """),
    "two kinds of roots": ("""
        import ssl
        from urllib.request import urlopen
        urlopen(url, data, timeout=5, cafile=roots, capath=more, cadefault=True)
        """, """
        import ssl
        from urllib.request import urlopen
        urlopen(url, data, timeout=5, context=ssl.create_default_context(cafile=roots, capath=more))
        """),
    "a client's certificate": ("""
        import httplib
        mine, key = "mine.pem", os.path.join(home, "key.pem")
        connection = httplib.HTTPSConnection(h, cert_file=mine, key_file=key)
        """, """
        import httplib
        import verifyshim
        mine, key = "mine.pem", os.path.join(home, "key.pem")
        connection = httplib.HTTPSConnection(h, context=verifyshim.create_context(certfile=mine, keyfile=key))
        """),
}

REPORTED = {
    "a context as well": """
        from urllib.request import urlopen
        urlopen(url, cafile=roots, context=context)
        """,
    "a connection's own": """
        from http.client import HTTPSConnection
        HTTPSConnection(host, key_file=self.key_file, cert_file=self.cert_file)
        """,
    "a parameter": """
        from http.client import HTTPSConnection
        def connect(host, mine=None):
            return HTTPSConnection(host, cert_file=mine)
        """,
    "a variable": """
        from http.client import HTTPSConnection
        HTTPSConnection(host, check_hostname=checked)
        """,
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_needs_unsafe(rewritten, name):
    before, after = CHANGED[name]
    assert rewritten(before, select="VS109") == rewritten(before, select="VS000")
    assert rewritten(before, unsafe=True, select="VS109") == rewritten(after, select="VS000")


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_reported(rewritten, findings, name):
    text = REPORTED[name]
    assert [found[2] for found in findings(text, select="VS109")] == ["none"]
    assert rewritten(text, unsafe=True, select="VS109") == rewritten(text, select="VS000")


def test_others_may_take_what_they_want(findings):
    text = """
        from elsewhere import HTTPSConnection, urlopen
        HTTPSConnection(host, check_hostname=False)
        urlopen(url, cafile=roots)
        """
    assert findings(text, select="VS109") == []
