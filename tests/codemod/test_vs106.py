"""VS106: connect() of an HTTPS connection, overridden or replaced."""
import pytest

HEAD = """
import httplib
import socket
import ssl

class Connection(httplib.HTTPSConnection):
    def connect(self):
        sock = socket.create_connection((self.host, self.port), self.timeout)
        if self._tunnel_host:
            self.sock = sock
            self._tunnel()
"""
VERIFYING = "ssl.create_default_context()"
WRAPPED = "wrap_socket(sock, server_hostname=self._tunnel_host or self.host)"
# Where it would be too long for one line.
BROKEN = "wrap_socket(\n    sock, server_hostname=self._tunnel_host or self.host)"


def body(text):
    """The class above with these lines at the end of connect()."""
    return HEAD + "".join("        %s\n" % line if line else "\n" for line in text.strip("\n").split("\n"))


def test_without_a_client_certificate(rewritten):
    assert rewritten(body("self.sock = ssl.wrap_socket(sock)"), select="VS106") == body(
        "self.sock = %s.%s" % (VERIFYING, BROKEN))[1:]


def test_none_is_no_certificate(rewritten):
    assert rewritten(body("self.sock = ssl.wrap_socket(sock, None, None)"), select="VS106") == body(
        "self.sock = %s.%s" % (VERIFYING, BROKEN))[1:]


def test_cert_none_said_aloud(rewritten):
    before = body("self.sock = ssl.wrap_socket(sock, cert_reqs=ssl.CERT_NONE)")
    assert rewritten(before, select="VS106") == body(
        "self.sock = %s.%s" % (VERIFYING, BROKEN))[1:]


def test_client_certificate_of_python_2(rewritten):
    before = body("self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file)")
    assert rewritten(before, select="VS106") == body("""
context = ssl.create_default_context()
if self.cert_file:
    context.load_cert_chain(self.cert_file, self.key_file)
self.sock = context.%s
""" % WRAPPED)[1:]


def test_client_certificate_where_312_may_run_it(rewritten):
    before = body("self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file)")
    assert rewritten(before.replace("httplib", "six.moves.http_client"), select="VS106") == body("""
context = ssl.create_default_context()
if getattr(self, "cert_file", None):
    context.load_cert_chain(self.cert_file, getattr(self, "key_file", None))
self.sock = context.%s
""" % WRAPPED)[1:].replace("httplib", "six.moves.http_client")


def test_roots_are_kept(rewritten):
    assert rewritten(body("self.sock = ssl.wrap_socket(sock, ca_certs=self.ca_certs)"), select="VS106") == body(
        "self.sock = ssl.create_default_context(cafile=self.ca_certs).%s" % BROKEN)[1:]


def test_options_of_the_handshake_are_kept(rewritten):
    before = body("self.sock = ssl.wrap_socket(sock, suppress_ragged_eofs=False)")
    assert rewritten(before, select="VS106") == body(
        "self.sock = ssl.create_default_context().wrap_socket(\n"
        "    sock, server_hostname=self._tunnel_host or self.host, suppress_ragged_eofs=False)")[1:]


def test_both_tries_of_a_retry_become_one(rewritten):
    assert rewritten(body("""
try:
    self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file, ssl_version=ssl.PROTOCOL_TLSv1)
except ssl.SSLError:
    self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file, ssl_version=ssl.PROTOCOL_SSLv23)
"""), select="VS106") == body("""
context = ssl.create_default_context()
if self.cert_file:
    context.load_cert_chain(self.cert_file, self.key_file)
self.sock = context.%s
""" % WRAPPED)[1:]


def test_a_retry_that_does_more_keeps_both_tries(rewritten):
    assert rewritten(body("""
try:
    self.sock = ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)
except ssl.SSLError:
    sock = socket.create_connection((self.host, self.port), self.timeout)
    self.sock = ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_SSLv3)
"""), select="VS106") == body("""
try:
    self.sock = ssl.create_default_context().{0}
except ssl.SSLError:
    sock = socket.create_connection((self.host, self.port), self.timeout)
    self.sock = ssl.create_default_context().{0}
""".format(BROKEN.replace("    ", " " * 8)))[1:]


