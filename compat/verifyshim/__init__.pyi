from .clients import VerifiedHTTPSConnection as VerifiedHTTPSConnection, VerifiedHTTPSHandler as VerifiedHTTPSHandler
from .clients import build_opener as build_opener, create_context as create_context, starttls as starttls
from .clients import urlopen as urlopen, wrap_socket as wrap_socket
from .errors import ConfigurationError as ConfigurationError, VerifyshimError as VerifyshimError
from .errors import InsecureConnectionWarning as InsecureConnectionWarning
from .policy import HostRule as HostRule, Mode as Mode, Policy as Policy, exempt as exempt
from .shim import install as install, status as status, uninstall as uninstall
from .tls import VerificationError as VerificationError

__version__: str
__all__ = ["ConfigurationError", "HostRule", "InsecureConnectionWarning", "Mode", "Policy", "VerificationError",
           "VerifiedHTTPSConnection", "VerifiedHTTPSHandler", "VerifyshimError", "build_opener", "create_context",
           "exempt", "install", "starttls", "status", "uninstall", "urlopen", "wrap_socket"]
