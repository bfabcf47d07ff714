"""Where roots come from: certifi, the system's bundle, files and directories.

What a source holds is read once, whole and into memory, so that an unusable source is an error when it
is named and not an empty store at the handshake: OpenSSL itself is silent about both (CPython gives zero
roots and no complaint for SSL_CERT_FILE=/nonexistent).
"""
import hashlib
import os

from . import pem
from .. import der
from ..errors import ConfigurationError

# Linux distributions, BSDs and macOS, in the order Go's crypto/x509 and certifi-system tools try them.
SYSTEM_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",                  # Debian, Ubuntu, Gentoo, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                    # Fedora, RHEL 6
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",   # RHEL 7+
    "/etc/ssl/ca-bundle.pem",                              # openSUSE
    "/etc/pki/tls/cacert.pem",                             # OpenELEC
    "/etc/pki/tls/cert.pem",                               # RHEL link
    "/etc/ssl/cert.pem",                                   # Alpine, OpenBSD, macOS
    "/usr/local/share/certs/ca-root-nss.crt",              # FreeBSD
)
SYSTEM_DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs", "/system/etc/security/cacerts")

# What other tools' users have set already. SSL_CERT_FILE and SSL_CERT_DIR are OpenSSL's, and add up.
# An empty value counts as not set: an empty CURL_CA_BUNDLE once turned requests' verification off.
_ENVIRONMENT = (("SSL_CERT_FILE", "SSL_CERT_DIR"), ("REQUESTS_CA_BUNDLE",), ("CURL_CA_BUNDLE",))


class Roots(object):
    """A set of trusted roots.

    :ivar certificates: list of DER bytes, without duplicates, never empty.
    :ivar description: where they are from, for people.
    :ivar key: hashable, equal for equal content.
    """

    def __init__(self, certificates, description):
        self.certificates = _unique(certificates)
        self.description = description
        self.key = hashlib.sha256(b"".join(self.certificates)).hexdigest()
        self._pem = None

    def pem(self):
        """Return the certificates as one PEM text (unicode on 2.x, where ssl takes str for DER)."""
        if self._pem is None:
            self._pem = pem.text(self.certificates)
        return self._pem

    def named(self, subject):
        """Return those whose raw subject name (DER bytes) is *subject*, as der.Certificate."""
        found = [der.Certificate(certificate) for certificate in self.certificates]
        return [certificate for certificate in found if certificate.subject == subject]

    def __len__(self):
        return len(self.certificates)

    def __str__(self):
        return "%s (%d)" % (self.description, len(self))


def resolve(source=None, environ=None):
    """Return the Roots that *source* names.

    :param source: ``"certifi"``, ``"system"``, the path of a PEM file or of a directory of PEM files, or
        None for the default: SSL_CERT_FILE with SSL_CERT_DIR, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE where
        set and not empty, else certifi.
    :param environ: the environment to look in, ``os.environ`` by default.
    :raises ConfigurationError: where the source is missing, empty or unreadable. There is no fallback.
    """
    if isinstance(source, Roots):
        return source
    if source is None:
        return _from_environment(os.environ if environ is None else environ) or _certifi()
    try:
        source = os.fspath(source) if hasattr(os, "fspath") else source
        path = source if isinstance(source, str) else source + ""
    except TypeError:
        raise ConfigurationError("roots = %r is not text; name certifi, system, a file or a directory"
                                 % (source,))
    if path == "certifi":
        return _certifi()
    if path == "system":
        return _system()
    return _path(path, "roots")


def _unique(certificates):
    seen = set()
    return [item for item in certificates if not (item in seen or seen.add(item))]


def _from_environment(environ):
    for names in _ENVIRONMENT:
        sources = [_path(path, name)
                   for name in names if environ.get(name)
                   for path in _split(name, environ[name])]
        if sources:
            return Roots(sum([source.certificates for source in sources], []),
                         " and ".join(source.description for source in sources))
    return None


def _split(name, value):
    """SSL_CERT_DIR is a list of directories (OpenSSL's X509_get_default_cert_dir_env)."""
    if name != "SSL_CERT_DIR":
        return [value]
    # OpenSSL passes over directories of the list that are not there; one that is there must remain.
    paths = [path for path in value.split(os.pathsep) if path]
    return [path for path in paths if os.path.isdir(path)] or [value]


def _certifi():
    try:
        import certifi
        path = certifi.where()
    except Exception as error:      # a broken certifi fails in many ways (zip, importlib.resources)
        raise ConfigurationError("certifi cannot be used (%s); install it (pip install certifi) or set "
                                 "roots to a file or to system" % error)
    return Roots(_file(path, "certifi's bundle"),
                 "certifi %s" % getattr(certifi, "__version__", "of unknown version"))


def _system():
    for path in SYSTEM_FILES:
        if os.path.isfile(path):
            return Roots(_file(path, "the system's bundle"), "system: %s" % path)
    for path in SYSTEM_DIRECTORIES:
        if os.path.isdir(path):
            return Roots(_directory(path, "the system's roots"), "system: %s" % path)
    raise ConfigurationError("this system has no root bundle in any known place; install its "
                             "ca-certificates package or set roots to certifi or to a file")


def _path(path, name):
    if os.path.isdir(path):
        return Roots(_directory(path, name), "%s: %s" % (name, path))
    return Roots(_file(path, name), "%s: %s" % (name, path))


def _read(path, name):
    try:
        with open(path, "rb") as handle:
            return handle.read()
    except (IOError, OSError, TypeError, ValueError) as error:
        raise ConfigurationError("%s: %s cannot be read (%s); name an existing file of PEM certificates"
                                 % (name, path, getattr(error, "strerror", None) or error))


def _file(path, name):
    data = _read(path, name)
    if not data.strip():
        raise ConfigurationError("%s: %s is empty; name a file of PEM certificates" % (name, path))
    return pem.certificates(data, path)


def _directory(path, name):
    """Every certificate of every PEM file in the directory, hashed (c_rehash) or not.

    Read eagerly: 2.6-2.7.8 can use no directory, and OpenSSL passes over what it cannot read.
    """
    try:
        entries = sorted(os.listdir(path))
    except OSError as error:
        raise ConfigurationError("%s: %s cannot be read (%s); name a readable directory"
                                 % (name, path, error.strerror))
    found = []
    seen = set()
    for entry in entries:
        full = os.path.realpath(os.path.join(path, entry))
        if full in seen or not os.path.isfile(full):
            continue
        seen.add(full)
        data = _read(full, name)
        if pem.has_certificates(data):
            found.extend(pem.certificates(data, full))
    if not found:
        raise ConfigurationError("%s: %s holds no PEM certificate; name a directory that does"
                                 % (name, path))
    return found
