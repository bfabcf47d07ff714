"""What can go wrong that is not a certificate.

VerificationError, the refusal itself, is an ``ssl.SSLError`` and therefore lives in
``verifyshim.tls.failure``: this module must be importable without ssl (product.md, Activation).
"""


class VerifyshimError(Exception):
    """Base of the package's own errors that are not about a peer."""


class ConfigurationError(VerifyshimError, ValueError):
    """A setting, a policy or a roots file cannot be used; nothing was installed.

    The text is one sentence that names the file, line or key, and what to do.
    """

    def __str__(self):
        text = self.args[0] if self.args else ""
        if not isinstance(text, str):       # 2.x unicode: a path or a key was
            text = text.encode("utf-8")
        # One line, whatever paths and keys are in it: it goes to terminals and logs.
        return "".join(char if char >= " " and char != "\x7f" else "\\x%02x" % ord(char) for char in text)


class InsecureConnectionWarning(UserWarning):
    """A connection goes out without full verification because the program asked for that.

    Shown once for each call site.
    """
