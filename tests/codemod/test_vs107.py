"""VS107: ssl.wrap_socket() elsewhere."""
import pytest


def function(*lines):
    """These lines as a function that knows sockets."""
    return "import socket, ssl\ndef f(host, port, proxy, sock=None):\n" + "".join(
        "    %s\n" % line for line in lines)


WRAPPED = "ssl.create_default_context().wrap_socket(%s, server_hostname=%s)"


@pytest.mark.parametrize("lines, host", [
    (["s = socket.create_connection((host, port))"], "host"),
    (["s = socket.socket()", "s.connect((host, int(port)))"], "host"),
    (["s = socket.socket()", "s.connect_ex(('example.org', 443))"], "'example.org'"),
    (["address = (host, port)", "s = socket.create_connection(address)"], "host"),
    (["for res in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):",
      "    af, kind, proto, name, sa = res", "    s = socket.socket(af, kind, proto)",
      "    s.connect(sa)"], "host"),
    (["for af, kind, proto, name, sa in socket.getaddrinfo(host, port):", "    s = socket.socket(af)",
      "    s.connect(sa)"], "host"),
    (["s = socket.socket()", "s.connect((proxy.host, 80))",
      "s.sendall('CONNECT %s:%s HTTP/1.0\\r\\n\\r\\n' % (host, port))"], "host"),
    (["s = socket.create_connection(proxy)",
      "s.sendall('CONNECT {0}:{1} HTTP/1.0\\r\\n\\r\\n'.format(host, port).encode())"], "host"),
    (["s = socket.create_connection(proxy)",
      "s.sendall('CONNECT ' + host + ':' + str(port) + '\\r\\n\\r\\n')"], "host"),
    (["target = '%s:%d' % (host, port)", "s = socket.create_connection(proxy)",
      "s.sendall('CONNECT %s HTTP/1.0\\r\\n\\r\\n' % target)"], "host"),
])
def test_the_host_is_proven(rewritten, lines, host):
    before = function(*(lines + ["return ssl.wrap_socket(s)"]))
    after = function(*(lines + ["return " + WRAPPED % ("s", host)]))
    assert rewritten(before, select="VS107") == after


def test_connected_after_it_was_wrapped(rewritten):
    assert rewritten(function("s = ssl.wrap_socket(socket.socket())", "s.connect((host, port))"),
                     select="VS107") == function(
        "s = " + WRAPPED % ("socket.socket()", "host"), "s.connect((host, port))")


def test_connected_in_another_method(rewritten):
    text = """
        import socket, ssl
        class Client(object):
            def open(self):
                self.sock = socket.socket()
                self.sock.connect((self.host, self.port))
            def start_tls(self):
                self.sock = ssl.wrap_socket(self.sock)
    """
    assert "server_hostname=self.host" in rewritten(text, select="VS107", unsafe=True)


def test_put_into_a_connection_of_http_client(rewritten):
    assert rewritten("""
        import httplib, ssl
        def tunnel(path, sock):
            made = httplib.HTTPSConnection(path)
            made.sock = ssl.wrap_socket(sock, keyfile=None, certfile=None)
            return made
    """, select="VS107") == """\
import httplib, ssl
def tunnel(path, sock):
    made = httplib.HTTPSConnection(path)
    made.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=made.host)
    return made
"""


def test_under_a_name_for_interpreters_without_ssl(rewritten):
    assert "made.sock = " + WRAPPED % ("sock", "made.host") in rewritten("""
        import httplib
        try:
            import ssl
            _wrap = ssl.wrap_socket
        except ImportError:
            def _wrap(sock, keyfile=None, certfile=None):
                return httplib.FakeSocket(sock, socket.ssl(sock, keyfile, certfile))
        def tunnel(path, sock):
            made = httplib.HTTPSConnection(path)
            made.sock = _wrap(sock, keyfile=None)
            return made
    """, select="VS107")


def test_the_stand_in_of_python_25_is_not_ssl(rewritten, findings):
    text = """
        import socket
        try:
            import ssl
        except ImportError:
            class ssl:
                @staticmethod
                def wrap_socket(sock):
                    return ssl(sock)
                def __init__(self, sock):
                    self.sslsock = socket.ssl(sock)
        def talk(host, port):
            s = socket.create_connection((host, port))
            return ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1)
    """
    result = rewritten(text, select="VS107")
    assert "return ssl.create_default_context().wrap_socket(s, server_hostname=host)" in result
    assert "return ssl(sock)" in result
    found = findings(text, select="VS107")
    assert [(line, fix) for _, line, fix, _ in found] == [(10, "none"), (13, "safe")]
    assert "PROTOCOL_TLSv1" in found[1][3]


def test_a_client_certificate_goes_before_the_statement(rewritten):
    assert rewritten(function("s = socket.create_connection((host, port))",
                              "return ssl.wrap_socket(s, keyfile='k.pem', certfile='c.pem')"),
                     select="VS107") == function(
        "s = socket.create_connection((host, port))", "context = ssl.create_default_context()",
        "context.load_cert_chain('c.pem', 'k.pem')", "return context.wrap_socket(s, server_hostname=host)")


