"""VS201: requests told not to verify. Before and after; then what stays."""
import pytest

IMPORT = "import requests\n"

SAFE = {
    "the last keyword": ("r = requests.get(url, timeout=5, verify=False)", "r = requests.get(url, timeout=5)"),
    "the only keyword": ("requests.head(url, verify=False)", "requests.head(url)"),
    "in the middle": ("requests.post(url, verify=False, data=data)", "requests.post(url, data=data)"),
    "zero": ("requests.get(url, verify=0)", "requests.get(url)"),
    "request": ("requests.request('GET', url, verify=False)", "requests.request('GET', url)"),
    "the api module": ("requests.api.get(url, verify=False)", "requests.api.get(url)"),
    "a session's method": ("requests.Session().get(url, verify=False)", "requests.Session().get(url)"),
    "send": ("s = requests.Session()\ns.send(prepared, verify=False)", "s = requests.Session()\n"
                                                                       "s.send(prepared)"),
    "a module's session": (
        "s = requests.Session()\ndef f():\n    return s.get(url, verify=False)",
        "s = requests.Session()\ndef f():\n    return s.get(url)"),
    "a session in self": (
        "class A(object):\n    def __init__(self):\n        self.session = requests.Session()\n"
        "    def f(self):\n        return self.session.get(url, verify=False)",
        "class A(object):\n    def __init__(self):\n        self.session = requests.Session()\n"
        "    def f(self):\n        return self.session.get(url)"),
    "with": ("with requests.Session() as s:\n    s.get(url, verify=False)",
             "with requests.Session() as s:\n    s.get(url)"),
    "a helper's session": (
        "def make():\n    s = requests.Session()\n    return s\nmake().get(url, verify=False)",
        "def make():\n    s = requests.Session()\n    return s\nmake().get(url)"),
    "partial": ("import functools\nget = functools.partial(requests.get, verify=False)",
                "import functools\nget = functools.partial(requests.get)"),
    "a pool": ("pool.submit(requests.get, url, verify=False)", "pool.submit(requests.get, url)"),
    "a session's attribute": ("s = requests.Session()\ns.verify = False\ns.get(url)",
                              "s = requests.Session()\ns.get(url)"),
    "a session of unknown origin": ("def f(session):\n    session.verify = False\n    session.get(url)",
                                    "def f(session):\n    session.get(url)"),
    "a subclass": (
        "class S(requests.Session):\n    def __init__(self):\n        requests.Session.__init__(self)\n"
        "        self.verify = False",
        "class S(requests.Session):\n    def __init__(self):\n        requests.Session.__init__(self)"),
    "super in a subclass": (
        "class S(requests.Session):\n    def request(self, method, url, **kw):\n"
        "        return super(S, self).request(method, url, verify=False, **kw)",
        "class S(requests.Session):\n    def request(self, method, url, **kw):\n"
        "        return super(S, self).request(method, url, **kw)"),
    "setattr": ("s = requests.Session()\nsetattr(s, 'verify', False)\ns.get(url)",
                "s = requests.Session()\ns.get(url)"),
    "a dictionary": ('kw = {"timeout": 5, "verify": False}\nrequests.get(url, **kw)',
                     'kw = {"timeout": 5}\nrequests.get(url, **kw)'),
    "a dictionary by name": ("kw = dict(timeout=5, verify=False)\nrequests.get(url, **kw)",
                             "kw = dict(timeout=5)\nrequests.get(url, **kw)"),
    "an item": ('def f(**kw):\n    kw["verify"] = False\n    return requests.get(url, **kw)',
                "def f(**kw):\n    return requests.get(url, **kw)"),
    "update": ('def f(**kw):\n    kw.update(verify=False)\n    return requests.get(url, **kw)',
               "def f(**kw):\n    return requests.get(url, **kw)"),
    "update with a dictionary": (
        'def f(**kw):\n    kw.update({"verify": False, "timeout": 5})\n    return requests.get(url, **kw)',
        'def f(**kw):\n    kw.update({"timeout": 5})\n    return requests.get(url, **kw)'),
    "a wrapper that takes anything": (
        "def _request(method, url, **kw):\n    return requests.request(method, url, **kw)\n"
        "_request('GET', url, verify=False)",
        "def _request(method, url, **kw):\n    return requests.request(method, url, **kw)\n"
        "_request('GET', url)"),
    "a wrapper of a wrapper": (
        "class A(object):\n    def _request(self, method, url, **kw):\n"
        "        return requests.request(method, url, **kw)\n"
        "    def get(self, url, **kw):\n        return self._request('GET', url, **kw)\n"
        "    def f(self):\n        return self.get(url, verify=False)",
        "class A(object):\n    def _request(self, method, url, **kw):\n"
        "        return requests.request(method, url, **kw)\n"
        "    def get(self, url, **kw):\n        return self._request('GET', url, **kw)\n"
        "    def f(self):\n        return self.get(url)"),
    "a wrapper whose default verifies": (
        "def fetch(url, verify=True):\n    return requests.get(url, verify=verify)\nfetch(url, verify=False)",
        "def fetch(url, verify=True):\n    return requests.get(url, verify=verify)\nfetch(url)"),
    "a wrapper without a default": (
        "def fetch(url, verify):\n    return requests.get(url, verify=verify)\nfetch(url, verify=False)",
        "def fetch(url, verify):\n    return requests.get(url, verify=verify)\nfetch(url, verify=True)"),
    "a class that hands it on": (
        "class Api(object):\n    def __init__(self, url, verify=True):\n"
        "        self.session = requests.Session()\n"
        "        self.session.verify = verify\napi = Api(url, verify=False)",
        "class Api(object):\n    def __init__(self, url, verify=True):\n"
        "        self.session = requests.Session()\n"
        "        self.session.verify = verify\napi = Api(url)"),
    "both branches": (
        "if data:\n    requests.post(url, data, verify=False)\nelse:\n    requests.get(url, verify=False)",
        "if data:\n    requests.post(url, data)\nelse:\n    requests.get(url)"),
    "one branch for its own reason": ("if method == 'GET':\n    requests.get(url, verify=False)",
                                      "if method == 'GET':\n    requests.get(url)"),
    "an address that says https": ("if url.startswith('https'):\n    requests.get(url, verify=False)",
                                   "if url.startswith('https'):\n    requests.get(url)"),
    "the fallback": (
        "try:\n    requests.get(url)\nexcept requests.exceptions.SSLError:\n"
        "    requests.get(url, verify=False)",
        "try:\n    requests.get(url)\nexcept requests.exceptions.SSLError:\n    requests.get(url)"),
    "a vendored requests": ("from botocore.vendored import requests as r\nr.get(url, verify=False)",
                            "from botocore.vendored import requests as r\nr.get(url)"),
    "a session from elsewhere": ("from project.api import http\nhttp.get(url, params=params, verify=False)",
                                 "from project.api import http\nhttp.get(url, params=params)"),
    "Python 2": ("print 'x'\nrequests.get(url, verify=False)", "print 'x'\nrequests.get(url)"),
    "options of a library": ("import tableauserverclient as TSC\n"
                             "TSC.Server(url, http_options={'verify': False})",
                             "import tableauserverclient as TSC\nTSC.Server(url)"),
    "options of a library by a method": ("server.add_http_options({'verify': False})\n"
                                         "server.go()", "server.go()"),
    "options of an unknown library": ("Client(url, request_options={'verify': False, 'timeout': 3})",
                                      "Client(url, request_options={'timeout': 3})"),
    "a method by name": ("getattr(requests, method)(url, verify=False)", "getattr(requests, method)(url)"),
    "a method from a table": (
        "do = {'GET': requests.get, 'POST': requests.post}[method]\ndo(url, verify=False)",
        "do = {'GET': requests.get, 'POST': requests.post}[method]\ndo(url)"),
    "requests patched": (
        "old = requests.Session.request\ndef new(self, *a, **kw):\n    kw['verify'] = False\n"
        "    return old(self, *a, **kw)\nrequests.Session.request = new",
        "old = requests.Session.request\ndef new(self, *a, **kw):\n"
        "    return old(self, *a, **kw)\nrequests.Session.request = new"),
    "JIRA": ("from jira import JIRA\nopts = {'server': url, 'verify': False}\nJIRA(options=opts)",
             "from jira import JIRA\nopts = {'server': url}\nJIRA(options=opts)"),
    "a comment goes with its line": ("requests.get(\n    url,\n    verify=False,  # self-signed\n)",
                                     "requests.get(\n    url,\n)"),
    "a thread's": ("Thread(target=requests.get, args=(url,), kwargs={'verify': False, 'timeout': 1})",
                   "Thread(target=requests.get, args=(url,), kwargs={'timeout': 1})"),
}

