"""Say which interpreter this is and what its TLS stack offers: one JSON object on stdout.

Valid on 2.6 to 3.15. It imports nothing but the standard library, and reports features, never
conclusions from a version number: distributions backport and un-port.
"""

import inspect
import json
import os
import pkgutil
import sys


def implementation():
    """cpython, pypy or jython; sys.implementation is 3.3+."""
    if hasattr(sys, "implementation"):
        return sys.implementation.name
    if sys.platform.startswith("java"):
        return "jython"
    return "pypy" if hasattr(sys, "pypy_version_info") else "cpython"


def parameters(function):
    """Argument names of a function, on both sides of getargspec's removal in 3.11."""
    try:
        spec = getattr(inspect, "getfullargspec", None) or inspect.getargspec
        spec = spec(function)
        return list(spec[0]) + list(getattr(spec, "kwonlyargs", None) or [])
    except TypeError:
        return []


def tls_facts(facts):
    """What the ssl module has, and which HTTP entry points the standard library still ships."""
    try:
        import ssl
    except ImportError:
        return
    try:
        import httplib
        import urllib as legacy
    except ImportError:
        import http.client as httplib
        import urllib.request as legacy
    import logging.handlers

    facts["ssl"] = True
    # 2.6 has no OPENSSL_VERSION.
    facts["openssl"] = getattr(ssl, "OPENSSL_VERSION", "unknown")
    facts["sni"] = bool(getattr(ssl, "HAS_SNI", False))
    for name in ("SSLContext", "CertificateError", "SSLCertVerificationError", "create_default_context",
                 "_create_unverified_context", "_create_default_https_context", "_https_verify_certificates",
                 "wrap_socket", "sslwrap_simple"):
        facts[name] = hasattr(ssl, name)
    facts["wrap_bio"] = hasattr(getattr(ssl, "SSLContext", None), "wrap_bio")
    facts["asyncio"] = "asyncio" in sys.modules or bool(pkgutil.find_loader("asyncio")) \
        if sys.version_info < (3, 12) else True
    facts["verify_flags"] = hasattr(getattr(ssl, "SSLContext", None), "verify_flags")
    # 3.5 has TLS 1.3 where OpenSSL has it, but not the constant.
    facts["TLSv1_3"] = bool(getattr(ssl, "HAS_TLSv1_3", getattr(ssl, "OPENSSL_VERSION_INFO", ()) >= (1, 1, 1)))
    # PYTHONHTTPSVERIFY came with PEP 493 in 2.7.12 and was never in 3.x.
    facts["PYTHONHTTPSVERIFY"] = hasattr(ssl, "_https_verify_envvar")
    facts["httplib.HTTPS"] = hasattr(httplib, "HTTPS")
    facts["URLopener"] = hasattr(legacy, "URLopener")
    facts["urllib.urlopen"] = facts["python"][0] == 2
    try:
        # 2.7.18 refuses what is not ASCII before it connects.
        httplib.HTTPSConnection(u"b\xfccher.example.test", 1)
        facts["unicode_host"] = True
    except Exception:
        facts["unicode_host"] = False
    made_with = parameters(httplib.HTTPSConnection.__init__)
    facts["key_file"] = "key_file" in made_with
    facts["context"] = "context" in made_with
    facts["logging_secure"] = "secure" in parameters(logging.handlers.HTTPHandler.__init__)


def pyopenssl_facts(facts):
    """The OpenSSL that an installed pyOpenSSL brings."""
    try:
        from OpenSSL import SSL
    except ImportError:
        return
    version = SSL.SSLeay_version(SSL.SSLEAY_VERSION)
    facts["pyopenssl"] = version if isinstance(version, str) else version.decode("ascii")
    facts["pyopenssl_TLSv1_3"] = SSL.OPENSSL_VERSION_NUMBER >= 0x10101000


def main():
    facts = {
        "implementation": implementation(),
        "version": ".".join(str(part) for part in sys.version_info[:3]),
        "python": list(sys.version_info[:3]),
        "executable": os.path.realpath(sys.executable),
        "ssl": False,
        "pyopenssl": None,
        "wide_unicode": sys.maxunicode > 0xffff,
        "openssl": "none",
    }
    if hasattr(sys, "pypy_version_info"):
        facts["implementation"] = "pypy" if sys.version_info[0] == 2 else "pypy3"
    tls_facts(facts)
    if sys.version_info[0] == 2:
        pyopenssl_facts(facts)
    print(json.dumps(facts))


main()
