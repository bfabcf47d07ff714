"""VS102: ssl._create_unverified_context."""
import pytest

CONTEXTS = ("VS101", "VS102", "VS103", "VS104", "VS105", "VS302")

CHANGED = {
    "inline": ("""
        import ssl
        urlopen(url, context=ssl._create_unverified_context())
        """, """
        import ssl
        urlopen(url, context=ssl.create_default_context())
        """),
    "in a variable": ("""
        import ssl
        context = ssl._create_unverified_context()
        urlopen(url, context=context)
        """, """
        import ssl
        context = ssl.create_default_context()
        urlopen(url, context=context)
        """),
    "in a dictionary of keywords": ("""
        import ssl
        if hasattr(ssl, "_create_unverified_context"):
            kwargs["context"] = ssl._create_unverified_context()
        """, """
        import ssl
        if hasattr(ssl, "_create_unverified_context"):
            kwargs["context"] = ssl.create_default_context()
        """),
    "returned": ("""
        import ssl
        def make():
            return ssl._create_unverified_context()
        """, """
        import ssl
        def make():
            return ssl.create_default_context()
        """),
    "in a conditional expression": ("""
        import ssl
        context = ssl._create_unverified_context() if hasattr(ssl, "_create_unverified_context") else None
        """, """
        import ssl
        context = ssl.create_default_context() if hasattr(ssl, "_create_unverified_context") else None
        """),
    "with roots": ("""
        import ssl
        context = ssl._create_unverified_context(ssl.PROTOCOL_TLSv1, cafile=roots, cert_reqs=ssl.CERT_NONE)
        """, """
        import ssl
        context = ssl.create_default_context(cafile=roots)
        """),
    "with a client's certificate": ("""
        import ssl
        context = ssl._create_unverified_context(certfile=mine, keyfile=key)
        """, """
        import verifyshim
        context = verifyshim.create_context(certfile=mine, keyfile=key)
        """),
    "an import of the name": ("""
        from ssl import _create_unverified_context
        urlopen(url, context=_create_unverified_context())
        """, """
        import ssl
        urlopen(url, context=ssl.create_default_context())
        """),
    "together with what it does not need": ("""
        import ssl
        context = ssl._create_unverified_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        """, """
        import ssl
        context = ssl.create_default_context()
        """),
    "getattr": ("""
        import ssl
        context = getattr(ssl, "_create_unverified_context")()
        """, """
        import ssl
        context = ssl.create_default_context()
        """),
    "what there may be": ("""
        import ssl
        make = getattr(ssl, "_create_unverified_context", None)
        if make is not None:
            kwargs["context"] = make()
        """, """
        import ssl
        make = getattr(ssl, "_create_unverified_context", None)
        if make is not None:
            kwargs["context"] = ssl.create_default_context()
        """),
    "a copy of the factory": ("""
        import ssl
        make = ssl._create_unverified_context
        context = make()
        """, """
        import ssl
        make = ssl._create_unverified_context
        context = ssl.create_default_context()
        """),
    "in a class": ("""
        import ssl
        class Client(object):
            def __init__(self):
                self.context = ssl._create_unverified_context()
            def get(self, url):
                return urlopen(url, context=self.context)
        """, """
        import ssl
        class Client(object):
            def __init__(self):
                self.context = ssl.create_default_context()
            def get(self, url):
                return urlopen(url, context=self.context)
        """),
}

UNTOUCHED = {
    "asked to verify": """
        import ssl
        context = ssl._create_unverified_context(cert_reqs=ssl.CERT_REQUIRED, check_hostname=True)
        """,
    "turned on again": """
        import ssl
        context = ssl._create_unverified_context()
        context.load_verify_locations(roots)
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        """,
    "a server": """
        import ssl
        context = ssl._create_unverified_context()
        context.load_cert_chain(mine)
        sock = context.wrap_socket(sock, server_side=True)
        """,
    "a feature probe": """
        import ssl
        NEW = hasattr(ssl, "_create_unverified_context")
        """,
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_rewritten(rewritten, name):
    before, after = CHANGED[name]
    assert rewritten(before, select=CONTEXTS) == rewritten(after, select="VS000")


@pytest.mark.parametrize("name", sorted(UNTOUCHED))
def test_left_alone(rewritten, findings, name):
    text = UNTOUCHED[name]
    assert findings(text, unsafe=True, select=["VS102", "VS103"]) == []
    assert rewritten(text, unsafe=True, select=CONTEXTS) == rewritten(text, select="VS000")


def test_older_pythons_get_the_shim(rewritten):
    text = """
        import ssl
        context = ssl._create_unverified_context(cafile=roots)
        """
    after = rewritten(text, min_python=((2, 7, 6),), select=CONTEXTS)
    assert "verifyshim.create_context(cafile=roots)" in after


GATED = {
    "else of an option": """
        import ssl
        if verify:
            context = ssl.create_default_context()
        else:
            context = ssl._create_unverified_context()
        """,
    "a conditional expression": """
        import ssl
        context = ssl._create_unverified_context() if args.insecure else None
        """,
    "a parameter": """
        import ssl
        def fetch(url, verify=True):
            context = None
            if not verify:
                context = ssl._create_unverified_context()
            return urlopen(url, context=context)
        """,
    "a default": """
        import ssl
        def fetch(url, context=ssl._create_unverified_context()):
            return urlopen(url, context=context)
        """,
    "the factory handed on": """
        import ssl
        client = Client(context_factory=ssl._create_unverified_context)
        """,
}


@pytest.mark.parametrize("name", sorted(GATED))
def test_needs_unsafe(rewritten, findings, name):
    text = GATED[name]
    assert [found[::2][:2] for found in findings(text, select="VS102")] == [("VS102", "unsafe")]
    assert "_create_unverified_context" in rewritten(text, select=CONTEXTS)
    assert "_create_unverified_context" not in rewritten(text, unsafe=True, select=CONTEXTS)


REPORTED = {
    "a pin": """
        import ssl
        def connect(host):
            context = ssl._create_unverified_context()
            sock = context.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)
            if sha256(sock.getpeercert(True)).hexdigest() != known:
                raise ValueError(host)
        """,
    "turned on under a condition": """
        import ssl
        context = ssl._create_unverified_context()
        if roots:
            context.load_verify_locations(roots)
            context.verify_mode = ssl.CERT_REQUIRED
        """,
    "arguments that nobody knows": """
        import ssl
        def make(**kwargs):
            return ssl._create_unverified_context(**kwargs)
        """,
    "no name to check": """
        import ssl
        context = ssl._create_unverified_context()
        sock = context.wrap_socket(connect())
        """,
}


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_reported(rewritten, findings, name):
    text = REPORTED[name]
    assert [found[::2][:2] for found in findings(text, select="VS102")] == [("VS102", "none")]
    assert rewritten(text, unsafe=True, select="VS102") == rewritten(text, select="VS000")
