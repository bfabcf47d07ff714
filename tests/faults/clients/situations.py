"""One client process in one situation: prints what came of it as one JSON object. Valid on 2.6 to 3.14.

The job (JSON on stdin): situation (name of a function below), mode, roots, good, unknown (ports), log, folder,
timeout, and what the situation needs.
"""
import atexit
import json
import os
import signal
import socket
import ssl
import sys
import threading

from fetch import HOST, JOB, described, open_files, urlopen, wrapped

OUT = os.fdopen(os.dup(1), "w")
SITUATIONS = {}


def situation(function):
    SITUATIONS[function.__name__] = function
    return function


def install(**settings):
    if JOB["mode"] != "off":
        import verifyshim
        arguments = {"mode": str(JOB["mode"]), "roots": str(JOB["roots"]), "log": str(JOB["log"])}
        arguments.update(settings)
        verifyshim.install(**arguments)


def say(answer):
    OUT.write(json.dumps(answer) + "\n")
    OUT.flush()


def asked(port, timeout=30, host=HOST, path="x"):
    """What came of one urlopen: "verified" (the body), "refused", or the type of another error."""
    try:
        return urlopen("https://%s:%d/cell-%s" % (host, port, path), timeout=timeout).read().decode("ascii")
    except Exception:
        found = described(sys.exc_info()[1])
        if not found["documented"]:
            return "undocumented %(type)s: %(text)s" % found
        return "refused" if found["refused"] else found["type"]
    finally:
        if hasattr(sys, "exc_clear"):
            sys.exc_clear()


def both():
    return [asked(JOB["good"]), asked(JOB["unknown"])]


@situation
def dns():
    """A name that does not resolve, under each of the ways in which that fails."""
    install()
    answers = []
    original = socket.getaddrinfo
    for trouble in (socket.gaierror(socket.EAI_NONAME, "no such name"),
                    socket.gaierror(socket.EAI_AGAIN, "try again"),
                    socket.timeout("timed out"), UnicodeError("label too long"), socket.error(5, "I/O error")):
        def getaddrinfo(*_args, **_named):
            raise trouble
        socket.getaddrinfo = getaddrinfo
        try:
            urlopen("https://%s:%d/" % (HOST, JOB["good"]), timeout=5)
            answers.append("answered")
        except Exception:
            error = sys.exc_info()[1]
            answers.append([type(error).__name__, type(getattr(error, "reason", None)).__name__])
    socket.getaddrinfo = original
    return answers + both()