UNSAFE = {
    "a module's constant": ("VERIFY = False\nrequests.get(url, verify=VERIFY)",
                            "VERIFY = True\nrequests.get(url, verify=VERIFY)"),
    "a class's constant": (
        "class A(object):\n    verify = False\n    def f(self):\n        requests.get(url, verify=self.verify)",
        "class A(object):\n    verify = True\n    def f(self):\n        requests.get(url, verify=self.verify)"),
    "an attribute": (
        "class A(object):\n    def __init__(self):\n        self.check = False\n"
        "    def f(self):\n        requests.get(url, verify=self.check)",
        "class A(object):\n    def __init__(self):\n        self.check = True\n"
        "    def f(self):\n        requests.get(url, verify=self.check)"),
    "roots or nothing": (
        "def f(ca_file):\n    verify = False\n    if ca_file:\n        verify = ca_file\n"
        "    requests.get(url, verify=verify)",
        "def f(ca_file):\n    verify = True\n    if ca_file:\n        verify = ca_file\n"
        "    requests.get(url, verify=verify)"),
    "roots or nothing at once": ("requests.get(url, verify=ca_file or False)", "requests.get(url, "
                                                                               "verify=ca_file or True)"),
    "a caller's keyword": ("def f(**kw):\n    requests.get(url, verify=kw.pop('verify', False), **kw)",
                           "def f(**kw):\n    requests.get(url, verify=kw.pop('verify', True), **kw)"),
    "setdefault": ("def f(**kw):\n    kw.setdefault('verify', False)\n    return requests.get(url, **kw)",
                   "def f(**kw):\n    return requests.get(url, **kw)"),
    "a gate": ("if args.insecure:\n    requests.get(url, verify=False)\nelse:\n    requests.get(url)",
               "if args.insecure:\n    requests.get(url)\nelse:\n    requests.get(url)"),
    "a guard": ("def f(verify):\n    if verify:\n        return requests.get(url)\n"
                "    return requests.get(url, verify=False)",
                "def f(verify):\n    if verify:\n        return requests.get(url)\n"
                "    return requests.get(url)"),
}

