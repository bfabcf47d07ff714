"""VS301: mail, news and FTP clients."""
import pytest

PY3 = ((3, 6),)
PY2 = ((2, 7, 9),)
CTX = "ssl.create_default_context()"


@pytest.mark.parametrize("before, after", [
    ("smtplib.SMTP_SSL(host, 465)", "smtplib.SMTP_SSL(host, 465, context=%s)"),
    ("smtplib.SMTP_SSL(host=host)", "smtplib.SMTP_SSL(host=host, context=%s)"),
    ("smtplib.SMTP_SSL(host, context=None)", "smtplib.SMTP_SSL(host, context=%s)"),
    ("smtplib.SMTP_SSL(host, 465, None, None, None)", "smtplib.SMTP_SSL(host, 465, None, context=%s)"),
    ("imaplib.IMAP4_SSL(host)", "imaplib.IMAP4_SSL(host, ssl_context=%s)"),
    ("imaplib.IMAP4_SSL(host, 993, timeout=3)", "imaplib.IMAP4_SSL(host, 993, timeout=3, ssl_context=%s)"),
    ("poplib.POP3_SSL(host)", "poplib.POP3_SSL(host, context=%s)"),
    ("ftplib.FTP_TLS(host, 'me', 'secret')", "ftplib.FTP_TLS(host, 'me', 'secret', context=%s)"),
    ("nntplib.NNTP_SSL(host)", "nntplib.NNTP_SSL(host, ssl_context=%s)"),
])
def test_classes(rewritten, before, after):
    module = before.split(".")[0]
    head = "import %s\nx = " % module
    assert rewritten(head + before + "\n", select="VS301", min_python=PY3) == \
        "import %s\nimport ssl\nx = %s\n" % (module, after % CTX)


@pytest.mark.parametrize("text", [
    "import ssl\nimport smtplib\ns = smtplib.SMTP(host, 587)\ns.{0}\n",
    "import ssl\nfrom smtplib import SMTP as Mail\nwith Mail(host) as s:\n    s.{0}\n",
    "import ssl\nimport smtplib\nsmtplib.SMTP(host).{0}\n",
    "import ssl\nimport smtplib\nclass M(object):\n    def a(self):\n        self.s = smtplib.SMTP(self.host)\n"
    "    def b(self):\n        code, text = self.s.{0}\n",
    "import ssl\nimport smtplib\ns = smtplib.SMTP_SSL(host, context=c) if tls else smtplib.SMTP(host)\ns.{0}\n",
    "import ssl\nimport smtplib\nkind = smtplib.SMTP_SSL if tls else smtplib.SMTP\ns = kind(host)\ns.{0}\n",
    "import ssl\nimport smtplib\ndef made():\n    return smtplib.SMTP(host)\ns = made()\ns.{0}\n",
    "import ssl\nimport smtplib\nclass Mail(smtplib.SMTP):\n    def go(self):\n        self.{0}\n",
    "import ssl\nimport smtplib\nclass Mail(smtplib.SMTP):\n    pass\ns = Mail(host)\ns.{0}\n",
    "import ssl\nimport smtplib\nclass Backend(object):\n    @property\n    def connection_class(self):\n"
    "        return smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP\n    def open(self):\n"
    "        self.connection = self.connection_class(self.host)\n        self.connection.{0}\n",
])
def test_starttls(rewritten, text):
    assert rewritten(text.format("starttls()"), select="VS301", min_python=PY3) == text.format(
        "starttls(context=%s)" % CTX)


@pytest.mark.parametrize("before, after", [
    ("import ssl, imaplib\nm = imaplib.IMAP4(h)\nm.starttls()\n", "starttls(ssl_context=%s)" % CTX),
    ("import ssl, poplib\nm = poplib.POP3(h)\nm.stls()\n", "stls(context=%s)" % CTX),
    ("import ssl, nntplib\nm = nntplib.NNTP(h)\nm.starttls()\n", "starttls(context=%s)" % CTX),
])
def test_other_upgrades(rewritten, before, after):
    assert after in rewritten(before, select="VS301", min_python=PY3)


