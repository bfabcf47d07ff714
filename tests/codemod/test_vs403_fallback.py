"""VS403: another try without verification."""
import pytest

REPORTED = {
    "requests": """
        import requests
        try:
            page = requests.get(url)
        except requests.exceptions.SSLError:
            page = requests.get(url, verify=False)
        """,
    "any exception": """
        import requests
        try:
            page = requests.get(url)
        except:
            page = requests.get(url, verify=False)
        """,
    "the standard library": """
        import ssl, urllib2
        try:
            page = urllib2.urlopen(url)
        except ssl.SSLError:
            page = urllib2.urlopen(url, context=ssl._create_unverified_context())
        """,
    "without TLS": """
        import ssl, urllib2
        try:
            page = urllib2.urlopen(url)
        except (ssl.SSLError, ssl.CertificateError) as error:
            page = urllib2.urlopen(url.replace("https://", "http://"))
        """,
    "Python 2": """
        import ssl, urllib2
        try:
            page = urllib2.urlopen(url)
        except ssl.SSLError, error:
            print error
            context.verify_mode = ssl.CERT_NONE
            page = urllib2.urlopen(url, context=context)
        """,
}

UNTOUCHED = {
    "told and given up": """
        import requests
        try:
            page = requests.get(url)
        except requests.exceptions.SSLError:
            raise SystemExit("the certificate is bad")
        """,
    "tried again": """
        import requests
        try:
            page = requests.get(url)
        except requests.exceptions.SSLError:
            page = requests.get(mirror)
        """,
    "another error": """
        import requests
        try:
            page = requests.get(url)
        except KeyError:
            page = requests.get(url, verify=False)
        """,
}


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_reported(rewritten, findings, name):
    text = REPORTED[name]
    assert [found[2] for found in findings(text, select="VS403")] == ["none"]
    assert rewritten(text, unsafe=True, select="VS403") == rewritten(text, select="VS000")


@pytest.mark.parametrize("name", sorted(UNTOUCHED))
def test_left_alone(findings, name):
    assert findings(UNTOUCHED[name], select="VS403") == []
