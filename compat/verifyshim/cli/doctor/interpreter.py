"""What this interpreter can do for a verified connection."""
import re
import ssl
import time

from . import output

_OLD = 3        # years after which a TLS library is worth a word
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def look(told):
    """Return findings about the engine, the TLS library and its age, server names and protocol versions."""
    findings = [output.fine("engine", "%s; host names are compared by %s" % (told["engine"],
                                                                             told["host_names_checked_by"]))]
    if told["host_names_checked_by"] == "nothing":
        findings = [output.problem("engine", "Host names cannot be compared, so every server is refused.",
                                   "pip install backports.ssl_match_hostname")]
    library, age = told["tls_library"], years_old(told["tls_library"])
    if age is not None and age > _OLD:
        findings.append(output.note("TLS library", "%s is %d years old." % (library, age), "Have the interpreter, "
                                    "or the system's OpenSSL that it uses, updated; where that cannot be, "
                                    "pip install verifyshim[tls] may bring a newer one (2.6 to 2.7.8)."))
    else:
        findings.append(output.fine("TLS library", library))
    if not told["sends_server_name"]:
        findings.append(output.note("server name", "No server name (SNI) is sent, so servers with several certificates "
                                    "may show the wrong one and be refused.", "pip install verifyshim[tls]"))
    if told["engine"] != "pyOpenSSL" and not _knows_tls_1_2():
        findings.append(output.problem("protocols", "TLS 1.2 is not known here; most servers speak nothing older.",
                                       "pip install verifyshim[tls], or use a newer interpreter."))
    return findings


def _knows_tls_1_2():
    if hasattr(ssl, "HAS_TLSv1_2"):         # 3.7+
        return ssl.HAS_TLSv1_2
    if hasattr(ssl, "PROTOCOL_TLSv1_2"):    # 2.7.9+, 3.4+
        return True
    # Older ones do not say, and leave the version to OpenSSL, which knows it from 1.0.1 on.
    return getattr(ssl, "OPENSSL_VERSION_INFO", (1, 0, 1)) >= (1, 0, 1)


def years_old(library, now=None):
    """Return the age in years of "OpenSSL 1.0.2u  20 Dec 2019" and the like; None where it does not tell."""
    found = re.search(r"(\d{1,2}) (%s)\w* (20\d\d|19\d\d)" % "|".join(_MONTHS), library or "")
    if not found:
        return None
    day, month, year = int(found.group(1)), _MONTHS.index(found.group(2)) + 1, int(found.group(3))
    today = time.gmtime(time.time() if now is None else now)
    return int(today.tm_year - year - ((today.tm_mon, today.tm_mday) < (month, day)))