def test_client_certificate(rewritten):
    assert rewritten("""
        import smtplib
        import ssl

        class Mail(object):
            def send(self):
                self.server = smtplib.SMTP(self.host)
                self.server.starttls(keyfile=self.key, certfile=self.cert)
    """, select="VS301", min_python=PY3) == """\
import smtplib
import ssl

class Mail(object):
    def send(self):
        self.server = smtplib.SMTP(self.host)
        context = ssl.create_default_context()
        if self.cert:
            context.load_cert_chain(self.cert, self.key)
        self.server.starttls(context=context)
"""


def test_client_certificate_by_position(rewritten):
    assert rewritten("import imaplib\nimport ssl\nm = imaplib.IMAP4_SSL(host, 993, 'k.pem', 'c.pem')\n",
                     select="VS301", min_python=PY3) == (
        "import imaplib\nimport ssl\ncontext = ssl.create_default_context()\n"
        "context.load_cert_chain('c.pem', 'k.pem')\nm = imaplib.IMAP4_SSL(host, 993, ssl_context=context)\n")


def test_smtplib_checks_the_name_as_it_was_given(rewritten):
    assert rewritten("import ssl\nimport smtplib\ns = smtplib.SMTP('mail.example.org:587')\ns.starttls()\n",
                     select="VS301", min_python=PY3) == (
        "import ssl\nimport smtplib\ns = smtplib.SMTP('mail.example.org', 587)\ns.starttls(context=%s)\n" % CTX)
    assert "smtplib.SMTP(host, port)" in rewritten(
        "import ssl\nimport smtplib\ns = smtplib.SMTP('%s:%d' % (host, port))\ns.starttls()\n",
        select="VS301", min_python=PY3)


def test_smtplib_forgets_the_name_that_connect_is_given(rewritten, findings):
    assert rewritten("import ssl\nimport smtplib\ns = smtplib.SMTP(timeout=9)\ns.set_debuglevel(1)\n"
                     "s.connect(host, 587)\ns.starttls()\n", select="VS301", min_python=PY3) == (
        "import ssl\nimport smtplib\ns = smtplib.SMTP(host, 587, timeout=9)\ns.set_debuglevel(1)\n"
        "s.starttls(context=%s)\n" % CTX)
    text = "import smtplib\ns = smtplib.SMTP()\nif s.connect(host):\n    s.starttls()\n"
    (_, line, fix, message), = findings(text, select="VS301", min_python=PY3, unsafe=True)
    assert (line, fix) == (4, "none") and "without a host" in message


@pytest.mark.parametrize("before, after", [
    ("def f(host):\n    s = smtplib.SMTP(host)\n    code, text = s.starttls()\n",
     "def f(host):\n    s = smtplib.SMTP(host)\n"
     "    code, text = verifyshim.starttls(s, server_hostname=host)\n"),
    ("s = smtplib.SMTP('%s:%d' % (host, port))\nif s.starttls()[0] == 220: s.ehlo()\n",
     "s = smtplib.SMTP('%s:%d' % (host, port))\n"
     "if verifyshim.starttls(s, server_hostname=host)[0] == 220: s.ehlo()\n"),
    ("smtplib.SMTP(c.host, 25).starttls()\n",
     "verifyshim.starttls(smtplib.SMTP(c.host, 25), server_hostname=c.host)\n"),
    ("s = smtplib.SMTP()\ntry:\n    s.connect('a:25')\nfinally:\n    x()\ns.starttls(None, certfile=c)\n",
     "s = smtplib.SMTP()\ntry:\n    s.connect('a:25')\nfinally:\n    x()\n"
     "verifyshim.starttls(s, server_hostname='a:25', certfile=c)\n"),
    ("s = smtplib.SMTP(host=h)\ns.starttls('k.pem', 'c.pem')\n",
     "s = smtplib.SMTP(host=h)\n"
     "verifyshim.starttls(s, server_hostname=h, certfile='c.pem', keyfile='k.pem')\n"),
    ("if port:\n    s = smtplib.SMTP(h, port)\nelse:\n    s = smtplib.SMTP(h)\ns.starttls()\n",
     "if port:\n    s = smtplib.SMTP(h, port)\nelse:\n    s = smtplib.SMTP(h)\n"
     "verifyshim.starttls(s, server_hostname=h)\n"),
    ("class M(object):\n    def a(self):\n        self.s = smtplib.SMTP(self.h)\n    def b(self):\n"
     "        return self.s.starttls()\n",
     "class M(object):\n    def a(self):\n        self.s = smtplib.SMTP(self.h)\n    def b(self):\n"
     "        return verifyshim.starttls(self.s, server_hostname=self.h)\n"),
    ("class M(smtplib.SMTP):\n    def go(self, h):\n        self.connect(h); self.starttls()\n",
     "class M(smtplib.SMTP):\n    def go(self, h):\n        self.connect(h); "
     "verifyshim.starttls(self, server_hostname=h)\n"),
])
def test_python_2_has_no_parameter_for_it(rewritten, findings, before, after):
    result = rewritten("import smtplib\n" + before, select="VS301", min_python=PY2)
    assert result == "import smtplib\nimport verifyshim\n" + after
    assert findings(result, select="VS301", min_python=PY2) == []


