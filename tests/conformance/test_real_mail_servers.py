"""The mail entry points against servers that others wrote; test_mail.py has all cases, modes and contexts.

Needs aiosmtpd, pyftpdlib (with pyOpenSSL) and twisted[tls].
"""

import copy

import pytest

from .mail_columns import CERTIFICATES, VISITS
from .test_mail import INSTALL_FIRST, INTERPRETERS, failures_of, run

pytest.importorskip("aiosmtpd")
pytest.importorskip("pyftpdlib")
pytest.importorskip("twisted.mail")

NAMES = ("SMTP_SSL", "SMTP_starttls", "LMTP_starttls", "SMTPHandler", "IMAP4_SSL", "IMAP4_starttls", "POP3_SSL",
         "FTP_TLS")


def of_kind(visit, kind):
    """The same visit to another kind of server."""
    other = copy.copy(visit)
    other.kind = kind
    return other


# Ours speaks LMTP too; aiosmtpd's does not say EHLO then. A file is sent to the one FTP server there is.
REAL = [of_kind(visit, "lmtp") if visit.name == "LMTP_starttls" else visit for visit in VISITS
        if visit.name in NAMES]
REAL.append(of_kind(next(visit for visit in VISITS if visit.name == "FTP_TLS_data"), "ftp"))


@pytest.fixture(scope="session")
def real_farm(tmp_path_factory):
    from .pki import Pki
    from .real_servers import RealFarm
    farm = RealFarm(Pki(tmp_path_factory.mktemp("real")), CERTIFICATES, tmp_path_factory.mktemp("files"))
    yield farm
    farm.close()


@pytest.mark.parametrize("mode", ["off", "audit", "enforce"])
@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=repr)
def test_real_servers(real_farm, interpreter, mode):
    visits = [visit for visit in REAL if visit.exists(interpreter)]
    label = "real-%s-%s" % (interpreter.name.replace(" ", "-"), mode)
    cells, answers, stderr = run(real_farm, interpreter, label, INSTALL_FIRST, {"mode": mode}, visits)
    failures = failures_of(real_farm, cells, answers, mode, interpreter)
    assert not failures, "%d of %d:\n%s\n%s" % (len(failures), len(cells), "\n".join(failures), stderr)
