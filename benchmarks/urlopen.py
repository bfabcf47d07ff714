"""What verification costs: one request to a server on loopback, four ways side by side.

    tox -e benchmarks -- urlopen|connection [--requests 100]

For each interpreter four processes make one request in turn, so that all see the same machine: with one
shared unverified context, with ``install()``, with ``install()`` under the pasted line, and with the
interpreter's own verified default. Figures are medians in ms and their ratios.
"""
from __future__ import print_function

import subprocess

WAYS = ("unverified", "shim", "hacked", "stock")

CLIENT = r"""
from __future__ import print_function
import sys, time, ssl, warnings
warnings.simplefilter("ignore")
entry, way, url = sys.argv[1:]
kwargs = {}
if way == "unverified" and hasattr(ssl, "SSLContext"):
    context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_CLIENT", ssl.PROTOCOL_SSLv23))
    if hasattr(context, "check_hostname"):
        context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    kwargs["context"] = context
if way == "hacked":
    if hasattr(ssl, "_create_unverified_context"):
        ssl._create_default_https_context = ssl._create_unverified_context
if way in ("shim", "hacked"):
    import verifyshim
    verifyshim.install()
try:
    from http.client import HTTPSConnection
    from urllib.request import urlopen, build_opener, HTTPSHandler
except ImportError:
    from httplib import HTTPSConnection
    from urllib2 import urlopen, build_opener, HTTPSHandler

def connect(url):
    connection = HTTPSConnection(url.split("/")[2], **kwargs)
    connection.request("GET", "/")
    return connection.getresponse()

if entry == "connection":
    open_url = connect
elif kwargs:
    open_url = build_opener(HTTPSHandler(**kwargs)).open
else:
    open_url = urlopen
while sys.stdin.readline():
    start = time.time()
    open_url(url).read()
    print("%.4f" % ((time.time() - start) * 1000))
    sys.stdout.flush()
"""


def measure(python, entry, url, environ, requests, client=CLIENT, ways=WAYS):
    """Return ``{way: median ms}``, the ways taken in turn."""
    clients = dict((way, subprocess.Popen([python, "-c", client, entry, way, url], stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE, env=environ, universal_newlines=True))
                   for way in ways)
    times = dict((way, []) for way in ways)
    try:
        for turn in range(requests + 3):        # the first three warm up
            for way in ways:
                clients[way].stdin.write("go\n")
                clients[way].stdin.flush()
                line = clients[way].stdout.readline()
                if not line:
                    raise SystemExit("%s: the %s client died" % (python, way))
                if turn >= 3:
                    times[way].append(float(line))
    finally:
        for client in clients.values():
            client.stdin.close()
            client.wait()
    return dict((way, sorted(found)[len(found) // 2]) for way, found in times.items())


HEADER = "".join("%12s" % way for way in WAYS) + "%12s%12s" % ("shim/unver", "stock/shim")


def row(python, entry, url, environ, requests):
    median = measure(python.executable, entry, url, environ, requests)
    return ("".join("%12.2f" % median[way] for way in WAYS)
            + "%12.2f%12.1f" % (median["shim"] / median["unverified"], median["stock"] / median["shim"]))
