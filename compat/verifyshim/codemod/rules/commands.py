"""Commands that do not verify: curl -k, wget --no-check-certificate and the like, as texts and as lists."""
from __future__ import absolute_import

import re

from .nodes import text_of

# One command line: up to what separates it from the next.
_TEXTS = (
    (re.compile(r"\bcurl\b[^|;&\r\n]*?\s(-[a-zA-Z]*k[a-zA-Z]*|--insecure)(?=[\s'\"]|$)"), "curl %s"),
    (re.compile(r"\bwget\b[^|;&\r\n]*?\s(--no-check-certificate)(?=[\s'\"]|$)"), "wget %s"),
    (re.compile(r"\bgit\b[^|;&\r\n]*?\s(?:-c\s+)?(http\.\S*sslVerify(?:=|\s+)(?:false|0|no|off))\b", re.I),
     "git %s"),
    (re.compile(r"\b(?:pip|pip3|easy_install)\b[^|;&\r\n]*?\s(--trusted-host)[\s=]"), "pip %s"),
    (re.compile(r"\baws\b[^|;&\r\n]*?\s(--no-verify-ssl)(?=[\s'\"]|$)"), "aws %s"),
    (re.compile(r"\bsvn\b[^|;&\r\n]*?\s(--trust-server-cert\S*)"), "svn %s"),
    (re.compile(r"\b(ssl:verify-certificate\s+(?:no|false|off|0))\b"), "lftp with %s"),
    (re.compile(r"\b(strict-ssl[\s=]+false)\b"), "npm with %s"),
    (re.compile(r"\b(GIT_SSL_NO_VERIFY=(?:1|true))\b"), "git with %s"),
    (re.compile(r"\b(PYTHONHTTPSVERIFY=0)\b"), "python with %s"),
    (re.compile(r"\b(NODE_TLS_REJECT_UNAUTHORIZED=['\"]?0)"), "node with %s"),
)
# One argument by itself: what follows is whose it is.
_WORDS = {
    "--insecure": "a command with --insecure",
    "--no-check-certificate": "wget --no-check-certificate",
    "--trusted-host": "pip --trusted-host",
    "--no-verify-ssl": "aws --no-verify-ssl",
    "--trust-server-cert": "svn --trust-server-cert",
}
_SETTING = re.compile(r"^http\.(\S+\.)?sslVerify=(false|0|no|off)$", re.IGNORECASE)
_KEY = re.compile(r"^http\.(\S+\.)?sslVerify$", re.IGNORECASE)
_PROGRAM = re.compile(r"(^|[/\\])curl(\.exe)?$")
_SHORT = re.compile(r"^-[a-zA-Z]*k[a-zA-Z]*$")


def what_is_off(node):
    """Return what a text constant, as a command or as one of its arguments, switches off; else None."""
    text = node.value
    for pattern, shown in _TEXTS:
        match = pattern.search(text)
        if match:
            return shown % match.group(1)
    if text in _WORDS and _is_argument(node):
        return _WORDS[text]
    if _SETTING.match(text) and _is_argument(node):
        return "git -c %s" % text
    if _KEY.match(text) and (_next_to(node) or "").lower() in ("false", "0", "no", "off"):
        return "git config %s false" % text
    if _SHORT.match(text) and _is_argument(node) and _is_in_curl(node):
        return "curl %s" % text
    return None


def _is_argument(node):
    """An element of a list, or given to a function: not the key or the value of a mapping."""
    above = node.parent
    if above.kind == "Call":
        return any(each is node for each in above.args)
    return above.kind in ("List", "Tuple", "BinOp", "AugAssign", "IfExp")


def _next_to(node):
    """The text that follows in the same list."""
    elements = getattr(node.parent, "elts", None) or []
    following = [after for before, after in zip(elements, elements[1:]) if before is node]
    return text_of(following[0]) if following else None


def _is_in_curl(node):
    """``["curl", "-k", url]``, or any list whose first element names curl."""
    above = node.parent
    if above.kind in ("List", "Tuple") and above.elts:
        first = above.elts[0]
    elif above.kind == "Call" and above.args:
        first = above.args[0]
    else:
        return False
    return bool(_PROGRAM.search(text_of(first) or ""))
