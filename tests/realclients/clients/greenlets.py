"""Two greenlets of one thread: while the first one's handshake waits, the second connects without verification.

Arguments: gevent or eventlet; before or after (when monkey patching is done, relative to install()); the port of
a server that takes its time, and of one with a wrong certificate; the roots. Prints a line for each greenlet,
first then second.
"""

import socket
import ssl
import sys

KIND, WHEN, SLOW, WRONG, ROOTS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]


def install():
    import verifyshim
    verifyshim.install(mode="strict", roots=ROOTS)


def patch():
    """Monkey patch, and return ``(spawn, sleep, wait)``."""
    if KIND == "gevent":
        import gevent.monkey
        gevent.monkey.patch_all()
        return gevent.spawn, gevent.sleep, lambda greenlet: greenlet.join()
    import eventlet
    eventlet.monkey_patch()
    return eventlet.spawn, eventlet.sleep, lambda greenlet: greenlet.wait()


def slowly():
    """The standard library's own client, verified by verifyshim, which marks the call for its own hook."""
    try:
        import httplib
    except ImportError:
        import http.client as httplib
    connection = httplib.HTTPSConnection("127.0.0.1", SLOW, timeout=20)
    connection.request("GET", "/cell-slow")
    return connection.getresponse().read()


def unverified():
    context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23))
    stream = context.wrap_socket(socket.create_connection(("127.0.0.1", WRONG)))
    stream.sendall(b"GET /cell-wrong HTTP/1.0\r\n\r\n")
    return stream.recv(100)


def told(what, delay, results):
    sleep(delay)
    try:
        results[what.__name__] = repr(what())
    except Exception:
        results[what.__name__] = "%s: %s" % (sys.exc_info()[0].__name__, sys.exc_info()[1])


if WHEN == "after":
    install()
spawn, sleep, wait = patch()
if WHEN == "before":
    install()
answers = {}
for one in [spawn(told, slowly, 0, answers), spawn(told, unverified, 0.5, answers)]:
    wait(one)
print(answers["slowly"])
print(answers["unverified"])
