"""The demo's client: opens each server once and prints what a program would be told."""
from __future__ import print_function

import sys


def main(column, servers):
    import ssl
    import verifyshim
    verifyshim.uninstall()      # what an activation has installed just now: a column is what its title says
    if column != "bare" and hasattr(ssl, "_create_default_https_context"):
        ssl._create_default_https_context = ssl._create_unverified_context
    if column == "shim":
        verifyshim.install(verifyshim.Policy())     # not what a file or variables say of mode and hosts
    try:
        from urllib.request import urlopen
    except ImportError:
        from urllib2 import urlopen
    for server in servers:
        case, port = server.split("=")
        try:
            urlopen("https://localhost:%s/%s" % (port, column), timeout=20).read()
            print(case, "request sent")
        except Exception as error:      # each interpreter has its own classes for it; 3.6's leak
            reason = getattr(error, "reason", error)
            word = getattr(reason, "reason", None) if column == "shim" else None
            print(case, "refused%s" % (": %s" % word if word else ""))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
