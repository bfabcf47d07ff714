"""What names say about verification: ``verify_ssl`` asks for it, ``insecure`` waives it.

Also the values that switch such names on and off.
"""
from __future__ import absolute_import

import re

from ..prefilter import followed

VERIFIES, ACCEPTS = "verifies", "accepts"
# Bytes of which one is in nearly every name that has a polarity and is about TLS, and seldom in prose.
NEEDLES = (b"verify=", b"verify =", b"verify_ssl", b"verify_cert", b"verify_tls", b"verify_https",
           b"verify_host", b"verify_peer", b"verify_server", b"ssl_verif", b"tls_verif", b"cert_verif",
           b"https_verif", b"host_verif", b"certificate_verif", b"enforce_verif", b"ssl-verif", b"tls-verif",
           b"no_verify", b"noverify", b"skip_verify", b"disable_verif", b"no-verify", b"verifyss",
           b"verifycert", b"verifyhttps", b"verifySSL", b"verifySsl", b"verifyCert", b"verifyTLS",
           b"verifyTls", b"VerifySSL", b"VerifySsl", b"VerifyCert", b"sslVerif", b"SSLVerif", b"tlsVerif",
           b"VERIFY_SSL", b"VERIFY_CERT", b"VERIFY_TLS", b"VERIFY_HTTPS", b"VERIFY=", b"VERIFY =",
           b"SSL_VERIF", b"TLS_VERIF", b"CERT_VERIF", b"HTTPS_VERIF", b"nsecure", b"NSECURE",
           b"validate_cert", b"validate_ssl", b"validate_tls", b"validate_https", b"ssl_valid",
           b"cert_valid", b"certificate_valid", b"https_valid", b"lidateCert", b"CertValid", b"VALIDATE_CERT",
           b"check_cert", b"check_ssl", b"check_hostname", b"cert_check", b"ssl_check", b"nocheckcert",
           b"no_check_", b"ignore_ssl", b"ignore_cert", b"ignore_tls", b"ignore_https", b"ignoreSsl",
           b"IgnoreSSL", b"skip_ssl", b"skip_tls", b"skip_cert", b"self_signed", b"selfSigned", b"selfsigned",
           b"trust_all", b"TrustAll", b"trust_any", b"accept_all_cert", b"tlsAllow", b"cert_reqs")
# A name that ends or goes on here, and what switches it one way or the other: x=False, "x": 0, x: bool = True.
GIVEN = br"""[\w"'\])-]*[\s\\]*(?:[:=,]|:[^=\r\n]{1,80}=)[\s\\(]*(?:False|True|[01]\b)"""
SWITCHED = followed([needle.rstrip(b"= ") for needle in NEEDLES], GIVEN)
_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_CHECKS = re.compile(r"^(verif|validat|certcheck|sslcheck|checkcert|checkssl|checkhostname|certverif|sslverif)")
_TLS = re.compile(r"(?<!lo)ssl|tls|cert(?!ain)|https|hostname|x509")
_WAIVES = frozenset(["insecure", "unsecure", "unverified", "untrusted", "selfsigned", "noverify", "nocheck"])
_NEGATES = frozenset("""no not non dont disable disabled disables skip ignore ignored ignores without bypass off
    never disallow forbid suppress reject""".split())
_DROPS = frozenset("skip ignore ignored ignores bypass suppress".split())
_LUMP = re.compile(r"^(no|skip|ignore|disable|dont|un|in)(verif|valid|check|cert|ssl|secur)")


def polarity(word):
    """Return VERIFIES, ACCEPTS (anything) or None for an identifier, option name or dictionary key."""
    tokens = tokens_of(word)
    plain = "".join(tokens)
    checks = any(_CHECKS.match(token) for token in tokens) or bool(_CHECKS.match(plain)) or (
        any(token.startswith("check") for token in tokens) and speaks_of_tls(word)) or (
            bool(re.search("(ssl|tls|https|certs?|certificate)(verif|valid|check)", plain)))
    waives = any(token in _WAIVES for token in tokens) or "selfsigned" in plain or (
        "trust" in tokens or "accept" in tokens) and ("all" in tokens or "any" in tokens)
    lumps = sum(1 for token in tokens if _LUMP.match(token) and token not in _WAIVES)
    negations = sum(1 for token in tokens if token in _NEGATES) + lumps
    if waives:
        # Skipping what is called insecure is still insecure: insecure_skip_verify.
        against = sum(1 for token in tokens if token in _NEGATES and token not in _DROPS)
        return ACCEPTS if against % 2 == 0 else VERIFIES
    if checks:
        return VERIFIES if negations % 2 == 0 else ACCEPTS
    if lumps or any(token in _DROPS for token in tokens) and speaks_of_tls(word):
        return ACCEPTS
    return None


def speaks_of_tls(word):
    """Is it certificates and TLS that the name speaks of, rather than any verification?"""
    tokens = tokens_of(word)        # not across words: suppress_logging has no ssl
    return any(_TLS.search(token) for token in tokens) or any(
        waiver in "".join(tokens) for waiver in ("insecure", "selfsigned", "hostname"))


def tokens_of(word):
    """Return the words that an identifier is made of, in lower case: verify, ssl, cert of ``verifySSLCert``."""
    return [token.lower() for token in _TOKENS.findall(word)]


def is_off(node):
    """False or 0 in the source."""
    return _is_number(node, 0)


def is_on(node):
    """True or 1 in the source."""
    return _is_number(node, 1)


def _is_number(node, number):
    """The number itself or the bool that equals it, not 0.0 nor a string."""
    return node is not None and node.kind == "Constant" and isinstance(node.value, int) and node.value == number


def is_none(node):
    return node is not None and node.kind == "Constant" and node.value is None


def text_of(node):
    """The text of a string constant, else None."""
    if node is not None and node.kind == "Constant" and isinstance(node.value, (str, type(u""))):
        return node.value
    return None


def waives(word, node):
    """Does giving *node* to what is called *word* switch verification off?"""
    if is_off(node):
        return polarity(word) == VERIFIES
    return is_on(node) and polarity(word) == ACCEPTS


def last_name(node):
    """``session`` for ``session``, ``self.session`` and ``self.session()``; None for anything else."""
    if node.kind == "Name":
        return node.id
    if node.kind == "Attribute":
        return node.attr
    if node.kind == "Call":
        return last_name(node.func)
    return None


def item_key(node):
    """The text between the brackets of ``x["text"]``."""
    return text_of(node.slice) if node.kind == "Subscript" else None


def keyword_of(call, name):
    """The keyword node *name* of a call, or None."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword
    return None
