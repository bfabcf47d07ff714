"""Which clients run on which interpreter, at which version: the one table of this folder.

Each interpreter has one or more sets that fit into one virtualenv. What a client needs is written out for 2.7,
whose indexes no longer stand still for old versions, and left to pip on 3.x.
"""

# What verifyshim itself needs; the package comes from the repository by PYTHONPATH.
OWN_2 = ["six==1.16.0", "certifi==2021.10.8", "backports.ssl_match_hostname==3.7.0.1"]
OWN_3 = ["six==1.17.0", "certifi"]


class Set:
    """One virtualenv.

    name:      of the folder, behind the interpreter's version.
    packages:  requirements for pip.
    clients:   which of clients/ run in it.
    target:    requirements that go into a folder beside the virtualenv, because they would replace its pip.
    borrowed:  those of `clients` that the old builds and the stand-in run too, from the same virtualenv:
               they have no pip. Pure Python alone.
    """

    def __init__(self, name, packages, clients, target=(), borrowed=()):
        self.name, self.packages, self.clients = name, packages, clients
        self.target, self.borrowed = list(target), borrowed

    def __repr__(self):
        return self.name


_TODAY = ["requests", "urllib3", "urllib3-pool", "httplib2", "mechanize-off", "suds", "aiohttp", "tornado",
          "tornado-websocket", "websocket-client", "feedparser", "httpx", "httpx-async", "pip-trusted-host"]

SETS = {
    "2.7": [
        Set("old", OWN_2 + ["requests==2.4.3", "urllib3==1.10.4", "httplib2==0.9.2", "mechanize==0.2.5",
                            "suds==0.4", "boto==2.48.0", "tornado==4.5.3", "backports_abc==0.5",
                            "singledispatch==3.7.0", "websocket-client==0.37.0", "feedparser==5.2.1"],
            ["requests", "urllib3", "urllib3-pool", "httplib2", "mechanize", "suds", "boto", "tornado",
             "tornado-websocket", "websocket-client", "feedparser", "pip-1.0"],
            target=["pip==1.0.2"],
            borrowed=["requests", "urllib3", "urllib3-pool", "httplib2", "mechanize", "suds", "boto", "tornado",
                      "tornado-websocket", "websocket-client", "feedparser", "pip-1.0"]),
        Set("2018", OWN_2 + ["requests==2.18.4", "urllib3==1.22", "idna==2.6", "chardet==3.0.4",
                             "httplib2==0.11.3", "suds-jurko==0.6", "tornado==5.1.1", "futures==3.3.0",
                             "backports_abc==0.5", "singledispatch==3.7.0", "websocket-client==0.48.0"],
            ["requests", "urllib3", "httplib2", "suds", "tornado", "tornado-websocket", "websocket-client"],
            borrowed=["requests", "urllib3", "httplib2", "suds", "websocket-client"]),
        Set("1.24", OWN_2 + ["requests==2.22.0", "urllib3==1.24.3", "idna==2.8", "chardet==3.0.4"],
            ["requests", "urllib3", "urllib3-pool"], borrowed=["requests", "urllib3", "urllib3-pool"]),
        Set("last", OWN_2 + ["requests==2.27.1", "urllib3==1.26.20", "idna==2.10", "chardet==4.0.0",
                             "httplib2==0.20.4", "pyparsing==2.4.7", "mechanize==0.4.10", "html5lib==1.1",
                             "webencodings==0.5.1", "websocket-client==0.59.0", "gevent==22.10.2",
                             "eventlet==0.33.3"],
            ["requests", "urllib3", "urllib3-pool", "httplib2", "mechanize-off", "websocket-client",
             "pip-trusted-host", "gevent-before", "gevent-after", "eventlet-before", "eventlet-after"]),
    ],
    "3.6": [
        Set("last", OWN_3 + ["requests==2.27.1", "urllib3==1.26.20", "httplib2==0.22.0", "PySocks==1.7.1",
                             "mechanize==0.4.10", "suds-community==1.1.2", "boto==2.48.0", "aiohttp==3.8.6",
                             "tornado==6.1",
                             "websocket-client==1.3.1", "feedparser==6.0.11", "httpx==0.22.0",
                             "gevent==22.10.2", "eventlet==0.33.3"],
            _TODAY + ["boto", "gevent-before", "gevent-after", "eventlet-before", "eventlet-after"]),
    ],
    "3.9": [
        Set("1.24", OWN_3 + ["requests==2.20.1", "urllib3==1.24.3", "idna==2.6", "chardet==3.0.4",
                             "httplib2==0.18.1", "boto==2.48.0", "tornado==5.1.1", "websocket-client==0.59.0"],
            ["requests", "urllib3", "urllib3-pool", "httplib2", "boto", "tornado", "tornado-websocket",
             "websocket-client"]),
        Set("today", OWN_3 + ["requests==2.32.5", "urllib3==2.5.0", "httplib2==0.31.0", "PySocks==1.7.1",
                              "mechanize==0.4.10", "suds-community==1.2.0", "aiohttp==3.13.2", "tornado==6.5.2",
                              "websocket-client==1.9.0", "feedparser==6.0.12", "httpx==0.28.1",
                              "gevent==25.9.1", "eventlet==0.40.3"],
            _TODAY + ["gevent-before", "gevent-after", "eventlet-before", "eventlet-after"]),
    ],
    "3.13": [
        Set("1.26", OWN_3 + ["requests==2.27.1", "urllib3==1.26.20"], ["requests", "urllib3", "urllib3-pool"]),
        Set("today", OWN_3 + ["requests==2.32.5", "urllib3==2.5.0", "httplib2==0.31.0", "PySocks==1.7.1",
                              "mechanize==0.4.10", "suds-community==1.2.0", "aiohttp==3.13.2", "tornado==6.5.2",
                              "websocket-client==1.9.0", "feedparser==6.0.12", "httpx==0.28.1",
                              "truststore==0.10.4", "gevent==25.9.1", "eventlet==0.40.3"],
            _TODAY + ["gevent-before", "gevent-after", "eventlet-before", "eventlet-after",
                      "truststore-before", "truststore-after"]),
    ],
}

# What is not here, and why.
ABSENT = {
    "boto 2.48 on 3.12 and newer": "its vendored six has an import hook that they no longer call",
    "boto 2.48 through a proxy on 3.x": "it sends text where sockets take bytes",
    "mechanize 0.2.5, suds 0.4, pip 1.0.2 on 3.x": "they are Python 2 alone",
    "aiohttp, httpx on 2.7": "they are Python 3 alone",
    "truststore below 3.10": "it needs 3.10",
    "tornado 5.1 before 2.7.9": "it needs ssl.create_default_context",
    "the newest requests and urllib3, gevent, eventlet before 2.7.9": "compiled, or need ssl.SSLContext",
    "websocket-client on the stand-in for 2.7.8": "it goes by ssl.HAS_SNI, which the stand-in has",
    "all of them on 2.6, 3.3 and 3.4": "no pip of theirs reaches the index any more",
}
