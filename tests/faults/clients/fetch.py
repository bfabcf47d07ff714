"""One client process: fetches from peers that fail, in one mode, and says how each time ended.

Reads a job (JSON) on stdin, writes one JSON object a line on stdout. Valid on 2.6 to 3.14.

The job: mode, roots, log (path), timeout (seconds), cells (list of {"id", "port", "entry"}).
"""
import gc
import json
import os
import select
import socket
import ssl
import sys
import time

try:
    import httplib
    from urllib2 import URLError, urlopen
except ImportError:
    import http.client as httplib
    from urllib.error import URLError
    from urllib.request import urlopen

JOB = json.loads(sys.stdin.read())
OUT, sys.stdout = sys.stdout, sys.stderr
TIMEOUT = JOB["timeout"]
HOST = "localhost"
WANTS = (ssl.SSL_ERROR_WANT_READ, ssl.SSL_ERROR_WANT_WRITE)


def careless_context():
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    if hasattr(context, "check_hostname"):      # 3.3 has none
        context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def wrapped(sock, **arguments):
    if hasattr(ssl, "SSLContext"):
        return careless_context().wrap_socket(sock, server_hostname=HOST, **arguments)
    return ssl.wrap_socket(sock, **arguments)


def get(connection, cell):
    connection.request("GET", "/" + str(cell["id"]))
    return connection.getresponse().read()


def by_urlopen(cell):
    return urlopen("https://%s:%d/%s" % (HOST, cell["port"], cell["id"]), timeout=TIMEOUT).read()


def by_connection(cell):
    return get(httplib.HTTPSConnection(HOST, cell["port"], timeout=TIMEOUT), cell)


def by_own_context(cell):
    """A connection that the program made unverified on purpose."""
    if hasattr(ssl, "SSLContext"):
        return get(httplib.HTTPSConnection(HOST, cell["port"], timeout=TIMEOUT, context=careless_context()),
                   cell)
    sock = wrapped(socket.create_connection((HOST, cell["port"]), TIMEOUT))
    return speak(sock, cell, lambda act, *arguments: act(*arguments))


def speak(sock, cell, call):
    call(sock.sendall if sock.gettimeout() != 0 else sock.send,
         ("GET /%s HTTP/1.0\r\n\r\n" % cell["id"]).encode("ascii"))
    answer = b""
    while True:
        more = call(sock.recv, 4096)
        if not more:
            break
        answer += more
    sock.close()
    if not answer.endswith(b"verified"):
        raise httplib.IncompleteRead(answer)
    return answer[-8:]


def by_select(cell):
    """An own context and a socket that does not block."""
    raw = socket.create_connection((HOST, cell["port"]), TIMEOUT)
    raw.setblocking(False)
    sock = wrapped(raw, do_handshake_on_connect=False)

    def call(act, *arguments):
        while True:
            try:
                return act(*arguments)
            except ssl.SSLError:
                error = sys.exc_info()[1]
                if error.args[0] not in WANTS:
                    raise
                writes = error.args[0] == ssl.SSL_ERROR_WANT_WRITE
            if select.select([] if writes else [sock], [sock] if writes else [], [], TIMEOUT) == ([], [], []):
                raise socket.timeout("timed out")

    call(sock.do_handshake)
    return speak(sock, cell, call)


ENTRIES = {"urlopen": by_urlopen, "connection": by_connection, "own": by_own_context, "select": by_select}


def chain_of(error):
    found = [error]
    while isinstance(getattr(found[-1], "reason", None), Exception):
        found.append(found[-1].reason)
    return found


def described(error):
    refusal = getattr(sys.modules.get("verifyshim"), "VerificationError", ())
    chain = chain_of(error)
    text = repr(chain[-1])
    return {"type": type(error).__name__, "text": text,
            "documented": isinstance(error, (URLError, socket.error, ssl.SSLError, httplib.HTTPException)),
            "refused": any(refusal and isinstance(one, refusal) for one in chain),
            "timeout": isinstance(chain[-1], socket.timeout) or "timed out" in text}


def attempt(cell):
    before = time.time()
    try:
        answer = {"body": ENTRIES[cell["entry"]](cell).decode("latin-1")}
    except Exception:
        answer = described(sys.exc_info()[1])
    answer["seconds"] = time.time() - before
    return answer


def open_files():
    gc.collect()
    return sorted(os.listdir("/proc/self/fd"))


def say(answer):
    OUT.write(json.dumps(answer) + "\n")
    OUT.flush()


def main():
    if JOB["mode"] != "off":
        import verifyshim
        verifyshim.install(mode=str(JOB["mode"]), roots=str(JOB["roots"]), log=str(JOB["log"]))
    log = open(JOB["log"], "a+")
    log.seek(0, 2)
    attempt(JOB["cells"][0])        # what is imported, opened and kept for later
    settle(log)
    before = open_files()
    for cell in JOB["cells"]:
        answer = attempt(cell)
        if hasattr(sys, "exc_clear"):
            sys.exc_clear()
        answer.update(id=cell["id"], verdicts=settle(log), left=len(open_files()) - len(before))
        say(answer)
    say({"id": "end"})


def settle(log):
    """Wait for what audit finds out in the background; return the verdicts that were logged since."""
    if "verifyshim.tls.probe" in sys.modules:
        sys.modules["verifyshim.tls.probe"].wait(30)
    log.seek(log.tell())
    return [json.loads(line)["verdict"] for line in log.read().splitlines()]


if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore")
    main()