@pytest.mark.parametrize("text, line", [
    # Not certainly this class; not certainly a name; up to the user of the program.
    ("class M(object):\n    def __init__(self, factory=None):\n        self.factory = factory\n"
     "        if factory is None:\n            self.factory = smtplib.SMTP\n    def go(self):\n"
     "        self.s = self.factory()\n        self.s.connect(self.host)\n        self.s.starttls()\n",
     "        verifyshim.starttls(self.s, server_hostname=self.host)\n"),
    ("s = smtplib.LMTP(h)\ns.starttls()\n", "verifyshim.starttls(s, server_hostname=h)\n"),
    ("def f(verify):\n    s = smtplib.SMTP(h)\n    if verify:\n        s.starttls()\n",
     "        verifyshim.starttls(s, server_hostname=h)\n"),
])
def test_python_2_where_it_is_not_certain(rewritten, text, line):
    text = "import smtplib\n" + text
    assert rewritten(text, select="VS301", min_python=PY2) == text
    assert rewritten(text, select="VS301", min_python=PY2, unsafe=True).endswith(line)


@pytest.mark.parametrize("text", [
    "s = smtplib.SMTP(pick())\ns.starttls()\n",
    "s = smtplib.SMTP(h)\nh = other\ns.starttls()\n",
    "s = smtplib.SMTP(*address)\ns.starttls()\n",
    "s = smtplib.SMTP(a)\ns.connect(b)\ns.starttls()\n",
    "s = smtplib.SMTP()\ns.connect()\ns.starttls()\n",
    "s = smtplib.SMTP(socket.gethostbyname(h))\ns.starttls()\n",
    "class M(object):\n    def a(self, h):\n        self.s = smtplib.SMTP(h)\n    def b(self, h):\n"
    "        self.s.starttls()\n",
    "class M(smtplib.SMTP):\n    def __init__(self, settings):\n        pass\ns = M(settings)\ns.starttls()\n",
    "class M(smtplib.SMTP):\n    def starttls(self):\n        return smtplib.SMTP.starttls(self)\n",
    "s = smtplib.SMTP(h)\ns.starttls(  # why\n)\n",
])
def test_python_2_without_a_host_that_is_proven(rewritten, text):
    text = "import smtplib\nimport socket\n" + text
    assert rewritten(text, select="VS301", min_python=PY2) == text
    result = rewritten(text, select="VS301", min_python=PY2, unsafe=True)
    assert "verifyshim.install()" in result and "verifyshim.starttls" not in result


def test_the_shim_has_to_see_whom_a_client_connects_to(rewritten, findings):
    text = """
        import smtplib

        def send():
            if a:
                server = smtplib.SMTP(pick())
            else:
                server = smtplib.SMTP()
                server.connect(pick())
            if a: server.starttls()
            code, text = server.starttls()
    """
    result = rewritten(text, select="VS301", min_python=PY2, unsafe=True)
    assert result == """\
import smtplib
import verifyshim

def send():
    verifyshim.install()
    if a:
        server = smtplib.SMTP(pick())
    else:
        server = smtplib.SMTP()
        server.connect(pick())
    if a: server.starttls()
    code, text = server.starttls()
"""
    assert findings(result, select="VS301", min_python=PY2) == []


