"""VS302: XML-RPC and SOAP clients."""

CONTEXTS = ("VS101", "VS102", "VS103", "VS104", "VS105", "VS302")


def test_inline(rewritten, findings):
    text = """
        import ssl
        import xmlrpclib
        proxy = xmlrpclib.ServerProxy(url, context=ssl._create_unverified_context())
        """
    assert "context=ssl.create_default_context())" in rewritten(text, select=CONTEXTS)
    assert [found[:3] for found in findings(text, select=CONTEXTS)] == [("VS302", 3, "safe")]


def test_in_a_variable(rewritten, findings):
    text = """
        import ssl
        from xmlrpc.client import SafeTransport, ServerProxy
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        proxy = ServerProxy(url, transport=SafeTransport(context=context))
        """
    assert "CERT_NONE" not in rewritten(text, select=CONTEXTS)
    assert [found[0] for found in findings(text, select=CONTEXTS)] == ["VS103", "VS103", "VS302"]


def test_suds(rewritten, findings):
    text = """
        import ssl, urllib2
        class Transport(HttpAuthenticated):
            def u2handlers(self):
                handlers = HttpAuthenticated.u2handlers(self)
                handlers.append(urllib2.HTTPSHandler(context=ssl._create_unverified_context()))
                return handlers
        """
    assert "HTTPSHandler(context=ssl.create_default_context())" in rewritten(text, select=CONTEXTS)
    assert [found[0] for found in findings(text, select=CONTEXTS)] == ["VS302"]


def test_a_verified_context_is_fine(findings):
    text = """
        import ssl
        from xmlrpc.client import ServerProxy
        proxy = ServerProxy(url, context=ssl.create_default_context())
        """
    assert findings(text, unsafe=True, select="VS302") == []
