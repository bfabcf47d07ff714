"""The columns of the table: an entry point of clients/, set up in one particular order.

`make` before `install` is a program that captured a name, subclassed or primed an opener before the shim
came; `hack` is the pasted line that switches verification off for everybody.
"""

DIRECT, URLLIB, LEGACY = "as it is", "inside URLError", "inside IOError"
INSTALL_FIRST, INSTALL_LATE = ["install", "make"], ["make", "install"]


def always(interpreter):
    return True


def has(*facts):
    """Applies where the probe found all of these features."""
    return lambda interpreter: all(interpreter[fact] for fact in facts)


def python3(interpreter):
    return interpreter["python"][0] >= 3


class Column:
    """An entry point and its set-up.

    steps:        in which order the client makes its objects, installs, and is hacked.
    applies:      function of an interpreter; where false the table shows "-".
    error:        how the refusal reaches the program: DIRECT, URLLIB or LEGACY.
    unicode_host: function of an interpreter: can this entry point visit u"b\\xfccher.example.test" at all?
    reads_body:   does the entry point hand the answer to the program?
    revocation:   does install() get a revocation list? Then only cases about that are visited.
    environment:  extra variables for the client; {roots} stands for the roots file.
    """

    def __init__(self, name, entry=None, steps=INSTALL_FIRST, applies=always, error=DIRECT,
                 unicode_host=has("unicode_host"), reads_body=True, client_certificate=False, tunnel=False,
                 environment=None, revocation=False):
        self.name, self.entry, self.steps, self.applies = name, entry or name, steps, applies
        self.error, self.unicode_host, self.reads_body = error, unicode_host, reads_body
        self.client_certificate, self.tunnel, self.environment = client_certificate, tunnel, environment or {}
        self.revocation = revocation

    def __repr__(self):
        return self.name

    def runs(self, case, interpreter):
        """Does this column visit that case's server?"""
        if self.revocation or case.needs == "revocation":
            return self.revocation and case.needs == "revocation"
        if case.needs == "client-certificate":
            return self.client_certificate
        if case.needs == "unicode-host":
            return bool(self.unicode_host(interpreter))
        return True


def never(interpreter):
    return False


# 2.x urllib2 and urllib join unicode URLs into byte requests and fail on what is not ASCII; so do the
# CONNECT line everywhere below 3.12 and URLopener to its end.
_URL = dict(error=URLLIB, unicode_host=python3)
_LEGACY = dict(error=LEGACY, unicode_host=never)
_HACKED = has("_create_unverified_context")

COLUMNS = [
    Column("HTTPSConnection"),
    Column("captured-name", steps=INSTALL_LATE),
    Column("subclass", steps=INSTALL_LATE),
    Column("httplib.HTTPS", applies=has("httplib.HTTPS")),
    Column("key_file", applies=has("key_file"), client_certificate=True),
    Column("set_tunnel", unicode_host=never, tunnel=True),
    Column("ProxyHandler", error=URLLIB, unicode_host=never, tunnel=True),
    Column("urlopen", **_URL),
    Column("primed-urlopen", steps=INSTALL_LATE, **_URL),
    Column("opener-before-install", "opener", steps=INSTALL_LATE, **_URL),
    Column("install_opener", steps=INSTALL_LATE, **_URL),
    Column("urllib.urlopen", applies=has("urllib.urlopen"), **_LEGACY),
    Column("URLopener", applies=has("URLopener"), **_LEGACY),
    Column("FancyURLopener", applies=has("URLopener"), **_LEGACY),
    # urlretrieve is the old urllib's on 2.x and urlopen's on 3.x.
    Column("urlretrieve", error=LEGACY, unicode_host=python3),
    Column("xmlrpc", unicode_host=python3),
    Column("logging", applies=has("logging_secure"), reads_body=False),
    # The global switch, before and after install, and an opener primed while it was off.
    Column("hack-before", "urlopen", ["hack-context", "install", "make"], _HACKED, **_URL),
    Column("hack-after", "urlopen", ["install", "make", "hack-context"], _HACKED, **_URL),
    Column("hack-primed", "primed-urlopen", ["hack-context", "make", "install"], _HACKED, **_URL),
    Column("hack-connection", "HTTPSConnection", ["make", "install", "hack-context"], _HACKED),
    Column("verify-flag-before", "urlopen", ["hack-flag", "install", "make"],
           has("_https_verify_certificates"), **_URL),
    Column("verify-flag-after", "urlopen", ["install", "make", "hack-flag"],
           has("_https_verify_certificates"), **_URL),
    Column("PYTHONHTTPSVERIFY=0", "urlopen", applies=has("PYTHONHTTPSVERIFY"),
           environment={"PYTHONHTTPSVERIFY": "0"}, **_URL),
    Column("urlopen+crl", "urlopen", applies=lambda row: row["verify_flags"] or row.job.get("pyopenssl"),
           revocation=True, **_URL),
    # verifyshim's own names; the first few without install.
    Column("shim:urlopen-uninstalled", "verifyshim.urlopen", ["make"],
           environment={"SSL_CERT_FILE": "{roots}"}, **_URL),
    Column("shim:connection-uninstalled", "verifyshim.VerifiedHTTPSConnection", ["make"]),
    Column("shim:build_opener-uninstalled", "verifyshim.build_opener", ["make"], **_URL),
    Column("shim:handler-uninstalled", "verifyshim.VerifiedHTTPSHandler", ["make"], **_URL),
    Column("shim:urlopen", "verifyshim.urlopen", **_URL),
    Column("shim:wrap_socket", "verifyshim.wrap_socket", unicode_host=always),
    Column("shim:create_context", "verifyshim.create_context", unicode_host=always),
    Column("shim:context+connection", "verifyshim.create_context+HTTPSConnection", applies=has("context")),
]
