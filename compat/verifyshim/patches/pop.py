"""poplib: POP3_SSL, and STLS in POP3 where there is one (3.4+; RFC 2595, 4)."""
from . import Patch, mail, signature


def patches(module):
    """:param module: poplib."""
    found = []
    if "stls" in vars(module.POP3):
        found.append(Patch(module.POP3, "stls", mail.upgrading(vars(module.POP3)["stls"], _stls)))
    implicit = getattr(module, "POP3_SSL", None)
    if implicit is None:
        return found
    init = vars(implicit)["__init__"]
    if "_create_socket" not in vars(implicit):      # 2.x does it all in __init__
        return found + [Patch(implicit, "__init__", mail.saying(init, _init))]
    if signature.takes(init, "context"):
        found.append(Patch(implicit, "__init__", mail.remembering(init, "context", "context")))
    create = vars(implicit)["_create_socket"]
    return found + [Patch(implicit, "_create_socket", mail.saying(create, _create_socket))]


def _init(self, arguments):
    peer = arguments.get("host") or "localhost", arguments.get("port", 995)
    return mail.mark(False, "POP3_SSL", peer, "pop")


def _create_socket(self, arguments):
    return mail.mark(mail.names_context(self, "context"), "POP3_SSL", _peer(self), "pop")


def _stls(self, arguments):
    return mail.mark(arguments.get("context") is not None, "POP3.stls", _peer(self), "pop",
                     mail.Redial(getattr(self, "sock", None), _to_stls))


def _peer(self):
    return self.host or "localhost", self.port


def _to_stls(lines):
    lines.expect("+OK")
    lines.send("STLS")
    lines.expect("+OK")
