"""VS101: the hook that makes all of the standard library's contexts unverified."""
import pytest

CONTEXTS = ("VS101", "VS102", "VS103", "VS104", "VS105", "VS302")

CHANGED = {
    "bare": ("""
        import ssl
        import sys
        ssl._create_default_https_context = ssl._create_unverified_context
        sys.exit(main())
        """, """
        import sys
        sys.exit(main())
        """),
    "the module is still used": ("""
        import ssl
        ssl._create_default_https_context = ssl._create_unverified_context
        print(ssl.OPENSSL_VERSION)
        """, """
        import ssl
        print(ssl.OPENSSL_VERSION)
        """),
    "behind hasattr": ("""
        import ssl, os
        if hasattr(ssl, '_create_unverified_context'):
            ssl._create_default_https_context = ssl._create_unverified_context
        os.getcwd()
        """, """
        import os
        os.getcwd()
        """),
    "the snippet that everybody copied": ("""
        import os, ssl
        if (not os.environ.get('PYTHONHTTPSVERIFY', '') and
            getattr(ssl, '_create_unverified_context', None)):
            ssl._create_default_https_context = ssl._create_unverified_context
        os.getcwd()
        """, """
        import os
        os.getcwd()
        """),
    "the recipe of PEP 476": ("""
        import ssl

        try:
            _create_unverified_https_context = ssl._create_unverified_context
        except AttributeError:
            # Legacy Python that doesn't verify HTTPS certificates by default
            pass
        else:
            # Handle target environment that doesn't support HTTPS verification
            ssl._create_default_https_context = _create_unverified_https_context

        main()
        """, """
        main()
        """),
    "inside try": ("""
        try:
            import ssl
            ssl._create_default_https_context = ssl._create_unverified_context
        except Exception:
            pass
        main()
        """, """
        main()
        """),
    "in a function": ("""
        import ssl
        def quiet():
            ssl._create_default_https_context = ssl._create_unverified_context
        quiet()
        """, """
        def quiet():
            pass
        quiet()
        """),
    "a copy of the factory": ("""
        import ssl
        unverified = ssl._create_unverified_context
        ssl._create_default_https_context = unverified
        main()
        """, """
        main()
        """),
    "setattr": ("""
        import ssl
        setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
        main()
        """, """
        main()
        """),
    "lambda": ("""
        import ssl
        ssl._create_default_https_context = lambda *args, **kwargs: ssl._create_unverified_context()
        main()
        """, """
        main()
        """),
    "the other name of the factory": ("""
        import ssl
        ssl._create_default_https_context = ssl._create_stdlib_context
        main()
        """, """
        main()
        """),
    "getattr of the factory": ("""
        import ssl
        ssl._create_default_https_context = getattr(ssl, "_create_unverified_context")
        main()
        """, """
        main()
        """),
    "PEP 493": ("""
        import ssl
        ssl._https_verify_certificates(False)
        main()
        """, """
        main()
        """),
    "PEP 493 by keyword": ("""
        import ssl
        if hasattr(ssl, "_https_verify_certificates"):
            ssl._https_verify_certificates(enable=False)
        main()
        """, """
        main()
        """),
    "from imports": ("""
        import ssl
        from ssl import _create_unverified_context
        ssl._create_default_https_context = _create_unverified_context
        main()
        """, """
        main()
        """),
    "another name of the module": ("""
        import ssl as tls
        tls._create_default_https_context = tls._create_unverified_context
        main()
        """, """
        main()
        """),
    "Python 2": ("""
        import ssl
        ssl._create_default_https_context = ssl._create_unverified_context
        print "x"
        """, """
        print "x"
        """),
    "for one call only": ("""
        import ssl
        old = ssl._create_default_https_context
        ssl._create_default_https_context = ssl._create_unverified_context
        fetch()
        ssl._create_default_https_context = old
        """, """
        import ssl
        old = ssl._create_default_https_context
        fetch()
        ssl._create_default_https_context = old
        """),
    "semicolons": ("""
        import ssl; ssl._create_default_https_context = ssl._create_unverified_context; main(ssl)
        """, """
        import ssl; main(ssl)
        """),
}

