"""A program that tries to talk to a server whose certificate is not to be trusted, in many ways.

Standard input: JSON with ports by server, and "early": whether there are attempts from before install(). Standard
output: a line of JSON for each attempt: its name, the server, and what came of it.
"""
import json
import os
import socket
import ssl
import sys
import threading
import warnings

JOB = json.loads(sys.stdin.read())
PROTOCOL = getattr(ssl, "PROTOCOL_TLS", ssl.PROTOCOL_SSLv23)
HAS_CONTEXTS = hasattr(ssl, "SSLContext")
warnings.simplefilter("ignore")


def unverified(kind=None):
    context = (kind or ssl.SSLContext)(PROTOCOL)
    context.verify_mode = ssl.CERT_NONE
    return context


def connected(port):
    return socket.create_connection(("127.0.0.1", port), 20)


def request(name):
    return ("GET /cell-%s HTTP/1.0\r\n\r\n" % name).encode("ascii")


def talk(stream, name):
    stream.sendall(request(name))
    return bool(stream.recv(10))


if HAS_CONTEXTS:
    EARLY = unverified()

    class Own(ssl.SSLContext):
        def wrap_socket(self, sock, **options):
            options.pop("own", None)
            return ssl.SSLContext.wrap_socket(self, sock, **options)

SESSIONS = {}
if hasattr(ssl, "SSLSession"):
    RESUMING = unverified()
    RESUMING.options |= getattr(ssl, "OP_NO_TLSv1_3", 0)    # whose sessions come after the handshake
    for server in ("ipv4", "attacker"):
        stream = RESUMING.wrap_socket(connected(JOB["ports"][server]))
        talk(stream, "before-" + server)
        SESSIONS[server] = stream.session
        stream.close()

import verifyshim  # noqa: E402

verifyshim.install(mode=JOB["mode"], roots=JOB["roots"])


def plain(port, name):
    if HAS_CONTEXTS:
        return talk(unverified().wrap_socket(connected(port)), name)
    return talk(ssl.wrap_socket(connected(port)), name)


def in_a_thread(port, name):
    said = []

    def run():
        try:
            said.append(plain(port, name))
        except Exception as error:
            said.append(error)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(said[0], Exception):
        raise said[0]
    return said[0]


def in_a_fork(port, name):
    child = os.fork()
    if not child:
        try:
            plain(port, name)
        except Exception:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise verifyshim.VerifyshimError("the child says so")
    return True


def of_before(port, name):
    return talk(EARLY.wrap_socket(connected(port)), name)


def own_class(port, name):
    return talk(unverified(Own).wrap_socket(connected(port), own=True), name)


def deferred(port, name):
    context = unverified()
    stream = context.wrap_socket(connected(port), do_handshake_on_connect=False)
    context.verify_mode = ssl.CERT_NONE
    stream.do_handshake()
    return talk(stream, name)


def without_handshake(port, name):
    stream = unverified().wrap_socket(connected(port), do_handshake_on_connect=False)
    stream._sslobj.write(request(name))
    return bool(stream.recv(10))


def after_a_refusal(port, name):
    stream = unverified().wrap_socket(connected(port), do_handshake_on_connect=False)
    for _ in range(2):
        try:
            stream.do_handshake()
        except Exception:
            pass
    return talk(stream, name)


def in_memory(port, name):
    incoming, outgoing, sock = ssl.MemoryBIO(), ssl.MemoryBIO(), connected(port)
    stream = unverified().wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")

    def pump(step, *arguments):
        while True:
            try:
                answer = step(*arguments)
                sock.sendall(outgoing.read())
                return answer
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65536))
    pump(stream.write, request(name))
    return bool(pump(stream.read, 10))


def resumed(port, name):
    server = name.partition(".")[2]
    return talk(RESUMING.wrap_socket(connected(port), session=SESSIONS[server]), name)


def resumed_later(port, name):
    stream = RESUMING.wrap_socket(connected(port), do_handshake_on_connect=False)
    stream.session = SESSIONS[name.partition(".")[2]]
    stream.do_handshake()
    return talk(stream, name)


def anonymous(context):
    context.set_ciphers("ALL:aNULL:@SECLEVEL=0" if ssl.OPENSSL_VERSION_INFO >= (1, 1) else "ALL:aNULL")
    if hasattr(ssl, "OP_NO_TLSv1_3"):
        context.options |= ssl.OP_NO_TLSv1_3
    return context


def any_cipher(port, name):
    return talk(anonymous(unverified()).wrap_socket(connected(port), server_hostname="good.example.test"), name)


def any_cipher_verifying(port, name):
    context = anonymous(ssl.create_default_context(cafile=JOB["roots"]))
    return talk(context.wrap_socket(connected(port), server_hostname="good.example.test"), name)


ATTEMPTS = [plain, in_a_thread, in_a_fork]
if HAS_CONTEXTS:
    ATTEMPTS += [of_before, own_class, deferred, without_handshake, after_a_refusal]
if hasattr(ssl, "MemoryBIO"):
    ATTEMPTS += [in_memory]
if SESSIONS:
    ATTEMPTS += [resumed, resumed_later]
SERVERS = {}
if hasattr(ssl, "create_default_context"):
    SERVERS = dict((attempt, ("good", "no-certificate")) for attempt in (any_cipher, any_cipher_verifying))
for attempt in ATTEMPTS + sorted(SERVERS, key=lambda one: one.__name__):
    for server in SERVERS.get(attempt, ("ipv4", "attacker")):
        try:
            came = "answer" if attempt(JOB["ports"][server], "%s.%s" % (attempt.__name__, server)) else "nothing"
        except Exception as error:
            came = "%s: %s" % (type(error).__name__, error)
        print(json.dumps({"attempt": attempt.__name__, "server": server, "came": came}))
        sys.stdout.flush()
