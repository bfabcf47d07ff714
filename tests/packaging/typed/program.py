"""Uses every public name, for mypy --strict. Not run."""
import smtplib
import socket
import ssl
import urllib.error
from typing import Any

import verifyshim
from verifyshim import HostRule, Mode, Policy, VerificationError, VerifiedHTTPSConnection


def turn_on(path: str) -> None:
    verifyshim.install()
    verifyshim.install(mode="strict", roots="certifi+/etc/corp/ca.pem", protocols=["http", "smtp"], log=path,
                       log_max_bytes="10M", strict_x509="off", minimum_tls="1.2", crl=["/etc/corp/crl"])
    rules = {"printer.example": HostRule(pin="sha256/k2v657xBsOVe1PQRwOsHsw3bsGT2VzIqz5K+59sNQws=")}
    policy = Policy(mode=Mode.AUDIT, hosts=rules)
    verifyshim.install(policy)
    notes: list[str] = policy.notes
    told: dict[str, Any] = verifyshim.status()
    print(verifyshim.__version__, told["mode"], notes, policy.mode == Mode.ENFORCE, len(policy.roots))
    verifyshim.uninstall()


def fetch(url: str) -> bytes:
    internal: type[VerifiedHTTPSConnection] = VerifiedHTTPSConnection.with_roots("/etc/corp/ca.pem")
    opener = verifyshim.build_opener(verifyshim.VerifiedHTTPSHandler(connection_class=internal))
    try:
        with verifyshim.exempt("old.example", until="2027-03-31", reason="ticket 1234"):
            opener.open(url)
        answer: bytes = verifyshim.urlopen(url, timeout=20, cafile="/etc/corp/ca.pem").read()
        return answer
    except urllib.error.URLError as error:
        if isinstance(error.reason, VerificationError):
            raise RuntimeError(describe(error.reason))
        raise


def describe(error: VerificationError) -> str:
    as_ssl: ssl.SSLError = error
    port: int | None = error.port
    if error.reason == "expired":
        return "%s has expired" % error.host
    return "%s:%s %s %s %s" % (error.host, port, error.detail, error.roots, as_ssl)


def by_hand(host: str) -> str:
    sock = socket.create_connection((host, 443))
    context: ssl.SSLContext = verifyshim.create_context(cafile="/etc/corp/ca.pem")
    context.wrap_socket(sock, server_hostname=host)
    wrapped: ssl.SSLSocket = verifyshim.wrap_socket(sock, server_hostname=host)
    verifyshim.starttls(smtplib.SMTP(host), server_hostname=host)
    connection = VerifiedHTTPSConnection(host, timeout=10, context=context, cert_file="/etc/corp/client.pem")
    connection.request("GET", "/")
    return wrapped.version() or connection.host


def wrong(error: Exception) -> str:
    if isinstance(error, verifyshim.ConfigurationError):
        return "the configuration: %s" % error
    return str(isinstance(error, (verifyshim.VerifyshimError, verifyshim.InsecureConnectionWarning)))
