"""Reading files, directories and Windows' stores: whole, at once, or an error that says where."""
import os

from . import pem
from .. import der
from ..errors import ConfigurationError

_SERVER_AUTH = "1.3.6.1.5.5.7.3.1"


def read(path, name, what="certificates"):
    """Return the bytes of the file *path*, which the setting *name* asks for; it should hold *what*."""
    try:
        with open(path, "rb") as handle:
            return handle.read()
    except (IOError, OSError, TypeError, ValueError) as error:
        raise ConfigurationError("%s: %s cannot be read (%s); name an existing file of PEM %s"
                                 % (name, path, getattr(error, "strerror", None) or error, what))


def is_path(text):
    """Whether a file can have the name: none has a NUL, nor what the file system's encoding has no bytes for.

    What os.path makes of either differs from version to version.
    """
    try:
        os.stat(text)
    except OSError:
        pass
    except (TypeError, ValueError):     # UnicodeEncodeError is one
        return False
    return bool(text)


def state(path):
    """Return something hashable that changes when the file does, or None where there is none."""
    try:
        found = os.stat(path)
    except (OSError, TypeError, ValueError):
        return None
    return found.st_mtime, found.st_size, found.st_ino


def file(path, name):
    """Return pairs of DER bytes and der.Certificate from a PEM file."""
    data = read(path, name)
    if not data.strip():
        raise ConfigurationError("%s: %s is empty; name a file of PEM certificates" % (name, path))
    return pem.parsed(data, path)


def directory(path, name):
    """Every certificate of every PEM file in the directory, hashed (c_rehash) or not.

    Read eagerly: 2.6-2.7.8 can use no directory, and OpenSSL passes over what it cannot read. What is there
    twice is taken once and not told: /etc/ssl/certs has each root in a file and all of them in another.
    """
    try:
        entries = sorted(os.listdir(path))
    except OSError as error:
        raise ConfigurationError("%s: %s cannot be read (%s); name a readable directory"
                                 % (name, path, error.strerror))
    found = []
    files = set()
    certificates = set()
    for entry in entries:
        full = os.path.realpath(os.path.join(path, entry))
        if full in files or not os.path.isfile(full):
            continue
        files.add(full)
        try:
            data = read(full, name)
        except ConfigurationError:
            if os.path.lexists(full):
                raise
            continue        # it was removed since the directory was listed: then it is not among the roots
        if pem.has_certificates(data):
            for pair in pem.parsed(data, full):
                if pair[0] not in certificates:
                    certificates.add(pair[0])
                    found.append(pair)
    if not found:
        raise ConfigurationError("%s: %s holds no PEM certificate; name a directory that does"
                                 % (name, path))
    return found


def windows():
    """Return pairs as above from Windows' own store of roots; [] where ssl cannot list it (below 2.7.9).

    Only with a stand-in has this been tested: no Windows is among the machines that run the tests. Not the
    store "CA" as load_default_certs: it holds intermediates, which 3.13's VERIFY_X509_PARTIAL_CHAIN would
    make roots.
    """
    import ssl      # here alone: nothing else about roots needs it, and it takes long
    found = []
    for encoded, encoding, trust in getattr(ssl, "enum_certificates", lambda store: [])("ROOT"):
        if encoding == "x509_asn" and (trust is True or _SERVER_AUTH in trust):
            try:
                found.append((bytes(encoded), der.Certificate(encoded)))
            except (ValueError, IndexError):     # one odd entry must not take the others away
                continue
    return found
