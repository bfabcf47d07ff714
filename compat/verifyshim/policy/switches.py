"""The TLS switches of a policy: what differs between interpreters, or is nobody's default, and can be set."""
import collections
import os

from .texts import native, quoted
from .. import der
from ..errors import ConfigurationError
from ..roots import files, pem

DEFAULT, ON, OFF = "default", "on", "off"
MINIMUM_TLS = ("1.0", "1.1", "1.2", "1.3")
CRL_CHECKS = ("leaf", "chain")


class Switches(collections.namedtuple("Switches", "strict_x509 partial_chain minimum_tls crl crl_check")):
    """Hashable, so that a context can be kept by it.

    :param strict_x509: default, on or off: refuse certificates that RFC 5280 does not allow. 3.13+ do by
        default, and private roots without key usage or key identifiers stop working there (cpython 107361).
    :param partial_chain: default, on or off: let a chain end at an intermediate that is among the roots.
        3.13+ do by default.
    :param minimum_tls: the lowest protocol version, one of MINIMUM_TLS, or None for the interpreter's own.
    :param crl: path of a PEM file of certificate revocation lists (RFC 5280, 5) or of a directory of them,
        or a list of such paths. Then every certificate checked needs a list of its issuer.
    :param crl_check: leaf (the default) or chain: which certificates are looked up.
    :raises ConfigurationError: where a value is unknown or a list cannot be read.
    """

    def __new__(cls, strict_x509=DEFAULT, partial_chain=DEFAULT, minimum_tls=None, crl=None, crl_check="leaf"):
        for name, value, known in (("strict_x509", strict_x509, (DEFAULT, ON, OFF)),
                                   ("partial_chain", partial_chain, (DEFAULT, ON, OFF)),
                                   ("minimum_tls", minimum_tls, (None,) + MINIMUM_TLS),
                                   ("crl_check", crl_check, CRL_CHECKS)):
            if value not in known:
                raise ConfigurationError("%s = %r is unknown; use one of: %s"
                                         % (name, value, ", ".join(item for item in known if item)))
        self = super(Switches, cls).__new__(cls, strict_x509, partial_chain, minimum_tls,
                                            tuple(_listed(crl)), crl_check)
        self.crl_files()
        return self

    def crl_files(self):
        """Return the paths of the files that hold revocation lists now.

        :raises ConfigurationError: where one is missing or holds none.
        """
        found = []
        for path in self.crl:
            lists = [path]
            if os.path.isdir(path):
                lists = [os.path.join(path, name) for name in sorted(os.listdir(path))]
                lists = [name for name in lists if os.path.isfile(name) and pem.has_crls(_read(name))]
            elif not pem.has_crls(_read(path)):
                lists = []
            if not lists:
                raise ConfigurationError("crl = %s holds no revocation list; name a file or directory of "
                                         "PEM lists (-----BEGIN X509 CRL-----)" % path)
            found.extend(lists)
        return found

    def revoked(self):
        """Return the set of ``(raw issuer name, serial number)`` of all lists, for telling why."""
        blocks = [block for path in self.crl_files() for block in pem.crls(_read(path))]
        return set(entry for block in blocks for entry in der.revoked(block))

    def crl_state(self):
        """Return something hashable that changes when a list does: they are renewed every day."""
        paths = [os.path.join(path, name) for path in self.crl if os.path.isdir(path)
                 for name in sorted(os.listdir(path))]
        return tuple((path, files.state(path)) for path in list(self.crl) + paths)


def unreadable_crl(path, error):
    """Return the ConfigurationError for a list at *path* that *error* says broke while the program runs."""
    return ConfigurationError("crl = %s cannot be read (%s); put a PEM list (-----BEGIN X509 CRL-----) there"
                              % (path, error))


def _listed(crl):
    if crl is None:
        return []
    return [_path(item) for item in (crl if isinstance(crl, (list, tuple)) else [crl])]


def _path(value):
    try:
        text = native(os.fspath(value) if hasattr(os, "fspath") else value)
    except TypeError:
        text = ""
    if not files.is_path(text):
        raise ConfigurationError("crl = %s is not a path; name a file or directory of PEM lists"
                                 % quoted(value))
    return text


def _read(path):
    return files.read(path, "crl", "revocation lists")
