"""What each mode adds to a good connection: one request, the four modes side by side.

    tox -e benchmarks -- modes [--requests 1000]

For each interpreter and each of three programs, four processes make one request in turn: "default" names no
context, "own" has an unverified one of its own, "verified" one that verifies. Off, "own" does not pay for the
verification itself, and "default" loads the roots for each connection; "verified" shows what the shim alone
costs. Figures are medians in ms, and ratios to mode off.
"""
from __future__ import print_function

from . import urlopen

MODES = ("off", "audit", "enforce", "strict")

CLIENT = r"""
from __future__ import print_function
import sys, time, ssl, warnings
warnings.simplefilter("ignore")
program, mode, url = sys.argv[1:]
import verifyshim
verifyshim.install(mode=mode)
try:
    from http.client import HTTPSConnection
except ImportError:
    from httplib import HTTPSConnection
kwargs = {}
if program == "own":
    kwargs["context"] = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23))
if program == "verified":
    kwargs["context"] = ssl.create_default_context()

while sys.stdin.readline():
    start = time.time()
    connection = HTTPSConnection(url.split("/")[2], **kwargs)
    connection.request("GET", "/")
    connection.getresponse().read()
    print("%.4f" % ((time.time() - start) * 1000))
    sys.stdout.flush()
"""

HEADER = "%10s" % "program" + "".join("%10s" % mode for mode in MODES) + "".join(
    "%14s" % (mode + "/off") for mode in MODES[1:])


def row(python, entry, url, environ, requests):
    programs = ["default"] + ["own"] * python["context"] + ["verified"] * python["create_default_context"]
    lines = [_line(python, program, url, environ, requests) for program in programs]
    return ("\n" + 16 * " ").join(lines)


def _line(python, program, url, environ, requests):
    median = urlopen.measure(python.executable, program, url, environ, requests, CLIENT, MODES)
    return ("%10s" % program + "".join("%10.2f" % median[mode] for mode in MODES) +
            "".join("%14.3f" % (median[mode] / median["off"]) for mode in MODES[1:]))
