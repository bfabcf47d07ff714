import http.client
import imaplib
import poplib
import smtplib
import socket
import ssl
import sys
import urllib.request
from typing import Any
from typing_extensions import Self, TypeAlias

from _typeshed import ReadableBuffer, StrPath

if sys.version_info >= (3, 13):
    _MailClient: TypeAlias = smtplib.SMTP | imaplib.IMAP4 | poplib.POP3
else:
    import nntplib

    _MailClient: TypeAlias = smtplib.SMTP | imaplib.IMAP4 | poplib.POP3 | nntplib.NNTP

class VerifiedHTTPSConnection(http.client.HTTPSConnection):
    def __init__(
        self,
        host: str,
        port: int | None = None,
        *,
        timeout: float | None = ...,
        source_address: tuple[str, int] | None = None,
        context: ssl.SSLContext | None = None,
        blocksize: int = 8192,
        cert_file: StrPath | None = None,
        key_file: StrPath | None = None,
    ) -> None: ...
    def connect(self) -> None: ...
    @classmethod
    def with_roots(cls, cafile: StrPath) -> type[Self]: ...

class VerifiedHTTPSHandler(urllib.request.HTTPSHandler):
    connection_class: type[http.client.HTTPSConnection]
    def __init__(
        self, connection_class: type[http.client.HTTPSConnection] = ..., debuglevel: int = 0
    ) -> None: ...
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse: ...

def build_opener(
    *handlers: urllib.request.BaseHandler | type[urllib.request.BaseHandler],
) -> urllib.request.OpenerDirector: ...

# As typeshed has it of urllib's own: what comes back depends on the URL's scheme.
def urlopen(
    url: str | urllib.request.Request,
    data: ReadableBuffer | None = None,
    timeout: float | None = ...,
    cafile: StrPath | None = None,
) -> Any: ...
def create_context(
    cafile: StrPath | None = None, certfile: StrPath | None = None, keyfile: StrPath | None = None
) -> ssl.SSLContext: ...
def wrap_socket(
    sock: socket.socket,
    server_hostname: str,
    cafile: StrPath | None = None,
    certfile: StrPath | None = None,
    keyfile: StrPath | None = None,
) -> ssl.SSLSocket: ...

# What the client's own method returns: each has another kind of answer.
def starttls(
    client: _MailClient,
    server_hostname: str | None = None,
    certfile: StrPath | None = None,
    keyfile: StrPath | None = None,
) -> Any: ...
