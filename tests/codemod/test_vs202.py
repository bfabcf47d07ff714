"""VS202: defaults that do not verify."""
import pytest

UNSAFE = {
    "verify": ("def f(url, verify=False):\n    return requests.get(url, verify=verify)",
               "def f(url, verify=True):\n    return requests.get(url, verify=verify)"),
    "a name that says TLS": ("def f(url, verify_ssl=False):\n    return get(url, verify_ssl)",
                             "def f(url, verify_ssl=True):\n    return get(url, verify_ssl)"),
    "one word": ("def f(url, verifysslcert=False):\n    return get(url, verifysslcert)",
                 "def f(url, verifysslcert=True):\n    return get(url, verifysslcert)"),
    "the other way round": ("def f(url, insecure=True):\n    return get(url, insecure)",
                            "def f(url, insecure=False):\n    return get(url, insecure)"),
    "twice round": ("def f(url, no_ssl_verify=True):\n    return get(url, no_ssl_verify)",
                    "def f(url, no_ssl_verify=False):\n    return get(url, no_ssl_verify)"),
    "in a dictionary": (
        "def f(url, verify=False):\n    kw = dict(verify=verify)\n    return requests.get(url, **kw)",
        "def f(url, verify=True):\n    kw = dict(verify=verify)\n    return requests.get(url, **kw)"),
    "kept in self": (
        "class A(object):\n    def __init__(self, verify=False):\n        self.verify = verify\n"
        "    def f(self):\n        requests.get(url, verify=self.verify)",
        "class A(object):\n    def __init__(self, verify=True):\n        self.verify = verify\n"
        "    def f(self):\n        requests.get(url, verify=self.verify)"),
}

NOTHING = {
    "verifying": "def f(url, verify=True):\n    return requests.get(url, verify=verify)",
    "twice round": "def f(url, no_ssl_verify=False):\n    return get(url, no_ssl_verify)",
    "another matter": "def f(vf, verify=False):\n    if verify:\n        vf.verify()",
    "unused": "def f(url, verify_ssl=False):\n    return requests.get(url)",
    "not asked for": "def f(url, insecure=False):\n    return get(url, insecure)",
}


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_defaults_are_turned_when_asked(name, rewritten):
    before, after = UNSAFE[name]
    text = "import requests\n%s\n"
    assert rewritten(text % before, select="VS202") == text % before
    assert rewritten(text % before, select="VS202", unsafe=True) == text % after


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_other_defaults_are_left_alone(name, findings):
    assert findings("import requests\n%s\n" % NOTHING[name], select="VS202") == []


def test_without_a_network_library_there_is_nothing_to_verify(findings):
    assert findings("def f(verify_ssl=False):\n    return verify_ssl\n", select="VS202") == []


def test_the_default_of_a_library_is_reported(findings):
    text = ("import ssl\ndef set_cert(self, cert_reqs='CERT_NONE', ca_certs=None):\n"
            "    self.cert_reqs = cert_reqs\n")
    assert [found[:3] for found in findings(text, select="VS202")] == [("VS202", 2, "none")]