REPORTED = {
    "a parameter": "def f(verify):\n    requests.get(url, verify=verify)",
    "an attribute from a parameter": "class A(object):\n    def __init__(self, verify):\n"
                                     "        self.verify = verify\n"
                                     "    def f(self):\n        requests.get(url, verify=self.verify)",
    "an option": "requests.get(url, verify=not args.insecure)",
    "an option's two branches": "requests.get(url, verify=False if args.insecure else True)",
    "a session's from a parameter": "def f(check):\n    s = requests.Session()\n    s.verify = check",
    "a choice": "class A(object):\n    def f(self):\n        verify = False\n        if self.check:\n"
                "            verify = True\n"
                "        requests.get(url, verify=verify)",
    "an adapter": "from requests.adapters import HTTPAdapter\nclass NoVerify(HTTPAdapter):\n"
                  "    def cert_verify(self, conn, url, verify, cert):\n"
                  "        super(NoVerify, self).cert_verify(conn=conn, url=url, verify=False, cert=cert)",
    "every session at once": "old = requests.Session.merge_environment_settings\n"
                             "def merge_environment_settings(self, *a):\n    settings = old(self, *a)\n"
                             "    settings['verify'] = False\n    return settings\n"
                             "requests.Session.merge_environment_settings = merge_environment_settings",
    "an unknown client": "from vendor import Client\nClient(host, verify=False)",
}

NOTHING = {
    "verifying": "requests.get(url, verify=True)",
    "roots": "requests.get(url, verify='/etc/ca.pem')",
    "roots in a variable": "import certifi\nrequests.get(url, verify=certifi.where())",
    "not requests": "def importing(vf, verify=False):\n    pass\nimporting(vf, verify=False)",
    "tokens": "import jwt\njwt.decode(token, verify=False)",
    "a cache": "cache.get(key, verify=False)",
    "an archive": "store.put(name, data, verify=False)",
    "an image": "image.save(name, verify=False)",
    "json": "requests.post(url, json={'verify': False})",
    "a comparison": "if kw.get('verify') is False:\n    pass",
    "a docstring": "def f():\n    'requests.get(url, verify=False)'",
    "set again": "s = requests.Session()\ns.verify = False\ns.verify = ca_file",
    "a test": "class T(TestCase):\n    def test_it(self):\n        requests.get(url, verify=False)",
    "an assertion": "requests.get.assert_called_with(url, verify=False)",
}


@pytest.mark.parametrize("name", sorted(SAFE))
def test_what_is_safe_is_rewritten(name, rewritten):
    before, after = SAFE[name]
    assert rewritten(IMPORT + before + "\n", select="VS201") == IMPORT + after + "\n"


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_what_is_unsafe_is_rewritten_when_asked(name, rewritten, findings):
    before, after = UNSAFE[name]
    assert rewritten(IMPORT + before + "\n", select="VS201") == IMPORT + before + "\n"
    assert findings(IMPORT + before + "\n", select="VS201")
    assert rewritten(IMPORT + before + "\n", select="VS201", unsafe=True) == IMPORT + after + "\n"


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_what_somebody_else_decides_is_reported(name, rewritten, findings):
    text = IMPORT + REPORTED[name] + "\n"
    assert findings(text, select="VS201")
    assert rewritten(text, select="VS201", unsafe=True) == text


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_what_verifies_is_left_alone(name, findings, rewritten):
    text = IMPORT + NOTHING[name] + "\n"
    assert findings(text, select="VS201") == []
    assert rewritten(text, select="VS201", unsafe=True) == text


def test_test_code_is_looked_at_when_asked(rewritten):
    text = "import requests\nrequests.get(url, verify=False)\n"
    after = "import requests\nrequests.get(url)\n"
    assert rewritten(text, select="VS201", path="tests/test_a.py") == text
    assert rewritten(text, select="VS201", path="tests/test_a.py", tests=True) == after
