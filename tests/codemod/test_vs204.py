"""VS204: urllib3 told not to verify."""
import pytest

THREE = ((3, 6),)
CASES = {
    "a string": ("import urllib3\np = urllib3.PoolManager(cert_reqs='CERT_NONE')",
                 "import urllib3\np = urllib3.PoolManager()",
                 "import urllib3\np = urllib3.PoolManager(cert_reqs='CERT_REQUIRED')"),
    "the constant": ("import ssl\nimport urllib3\np = urllib3.PoolManager(4, cert_reqs=ssl.CERT_NONE)",
                     "import urllib3\np = urllib3.PoolManager(4)",
                     "import ssl\nimport urllib3\np = urllib3.PoolManager(4, cert_reqs=ssl.CERT_REQUIRED)"),
    "the host": ("import urllib3\np = urllib3.HTTPSConnectionPool(h, assert_hostname=False)",
                 "import urllib3\np = urllib3.HTTPSConnectionPool(h)",
                 "import urllib3\np = urllib3.HTTPSConnectionPool(h)"),
    "a dictionary": ("import urllib3\nkw = {'cert_reqs': 'NONE', 'maxsize': 4}\np = urllib3.PoolManager(**kw)",
                     "import urllib3\nkw = {'maxsize': 4}\np = urllib3.PoolManager(**kw)",
                     "import urllib3\nkw = {'cert_reqs': 'REQUIRED', 'maxsize': 4}\n"
                     "p = urllib3.PoolManager(**kw)"),
    "a vendored one": ("from requests.packages.urllib3 import PoolManager\n"
                       "p = PoolManager(assert_hostname=False)",
                       "from requests.packages.urllib3 import PoolManager\np = PoolManager()",
                       "from requests.packages.urllib3 import PoolManager\np = PoolManager()"),
}
NOTHING = {
    "required": "import urllib3\nurllib3.PoolManager(cert_reqs='CERT_REQUIRED')",
    "pinned": "import urllib3\nurllib3.PoolManager(cert_reqs='CERT_NONE', assert_fingerprint=pin)",
    "a table": "import ssl\ntable = {'cert_reqs': ssl.CERT_NONE}",
    "a comparison": "import ssl\nif cert_reqs != ssl.CERT_NONE:\n    pass",
}
REPORTED = {
    "what verifies, replaced": "from requests.adapters import HTTPAdapter\nclass A(HTTPAdapter):\n"
                               "    def cert_verify(self, conn, url, verify, cert):\n"
                               "        conn.cert_reqs = 'CERT_NONE'",
    "an adapter": "from requests.adapters import HTTPAdapter\nclass IgnoringAdapter(HTTPAdapter):\n"
                  "    def init_poolmanager(self, *a, **kw):\n"
                  "        super(IgnoringAdapter, self).init_poolmanager(*a, assert_hostname=False, **kw)",
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_keyword_goes_or_asks_for_verification(name, rewritten):
    before, three, both = CASES[name]
    assert rewritten(before + "\n", select="VS204", min_python=THREE) == three + "\n"
    assert rewritten(before + "\n", select="VS204") == both + "\n"


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_others_are_left_alone(name, findings):
    assert findings(NOTHING[name] + "\n", select="VS204") == []


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_opt_ins_are_reported(name, findings):
    assert [found[2] for found in findings(REPORTED[name] + "\n", select="VS204")] == ["none"]
