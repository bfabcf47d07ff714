"""nntplib: NNTP_SSL and NNTP.starttls (RFC 4642); 3.2 to 3.12."""
import functools

from . import Patch, mail


def patches(module):
    """:param module: nntplib."""
    found = []
    # 3.2-3.8 keep it in a common base class.
    for owner in (module.NNTP,) + module.NNTP.__bases__:
        if "starttls" in vars(owner):
            found.append(Patch(owner, "starttls", mail.upgrading(vars(owner)["starttls"], _starttls)))
    implicit = getattr(module, "NNTP_SSL", None)
    if implicit is not None:
        # 3.2-3.8 do it all in __init__.
        name, what = "_create_socket", _create_socket
        if name not in vars(implicit):
            name, what = "__init__", _init
        found.append(Patch(implicit, name, mail.saying(vars(implicit)[name], what)))
    return found


def _init(self, arguments):
    return mail.mark(arguments.get("ssl_context") is not None, "NNTP_SSL",
                     (arguments.get("host") or "localhost", arguments.get("port", 563)), "nntp")


def _create_socket(self, arguments):
    return mail.mark(self.ssl_context is not None, "NNTP_SSL", (self.host or "localhost", self.port), "nntp")


def _starttls(self, arguments):
    return mail.mark(arguments.get("context") is not None, "NNTP.starttls",
                     (self.host or "localhost", getattr(self, "port", None)), "nntp",
                     mail.Redial(self.sock, functools.partial(_to_starttls, self)))


def _to_starttls(self, lines):
    lines.expect("200", "201")
    # The server has changed into reader mode if it was told to (RFC 3977, 5.3).
    if "READER" in (getattr(self, "_caps", None) or ()):
        lines.send("MODE READER")
        lines.expect("200", "201")
    lines.send("STARTTLS")
    lines.expect("382")