UNTOUCHED = {
    "verified": """
        import ssl
        ssl._create_default_https_context = ssl.create_default_context
        """,
    "a lambda that verifies": """
        import certifi, ssl
        ssl._create_default_https_context = lambda: ssl.create_default_context(cafile=certifi.where())
        """,
    "verification on": """
        import ssl
        ssl._https_verify_certificates()
        ssl._https_verify_certificates(True)
        """,
    "another package's ssl": """
        from twisted.internet import ssl
        ssl._create_default_https_context = ssl._create_unverified_context
        """,
    "a variable called ssl": """
        def use(ssl):
            ssl._create_default_https_context = ssl._create_unverified_context
        """,
    "a feature probe": """
        import ssl
        if hasattr(ssl, "_create_unverified_context"):
            kwargs["context"] = context
        """,
    "text": '''
        """ssl._create_default_https_context = ssl._create_unverified_context"""
        # ssl._create_default_https_context = ssl._create_unverified_context
        ''',
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_rewritten(rewritten, name):
    before, after = CHANGED[name]
    assert rewritten(before, select="VS101") == rewritten(after, select="VS101")
    assert "_unverified" not in rewritten(before, select="VS101")


@pytest.mark.parametrize("name", sorted(UNTOUCHED))
def test_left_alone(rewritten, findings, name):
    text = UNTOUCHED[name]
    assert findings(text, unsafe=True, select="VS101") == []
    assert rewritten(text, unsafe=True, select=CONTEXTS) == rewritten(text, select="VS000")


GATED = """
    import ssl
    if args.insecure:
        ssl._create_default_https_context = ssl._create_unverified_context
    """


def test_an_option_needs_unsafe(rewritten, findings):
    assert [found[:3] for found in findings(GATED, select="VS101")] == [("VS101", 3, "unsafe")]
    assert "_unverified" in rewritten(GATED, select=CONTEXTS)
    assert "_unverified" not in rewritten(GATED, unsafe=True, select=CONTEXTS)


def test_an_option_around_the_call_of_a_function(findings):
    text = """
        import ssl
        def trust_everybody():
            ssl._create_default_https_context = ssl._create_unverified_context
        if args.insecure:
            trust_everybody()
        """
    assert [found[:3] for found in findings(text, select="VS101")] == [("VS101", 3, "unsafe")]


def test_something_unknown_is_reported(rewritten, findings):
    text = """
        import ssl
        ssl._create_default_https_context = make_context
        """
    assert [found[:3] for found in findings(text, select="VS101")] == [("VS101", 2, "none")]
    assert rewritten(text, unsafe=True, select=CONTEXTS) == rewritten(text, select="VS000")


def test_a_local_function_that_makes_unverified_contexts(rewritten):
    text = """
        import ssl
        def relaxed():
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        ssl._create_default_https_context = relaxed
        """
    assert "_create_default_https_context" not in rewritten(text, select="VS101")
    assert "CERT_NONE" not in rewritten(text, select=CONTEXTS)


def test_a_local_function_that_hands_its_arguments_on(rewritten):
    text = """
        import ssl
        def relaxed(*args, **kwargs):
            return ssl._create_unverified_context(*args, **kwargs)
        ssl._create_default_https_context = relaxed
        """
    assert "_create_default_https_context" not in rewritten(text, select="VS101")


def test_tests_are_left_alone(findings):
    text = """
        import ssl
        ssl._create_default_https_context = ssl._create_unverified_context
        """
    assert findings(text, path="tests/test_fetch.py", select=CONTEXTS) == []
    assert findings(text, path="tests/test_fetch.py", tests=True, select=CONTEXTS) != []
