"""Making contexts that verify: the interpreter's own defaults, a policy's roots, and its switches."""
import ssl
import tempfile

import _ssl

from . import readable
from .. import policy
from ..errors import ConfigurationError
from ..policy.switches import MINIMUM_TLS, unreadable_crl
from ..roots import pem

# 3.6+ have the client-only constant; before that one protocol constant means "whatever both speak".
HAS_SNI = getattr(ssl, "HAS_SNI", False)
PROTOCOL = getattr(ssl, "PROTOCOL_TLS_CLIENT", None) or getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23)
NO_SSL = getattr(ssl, "OP_NO_SSLv2", 0) | getattr(ssl, "OP_NO_SSLv3", 0)
# 3.3 has no create_default_context: these are the ciphers of 3.4's own (bpo-13626, bpo-20995).
_CIPHERS = ("ECDH+AESGCM:DH+AESGCM:ECDH+AES256:DH+AES256:ECDH+AES128:DH+AES:ECDH+HIGH:DH+HIGH:"
            "RSA+AESGCM:RSA+AES:RSA+HIGH:!aNULL:!eNULL:!MD5:!3DES:!RC4")
_TRUSTED_FIRST = getattr(ssl, "VERIFY_X509_TRUSTED_FIRST", 0x8000)
_STRICT = getattr(ssl, "VERIFY_X509_STRICT", 0x20)
NO_CHECK_TIME = 0x200000        # X509_V_FLAG_NO_CHECK_TIME, of which ssl has no constant
_PARTIAL_CHAIN = getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0x80000)
_OLDER = (getattr(ssl, "OP_NO_TLSv1", 0x04000000), getattr(ssl, "OP_NO_TLSv1_1", 0x10000000),
          getattr(ssl, "OP_NO_TLSv1_2", 0x08000000))
_VERSIONS = ("TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3")

_templates = {}     # ssl.SSLContext -> (options, verify_flags); gevent and truststore replace the class


def verifying(roots):
    """Return a new context with the interpreter's verified defaults and *roots*; it compares no host name."""
    return _of_system() if roots.operating_system else readable.used(roots, _defaults)


def require(switches):
    """Raise ConfigurationError where this interpreter cannot do what *switches* ask for."""
    flags = [name for name in ("strict_x509", "partial_chain") if getattr(switches, name) != "default"]
    flags += ["crl"] if switches.crl else []
    if flags and not hasattr(ssl.SSLContext, "verify_flags"):       # 3.3
        raise ConfigurationError("%s cannot be set on this interpreter (ssl.SSLContext.verify_flags came with "
                                 "3.4 and 2.7.9); leave it out or use a newer one" % flags[0])
    if switches.minimum_tls == "1.3" and not getattr(ssl, "HAS_TLSv1_3", False):
        raise ConfigurationError("minimum_tls = 1.3 cannot be met: this interpreter's TLS library (%s) has no "
                                 "TLS 1.3; set 1.2" % ssl.OPENSSL_VERSION)


def apply(context, switches):
    """Set the policy's switches. Numbers are OpenSSL's, for constants that came after 2.7.9 and 3.4."""
    if hasattr(context, "verify_flags"):
        # What OpenSSL does by itself from 1.1.0 on: without it 1.0.2 follows what the server sent to an
        # expired cross-signature although a root here would end the chain earlier.
        flags = (context.verify_flags | _TRUSTED_FIRST) & ~NO_CHECK_TIME
        for choice, flag in ((switches.strict_x509, _STRICT), (switches.partial_chain, _PARTIAL_CHAIN)):
            if choice == "on":
                flags |= flag
            elif choice == "off":
                flags &= ~flag
        put(context, "verify_flags", flags)
    older = MINIMUM_TLS.index(switches.minimum_tls or MINIMUM_TLS[0])
    if older:
        _not_below(context, older)
    for path in switches.crl_files():
        try:
            context.load_verify_locations(path)
        except EnvironmentError as error:       # SSLError is one: the list broke while the program runs
            raise unreadable_crl(path, error)
    if switches.crl:
        put(context, "verify_flags", context.verify_flags | (
            ssl.VERIFY_CRL_CHECK_CHAIN if switches.crl_check == "chain" else ssl.VERIFY_CRL_CHECK_LEAF))


def _not_below(context, older):
    """Have *context* speak none of the first *older* of _VERSIONS."""
    if hasattr(context, "minimum_version"):     # 3.7+, where the options below are deprecated
        try:
            put(context, "minimum_version", max(context.minimum_version, getattr(ssl.TLSVersion, _VERSIONS[older])))
            return
        except ValueError:      # one of PROTOCOL_TLSv1_2 and the like, which speaks one version
            pass
    for flag in _OLDER[:older]:
        put(context, "options", context.options | flag)


def put(context, name, value):
    """Set an attribute of an ssl.SSLContext, past the properties that its class has in Python.

    Those say ``super(SSLContext, SSLContext)`` and never end where gevent or truststore has put a class of its
    own in SSLContext's place since the context was made.
    """
    of_c = vars(_ssl._SSLContext).get(name)
    if of_c is None:
        setattr(context, name, value)
    else:
        of_c.__set__(context, value)


def _of_system():
    """Return a context that asks the operating system (truststore, 3.10+)."""
    import truststore
    context = truststore.SSLContext(PROTOCOL)
    unmatched(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def unmatched(context):
    """verify_mode cannot be changed freely while check_hostname is on."""
    if hasattr(context, "check_hostname"):
        context.check_hostname = False


def _defaults(bundle):
    """Return a context with the interpreter's own verified defaults and the PEM text *bundle* alone."""
    if hasattr(ssl, "create_default_context"):
        context = ssl.create_default_context(cadata=bundle)     # as PEM: 3.7 on OpenSSL 3 cannot read DER
        unmatched(context)     # and whatever the program made of create_default_context:
        context.verify_mode = ssl.CERT_REQUIRED
        return context
    context = ssl.SSLContext(PROTOCOL)
    context.options |= ssl.OP_ALL | getattr(ssl, "OP_NO_COMPRESSION", 0) | NO_SSL
    context.set_ciphers(_CIPHERS)
    context.verify_mode = ssl.CERT_REQUIRED
    trust(context, bundle)
    return context


def unverified():
    """Return a new context with the interpreter's defaults that verifies nothing, for pinned hosts."""
    context = ssl.SSLContext(PROTOCOL)
    unmatched(context)
    context.verify_mode = ssl.CERT_NONE
    context.options = template()[0]
    return context


def load(context, roots):
    """Have *context* trust *roots* too. Those of the operating system are loaded as ssl finds them."""
    if roots.operating_system:
        context.load_default_certs()
    else:
        readable.used(roots, lambda bundle: trust(context, bundle))


def trust(context, bundle):
    if hasattr(ssl, "create_default_context"):      # came together with cadata
        context.load_verify_locations(cadata=bundle)
        return
    with tempfile.NamedTemporaryFile(suffix=".pem") as handle:      # 3.3
        handle.write(bundle.encode("ascii"))
        handle.flush()
        context.load_verify_locations(handle.name)


def template():
    """Options and flags that a default context starts with: those of the interpreter's verified default."""
    found = _templates.get(ssl.SSLContext)
    if found is None:
        # One root, not none: without any the system's would be loaded, which takes long.
        context = _defaults(pem.text(readable.first(policy.current().roots)))
        found = context.options | NO_SSL, getattr(context, "verify_flags", None)
        _templates[ssl.SSLContext] = found
    return found
