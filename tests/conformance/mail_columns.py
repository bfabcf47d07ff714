"""What the mail suite runs: entry points, modes, certificates, and in one table what must come of each cell.

Every one of these is unverified in the standard library of every interpreter unless a context is passed:
whatever is refused here is refused by verifyshim.
"""

from .cases import ACCEPT, CASES, REFUSE

CERTIFICATES = [case for case in CASES
                if case.name in ("good", "wrong-host", "unknown-root", "self-signed", "expired")]

# How the program passes a context: not at all, one that verifies nothing, or one that verifies the chain
# (and from 3.6 on, where the protocol constant brings it, the name).
NONE, UNVERIFIED, VERIFIED = "none", "unverified", "verified"

# 2.x leaves the plain socket where the context's own refusal finds it: a careless program goes on with it.
PLAIN = "login in plain text"


class Visit:
    """One way to reach one kind of server.

    kind:        of mail_servers.KINDS.
    entry_point: as the log has it.
    versions:    the first that has it and the first that has it no more.
    without:     function of an interpreter of these versions that does not have it all the same.
    context:     NONE, UNVERIFIED or VERIFIED.
    """

    def __init__(self, name, kind, entry_point=None, versions=((2, 6), (4, 0)), without=None, context=NONE):
        self.name, self.kind, self.context = name, kind, context
        self.entry_point = entry_point or name
        self.versions, self.without = versions, without

    def __repr__(self):
        return self.name

    def exists(self, interpreter):
        version = tuple(interpreter["python"][:2])
        if self.context != NONE and not interpreter["SSLContext"]:
            return False
        in_range = self.versions[0] <= version < self.versions[1]
        return in_range and not (self.without and self.without(interpreter))


_3 = ((3, 0), (4, 0))
_NEWS = ((3, 2), (3, 13))
_STLS = ((3, 4), (4, 0))
_FTP = ((2, 7), (4, 0))
_REMEMBERS = ((2, 6), (3, 7))

VISITS = [
    Visit("SMTP_SSL", "smtps"),
    Visit("SMTP_SSL_host_with_port", "smtps", "SMTP_SSL"),
    Visit("SMTP_SSL_connect", "smtps", "SMTP_SSL", _REMEMBERS),
    Visit("SMTP_SSL_client_certificate", "smtps", "SMTP_SSL", ((2, 6), (3, 12))),
    Visit("SMTP_SSL_unverified", "smtps", "SMTP_SSL", _3, context=UNVERIFIED),
    Visit("SMTP_SSL_verified", "smtps", "SMTP_SSL", _3, context=VERIFIED),
    Visit("SMTP_starttls", "smtp", "SMTP.starttls"),
    Visit("SMTP_connect_starttls", "smtp", "SMTP.starttls", _REMEMBERS),
    Visit("LMTP_starttls", "smtp", "SMTP.starttls"),
    Visit("SMTP_starttls_unverified", "smtp", "SMTP.starttls", _3, context=UNVERIFIED),
    Visit("SMTP_starttls_verified", "smtp", "SMTP.starttls", _3, context=VERIFIED),
    Visit("SMTPHandler", "smtp", "SMTP.starttls", ((2, 7), (4, 0))),
    Visit("IMAP4_SSL", "imaps"),
    Visit("IMAP4_SSL_unverified", "imaps", "IMAP4_SSL", _3, context=UNVERIFIED),
    Visit("IMAP4_SSL_verified", "imaps", "IMAP4_SSL", _3, context=VERIFIED),
    Visit("IMAP4_starttls", "imap", "IMAP4.starttls", _3),
    Visit("IMAP4_starttls_unverified", "imap", "IMAP4.starttls", _3, context=UNVERIFIED),
    Visit("IMAP4_starttls_verified", "imap", "IMAP4.starttls", _3, context=VERIFIED),
    Visit("POP3_SSL", "pops"),
    Visit("POP3_SSL_unverified", "pops", "POP3_SSL", _3, context=UNVERIFIED),
    Visit("POP3_SSL_verified", "pops", "POP3_SSL", _3, context=VERIFIED),
    Visit("POP3_stls", "pop", "POP3.stls", _STLS),
    Visit("POP3_stls_unverified", "pop", "POP3.stls", _STLS, context=UNVERIFIED),
    Visit("POP3_stls_verified", "pop", "POP3.stls", _STLS, context=VERIFIED),
    Visit("FTP_TLS", "ftp", "FTP_TLS.auth", _FTP),
    Visit("FTP_TLS_unverified", "ftp", "FTP_TLS.auth", _FTP, context=UNVERIFIED),
    Visit("FTP_TLS_verified", "ftp", "FTP_TLS.auth", _FTP, context=VERIFIED),
    Visit("FTP_TLS_assigned_unverified", "ftp", "FTP_TLS.auth", _FTP, context=UNVERIFIED),
    # 3.3 makes no context of its own.
    Visit("FTP_TLS_told_to_verify", "ftp", "FTP_TLS.auth", _FTP, context=VERIFIED,
          without=lambda interpreter: tuple(interpreter["python"][:2]) == (3, 3)),
    Visit("FTP_TLS_implicit", "ftps", "FTP_TLS.connect", _FTP),
    Visit("FTP_TLS_data", "ftp-data", "FTP_TLS.ntransfercmd", _FTP),
    Visit("FTP_TLS_data_unverified", "ftp-data", "FTP_TLS.ntransfercmd", _FTP, context=UNVERIFIED),
    Visit("NNTP_SSL", "nntps", versions=_NEWS),
    Visit("NNTP_SSL_unverified", "nntps", "NNTP_SSL", _NEWS, context=UNVERIFIED),
    Visit("NNTP_SSL_verified", "nntps", "NNTP_SSL", _NEWS, context=VERIFIED),
    Visit("NNTP_starttls", "nntp", "NNTP.starttls", _NEWS),
    Visit("NNTP_starttls_unverified", "nntp", "NNTP.starttls", _NEWS, context=UNVERIFIED),
    Visit("NNTP_starttls_verified", "nntp", "NNTP.starttls", _NEWS, context=VERIFIED),
]


def names_are_matched(visit, interpreter):
    """Does a context that the program makes to verify compare the name too? It does since 3.6."""
    return visit.name != "FTP_TLS_told_to_verify" and tuple(interpreter["python"][:2]) >= (3, 6)


def alone(visit, case, interpreter):
    """What becomes of the cell without verifyshim."""
    if case.verdict == ACCEPT or visit.context != VERIFIED:
        return ACCEPT
    if case.name == "wrong-host" and not names_are_matched(visit, interpreter):
        return ACCEPT
    return PLAIN if interpreter["python"][0] == 2 else REFUSE


def expected(visit, case, mode, interpreter):
    """The table (product.md, Modes): what must come of a cell."""
    if mode == "strict" or (mode == "enforce" and visit.context == NONE):
        return case.verdict
    return alone(visit, case, interpreter)


def logged(visit, case, mode, interpreter):
    """The verdict that the log must have of it."""
    good, refused = case.verdict == ACCEPT, expected(visit, case, mode, interpreter) != ACCEPT
    checked = visit.context == NONE or (visit.context == VERIFIED and names_are_matched(visit, interpreter))
    if refused:
        return "refused"
    if mode == "enforce" and not checked:
        return "unverified"
    if mode == "audit" and visit.kind == "ftp-data":
        return "unchecked"
    return "verified" if good else "let-through"