@situation
def files():
    """Files of the policy change, break and go while the program runs: `steps` name what to do before each two
    fetches."""
    paths = dict((name, os.path.join(JOB["folder"], name))
                 for name in ("roots.pem", "list.crl", "verifyshim.cfg"))
    data = open(JOB["roots"], "rb").read()
    write(paths["roots.pem"], data)
    write(paths["verifyshim.cfg"], ("[verifyshim]\nmode = %s\n" % JOB["mode"]).encode("ascii"))
    os.environ["VERIFYSHIM_CONFIG"] = paths["verifyshim.cfg"]
    settings = {"roots": paths["roots.pem"]}
    if JOB.get("crl"):
        write(paths["list.crl"], open(JOB["crl"], "rb").read())
        settings["crl"] = paths["list.crl"]
    install(**settings)
    answers = [both()]
    path = paths[JOB["file"]]
    whole = open(path, "rb").read()
    for spoilt in (b"", whole[:len(whole) // 2], b"\0\xff garbage", whole.replace(b"A", b"B"), None, whole):
        if spoilt is None:
            os.remove(path)
        else:
            write(path + ".new", spoilt)
            os.rename(path + ".new", path)
        answers.append(both())
    return answers


def write(path, data):
    with open(path, "wb") as handle:
        handle.write(data)


@situation
def log_is_full():
    install(log="/dev/full")
    import verifyshim
    return both() + [verifyshim.status().get("dropped") is not None or bool(verifyshim.status()["notes"])]


@situation
def log_is_closed():
    """As daemons do: all file descriptors are closed, and the log's number may then be a connection's."""
    install()
    answers = both()
    import verifyshim       # noqa: F401
    OUT.flush()
    for number in os.listdir("/proc/self/fd"):
        if int(number) > 2 and int(number) != OUT.fileno():
            try:
                os.close(int(number))
            except OSError:
                pass
    answers += both()
    with open(JOB["log"]) as log:
        lines = [json.loads(line)["verdict"] for line in log]
    return answers + [verdict for verdict in lines if verdict]


@situation
def fork():
    """In the middle of a handshake: both go on."""
    install()
    raw = socket.create_connection((HOST, JOB["good"]), 30)
    sock = wrapped(raw, do_handshake_on_connect=False)
    raw = None
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            sock.close()
            os.write(tell, json.dumps(both()).encode("ascii"))
        finally:
            os._exit(0)
    os.close(tell)
    answers = both()
    sock.do_handshake()
    sock.sendall(b"GET /cell-forked HTTP/1.0\r\n\r\n")
    answer = b""
    while True:
        more = sock.recv(4096)
        if not more:
            break
        answer += more
    os.waitpid(child, 0)
    return answers + json.loads(os.read(told, 4096).decode("ascii")) + [answer[-8:].decode("ascii")]


@situation
def fork_while_preparing():
    """While another thread loads the roots, which is what takes longest: the child makes do without that thread."""
    # Below 2.7.9: no cache that outlives the process, so that the file is made under a lock.
    os.environ.update(HOME="", XDG_CACHE_HOME="")
    install()
    begun, go_on, answers = threading.Event(), threading.Event(), []

    def waiting(original):
        def load(*arguments, **named):
            if not begun.is_set():
                begun.set()
                go_on.wait(60)
            return original(*arguments, **named)
        return load

    if hasattr(ssl, "SSLContext"):
        ssl.SSLContext.load_verify_locations = waiting(ssl.SSLContext.load_verify_locations)
    else:
        from verifyshim.roots import private
        private.write = waiting(private.write)
    thread = threading.Thread(target=lambda: answers.extend(both()))
    thread.start()
    begun.wait(60)
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(tell, json.dumps(both()).encode("ascii"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    go_on.set()
    thread.join()
    os.close(tell)
    return answers + json.loads(os.read(told, 4096).decode("ascii")) + [begun.is_set()]


@situation
def signals():
    """A signal comes while a handshake waits for a peer that says nothing: a handler that returns, one that
    raises."""
    install()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    caught = []

    class Stop(Exception):
        pass

    def stop(*_frame):
        caught.append(1)
        raise Stop()

    def answers_of(handler):
        """Send the signal once the peer has the client's first bytes: from then on the client waits."""
        def serve():
            peer = listener.accept()[0]
            peer.recv(1)
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(main, signal.SIGUSR1)
            else:
                os.kill(os.getpid(), signal.SIGUSR1)
            held.append(peer)
        held, main = [], getattr(threading, "get_ident", lambda: None)()
        signal.signal(signal.SIGUSR1, handler)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            return asked(listener.getsockname()[1], timeout=1)
        except Stop:
            return "Stop"
        finally:
            thread.join()
            for peer in held:
                peer.close()

    answers = [answers_of(lambda *_: caught.append(1)), answers_of(stop), len(caught)]
    if hasattr(sys, "exc_clear"):
        sys.exc_clear()
    return answers + both()


@situation
def shutdown():
    """The interpreter ends with a connection open, a thread in a handshake, and a handler that connects."""
    install()
    kept = urlopen("https://%s:%d/cell-kept" % (HOST, JOB["good"]))
    globals()["kept"] = kept
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    globals()["listener"] = listener
    url = "https://%s:%d/" % (HOST, listener.getsockname()[1])

    def hang(urlopen=urlopen, trouble=Exception):       # globals are None by then on 2.x
        try:
            urlopen(url, timeout=60)
        except trouble:
            pass

    thread = threading.Thread(target=hang)
    thread.daemon = True
    thread.start()
    peer = listener.accept()[0]
    peer.recv(1)                # it is in its handshake now
    globals()["peer"] = peer
    atexit.register(lambda: say(both()))
    return both()


@situation
def load():
    """`count` connections, one after the other and three times `width` at once; how many files are open, how much
    memory is used."""
    install()

    def settled():
        if "verifyshim.tls.probe" in sys.modules:
            sys.modules["verifyshim.tls.probe"].wait(60)
        return len(open_files()), resident()

    def fetch(count, wrong):
        for at in range(count):
            expected, port = ("verified", JOB["good"]) if at % 4 else (JOB["answer"], JOB["unknown"])
            answer = asked(port)
            if answer != expected:
                wrong.append(answer)

    wrong = []
    fetch(JOB["warm"], wrong)
    before = settled()
    fetch(JOB["count"], wrong)
    after_sequence = settled()

    def at_once():
        threads = [threading.Thread(target=fetch, args=(JOB["count"] // JOB["width"], wrong))
                   for _ in range(JOB["width"])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return settled()

    # Twice: what malloc keeps for so many threads is there after a first time. With 3.6 it is some megabytes more or
    # less, and the same from then on.
    at_once()
    said = {"before": before, "sequence": after_sequence, "threads": at_once(), "again": at_once()}
    return dict(said, wrong=wrong[:5])


def resident():
    """KiB of memory."""
    with open("/proc/self/status") as lines:
        return [int(line.split()[1]) for line in lines if line.startswith("VmRSS")][0]


if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore")
    say(SITUATIONS[JOB["situation"]]())
