"""Real SMTP, LMTP, IMAP, POP, FTP and NNTP servers on the loopback, with implicit TLS and with an upgrade.

The verdict of a cell is taken here, as in servers.py: accepted means that a login with the cell's id as its
user arrived after the handshake, or for a data connection of FTP that the file did; refused that nothing at
all arrived after a handshake, and no login before one. They speak as much of each protocol as a session
without any mail needs.
"""

import threading

from .mail_protocols import FTP, IMAP, NNTP, POP, SMTP
from .servers import LoopbackServer, server_context


class MailServer(LoopbackServer):
    """`conversations` has all of them, in the order of their connections.

    implicit:      does TLS begin at once, or when the client asks for it?
    data_context:  for FTP, the server's side of data connections, if another one.
    """

    def __init__(self, handler, context, implicit, data_context=None):
        self.context, self.implicit, self.data_context = context, implicit, data_context or context
        self.conversations = []
        super().__init__(handler)


# Kind of server -> its handler, and whether TLS begins at once.
KINDS = {"smtps": (SMTP, True), "smtp": (SMTP, False), "imaps": (IMAP, True), "imap": (IMAP, False),
         "pops": (POP, True), "pop": (POP, False), "ftps": (FTP, True), "ftp": (FTP, False),
         # The control connection has the good certificate, data connections that of the case.
         "ftp-data": (FTP, False), "nntps": (NNTP, True), "nntp": (NNTP, False)}


class MailFarm:
    """All servers of a session: `servers` by (kind, case name)."""

    def __init__(self, pki, cases):
        self.pki, self.servers = pki, {}
        for case in cases:
            case.make(pki)
        contexts = {case.name: server_context(pki.leaves[case.name]) for case in cases}
        for kind, (handler, implicit) in KINDS.items():
            for name, context in contexts.items():
                control = contexts["good"] if kind == "ftp-data" else context
                self.servers[kind, name] = MailServer(handler, control, implicit, context)

    def settle(self):
        for server in self.servers.values():
            server.settle()

    def forget(self):
        for server in self.servers.values():
            del server.conversations[:]

    def close(self):
        # Side by side: each shutdown takes up to half a second, the poll interval of serve_forever.
        stoppers = [threading.Thread(target=server.shutdown) for server in self.servers.values()]
        for stopper in stoppers:
            stopper.start()
        for stopper, server in zip(stoppers, self.servers.values()):
            stopper.join()
            server.server_close()
