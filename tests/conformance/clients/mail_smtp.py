"""smtplib, and logging through it."""

import logging
import logging.handlers
import sys

from mail_entry_points import PASSWORD, Absent, careless, module, own_context, takes, visit


def session(smtp, cell):
    smtp.ehlo()
    smtp.login(cell["id"], PASSWORD)
    smtp.sendmail("a@example.test", ["b@example.test"], "Subject: x\r\n\r\nx")
    smtp.quit()


def upgraded(smtp, cell, **arguments):
    careless(lambda: smtp.starttls(**arguments), lambda: smtp.login(cell["id"], PASSWORD))
    session(smtp, cell)


def host_is_remembered():
    """3.7+ keep only the constructor's host for TLS, and fail by themselves where there is none."""
    if sys.version_info >= (3, 7):
        raise Absent("connect() after construction")


@visit
def SMTP_SSL(cell, job):
    session(module("smtplib", "SMTP_SSL").SMTP_SSL(cell["host"], cell["port"]), cell)


@visit
def SMTP_SSL_host_with_port(cell, job):
    """Where the standard library gives TLS the whole of "host:port" for a name."""
    session(module("smtplib", "SMTP_SSL").SMTP_SSL("%s:%d" % (cell["host"], cell["port"])), cell)


@visit
def SMTP_SSL_connect(cell, job):
    smtplib = module("smtplib", "SMTP_SSL")
    host_is_remembered()
    smtp = smtplib.SMTP_SSL()
    smtp.connect(cell["host"], cell["port"])
    session(smtp, cell)


@visit
def SMTP_SSL_client_certificate(cell, job):
    smtplib = module("smtplib", "SMTP_SSL")
    takes(smtplib.SMTP_SSL.__init__, "keyfile")
    session(smtplib.SMTP_SSL(cell["host"], cell["port"], keyfile=job["key_file"],
                             certfile=job["cert_file"]), cell)


@visit
def SMTP_SSL_unverified(cell, job, verify=False):
    smtplib = module("smtplib", "SMTP_SSL")
    takes(smtplib.SMTP_SSL.__init__, "context")
    session(smtplib.SMTP_SSL(cell["host"], cell["port"], context=own_context(job, verify)), cell)


@visit
def SMTP_SSL_verified(cell, job):
    SMTP_SSL_unverified(cell, job, verify=True)


@visit
def SMTP_starttls(cell, job):
    upgraded(module("smtplib").SMTP(cell["host"], cell["port"], timeout=20), cell)


@visit
def SMTP_connect_starttls(cell, job):
    smtplib = module("smtplib")
    host_is_remembered()
    smtp = smtplib.SMTP()
    smtp.connect(cell["host"], cell["port"])
    smtp.ehlo()
    upgraded(smtp, cell)


@visit
def LMTP_starttls(cell, job):
    upgraded(module("smtplib").LMTP(cell["host"], cell["port"]), cell)


@visit
def SMTP_starttls_unverified(cell, job, verify=False):
    smtplib = module("smtplib")
    takes(smtplib.SMTP.starttls, "context")
    upgraded(smtplib.SMTP(cell["host"], cell["port"]), cell, context=own_context(job, verify))


@visit
def SMTP_starttls_verified(cell, job):
    SMTP_starttls_unverified(cell, job, verify=True)


@visit
def SMTPHandler(cell, job):
    class Handler(logging.handlers.SMTPHandler):
        """Errors are for us, not for stderr."""

        error = None

        def handleError(self, record):
            self.error = sys.exc_info()[1]

    takes(logging.handlers.SMTPHandler.__init__, "secure")
    handler = Handler((cell["host"], cell["port"]), "a@example.test", ["b@example.test"], "x",
                      (cell["id"], PASSWORD), secure=())
    handler.emit(logging.LogRecord("name", logging.ERROR, "path", 1, "message", (), None))
    if handler.error is not None:
        raise handler.error
