"""A program as there are many: it fetches four pages, and somebody once switched verification off."""
import ssl

try:
    from urllib2 import urlopen
except ImportError:
    from urllib.request import urlopen

ssl._create_default_https_context = ssl._create_unverified_context


def fetch(name, url, **how):
    try:
        print("%s: %s" % (name, urlopen(url, **how).read().decode("ascii")))
    except Exception as error:
        print("%s: FAILED: %s" % (name, getattr(error, "reason", error)))


fetch("orders", "https://localhost:8441/orders")
fetch("prices", "https://localhost:8442/prices")
fetch("printer", "https://localhost:8443/")
fetch("stock", "https://localhost:8441/stock", context=ssl._create_unverified_context())
