"""Where roots come from: certifi, the system's bundle, the operating system, files and directories.

What a source holds is read once, whole and into memory, so that an unusable source is an error when it
is named and not an empty store at the handshake: OpenSSL itself is silent about both (CPython gives zero
roots and no complaint for SSL_CERT_FILE=/nonexistent).
"""
import os
import re
import time

from . import files, hygiene, pem, updated
from .rootset import OperatingSystemRoots, Roots, Source, build
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

# A certifi younger than this is fresh enough: the system's age is an estimate, and reading both bundles
# takes twice as long, in every start.
_FRESH = hygiene.YEAR


def resolve(source=None, environ=None):
    """Return the Roots that *source* names, without expired and other roots that must not be trusted.

    :param source: ``"certifi"``, ``"system"``, ``"os"`` (the operating system verifies: truststore), the
        path of a PEM file or of a directory of PEM files, several of these joined with ``+`` (without
        ``os``), or None for the default: SSL_CERT_FILE with SSL_CERT_DIR, REQUESTS_CA_BUNDLE or
        CURL_CA_BUNDLE where set and not empty, else the fresher of certifi and system. Distrusted roots
        are left out of certifi's and the system's bundle, not of files that are named.
    :param environ: the environment to look in, ``os.environ`` by default.
    :raises ConfigurationError: where the source is missing, empty or unreadable, or nothing in it is valid.
        There is no fallback.
    """
    if isinstance(source, Roots):
        return source
    environ = os.environ if environ is None else environ
    if source is None:
        found = _from_environment(environ)
        return build(found) if found else _fresher(environ)
    try:
        source = os.fspath(source) if hasattr(os, "fspath") else source
        text = source if isinstance(source, str) else source + ""
    except TypeError:
        raise ConfigurationError("roots = %r is not text; name certifi, system, os, a file or a directory"
                                 % (source,))
    if not files.is_path(text):
        raise ConfigurationError("roots = %r is not a path; name certifi, system, os, a file or a directory" % text)
    parts = _parts(text)
    if parts == ["os"]:
        return _operating_system()
    if "os" in parts:
        raise ConfigurationError("roots = %s: os cannot be added to others, as the operating system's roots "
                                 "cannot be listed; use os alone, or system" % text)
    return build([_source(part, environ) for part in parts])


def _parts(text):
    """Split a sum. A path may contain a plus sign: the longest piece that exists is one."""
    if "+" not in text or os.path.exists(text):
        return [text]
    pieces, parts = text.split("+"), []
    while pieces:
        for count in range(len(pieces), 0, -1):
            part = "+".join(pieces[:count])
            if count == 1 or os.path.exists(part):
                break
        if not part:
            raise ConfigurationError("roots = %s: something is missing beside a plus sign; join certifi, "
                                     "system, files and directories, as in certifi+/etc/corp/ca.pem" % text)
        parts.append(part)
        del pieces[:count]
    return parts


def _source(part, environ):
    if part == "certifi":
        return _certifi(environ)
    if part == "system":
        return _system()
    return _path(part, "roots")


def _from_environment(environ):
    for names in _ENVIRONMENT:
        sources = [_path(path, name)
                   for name in names if environ.get(name)
                   for path in _split(name, environ[name])]
        if sources:
            return sources
    return None


def _split(name, value):
    """SSL_CERT_DIR is a list of directories (OpenSSL's X509_get_default_cert_dir_env)."""
    if name != "SSL_CERT_DIR":
        return [value]
    # OpenSSL passes over directories of the list that are not there; one that is there must remain.
    paths = [path for path in value.split(os.pathsep) if path]
    return [path for path in paths if os.path.isdir(path)] or [value]


def _fresher(environ):
    """Return certifi's or the system's roots, whichever were made later; the one of them that works."""
    failed, sources = None, []
    for find in (lambda: _certifi(environ), _system):
        try:
            sources.append(find())
        except ConfigurationError as error:
            if environ.get(updated.VARIABLE):
                raise       # a bundle that was named must be usable
            failed = failed or error
        if sources and sources[0].date is not None and time.time() - sources[0].date < _FRESH:
            break
    if not sources:
        raise failed
    sources.sort(key=lambda source: -(source.date or 0))     # stable: certifi where they are equal
    said = ", fresher than %s" % sources[1].description if len(sources) > 1 else ""
    try:
        return build(sources[:1], said)
    except ConfigurationError:
        if len(sources) == 1:
            raise
        return build(sources[1:])


def _certifi(environ):
    """certifi's bundle, or the newer one that ``bundle update`` took from a later certifi."""
    try:
        source, failed = _certifi_itself(), None
    except ConfigurationError as error:
        source, failed = None, error
    newer, trouble = updated.find(environ)
    if newer is not None and (source is None or (newer.date or 0) > (source.date or 0)):
        return newer
    if source is None:
        raise failed
    if trouble:
        source.description += " (not the updated bundle: %s)" % trouble
    return source


def _certifi_itself():
    try:
        import certifi
        path = certifi.where()
    except Exception as error:      # a broken certifi fails in many ways (zip, importlib.resources)
        raise ConfigurationError("certifi cannot be used (%s); install it (pip install certifi) or set "
                                 "roots to a file or to system" % error)
    version = getattr(certifi, "__version__", "of unknown version")
    return Source(_certifi_bundle(certifi, path), "certifi %s" % version, date_of_version(version))


def _certifi_bundle(certifi, path):
    """Return what is in certifi's bundle. Below 3.7 *path* may be in an archive, which certifi's loader reads."""
    loader = getattr(certifi, "__loader__", None)
    if not os.path.exists(path) and hasattr(loader, "get_data"):
        try:
            data = loader.get_data(path)
        except EnvironmentError:        # it is nowhere
            data = b""
        if data:
            return pem.parsed(data, path)
    return files.file(path, "certifi's bundle")


def date_of_version(version):
    """Return the day that a version of certifi names (2021.10.08), in seconds since 1970, or None."""
    found = re.match(r"(20\d\d)\.(\d\d?)\.(\d\d?)(?:\.|$)", version)
    try:
        return hygiene.seconds(*[int(part) for part in found.groups()]) if found else None
    except ValueError:
        return None


def _is_windows():
    return os.name == "nt"


def _system():
    if _is_windows():
        # Not the paths below: any user of Windows may make C:\etc.
        found = files.windows()
        if found:
            return Source(found, "system: Windows' store of roots")
        raise ConfigurationError("this interpreter cannot list Windows' roots; set roots to certifi or to "
                                 "a file")
    for path in SYSTEM_FILES:
        if os.path.isfile(path):
            return Source(files.file(path, "the system's bundle"), "system: %s" % path)
    for path in SYSTEM_DIRECTORIES:
        if os.path.isdir(path):
            return Source(files.directory(path, "the system's roots"), "system: %s" % path)
    raise ConfigurationError("this system has no root bundle in any known place; install its "
                             "ca-certificates package or set roots to certifi or to a file")


def _operating_system():
    try:
        __import__("truststore")        # raises by itself below 3.10
    except Exception as error:          # and on systems whose verifier it cannot load
        raise ConfigurationError("roots = os needs truststore, which cannot be used here (%s); install it "
                                 "on Python 3.10 or later, or set roots to system or certifi" % error)
    return OperatingSystemRoots()


def _path(path, name):
    take = files.directory if os.path.isdir(path) else files.file
    return Source(take(path, name), "%s: %s" % (name, path), named=True)
