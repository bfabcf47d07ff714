"""A socket through a SOCKS proxy, wrapped without a name and without verification, as old programs do it.

Arguments: the module with socksocket; the proxy's port; host and port to reach; the roots; the path to ask for.
"""

import ssl
import sys

MODULE, PROXY, HOST, PORT, ROOTS, PATH = sys.argv[1:]

import verifyshim  # noqa: E402

verifyshim.install(mode="strict", roots=ROOTS)
socks = __import__(MODULE, fromlist=["socksocket"])
sock = socks.socksocket()
(getattr(sock, "set_proxy", None) or sock.setproxy)(socks.PROXY_TYPE_SOCKS5, "127.0.0.1", int(PROXY))
sock.connect((HOST, int(PORT)))
stream = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23)).wrap_socket(sock)
stream.sendall(("GET %s HTTP/1.0\r\n\r\n" % PATH).encode("ascii"))
print(stream.recv(1000))
