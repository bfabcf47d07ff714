"""VS205: httpx, aiohttp, tornado, httplib2, websocket-client, libcloud."""
import pytest

SAFE = {
    "httpx": ("import httpx\nhttpx.Client(verify=False)", "import httpx\nhttpx.Client()"),
    "httpx, async": ("import httpx\nasync def f():\n"
                     "    async with httpx.AsyncClient(timeout=3, verify=False) as c:\n        c",
                     "import httpx\nasync def f():\n    async with httpx.AsyncClient(timeout=3) as c:\n"
                     "        c"),
    "httpx, a dictionary": ("import httpx\nkw = {'verify': False}\nhttpx.get(url, **kw)",
                            "import httpx\nkw = {}\nhttpx.get(url, **kw)"),
    "httpx, patched": (
        "import httpx\nold = httpx.Client.__init__\ndef new(self, *a, **kw):\n    kw['verify'] = False\n"
        "    old(self, *a, **kw)",
        "import httpx\nold = httpx.Client.__init__\ndef new(self, *a, **kw):\n    old(self, *a, **kw)"),
    "aiohttp": ("import aiohttp\nasync def f(session):\n    await session.get(url, ssl=False)",
                "import aiohttp\nasync def f(session):\n    await session.get(url)"),
    "aiohttp, older": ("import aiohttp\nc = aiohttp.TCPConnector(limit=3, verify_ssl=False)",
                       "import aiohttp\nc = aiohttp.TCPConnector(limit=3)"),
    "tornado": ("from tornado.httpclient import HTTPRequest\nHTTPRequest(url, method=m, validate_cert=False)",
                "from tornado.httpclient import HTTPRequest\nHTTPRequest(url, method=m)"),
    "tornado, fetch": ("from tornado import httpclient\n"
                       "httpclient.AsyncHTTPClient().fetch(url, validate_cert=False)",
                       "from tornado import httpclient\nhttpclient.AsyncHTTPClient().fetch(url)"),
    "httplib2": ("import httplib2\nh = httplib2.Http('.cache', disable_ssl_certificate_validation=True)",
                 "import httplib2\nh = httplib2.Http('.cache')"),
    "httplib2, a subclass": (
        "import httplib2\nclass H(httplib2.Http):\n    def __init__(self):\n"
        "        super(H, self).__init__(disable_ssl_certificate_validation=True)",
        "import httplib2\nclass H(httplib2.Http):\n    def __init__(self):\n        super(H, self).__init__()"),
    "httplib2, an attribute": ("import httplib2\nh = httplib2.Http()\n"
                               "h.disable_ssl_certificate_validation = True\nh.request(u)",
                               "import httplib2\nh = httplib2.Http()\nh.request(u)"),
    "websocket": ("import ssl\nimport websocket\nws.run_forever(sslopt={'cert_reqs': ssl.CERT_NONE})",
                  "import websocket\nws.run_forever()"),
    "websocket, both halves": (
        "import ssl, websocket\nopt = {'cert_reqs': ssl.CERT_NONE, 'check_hostname': False, 'x': 1}\n"
        "websocket.create_connection(url, sslopt=opt)",
        "import websocket\nopt = {'x': 1}\nwebsocket.create_connection(url, sslopt=opt)"),
    "libcloud": ("import libcloud.security\nlibcloud.security.VERIFY_SSL_CERT = False\nprint(1)", "print(1)"),
}
NOTHING = {
    "verifying": "import httpx\nhttpx.Client(verify=True)",
    "other ssl": "import aiohttp\nconnect(host, ssl=False)",
    "no requests of requests": "import httpx\nhttpx.Client(verify=context)",
    "on": "import httplib2\nhttplib2.Http(disable_ssl_certificate_validation=False)",
    "required": "ws.run_forever(sslopt={'cert_reqs': ssl.CERT_REQUIRED})",
}


@pytest.mark.parametrize("name", sorted(SAFE))
def test_the_keyword_goes(name, rewritten):
    before, after = SAFE[name]
    assert rewritten(before + "\n", select="VS205") == after + "\n"


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_others_are_left_as_they_are(name, rewritten):
    text = NOTHING[name] + "\n"
    assert rewritten(text, select="VS205", unsafe=True) == text


def test_a_gate_needs_unsafe(rewritten):
    text = "import httpx\nif insecure:\n    c = httpx.Client(verify=False)\nelse:\n    c = httpx.Client()\n"
    assert rewritten(text, select="VS205") == text
    assert "verify" not in rewritten(text, select="VS205", unsafe=True)
