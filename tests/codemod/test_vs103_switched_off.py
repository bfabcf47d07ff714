"""VS103: check_hostname and verify_mode."""
import pytest

CONTEXTS = ("VS101", "VS102", "VS103", "VS104", "VS105", "VS302")

CHANGED = {
    "both": ("""
        import ssl
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        urlopen(url, context=context)
        """, """
        import ssl
        context = ssl.create_default_context()
        urlopen(url, context=context)
        """),
    "one of them": ("""
        import ssl
        context = ssl.create_default_context(cafile=roots)
        context.check_hostname = False
        urlopen(url, context=context)
        """, """
        import ssl
        context = ssl.create_default_context(cafile=roots)
        urlopen(url, context=context)
        """),
    "on self": ("""
        import ssl
        class Client(object):
            def __init__(self):
                self.ctx = ssl.create_default_context()
                self.ctx.check_hostname = False
                self.ctx.verify_mode = ssl.CERT_NONE
        """, """
        import ssl
        class Client(object):
            def __init__(self):
                self.ctx = ssl.create_default_context()
        """),
    "under another name": ("""
        import ssl
        class Client(object):
            def __init__(self):
                context = ssl.create_default_context()
                self.context = context
                self.context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
        """, """
        import ssl
        class Client(object):
            def __init__(self):
                context = ssl.create_default_context()
                self.context = context
        """),
    "made by a helper": ("""
        import ssl
        def make():
            return ssl.create_default_context()
        context = make()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        """, """
        import ssl
        def make():
            return ssl.create_default_context()
        context = make()
        """),
    "two at once": ("""
        import ssl
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        """, """
        import ssl
        context = ssl.create_default_context()
        """),
    "setattr": ("""
        import ssl
        context = ssl.create_default_context()
        setattr(context, "check_hostname", False)
        setattr(context, "verify_mode", ssl.CERT_NONE)
        """, """
        import ssl
        context = ssl.create_default_context()
        """),
    "numbers": ("""
        import ssl
        context = ssl.create_default_context()
        context.check_hostname = 0
        context.verify_mode = 0
        """, """
        import ssl
        context = ssl.create_default_context()
        """),
    "a block of its own": ("""
        import ssl
        context = ssl.create_default_context()
        if hasattr(context, "check_hostname"):
            context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        """, """
        import ssl
        context = ssl.create_default_context()
        if hasattr(context, "check_hostname"):
            pass
        """),
    "a bare context for a client": ("""
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
        context.verify_mode = ssl.CERT_NONE
        SmartConnect(host=host, sslContext=context)
        """, """
        import ssl
        context = ssl.create_default_context()
        SmartConnect(host=host, sslContext=context)
        """),
    "a client's protocol without roots": ("""
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connect(host, ssl=context)
        """, """
        import ssl
        context = ssl.create_default_context()
        connect(host, ssl=context)
        """),
    "a client's protocol with roots": ("""
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_default_certs()
        context.check_hostname = False
        connect(host, ssl=context)
        """, """
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_default_certs()
        connect(host, ssl=context)
        """),
    "unless the caller has one": ("""
        import ssl
        def fetch(url, context=None):
            if context is None:
                context = ssl.create_default_context()
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            return urlopen(url, context=context)
        """, """
        import ssl
        def fetch(url, context=None):
            if context is None:
                context = ssl.create_default_context()
            return urlopen(url, context=context)
        """),
    "either of two": ("""
        import ssl
        if hasattr(ssl, "create_default_context"):
            context = ssl.create_default_context()
        else:
            context = ssl._create_unverified_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        urlopen(url, context=context)
        """, """
        import ssl
        if hasattr(ssl, "create_default_context"):
            context = ssl.create_default_context()
        else:
            context = ssl.create_default_context()
        urlopen(url, context=context)
        """),
}

UNTOUCHED = {
    "turned on again": """
        import ssl
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        """,
    "compared": """
        import ssl
        if context.verify_mode == ssl.CERT_NONE and not context.check_hostname:
            warn()
        """,
    "copied": """
        import ssl
        def clone(context):
            copy = ssl.create_default_context()
            copy.check_hostname = context.check_hostname
            copy.verify_mode = context.verify_mode
            return copy
        """,
    "a server": """
        import ssl
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.verify_mode = ssl.CERT_NONE
        server.socket = context.wrap_socket(server.socket, server_side=True)
        """,
    "a server's protocol": """
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.verify_mode = ssl.CERT_NONE
        """,
}

REPORTED = {
    "an option": """
        import ssl
        context = ssl.create_default_context()
        if args.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        """,
    "a conditional expression": """
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        context.verify_mode = ssl.CERT_NONE if insecure else ssl.CERT_REQUIRED
        context.set_default_verify_paths()
        handler = HTTPSHandler(context=context)
        """,
    "from elsewhere": """
        import ssl
        def relax(context):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        """,
    "somebody's private attribute": """
        connection = HTTPSConnection(host)
        if host == "localhost":
            connection._context.check_hostname = False
        """,
    "a pin": """
        import ssl
        def connect(host):
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = context.wrap_socket(create_connection((host, 443)), server_hostname=host)
            return sha256(sock.getpeercert(binary_form=True)).digest() == pinned
        """,
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_rewritten(rewritten, name):
    before, after = CHANGED[name]
    assert rewritten(before, select=CONTEXTS) == rewritten(after, select="VS000")


@pytest.mark.parametrize("name", sorted(UNTOUCHED))
def test_left_alone(rewritten, findings, name):
    text = UNTOUCHED[name]
    assert findings(text, unsafe=True, select="VS103") == []
    assert rewritten(text, unsafe=True, select=CONTEXTS) == rewritten(text, select="VS000")


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_reported(rewritten, findings, name):
    text = REPORTED[name]
    said = findings(text, select="VS103")
    assert said and set(found[2] for found in said) == {"none"}
    assert rewritten(text, unsafe=True, select="VS103") == rewritten(text, select="VS000")


def test_both_halves_or_neither(rewritten):
    text = """
        import ssl
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # verifyshim: ignore[VS103]
        """
    assert rewritten(text, select=CONTEXTS) == rewritten(text, select="VS000")


def test_the_socket_of_a_known_host_gets_its_name(rewritten):
    text = """
        import socket, ssl
        def connect(host):
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = socket.create_connection((host, 443))
            return context.wrap_socket(sock)
        """
    assert "context.wrap_socket(sock, server_hostname=host)" in rewritten(text, select=CONTEXTS)
    assert "CERT_NONE" not in rewritten(text, select=CONTEXTS)