def test_one_try_that_cannot_be_rewritten_keeps_the_other(rewritten, findings):
    text = body("""
try:
    self.sock = ssl.wrap_socket(sock)
except ssl.SSLError:
    self.sock = ssl.wrap_socket(sock, **self.options)
""")
    assert rewritten(text, select="VS106", unsafe=True) == text[1:]
    assert [(line, fix) for _, line, fix, _ in findings(text, select="VS106")] == [(12, "none"), (14, "none")]


def test_below_279_the_shim_does_it(rewritten):
    result = rewritten(body("self.sock = ssl.wrap_socket(sock, self.key_file, self.cert_file)"), select="VS106",
                       min_python=((2, 6),))
    assert "import verifyshim\n" in result
    assert """\
        self.sock = verifyshim.wrap_socket(
            sock,
            server_hostname=getattr(self, "_tunnel_host", None) or self.host,
            certfile=self.cert_file,
            keyfile=self.key_file)
""" in result
    assert "ssl.create_default_context" not in result


def test_a_function_put_into_the_class(rewritten):
    assert rewritten("""
        import httplib, socket, ssl

        def connect(conn):
            sock = socket.create_connection((conn.host, conn.port))
            conn.sock = ssl.wrap_socket(sock)

        httplib.HTTPSConnection.connect = connect
    """, select="VS106") == """\
import httplib, socket, ssl

def connect(conn):
    sock = socket.create_connection((conn.host, conn.port))
    conn.sock = ssl.create_default_context().wrap_socket(
        sock, server_hostname=conn._tunnel_host or conn.host)

httplib.HTTPSConnection.connect = connect
"""


def test_line_breaks_and_tabs_of_the_file(rewritten):
    before = body("self.sock = ssl.wrap_socket(sock, None, self.cert_file)")
    before = before.replace("    ", "\t").replace("\n", "\r\n")
    assert rewritten(before[2:], select="VS106") == body("""
context = ssl.create_default_context()
if self.cert_file:
    context.load_cert_chain(self.cert_file)
self.sock = context.%s
""" % WRAPPED)[1:].replace("    ", "\t").replace("\n", "\r\n")


@pytest.mark.parametrize("line, words", [
    ("self.sock = ssl.wrap_socket(sock, cert_reqs=self.cert_reqs)", "cert_reqs"),
    ("self.sock = ssl.wrap_socket(sock, **self.options)", "** argument"),
    ("self.sock = ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs=ROOTS)", "host name"),
    ("self.sock = ssl.wrap_socket(sock)\ncompare(self.sock.getpeercert(True), self.fingerprint)", "a pin"),
])
def test_reported(rewritten, findings, line, words):
    (rule, _, fix, message), = findings(body(line), select="VS106", unsafe=True)
    assert (rule, fix) == ("VS106", "none") and words in message
    assert rewritten(body(line), select="VS106", unsafe=True) == body(line)[1:]


@pytest.mark.parametrize("lines", [
    "self.sock = self._context.wrap_socket(sock, server_hostname=self.host)",
    "self.sock = ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED, ca_certs=ROOTS)\n"
    "match_hostname(self.sock.getpeercert(), self.host)",
    "self.sock = ssl.wrap_socket(sock, self.key, self.cert, True)",
    "self.sock = ssl.wrap_socket(sock,\n    certfile=self.cert,\n    server_side=True)",
])
def test_untouched(findings, rewritten, lines):
    assert findings(body(lines), select="VS106", unsafe=True) == []
    assert rewritten(body(lines), select="VS106", unsafe=True) == body(lines)[1:]


def test_roots_are_a_choice_of_roots_and_no_gate(findings):
    assert [fix for _, _, fix, _ in findings(body("""
if self.ca_file:
    self.sock = ssl.wrap_socket(sock, ca_certs=self.ca_file, cert_reqs=ssl.CERT_REQUIRED)
else:
    self.sock = ssl.wrap_socket(sock, cert_reqs=ssl.CERT_NONE)
"""), select="VS106")] == ["none", "safe"]


def test_a_proxy_of_its_own_making_leaves_the_name_in_doubt(findings):
    (_, _, fix, message), = findings("""
        import httplib, socket, ssl
        class Connection(httplib.HTTPSConnection):
            def connect(self):
                sock = socket.create_connection((self.proxy_host, self.proxy_port))
                sock.sendall(self.greeting)
                self.sock = ssl.wrap_socket(sock)
    """, select="VS106", unsafe=True)
    assert fix == "none" and "host name" in message
