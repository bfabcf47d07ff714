"""VS105: Purpose.CLIENT_AUTH in clients."""

CONTEXTS = ("VS101", "VS102", "VS103", "VS104", "VS105", "VS302")

BEFORE = """
    import ssl
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    urlopen(url, context=context)
    """


def test_rewritten(rewritten):
    assert rewritten(BEFORE, select=CONTEXTS) == rewritten(BEFORE.replace("CLIENT", "SERVER"), select=CONTEXTS)
    by_name = BEFORE.replace("(ssl.P", "(purpose=ssl.P")
    after = by_name.replace("CLIENT", "SERVER")
    assert rewritten(by_name, select=CONTEXTS) == rewritten(after, select=CONTEXTS)


def test_an_option_goes_on_working(rewritten, findings):
    text = """
        import ssl
        def handler(unchecked):
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            if args.no_check_certificate:
                context.verify_mode = ssl.CERT_NONE
            return HTTPSHandler(context=context)
        """
    assert rewritten(text, select=CONTEXTS) == rewritten("""
        import ssl
        def handler(unchecked):
            context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
            if args.no_check_certificate:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            return HTTPSHandler(context=context)
        """, select="VS000")
    # The check_hostname that was put in is found as well, in its turn.
    assert [found[:3] for found in findings(text, select=CONTEXTS)] == [
        ("VS105", 3, "safe"), ("VS103", 5, "none"), ("VS103", 5, "none")]


def test_servers_are_left_alone(rewritten, findings):
    for use in ("context.wrap_socket(sock, server_side=True)", "run_simple('', 443, app, ssl_context=context)",
                "asyncio.start_server(serve, ssl=context)"):
        text = BEFORE.replace("urlopen(url, context=context)", use)
        assert findings(text, select=CONTEXTS) == []
        assert rewritten(text, unsafe=True, select=CONTEXTS) == rewritten(text, select="VS000")


def test_nothing_proves_a_client(rewritten):
    text = """
        import ssl
        def make():
            return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        """
    assert rewritten(text, unsafe=True, select=CONTEXTS) == rewritten(text, select="VS000")
