"""The servers that others use: aiosmtpd, pyftpdlib and Twisted's IMAP and POP, with the certificates of the cases.

Those of mail_servers.py see every byte and so give the exact verdict; these are here because ours could
share a misunderstanding with the clients. They count logins only.
"""

import asyncio
import threading
import time
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult
from OpenSSL import SSL
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer
from twisted.internet import defer, reactor
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import Factory
from twisted.internet.ssl import ContextFactory
from twisted.mail import imap4, pop3

from .mail_protocols import Conversation
from .servers import server_context


class Recorder:
    """`conversations` has one of a single line for each login, as if nothing else had been said."""

    def __init__(self):
        self.conversations = []

    def note(self, user, secure):
        said = Conversation()
        text = user.decode() if isinstance(user, bytes) else user
        (said.secure if secure else said.plain).append(text)
        self.conversations.append(said)


class Mail(Recorder):
    """aiosmtpd: `protocol` is SMTP or LMTP."""

    loop = asyncio.new_event_loop()

    def __init__(self, pem_file, implicit, protocol):
        super().__init__()
        context = server_context(pem_file)

        def make():
            return protocol(Inbox(), authenticator=self.authenticate, loop=self.loop,
                            auth_require_tls=not implicit, tls_context=None if implicit else context)

        serving = self.loop.create_server(make, "127.0.0.1", 0, ssl=context if implicit else None)
        self.server = asyncio.run_coroutine_threadsafe(serving, self.loop).result()
        self.port = self.server.sockets[0].getsockname()[1]

    def authenticate(self, server, session, envelope, mechanism, data):
        self.note(data.login, server.transport.get_extra_info("sslcontext") is not None)
        return AuthResult(success=True)

    def close(self):
        self.loop.call_soon_threadsafe(self.server.close)


class Inbox:
    async def handle_DATA(self, server, session, envelope):
        return "250 taken"


def openssl_context(pem_file):
    """As servers.server_context, for who works with pyOpenSSL."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    context.use_privatekey_file(pem_file)
    context.use_certificate_chain_file(pem_file)
    return context


class Files(Recorder):
    """pyftpdlib: who sends a file has logged in, for the verdict, under what is in it."""

    def __init__(self, pem_file, folder):
        super().__init__()
        recorder = self

        class Authorizer(DummyAuthorizer):
            def validate_authentication(self, username, password, handler):
                if username != "somebody":
                    recorder.note(username, isinstance(handler.socket, SSL.Connection))
                if not self.has_user(username):
                    self.add_user(username, password, str(folder), perm="elradfmw")

        class Handler(TLS_FTPHandler):
            authorizer = Authorizer()
            ssl_context = openssl_context(pem_file)
            dtp_handler = TLS_DTPHandler
            tls_control_required = True

            def on_file_received(self, file):
                recorder.note(Path(file).read_text(), self._prot)

        self.loop = IOLoop()
        self.server = FTPServer(("127.0.0.1", 0), Handler, ioloop=self.loop)
        self.port = self.server.address[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        self.running = True
        while self.running:
            self.loop.loop(timeout=0.2, blocking=False)
        self.server.close_all()

    def close(self):
        self.running = False


class Readers(Recorder):
    """Twisted: `protocol` is IMAP or POP."""

    def __init__(self, pem_file, implicit, protocol):
        super().__init__()
        self.context = ContextFactory()
        self.context.getContext = lambda: made
        made = openssl_context(pem_file)
        factory = Factory()
        factory.buildProtocol = lambda address: protocol(self)
        self.listening = self.call(lambda: (
            reactor.listenSSL(0, factory, self.context, interface="127.0.0.1") if implicit
            else reactor.listenTCP(0, factory, interface="127.0.0.1")))
        self.port = self.listening.getHost().port

    @staticmethod
    def call(function):
        """Return what the reactor's thread makes of it."""
        from twisted.internet.threads import blockingCallFromThread
        return blockingCallFromThread(reactor, function)

    def close(self):
        self.call(self.listening.stopListening)


class IMAP(imap4.IMAP4Server):
    def __init__(self, recorder):
        super().__init__(contextFactory=recorder.context)
        self.recorder = recorder

    def authenticateLogin(self, user, password):
        self.recorder.note(user, ISSLTransport.providedBy(self.transport))
        return defer.succeed((imap4.IAccount, imap4.MemoryAccount(user), lambda: None))


class POP(pop3.POP3):
    def __init__(self, recorder):
        self.recorder = recorder

    def authenticateUserPASS(self, user, password):
        self.recorder.note(user, ISSLTransport.providedBy(self.transport))
        return defer.succeed((pop3.IMailbox, pop3.Mailbox(), lambda: None))


class RealFarm:
    """All of them: `servers` by (kind, case name), as MailFarm has them."""

    def __init__(self, pki, cases, folder):
        self.pki, self.servers = pki, {}
        threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True).start()
        threading.Thread(target=Mail.loop.run_forever, daemon=True).start()
        for case in cases:
            case.make(pki)
            pem_file = pki.leaves[case.name]
            made = {"smtps": Mail(pem_file, True, SMTP), "smtp": Mail(pem_file, False, SMTP),
                    "lmtp": Mail(pem_file, False, LMTP), "ftp": Files(pem_file, folder),
                    "imaps": Readers(pem_file, True, IMAP), "imap": Readers(pem_file, False, IMAP),
                    "pops": Readers(pem_file, True, POP)}
            self.servers.update(((kind, case.name), server) for kind, server in made.items())

    def settle(self):
        """A login is counted before it is answered; this is for one that nobody waits for."""
        time.sleep(0.2)

    def forget(self):
        for server in self.servers.values():
            del server.conversations[:]

    def close(self):
        for server in self.servers.values():
            server.close()
        reactor.callFromThread(reactor.stop)
        Mail.loop.call_soon_threadsafe(Mail.loop.stop)
