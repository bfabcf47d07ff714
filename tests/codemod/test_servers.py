"""Servers are left alone: rules/servers.py."""
import pytest

from verifyshim.codemod.context import Context, Options
from verifyshim.codemod.rules.servers import is_server
from verifyshim.codemod.sources import Source


def verdict(text):
    """is_server of the first call or context marked HERE( in the text."""
    text = text.replace("HERE(", "ssl.wrap_socket(")
    context = Context(Source("x.py", text.encode("ascii")), Options())
    marked = [call for call in context.nodes("Call") if context.text(call.func).endswith(
        ("wrap_socket", "SSLContext", "create_default_context"))]
    return is_server(context, marked[0])


HEAD = "import ssl, socket\nfrom http.server import HTTPServer\n"


@pytest.mark.parametrize("text", [
    "ssl.wrap_socket(s, server_side=True)",
    "ssl.wrap_socket(s,\n    certfile=c,\n    server_side=True)",
    "ssl.wrap_socket(s, key, cert, True)",
    "ssl.wrap_socket(s, server_side=self.server)",
    "kw = {'server_side': True}\nssl.wrap_socket(s, **kw)",
    "ctx.wrap_socket(s, True)",
    "conn, addr = s.accept()\nssl.wrap_socket(conn, certfile=c)",
    "s.bind(a)\ns.listen(5)\nssl.wrap_socket(s, certfile=c)",
    "httpd = HTTPServer(a, H)\nhttpd.socket = ssl.wrap_socket(httpd.socket, certfile=c)",
    "class S(HTTPServer):\n    def get_request(self):\n        return ssl.wrap_socket(self.socket)",
    "x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)",
    "x = ssl.SSLContext(ssl.PROTOCOL_SSLv23)\nx.load_cert_chain(c)\nx.wrap_socket(s, server_side=True)",
    "class A(object):\n    def f(self):\n        self.x = ssl.SSLContext(ssl.PROTOCOL_TLS)\n"
    "class B(object):\n    def g(self):\n        self.a.x.wrap_socket(s, server_side=True)",
    "x = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)\nx.load_cert_chain(c)\n"
    "run_simple(h, p, a, ssl_context=x)",
    "x = ssl.SSLContext(ssl.PROTOCOL_TLS)\napp.run(ssl_context=x)",
    "x = ssl.SSLContext(ssl.PROTOCOL_TLS)\nserver = await_(asyncio.start_server(f, h, p, ssl=x))",
])
def test_servers(text):
    assert verdict(HEAD + text + "\n")


@pytest.mark.parametrize("text", [
    "ssl.wrap_socket(s)",
    "ssl.wrap_socket(s, server_side=False)",
    "ssl.wrap_socket(s, key, cert, False)",
    "ssl.wrap_socket(s, key, cert)",
    "ctx.wrap_socket(s, server_hostname=h)",
    "s.bind((source, 0))\ns.connect(a)\nssl.wrap_socket(s)",
    "x = ssl.SSLContext(ssl.PROTOCOL_SSLv23)\nx.wrap_socket(s)",
    "x = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)\nHTTPSHandler(context=x)",
    "x = ssl.SSLContext(ssl.PROTOCOL_TLS)\nasyncio.run(main(x))",
])
def test_clients(text):
    assert not verdict(HEAD + text + "\n")
