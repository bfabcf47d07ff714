"""smtplib: SMTP_SSL, and STARTTLS in SMTP and LMTP (RFC 3207); logging's SMTPHandler goes through it."""
import functools

from . import Patch, mail, signature
from .. import policy


def patches(module):
    """:param module: smtplib."""
    smtp = module.SMTP
    found = [Patch(smtp, "connect", _connect(vars(smtp)["connect"])),
             Patch(smtp, "starttls", mail.upgrading(vars(smtp)["starttls"], _starttls))]
    implicit = getattr(module, "SMTP_SSL", None)        # only where ssl can be imported
    if implicit is not None:
        found.append(Patch(implicit, "_get_socket", mail.saying(vars(implicit)["_get_socket"], _get_socket)))
        init = vars(implicit)["__init__"]
        if signature.takes(init, "context"):
            found.append(Patch(implicit, "__init__", mail.remembering(init, "context", "context")))
    return found


def _connect(original):
    """Remember whom the program named: no interpreter keeps what connect() was given."""
    def run(client, arguments, call):
        if policy.installed() is not None:
            client._verifyshim_peer = _split(arguments["host"], arguments["port"], client.default_port)
        return call()
    return signature.around(original, run)


def _split(host, port, default_port):
    """Return ``(host, port)`` as connect() understands them: the host may say "name:port"."""
    if not port and host.count(":") == 1:
        host, _, text = host.partition(":")
        port = int(text) if text.isdigit() else 0
    return host or "localhost", port or default_port


def _get_socket(self, arguments):
    named = mail.names_context(self, "context")
    return mail.mark(named, "SMTP_SSL", (arguments.get("host") or "localhost", arguments.get("port")), "smtp")


def _starttls(self, arguments):
    named = arguments.get("context") is not None and not mail.called_by_logging()
    return mail.mark(named, "SMTP.starttls", _peer(self), "smtp",
                     mail.Redial(getattr(self, "sock", None), functools.partial(_to_starttls, self)))


def _peer(self):
    # Of one that was connected before us some interpreters keep what the constructor got, maybe ''.
    return vars(self).get("_verifyshim_peer") or (getattr(self, "_host", None) or None, None)


def _to_starttls(self, lines):
    lines.expect("220")
    lines.send("%s %s" % (self.ehlo_msg, self.local_hostname))
    lines.expect("250")
    lines.send("STARTTLS")
    lines.expect("220")
