"""VS104: SSLContext(PROTOCOL_...) in a client."""
import pytest

CONTEXTS = ("VS101", "VS102", "VS103", "VS104", "VS105", "VS302")

CHANGED = {
    "with a host name": ("""
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
        sock = context.wrap_socket(sock, server_hostname=host)
        """, """
        import ssl
        context = ssl.create_default_context()
        sock = context.wrap_socket(sock, server_hostname=host)
        """),
    "with roots that nothing checks against": ("""
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        context.load_verify_locations(roots)
        urlopen(url, context=context)
        """, """
        import ssl
        context = ssl.create_default_context(cafile=roots)
        urlopen(url, context=context)
        """),
    "with options": ("""
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        context.options |= ssl.OP_NO_SSLv2
        context.load_cert_chain(mine)
        urlopen(url, context=context)
        """, """
        import ssl
        context = ssl.create_default_context()
        context.options |= ssl.OP_NO_SSLv2
        context.load_cert_chain(mine)
        urlopen(url, context=context)
        """),
    "the host name not checked": ("""
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_default_certs()
        sock = context.wrap_socket(sock, server_hostname=host)
        """, """
        import ssl
        context = ssl.create_default_context()
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_default_certs()
        sock = context.wrap_socket(sock, server_hostname=host)
        """),
    "roots that are known only later": ("""
        import ssl
        context = ssl.SSLContext()
        roots = find()
        context.load_verify_locations(roots)
        urlopen(url, context=context)
        """, """
        import ssl
        context = ssl.create_default_context()
        roots = find()
        context.load_verify_locations(roots)
        urlopen(url, context=context)
        """),
}

UNTOUCHED = {
    "verified": """
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        context.load_default_certs()
        sock = context.wrap_socket(sock, server_hostname=host)
        """,
    "a client's protocol": """
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(roots)
        sock = context.wrap_socket(sock, server_hostname=host)
        """,
    "a server": """
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        context.load_cert_chain(mine)
        sock = context.wrap_socket(sock, server_side=True)
        """,
    "who knows, with a certificate": """
        import ssl
        def make():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS)
            context.load_cert_chain(mine)
            return context
        """,
    "pyOpenSSL's": """
        from OpenSSL import SSL as ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        urlopen(url, context=context)
        """,
}

REPORTED = {
    "decided by a parameter": """
        from ssl import SSLContext
        def wrap(sock, cert_reqs, host):
            context = SSLContext(version)
            context.verify_mode = cert_reqs
            return context.wrap_socket(sock, server_hostname=host)
        """,
    "no name": """
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        sock = context.wrap_socket(connected())
        """,
    "client or server": """
        import ssl
        def make():
            return ssl.SSLContext(ssl.PROTOCOL_TLS)
        """,
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_needs_unsafe(rewritten, name):
    before, after = CHANGED[name]
    assert rewritten(before, select=CONTEXTS) == rewritten(before, select="VS000")
    assert rewritten(before, unsafe=True, select=CONTEXTS) == rewritten(after, select="VS000")


@pytest.mark.parametrize("name", sorted(UNTOUCHED))
def test_left_alone(rewritten, findings, name):
    text = UNTOUCHED[name]
    assert findings(text, unsafe=True, select="VS104") == []
    assert rewritten(text, unsafe=True, select=CONTEXTS) == rewritten(text, select="VS000")


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_reported(rewritten, findings, name):
    text = REPORTED[name]
    assert [found[2] for found in findings(text, select="VS104")] == ["none"]
    assert rewritten(text, unsafe=True, select="VS104") == rewritten(text, select="VS000")


def test_a_pin_to_an_old_protocol_is_said(findings):
    text = """
        import ssl
        urlopen(url, context=ssl.SSLContext(ssl.PROTOCOL_TLSv1))
        """
    assert "PROTOCOL_TLSv1" in findings(text, select="VS104")[0][3]
