"""Real clients, each with its verification switched off; run.py says how they are called.

One function a client: ``make(job)`` returns ``fetch(cell)``. A session, where the client has such a thing,
lives as long as the cell and makes all of its requests. Valid on 2.6 to 3.15; each imports what it is about in itself.
"""

import functools
import ssl

CLIENTS = {}


def client(name):
    def register(make):
        CLIENTS[name] = make
        return make
    return register


def url_of(cell, ending=""):
    return "https://%s:%d%s%s" % (cell["host"], cell["port"], cell["path"], ending)


def proxy_of(cell, scheme="http://"):
    return "%s127.0.0.1:%d" % (scheme, cell["proxy"])


def times(cell, once):
    return [once() for _ in range(cell["times"])]


@client("requests")
def requests(job):
    import requests

    def fetch(cell):
        session = requests.Session()
        session.verify = False
        if cell["proxy"]:
            session.proxies = {"https": proxy_of(cell)}
        try:
            return times(cell, lambda: session.get(url_of(cell), verify=False, timeout=20).content)
        finally:
            session.close()
    return fetch


for _name in ("gevent-before", "gevent-after", "eventlet-before", "eventlet-after", "truststore-before",
              "truststore-after"):
    CLIENTS[_name] = requests


@client("urllib3")
def urllib3_manager(job):
    import urllib3

    def fetch(cell):
        options = {"cert_reqs": "CERT_NONE", "assert_hostname": False, "timeout": 20}
        manager = (urllib3.ProxyManager(proxy_of(cell), **options) if cell["proxy"]
                   else urllib3.PoolManager(**options))
        try:
            return times(cell, lambda: manager.request("GET", url_of(cell), retries=False).data)
        finally:
            manager.clear()
    return fetch


@client("urllib3-pool")
def urllib3_pool(job):
    import urllib3

    def fetch(cell):
        pool = urllib3.HTTPSConnectionPool(cell["host"], cell["port"], cert_reqs="CERT_NONE", timeout=20)
        try:
            return times(cell, lambda: pool.urlopen("GET", cell["path"], retries=False).data)
        finally:
            pool.close()
    return fetch


@client("httplib2")
def httplib2(job):
    import httplib2

    def fetch(cell):
        proxy = httplib2.ProxyInfo(httplib2.socks.PROXY_TYPE_HTTP, "127.0.0.1", cell["proxy"]) \
            if cell["proxy"] else None
        http = httplib2.Http(disable_ssl_certificate_validation=True, timeout=20, proxy_info=proxy)
        return times(cell, lambda: http.request(url_of(cell))[1])
    return fetch


def browser(mechanize, cell):
    made = mechanize.Browser()
    made.set_handle_robots(False)
    if cell["proxy"]:
        made.set_proxies({"https": proxy_of(cell, "")})
    return made


@client("mechanize")
def mechanize_default(job):
    import mechanize
    return lambda cell: times(cell, functools.partial(read, browser(mechanize, cell), cell))


@client("mechanize-off")
def mechanize_off(job):
    import mechanize

    def fetch(cell):
        made = browser(mechanize, cell)
        made.set_ca_data(context=ssl._create_unverified_context())
        return times(cell, functools.partial(read, made, cell))
    return fetch


def read(made, cell):
    return made.open(url_of(cell), timeout=20.0).read()


@client("suds")
def suds(job):
    import suds.client

    def fetch(cell):
        options = {"cache": None, "timeout": 20}
        if cell["proxy"]:
            options["proxy"] = {"https": proxy_of(cell, "")}
        made = suds.client.Client(url_of(cell, "?wsdl"), **options)
        return times(cell, lambda: str(made.service.hello()))
    return fetch


@client("boto")
def boto(job):
    import boto.s3.connection as s3

    def fetch(cell):
        options = {"proxy": "127.0.0.1", "proxy_port": cell["proxy"]} if cell["proxy"] else {}
        connection = s3.S3Connection("key", "secret", is_secure=True, host=cell["host"], port=cell["port"],
                                     validate_certs=False, calling_format=s3.OrdinaryCallingFormat(), **options)
        connection.num_retries = 0
        try:
            return times(cell, lambda: connection.make_request(
                "GET", bucket=cell["path"].strip("/"), key="k", retry_handler=None,
                override_num_retries=0).read())
        finally:
            connection.close()
    return fetch


@client("feedparser")
def feedparser(job):
    import feedparser
    try:
        from urllib.request import ProxyHandler
    except ImportError:
        from urllib2 import ProxyHandler

    def once(cell):
        handlers = [ProxyHandler({"https": proxy_of(cell)})] if cell["proxy"] else []
        found = feedparser.parse(url_of(cell, "/feed.rss"), handlers=handlers)
        if not found.feed:      # it does not raise what went wrong, it returns it
            raise found.bozo_exception
        return found.feed.title
    return lambda cell: times(cell, lambda: once(cell))


@client("websocket-client")
def websocket_client(job):
    import websocket

    def fetch(cell):
        options = {"sslopt": {"cert_reqs": ssl.CERT_NONE, "check_hostname": False}, "timeout": 20}
        if cell["proxy"]:
            options.update(http_proxy_host="127.0.0.1", http_proxy_port=cell["proxy"], http_no_proxy=["x.test"])
            if getattr(websocket, "__version__", "0") >= "1.":
                options["proxy_type"] = "http"
        made = websocket.create_connection(url_of(cell).replace("https", "wss"), **options)
        try:
            def once():
                made.send("hello")
                return made.recv()
            return [made.recv()] + times(cell, once)[1:]
        finally:
            made.close(timeout=1) if getattr(websocket, "__version__", "0") >= "0.2" else made.close()
    return fetch


@client("tornado")
def tornado(job):
    from tornado import httpclient, ioloop

    def fetch(cell):
        def once():
            http = httpclient.AsyncHTTPClient(force_instance=True)
            try:
                return loop.run_sync(lambda: http.fetch(url_of(cell), validate_cert=False,
                                                        request_timeout=20)).body
            finally:
                http.close()
        loop = ioloop.IOLoop()
        loop.make_current()
        try:
            return times(cell, once)
        finally:
            loop.close()
    return fetch


@client("tornado-websocket")
def tornado_websocket(job):
    from tornado import httpclient, ioloop, websocket

    def fetch(cell):
        def once():
            request = httpclient.HTTPRequest(url_of(cell).replace("https", "wss"), validate_cert=False)
            made = loop.run_sync(lambda: websocket.websocket_connect(request))
            try:
                return loop.run_sync(made.read_message)
            finally:
                made.close()
        loop = ioloop.IOLoop()
        loop.make_current()
        try:
            return times(cell, once)
        finally:
            loop.close()
    return fetch


@client("httpx")
def httpx(job):
    import httpx

    def fetch(cell):
        with httpx.Client(verify=False, timeout=20, trust_env=False, **httpx_proxy(cell)) as made:
            return times(cell, lambda: made.get(url_of(cell)).content)
    return fetch


def httpx_proxy(cell):
    import httpx
    if not cell["proxy"]:
        return {}
    if tuple(int(part) for part in httpx.__version__.split(".")[:2]) < (0, 26):
        return {"proxies": proxy_of(cell)}
    return {"proxy": proxy_of(cell)}
