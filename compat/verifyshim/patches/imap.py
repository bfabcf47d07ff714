"""imaplib: IMAP4_SSL, and STARTTLS in IMAP4 where there is one (3.2+; RFC 3501, 6.2.1)."""
from . import Patch, mail, signature


def patches(module):
    """:param module: imaplib."""
    found = []
    if "starttls" in vars(module.IMAP4):
        found.append(Patch(module.IMAP4, "starttls", mail.upgrading(vars(module.IMAP4)["starttls"], _starttls)))
    implicit = getattr(module, "IMAP4_SSL", None)
    if implicit is not None:
        found += _implicit(implicit)
    return found


def _implicit(implicit):
    # As near to the handshake as can be: a subclass that makes its own socket makes its own decisions.
    name, what = ("_create_socket", _create_socket) if "_create_socket" in vars(implicit) else ("open", _open)
    found = [Patch(implicit, name, mail.saying(vars(implicit)[name], what))]
    init = vars(implicit)["__init__"]
    if signature.takes(init, "ssl_context"):
        found.append(Patch(implicit, "__init__", mail.remembering(init, "ssl_context", "ssl_context")))
    return found


def _create_socket(self, arguments):
    return _mark(self, (self.host or "localhost", self.port))


def _open(self, arguments):
    return _mark(self, (arguments.get("host") or "localhost", arguments.get("port", 993)))


def _mark(self, peer):
    return mail.mark(mail.names_context(self, "ssl_context"), "IMAP4_SSL", peer, "imap")


def _starttls(self, arguments):
    return mail.mark(arguments.get("ssl_context") is not None, "IMAP4.starttls",
                     (getattr(self, "host", None) or "localhost", getattr(self, "port", None)), "imap",
                     mail.Redial(getattr(self, "sock", None), _to_starttls))


def _to_starttls(lines):
    lines.expect("* OK")
    lines.send("VSTLS STARTTLS")
    lines.expect("VSTLS OK")
