"""verifyshim's own ways to reach a server; see entry_points.py, which imports this last."""

import socket

from entry_points import entry, get, http_module, read, speak, url_of, urllib_module


@entry("verifyshim.urlopen")
def shim_urlopen(job):
    import verifyshim
    return lambda cell: read(verifyshim.urlopen(url_of(cell)))


@entry("verifyshim.VerifiedHTTPSConnection")
def shim_connection(job):
    import verifyshim
    made = verifyshim.VerifiedHTTPSConnection.with_roots(job["roots"])
    return lambda cell: get(made(cell["host"], cell["port"]), cell)


@entry("verifyshim.build_opener")
def shim_build_opener(job):
    """The old recipe with a class for a development server's roots."""
    import verifyshim
    made = verifyshim.VerifiedHTTPSConnection.with_roots(job["roots"])
    built = verifyshim.build_opener(verifyshim.VerifiedHTTPSHandler(connection_class=made))
    return lambda cell: read(built.open(url_of(cell)))


@entry("verifyshim.VerifiedHTTPSHandler")
def shim_handler(job):
    """The same handler in the standard library's own opener, installed for urlopen."""
    import verifyshim
    urllib2 = urllib_module()
    made = verifyshim.VerifiedHTTPSConnection.with_roots(job["roots"])
    urllib2.install_opener(urllib2.build_opener(verifyshim.VerifiedHTTPSHandler(connection_class=made)))
    return lambda cell: read(urllib2.urlopen(url_of(cell)))


@entry("verifyshim.wrap_socket")
def shim_wrap_socket(job):
    import verifyshim
    return lambda cell: speak(verifyshim.wrap_socket(
        socket.create_connection((cell["host"], cell["port"])), server_hostname=cell["host"]), cell)


@entry("verifyshim.create_context")
def shim_create_context(job):
    import verifyshim
    context = verifyshim.create_context()
    return lambda cell: speak(context.wrap_socket(
        socket.create_connection((cell["host"], cell["port"])), server_hostname=cell["host"]), cell)


@entry("verifyshim.create_context+HTTPSConnection")
def shim_context_connection(job):
    import verifyshim
    httplib = http_module()
    return lambda cell: get(httplib.HTTPSConnection(
        cell["host"], cell["port"], context=verifyshim.create_context()), cell)