def test_an_import_of_the_function_goes_with_its_last_call(rewritten):
    text = "import socket\n%s\n\ns = %s\n"
    before = text % ("from ssl import wrap_socket", "wrap_socket(socket.create_connection((H, 1)))")
    assert rewritten(before, select="VS107") == text % (
        "import ssl", WRAPPED % ("socket.create_connection((H, 1))", "H"))


@pytest.mark.parametrize("lines", [
    ["return ssl.wrap_socket(sock)"],
    ["s = socket.create_connection(proxy)", "s.sendall(greeting)", "s.connect((host, port))",
     "return ssl.wrap_socket(s)"],
    ["s = socket.create_connection((socket.gethostbyname(host), port))", "return ssl.wrap_socket(s)"],
    ["address = socket.gethostbyname(host)", "s = socket.create_connection((address, port))",
     "return ssl.wrap_socket(s)"],
    ["s = socket.create_connection((host, port))", "host = port", "return ssl.wrap_socket(s)"],
    ["s = socket.create_connection((proxy.host, 80))", "s.sendall('CONNECT %s HTTP/1.0' % port)",
     "return ssl.wrap_socket(s)"],
    ["s = socket.socket()", "if proxy:", "    s.connect((proxy, 80))", "else:", "    s.connect((host, port))",
     "return ssl.wrap_socket(s)"],
])
def test_reported_where_the_host_is_not_certain(findings, rewritten, lines):
    (_, _, fix, message), = findings(function(*lines), select="VS107", unsafe=True)
    assert fix == "none" and "host name" in message
    assert rewritten(function(*lines), select="VS107", unsafe=True) == function(*lines)


def test_an_address_of_unknown_making_needs_unsafe(findings, rewritten):
    text = function("s = socket.create_connection(proxy)", "return ssl.wrap_socket(s)")
    assert [found[2] for found in findings(text, select="VS107")] == ["unsafe"]
    assert "server_hostname=proxy[0]" in rewritten(text, select="VS107", unsafe=True)


@pytest.mark.parametrize("text, words", [
    ("import socket\nx = socket.ssl(s, None, None)\n", "socket.ssl()"),
    ("import ssl\nx = ssl.SSLSocket(s)\n", "SSLSocket"),
    ("import ssl\n_wrap = ssl.wrap_socket\n", "another name"),
    ("import ssl\nssl.wrap_socket = patched(ssl.wrap_socket)\n", "another name"),
    ("from ssl import wrap_socket\nwrap_socket(s, cert_reqs=x)\n", "another name"),
    ("import ssl\ndef f(a):\n    return a or ssl.CERT_NONE\n", "CERT_NONE is chosen"),
    ("import ssl\nkw['cert_reqs'] = ssl.CERT_NONE\n", "CERT_NONE is chosen"),
    ("import ssl\nif roots is None:\n    policy = ssl.CERT_NONE\n", "CERT_NONE is chosen"),
    ("def default_ca_reqs():\n    return u'none'\n", "'none'"),
])
def test_reported(findings, text, words):
    found = [item for item in findings(text, select="VS107", unsafe=True)]
    assert found and found[0][2] == "none" and words in found[0][3]


@pytest.mark.parametrize("text", [
    "import ssl\nx = {'none': ssl.CERT_NONE}\nif y == ssl.CERT_NONE: pass\n",
    "import ssl\nctx.verify_mode = ssl.CERT_NONE\n",
    "import ssl\nNONE = ssl.CERT_NONE\n",
    "import ssl\nif hasattr(ssl, 'wrap_socket'): pass\n",
    "from mine import ssl\nimport socket\ns = socket.create_connection((h, p))\nssl.wrap_socket(s)\n",
    "def f(ssl, s):\n    return ssl.wrap_socket(s)\n",
    "import ssl\nclass Server(object):\n    def get(self):\n        conn, addr = self.sock.accept()\n"
    "        return ssl.wrap_socket(conn, certfile=self.cert)\n",
    "import ssl\nfrom http.server import HTTPServer\nhttpd = HTTPServer(('', 443), H)\n"
    "httpd.socket = ssl.wrap_socket(httpd.socket,\n    certfile='x.pem',\n    server_side=True)\n",
    "'''ssl.wrap_socket(sock)'''\n# ssl.wrap_socket(sock)\n",
])
def test_untouched(findings, text):
    assert findings(text, select="VS107", unsafe=True) == []


def test_of_a_test_only_when_asked(findings):
    text = "import ssl, socket\ns = socket.create_connection((h, 1))\nssl.wrap_socket(s)\n"
    assert findings(text, select="VS107", path="tests/test_x.py") == []
    assert len(findings(text, select="VS107", path="tests/test_x.py", tests=True)) == 1