def test_python_33_passes_no_name_to_its_context(rewritten):
    assert rewritten("import imaplib\nm = imaplib.IMAP4(h)\nm.starttls()\n", select="VS301",
                     min_python=((3, 3),)).endswith("verifyshim.starttls(m)\n")
    assert "verifyshim.install()" in rewritten("import poplib\nm = poplib.POP3_SSL(h)\n", select="VS301",
                                               min_python=((3, 3),), unsafe=True)


def test_python_2_has_no_such_method(rewritten):
    assert rewritten("import ssl, imaplib\nm = imaplib.IMAP4(h)\nm.starttls()\n", select="VS301",
                     min_python=((2, 7, 9), (3, 6))).endswith("m.starttls(ssl_context=%s)\n" % CTX)


def test_before_the_whole_of_an_elif(rewritten):
    result = rewritten("import imaplib\nif a:\n    pass\nelif imaplib.IMAP4_SSL(h):\n    pass\n",
                       select="VS301", min_python=PY2, unsafe=True)
    assert result.endswith("verifyshim.install()\nif a:\n    pass\nelif imaplib.IMAP4_SSL(h):\n    pass\n")


def test_ftp_takes_a_context_from_2710_on(rewritten):
    text = "import ssl\nimport ftplib\nf = ftplib.FTP_TLS(h)\n"
    assert "context=" + CTX in rewritten(text, select="VS301", min_python=((2, 7, 10), (3, 4, 3)))
    assert "context=" not in rewritten(text, select="VS301", min_python=((2, 7, 9),), unsafe=True)


def test_a_factory_that_was_passed_in_needs_unsafe(findings):
    text = """
        import smtplib
        class M(object):
            def __init__(self, factory=None):
                self.factory = factory
                if self.factory is None:
                    self.factory = smtplib.SMTP
            def go(self):
                self.connection = self.factory(self.host)
                code, text = self.connection.starttls()
    """
    found = findings(text, select="VS301", min_python=PY3)
    assert [(line, fix) for _, line, fix, _ in found] == [(9, "unsafe")]


@pytest.mark.parametrize("text", [
    "import imaplib\nkind = self.ssl and imaplib.IMAP4_SSL or imaplib.IMAP4\nx = kind(host, **kwargs)\n",
    "import smtplib\nif tls:\n    kind = smtplib.SMTP_SSL\nelse:\n    kind = smtplib.SMTP\ns = kind(host)\n",
    "import smtplib\nCLASSES = {True: smtplib.SMTP_SSL, False: smtplib.SMTP}\n",
    "import smtplib\nx = smtplib.SMTP_SSL(host, **kwargs)\n",
    "import smtplib\ndef f(server):\n    server.starttls()\n",
    "from logging.handlers import SMTPHandler\nSMTPHandler(h, f, t, s, credentials=c, secure=())\n",
])
def test_reported(findings, text):
    assert [found[2] for found in findings(text, select="VS301", min_python=PY3, unsafe=True)] == ["none"]


@pytest.mark.parametrize("text", [
    "import smtplib\nsmtplib.SMTP_SSL(h, context=c)\nimaplib.IMAP4_SSL(h, 993, None, None, c)\n",
    "import smtplib\nkw = {'context': c}\nsmtplib.SMTP_SSL(h, **kw)\n",
    "import smtplib\nclass Mail(smtplib.SMTP):\n    def starttls(self):\n        pass\n"
    "s = Mail(h)\ns.starttls()\n",
    "class Stream(object):\n    def starttls(self):\n        pass\nStream().starttls()\n",
    "import smtplib\nfrom mine import Client\nc = Client()\nc.starttls()\n",
    "from twisted.internet import ssl\nprotocol.starttls()\n",
    "import smtplib\nimport verifyshim\nverifyshim.install()\ndef f():\n    smtplib.SMTP_SSL(h)\n",
    "import smtplib\nif isinstance(s, smtplib.SMTP_SSL): pass\n"
    "try:\n    pass\nexcept imaplib.IMAP4_SSL.error: pass\n",
    "'''s.starttls()'''\n# smtplib.SMTP_SSL(h)\n",
])
def test_untouched(findings, text):
    assert findings(text, select="VS301", min_python=PY3, unsafe=True) == []
