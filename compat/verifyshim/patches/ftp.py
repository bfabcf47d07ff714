"""ftplib: FTP_TLS, its control connection and its data connections (RFC 4217); 2.7+."""
from . import Patch, mail, signature
from .socket_module import note
from .. import policy
from ..policy import Mode
from ..tls import marks, opened


def patches(module):
    """:param module: ftplib."""
    secured = getattr(module, "FTP_TLS", None)
    if secured is None:
        return []
    found = [Patch(secured, "auth", mail.upgrading(vars(secured)["auth"], _auth)),
             Patch(secured, "ntransfercmd", mail.saying(vars(secured)["ntransfercmd"], _ntransfercmd))]
    if "auth_tls" in vars(secured):
        found.append(Patch(secured, "auth_tls", mail.upgrading(vars(secured)["auth_tls"], _auth)))
    init = vars(secured)["__init__"]
    if signature.takes(init, "context"):
        found.append(Patch(secured, "__init__", mail.remembering(init, "context", "context")))
    # Of FTP, not a new one of FTP_TLS: that would come before other bases of a program's class.
    plain = vars(module.FTP)["connect"]
    found.append(Patch(module.FTP, "connect", _connect(plain, secured)))
    if policy.installed().mode != Mode.ENFORCE:
        found.append(Patch(module.FTP, "ntransfercmd", _data(vars(module.FTP)["ntransfercmd"], secured)))
    return found


def _connect(original, secured):
    """FTP over implicit TLS is a popular subclass of FTP_TLS whose ``sock`` shakes hands when it is set."""
    def run(client, arguments, call):
        if policy.installed() is None or not isinstance(client, secured):
            return call()
        with _implicit(client, arguments):
            return call()
    return signature.around(original, run)


def _data(original, secured):
    """Many programs' subclass of FTP_TLS wraps by itself what FTP's method returns, to go on with a session."""
    def run(client, arguments, call):
        answer = call()
        if isinstance(client, secured):
            # Here too: a port of PASV is good for one connection.
            note(lambda: opened.tunneled(answer[0], client.host or "localhost", client.port, marks.NEVER))
        return answer
    return signature.around(original, run)


def _implicit(self, arguments):
    peer = arguments.get("host") or self.host or "localhost", arguments.get("port") or self.port
    return mail.mark(mail.names_context(self, "context"), "FTP_TLS.connect", peer, "ftp")


def _auth(self, arguments):
    return _mark(self, "FTP_TLS.auth", mail.Redial(getattr(self, "sock", None), _to_auth))


def _ntransfercmd(self, arguments):
    # Each port and each ticket is good for one connection: there is no second one to compare with.
    return _mark(self, "FTP_TLS.ntransfercmd", marks.NEVER)


def _mark(self, entry_point, redial):
    peer = self.host or "localhost", self.port
    return mail.mark(mail.names_context(self, "context"), entry_point, peer, "ftp", redial)


def _to_auth(lines):
    lines.expect("220")
    lines.send("AUTH TLS")
    lines.expect("2")
