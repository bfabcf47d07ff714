"""The ways a program reaches mail, FTP and news servers: one function each, ``visit(cell, job)``.

All of them belong to the one entry point "mail", so that one client process can visit every server: a cell
says in "visit" which of them it means. Each logs in under the cell's id, which the server looks for. What
this interpreter does not have answers "absent".
"""

from entry_points import entry

VISITS = {}
PASSWORD = "secret"


class Absent(Exception):
    """This interpreter has no such entry point."""


def visit(function):
    VISITS[function.__name__] = function
    return function


def module(name, needs=None):
    """Import a module of the standard library; *needs*, dotted, is what has to be in it."""
    try:
        found = part = __import__(name)
        for piece in needs.split(".") if needs else ():
            part = getattr(part, piece)
        return found
    except (ImportError, AttributeError):
        raise Absent("%s %s" % (name, needs or ""))


def own_context(job, verify):
    """A program's own: verifying with the right roots, or not verifying on purpose."""
    import ssl
    if not hasattr(ssl, "SSLContext"):
        raise Absent("SSLContext")
    context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_CLIENT", ssl.PROTOCOL_SSLv23))
    if not verify:
        if hasattr(context, "check_hostname"):
            context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(job["roots"])
    return context


def takes(function, parameter):
    """Make sure that a method of the standard library can be given a context."""
    code = getattr(function, "__wrapped__", function).__code__
    if parameter not in code.co_varnames[:code.co_argcount + getattr(code, "co_kwonlyargcount", 0)]:
        raise Absent(parameter)


def careless(upgrade, login):
    """What a careless program does: where TLS is refused, it logs in without."""
    import sys
    try:
        upgrade()
    except Exception:
        trouble = sys.exc_info()[1]
        try:
            login()
        except Exception:
            pass
        raise trouble


@entry("mail")
def mail(job):
    """Imports all of it: a job that makes before it installs is a program that had captured everything."""
    import mail_smtp  # noqa: F401
    import mail_readers  # noqa: F401
    import mail_files  # noqa: F401
    for name in ("smtplib", "imaplib", "poplib", "ftplib", "nntplib"):
        try:
            __import__(name)
        except ImportError:
            pass

    def fetch(cell):
        try:
            VISITS[cell["visit"]](cell, job)
        except Absent:
            return "absent"
        return "verified"
    return fetch
