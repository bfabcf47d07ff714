"""What --help shows: like a manual page, with the files and variables that are read, and the exit statuses."""
import optparse

# What several verbs read; each names those that concern it.
CONFIGURATION = (
    ("VERIFYSHIM_CONFIG", "the file of settings, a whole path"),
    ("VERIFYSHIM_MODE, VERIFYSHIM_LOG, ...", "single settings; they come before the file's"),
)
ROOTS = (("SSL_CERT_FILE and SSL_CERT_DIR, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE",
          "roots to trust, where no setting names them; the first that is set and not empty"),)
SETTINGS_FILES = (("$VIRTUAL_ENV/verifyshim.cfg, /etc/verifyshim.cfg",
                   "settings, where VERIFYSHIM_CONFIG is not set; the first that exists"),)


class Parser(optparse.OptionParser):
    """An OptionParser with sections after its options, whose lines stay as they are.

    :param verb: what stands after ``python -m verifyshim``.
    :param status: pairs of an exit status and what it means; *files* and *environment* likewise.
    :param examples: command lines.
    """

    def __init__(self, verb, usage, description, status, files=(), environment=(), examples=()):
        self._sections = [("Files", files), ("Environment", environment), ("Exit status", status),
                          ("Examples", [(example, "") for example in examples])]
        optparse.OptionParser.__init__(self, usage=usage, prog="verifyshim " + verb, description=description,
                                       epilog=" ")      # or the sections would not be asked for

    def format_epilog(self, formatter):
        return "".join("\n%s:\n%s" % (title, "".join(_entry(*pair) for pair in pairs))
                       for title, pairs in self._sections if pairs)


def _entry(name, meaning):
    name = str(name)
    if not meaning:
        return "  %s\n" % name
    if len(name) <= 3:
        return "  %-3s %s\n" % (name, meaning)
    return "  %s\n      %s\n" % (name, meaning)
