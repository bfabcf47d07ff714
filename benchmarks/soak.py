"""Does anything grow? 10,000 verified requests in one process of each interpreter.

    tox -e benchmarks -- soak [--requests 10000]

Prints memory (RSS, KiB), open files, Python objects and cached contexts (2.6-2.7.8: bundles), after a tenth of
the requests and at the end.
"""
from __future__ import print_function

CLIENT = r"""
from __future__ import print_function
import gc, os, sys
import verifyshim
verifyshim.install()
try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen
url, requests = sys.argv[1], int(sys.argv[2])

def state():
    gc.collect()
    status = open("/proc/self/status").read()
    rss = int(status.split("VmRSS:")[1].split()[0])
    from verifyshim.roots import cache
    from verifyshim.tls import engine
    contexts = len(engine._State.shared if hasattr(engine, "_State") else cache._State.known)
    return rss, len(os.listdir("/proc/self/fd")), len(gc.get_objects()), contexts

for done in range(requests):
    response = urlopen(url)
    response.read()
    response.close()
    if done in (requests // 10, requests - 1):
        print(*state())
"""


def measure(python, url, environ, requests):
    """Return the two states, as lists of int."""
    import subprocess
    out = subprocess.run([python, "-c", CLIENT, url, str(requests)], stdout=subprocess.PIPE, env=environ,
                         universal_newlines=True, check=True).stdout
    return [[int(word) for word in line.split()] for line in out.splitlines()]


def row(python, entry, url, environ, requests):
    early, late = measure(python.executable, url, environ, requests)
    return "".join("%18s" % ("%d -> %d" % pair) for pair in zip(early, late))


HEADER = "".join("%18s" % title for title in ("RSS KiB", "open files", "objects", "contexts"))
