"""Verification switched off outside the program: the environment, and commands it runs.

Reported::

    os.environ["PYTHONHTTPSVERIFY"] = "0"
    subprocess.call(["curl", "-k", url])
    os.system("wget --no-check-certificate " + url)
    subprocess.call(["git", "-c", "http.sslVerify=false", "clone", url])
    subprocess.call(["pip", "install", "--trusted-host", "pypi.example.org", name])

Not rewritten, as what such a command talks to is not known here.
https://www.python.org/dev/peps/pep-0493/
"""
from __future__ import absolute_import

import re

from . import Finding, rule
from .choices import note
from .commands import what_is_off
from .gates import gated
from .nodes import is_text, last_name
from .testcode import is_test
from ..syntax import tree

# Variable -> the values that switch verification off; some tools take an empty text for "no roots".
_VARIABLES = {
    "PYTHONHTTPSVERIFY": ("0",),
    "CURL_CA_BUNDLE": ("",),
    "REQUESTS_CA_BUNDLE": ("",),
    "SSL_CERT_FILE": ("",),
    "GIT_SSL_NO_VERIFY": ("1", "true", "True", "yes", "on"),
    "NODE_TLS_REJECT_UNAUTHORIZED": ("0",),
    "HGINSECURE": ("1",),
}
_EXPLAINS = ("help", "description", "epilog", "usage", "metavar", "msg", "message")
_SETTERS = ("setdefault", "putenv", "setenv", "__setitem__")
_OPTIONS = frozenset("""add_option add_argument make_option Option option argument add_mutually_exclusive_group
    set_defaults getopt add_flag define""".split())
_SAYS = frozenset("""print debug info warning warn error critical exception log write echo fail Exception
    ValueError RuntimeError to_screen report_warning gettext _""".split())


@rule("VS401", "verification switched off outside Python",
      needles=(b"HTTPSVERIFY", b"CURL_CA_BUNDLE", b"REQUESTS_CA_BUNDLE", b"SSL_CERT_FILE", b"SSL_NO_VERIFY",
               b"TLS_REJECT", b"HGINSECURE", b"curl", b"--insecure",
               b"--no-check-certificate", b"sslVerify", b"sslverify", b"--trusted-host", b"--no-verify-ssl",
               b"--trust-server-cert", b"ssl:verify", b"strict-ssl"),
      also=((re.compile(br"[ \t\"'\\n]-[a-zA-Z]*k[a-zA-Z]*[\s\"'\\]"), b"HTTPSVERIFY", b"_CA_BUNDLE",
             b"SSL_CERT_FILE", b"SSL_NO_VERIFY", b"TLS_REJECT", b"HGINSECURE", b"--insecure",
             b"--no-check-certificate", b"sslVerify", b"sslverify", b"--trusted-host", b"--no-verify-ssl",
             b"--trust-server-cert", b"ssl:verify", b"strict-ssl"),))
def check(context):
    for node in context.nodes("Constant"):
        if not is_text(node.value):
            continue
        message = _variable(context, node) or _command(node)
        if message and (context.options.tests or not is_test(context, node)):
            yield Finding(node, "%s; it is not rewritten because what it talks to is not known here; use the "
                                "right roots instead%s" % (message, note(gated(context, node))))


def _variable(context, node):
    values = _VARIABLES.get(node.value)
    value = values and _value_for(context, node)
    if value is None:
        return None
    known, constant = context.names.constant(value)
    if known and str(constant) in values:
        return "the environment variable %s set to %r switches verification off" % (node.value, str(constant))
    return None


def _value_for(context, node):
    """The value that the environment variable *node* is set to, or None where it is only named."""
    above = node.parent
    if above.kind == "Subscript" and above.slice is node and above.parent.kind == "Assign" \
            and any(target is above for target in above.parent.targets):
        return above.parent.value
    if above.kind == "Dict":
        for key, value in zip(above.keys, above.values):
            if key is node:
                return value
    if above.kind == "Call" and len(above.args) >= 2 and above.args[0] is node \
            and last_name(above.func) in _SETTERS:
        return above.args[1]
    return None


def _command(node):
    off = what_is_off(node)
    if off is None or _is_only_said(node):
        return None
    return "%s does not verify who answers" % off


def _is_only_said(node):
    """A docstring, the help of an option, the option's own definition, a message, a comparison."""
    below = node
    for above in tree.ancestors(node):
        if above.kind in ("Compare", "Raise"):
            return True
        if above.kind == "Expr":
            return above.value is below and below.kind in ("Constant", "JoinedStr", "BinOp")
        if above.kind == "keyword" and above.arg in _EXPLAINS:
            return True
        if above.kind == "Call" and (last_name(above.func) in _OPTIONS or last_name(above.func) in _SAYS):
            return True
        if above.kind == "Print" or tree.is_statement(above) and above.kind != "Expr":
            return above.kind == "Print"
        below = above
    return False
