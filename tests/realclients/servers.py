"""TLS servers for all that the clients of this folder ask for: pages, SOAP, RSS, a package index, WebSocket.

They keep connections alive, so that sessions can be told from single requests. Who is accepted, and what that
means, is tests/conformance/servers.py's; certificates are its pki.py's.
"""

import base64
import contextlib
import hashlib
import io
import re
import socket
import tarfile
import threading

from ..conformance.cases import CASES
from ..conformance.pki import Pki
from ..conformance.servers import (BODY, CELL, PATIENCE, Proxy, ProxyHandler, TLSHandler, TLSServer,
                                   server_context)

CASE_NAMES = ("good", "ipv4", "wrong-host", "name-of-the-proxy", "self-signed", "unknown-root", "expired")
GOOD = ("good", "ipv4")
VISITED = [case for case in CASES if case.name in CASE_NAMES]
PACKAGE = "verifyshimprobe"

_RSS = (b"<?xml version='1.0'?><rss version='2.0'><channel><title>verified</title><link>http://x.test/</link>"
        b"<description>d</description></channel></rss>")
_SOAP = (b"<?xml version='1.0'?><s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>"
         b"<a:helloResponse xmlns:a='urn:probe'><result>verified</result></a:helloResponse>"
         b"</s:Body></s:Envelope>")
_WSDL = """<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:probe" targetNamespace="urn:probe"
    xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/">
  <types><x:schema targetNamespace="urn:probe" elementFormDefault="unqualified">
    <x:element name="hello"><x:complexType><x:sequence/></x:complexType></x:element>
    <x:element name="helloResponse"><x:complexType><x:sequence>
      <x:element name="result" type="x:string"/></x:sequence></x:complexType></x:element>
  </x:schema></types>
  <message name="in"><part name="parameters" element="t:hello"/></message>
  <message name="out"><part name="parameters" element="t:helloResponse"/></message>
  <portType name="port"><operation name="hello"><input message="t:in"/><output message="t:out"/></operation>
  </portType>
  <binding name="binding" type="t:port"><s:binding style="document"
      transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="hello"><s:operation soapAction="hello"/><input><s:body use="literal"/></input>
      <output><s:body use="literal"/></output></operation></binding>
  <service name="Probe">
    <port name="port" binding="t:binding"><s:address location="{location}"/></port></service>
</definitions>"""


def archive():
    """A source distribution that any pip can read the name and version of."""
    made = io.BytesIO()
    setup = "from setuptools import setup\nsetup(name=%r, version='1.0', py_modules=[])\n" % PACKAGE
    files = {"setup.py": setup,
             "PKG-INFO": "Metadata-Version: 1.0\nName: %s\nVersion: 1.0\n" % PACKAGE}
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo("%s-1.0/%s" % (PACKAGE, name))
            entry.size, entry.mode = len(text), 0o644
            tar.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


_ARCHIVE = archive()


def answer_to(path, head, server):
    """Return ``(content type, body)`` for a request."""
    if path.endswith("?wsdl"):
        host = re.search(rb"(?i)\r\nhost: *([^\r]+)", head).group(1).decode()
        return "text/xml", _WSDL.format(location="https://%s%s" % (host, path[:-5])).encode()
    if b"soapaction" in head.lower():
        return "text/xml", _SOAP
    if path.endswith(".rss"):
        return "application/rss+xml", _RSS
    if path.endswith(".tar.gz"):
        return "application/x-gzip", _ARCHIVE
    if "/simple/" in path:
        return "text/html", b"<html><body><a href='../../%s-1.0.tar.gz'>%s-1.0.tar.gz</a></body></html>" % (
            PACKAGE.encode(), PACKAGE.encode())
    return "text/plain", BODY


class Handler(TLSHandler):
    """As many requests as the client sends over one connection, each recorded with the connection's number."""

    def answer(self, stream):
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = self.more(stream)
                if not more:
                    self.server.stray += len(data)
                    return
                data += more
            head, _, data = data.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            length = int(length.group(1)) if length else 0
            while len(data) < length:
                more = self.more(stream)
                if not more:
                    return
                data += more
            data = data[length:]
            self.note(head)
            if b"\r\nupgrade: websocket" in head.lower():
                self.talk(stream, head)
                return
            path = head.split(None, 2)[1].decode("latin-1")
            kind, body = answer_to(path, head, self.server)
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                           % (kind.encode(), len(body), b"" if head.startswith(b"HEAD") else body))
            if b"\r\nconnection: close" in head.lower() or b"HTTP/1.0" in head.split(b"\r\n", 1)[0]:
                self.hang_up(stream)
                return

    @staticmethod
    def more(stream):
        try:
            return stream.recv(65536)
        except OSError:
            return b""

    def note(self, head):
        cell = CELL.search(head.split(b"\r\n", 1)[0].decode("latin-1"))
        if cell is None:
            self.server.stray += len(head)
        else:
            self.server.requests.append((cell.group(1), self.client_address[1]))

    def talk(self, stream, head):
        """RFC 6455: take the upgrade, say `verified`, answer each message with it, close when asked to."""
        key = re.search(rb"(?i)\r\nsec-websocket-key: *([^\r]+)", head).group(1).strip()
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        stream.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + b"\x81\x08" + BODY)
        with contextlib.suppress(OSError):
            while True:
                frame = stream.recv(65536)
                if not frame or frame[0] & 0x0f == 8:
                    return
                stream.sendall(b"\x81\x08" + BODY)


class Server(TLSServer):
    """`requests` lists (cell, client's port)."""

    def __init__(self, context, address):
        super().__init__(context, address)
        self.RequestHandlerClass = Handler


class LeadingHandler(ProxyHandler):
    """CONNECT, always to the one server: boto asks for port 443, whatever its user said."""

    def handle(self):
        head = b""
        self.request.settimeout(PATIENCE)
        while not head.endswith(b"\r\n\r\n"):     # byte by byte: what follows belongs to the tunnel
            more = self.request.recv(1)
            if not more:
                return
            head += more
        host, _, port = head.split()[1].decode("latin-1").rpartition(":")
        self.server.targets.append((host.strip("[]"), int(port)))
        with contextlib.closing(socket.create_connection(("127.0.0.1", self.server.leads_to))) as far:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with contextlib.suppress(OSError):
                self.pump(far)


class LeadingProxy(Proxy):
    """A proxy of its own for each server; `targets` lists the (host, port) of each CONNECT."""

    def __init__(self, port):
        self.leads_to = port
        super().__init__()
        self.RequestHandlerClass = LeadingHandler


class Farm:
    """One server for each certificate case, and a CONNECT proxy before each."""

    def __init__(self, folder):
        self.pki, self.servers, self.proxies = Pki(folder), {}, {}
        for case in VISITED:
            case.make(self.pki)
            server = Server(server_context(self.pki.leaves[case.name]), case.address)
            self.servers[case.name], self.proxies[case.name] = server, LeadingProxy(server.port)

    def settle(self):
        """Wait until everything that the clients did so far has been dealt with; proxies first."""
        for one in list(self.proxies.values()) + list(self.servers.values()):
            one.settle()

    def close(self):
        every = list(self.servers.values()) + list(self.proxies.values())
        stoppers = [threading.Thread(target=server.shutdown) for server in every]
        for stopper in stoppers:
            stopper.start()
        for stopper, server in zip(stoppers, every):
            stopper.join()
            server.server_close()
