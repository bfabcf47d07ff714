"""imaplib and poplib."""

from mail_entry_points import PASSWORD, careless, module, own_context, takes, visit


def imap_session(imap, cell):
    imap.login(cell["id"], PASSWORD)
    imap.noop()
    imap.logout()


@visit
def IMAP4_SSL(cell, job):
    imap_session(module("imaplib", "IMAP4_SSL").IMAP4_SSL(cell["host"], cell["port"]), cell)


@visit
def IMAP4_SSL_unverified(cell, job, verify=False):
    imaplib = module("imaplib", "IMAP4_SSL")
    takes(imaplib.IMAP4_SSL.__init__, "ssl_context")
    imap_session(imaplib.IMAP4_SSL(cell["host"], cell["port"], ssl_context=own_context(job, verify)), cell)


@visit
def IMAP4_SSL_verified(cell, job):
    IMAP4_SSL_unverified(cell, job, verify=True)


@visit
def IMAP4_starttls(cell, job, *context):
    imap = module("imaplib", "IMAP4.starttls").IMAP4(cell["host"], cell["port"])
    careless(lambda: imap.starttls(*context), lambda: imap.login(cell["id"], PASSWORD))
    imap_session(imap, cell)


@visit
def IMAP4_starttls_unverified(cell, job):
    IMAP4_starttls(cell, job, own_context(job, False))


@visit
def IMAP4_starttls_verified(cell, job):
    IMAP4_starttls(cell, job, own_context(job, True))


def pop_session(pop, cell):
    pop.user(cell["id"])
    pop.pass_(PASSWORD)
    pop.quit()


@visit
def POP3_SSL(cell, job):
    pop_session(module("poplib", "POP3_SSL").POP3_SSL(cell["host"], cell["port"]), cell)


@visit
def POP3_SSL_unverified(cell, job, verify=False):
    poplib = module("poplib", "POP3_SSL")
    takes(poplib.POP3_SSL.__init__, "context")
    pop_session(poplib.POP3_SSL(cell["host"], cell["port"], context=own_context(job, verify)), cell)


@visit
def POP3_SSL_verified(cell, job):
    POP3_SSL_unverified(cell, job, verify=True)


@visit
def POP3_stls(cell, job, **context):
    pop = module("poplib", "POP3.stls").POP3(cell["host"], cell["port"])
    careless(lambda: pop.stls(**context), lambda: pop.user(cell["id"]))
    pop_session(pop, cell)


@visit
def POP3_stls_unverified(cell, job):
    POP3_stls(cell, job, context=own_context(job, False))


@visit
def POP3_stls_verified(cell, job):
    POP3_stls(cell, job, context=own_context(job, True))
