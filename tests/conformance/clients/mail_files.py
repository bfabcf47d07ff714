"""ftplib and nntplib."""

import io

from mail_entry_points import PASSWORD, Absent, careless, module, own_context, takes, visit


def ftp_session(ftp, cell):
    ftp.connect(cell["host"], cell["port"])
    careless(lambda: ftp.login(cell["id"], PASSWORD), lambda: ftp.sendcmd("USER " + cell["id"]))
    ftp.quit()


def upload(ftp, cell):
    """The cell's id is in what is sent over the data connection."""
    ftp.connect(cell["host"], cell["port"])
    ftp.login("somebody", PASSWORD)
    ftp.prot_p()
    ftp.storbinary("STOR file", io.BytesIO(cell["id"].encode("ascii")))
    ftp.quit()


def ftp_tls(*arguments, **keywords):
    ftplib = module("ftplib", "FTP_TLS")
    if keywords:
        takes(ftplib.FTP_TLS.__init__, "context")
    return ftplib.FTP_TLS(*arguments, **keywords)


@visit
def FTP_TLS(cell, job):
    ftp_session(ftp_tls(), cell)


@visit
def FTP_TLS_unverified(cell, job):
    ftp_session(ftp_tls(context=own_context(job, False)), cell)


@visit
def FTP_TLS_verified(cell, job):
    ftp_session(ftp_tls(context=own_context(job, True)), cell)


@visit
def FTP_TLS_assigned_unverified(cell, job):
    ftp = ftp_tls()
    if not hasattr(ftp, "context"):
        raise Absent("FTP_TLS.context")
    ftp.context = own_context(job, False)
    ftp_session(ftp, cell)


@visit
def FTP_TLS_told_to_verify(cell, job):
    """The context that FTP_TLS made for itself, with roots of the program's."""
    import ssl
    ftp = ftp_tls()
    if getattr(ftp, "context", None) is None:
        raise Absent("FTP_TLS.context")
    ftp.context.load_verify_locations(job["roots"])
    ftp.context.verify_mode = ssl.CERT_REQUIRED
    ftp_session(ftp, cell)


@visit
def FTP_TLS_implicit(cell, job):
    """The recipe for FTP over implicit TLS that is pasted everywhere."""
    ftplib = module("ftplib", "FTP_TLS")
    import ssl

    class Implicit(ftplib.FTP_TLS, object):
        _sock = None

        def _get(self):
            return self._sock

        def _set(self, value):
            if value is not None and not isinstance(value, ssl.SSLSocket):
                context = getattr(self, "context", None)
                value = context.wrap_socket(value) if context is not None else ssl.wrap_socket(value)
            self._sock = value

        sock = property(_get, _set)

    ftp_session(Implicit(), cell)


@visit
def FTP_TLS_data(cell, job):
    upload(ftp_tls(), cell)


@visit
def FTP_TLS_data_unverified(cell, job):
    upload(ftp_tls(context=own_context(job, False)), cell)


def news(cell, job, **arguments):
    nntplib = module("nntplib", "NNTP_SSL")
    nntplib.NNTP_SSL(cell["host"], cell["port"], user=cell["id"], password=PASSWORD, **arguments).quit()


@visit
def NNTP_SSL(cell, job):
    news(cell, job)


@visit
def NNTP_SSL_unverified(cell, job):
    news(cell, job, ssl_context=own_context(job, False))


@visit
def NNTP_SSL_verified(cell, job):
    news(cell, job, ssl_context=own_context(job, True))


@visit
def NNTP_starttls(cell, job, **context):
    nntp = module("nntplib", "NNTP_SSL").NNTP(cell["host"], cell["port"])
    careless(lambda: nntp.starttls(**context), lambda: nntp.login(cell["id"], PASSWORD, False))
    nntp.login(cell["id"], PASSWORD, False)
    nntp.quit()


@visit
def NNTP_starttls_unverified(cell, job):
    NNTP_starttls(cell, job, context=own_context(job, False))


@visit
def NNTP_starttls_verified(cell, job):
    NNTP_starttls(cell, job, context=own_context(job, True))
