"""What starts of Python an activation covers, and in which order programs may import things."""
import shutil

import pytest

from . import environments
from .environments import PROBE, ROWS

FLAGS = ("-E", "-s", "-S", "-I")
# What a child process of each kind says of itself.
CHILDREN = """
import subprocess, sys
PROBE = %r
if __name__ == "__main__":
    sys.stdout.write(subprocess.Popen([sys.executable, "-c", PROBE], stdout=subprocess.PIPE).communicate()[0].decode())
    try:
        import multiprocessing
    except ImportError:
        sys.exit()
    methods = getattr(multiprocessing, "get_all_start_methods", lambda: [None])()
    for method in methods:
        context = multiprocessing.get_context(method) if method else multiprocessing
        queue = context.Queue()
        import worker
        process = context.Process(target=worker.work, args=(queue, sys.argv[1]))
        process.start()
        print("%%s %%s" %% (method, queue.get()))
        process.join()
""" % PROBE
WORKER = """
def work(queue, url):
    import sys
    try:
        from urllib.request import urlopen
    except ImportError:
        from urllib2 import urlopen
    try:
        urlopen(url)
        queue.put("open")
    except IOError:
        queue.put("certificate verify failed" in str(sys.exc_info()[1]))
"""
# Each is what a program may import first; in all of them ssl is imported half-way through.
FIRST = ("ssl", "http.client", "httplib", "urllib.request", "urllib2", "urllib", "smtplib", "imaplib", "poplib",
         "ftplib", "nntplib", "asyncio", "xmlrpc.client", "xmlrpclib", "logging.handlers", "socket", "_ssl",
         "ssl, http", "http, ssl", "multiprocessing.connection", "distutils.command.upload")
ORDERS = """
import sys, subprocess
for first in %r:
    code = "import " + first + "\\nimport verifyshim, sys\\nimport ssl\\nimport smtplib, imaplib, poplib, ftplib"
    code += "\\ntry: import http.client"
    code += "\\nexcept ImportError: import httplib"
    code += "\\nprint([sorted(verifyshim.status()['patched']), verifyshim.status()['installed']])"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    if b"mportError" not in err and b"No module named" not in err and b"ModuleNotFound" not in err:
        print("%%s: %%s" %% (first, out.decode().strip()))
""" % (FIRST,)
THREADS = """
import email.utils, email.parser, sys, threading        # whose own circle 3.4 does not always survive
go, found = threading.Event(), []
def one(name):
    go.wait()
    __import__(name)
names = ["ssl", "smtplib", "imaplib", "ftplib", "poplib"]
names.append("http.client" if sys.version_info[0] == 3 else "httplib")
threads = [threading.Thread(target=one, args=(name,)) for name in names * 3]
for thread in threads: thread.start()
go.set()
for thread in threads: thread.join(60)
import verifyshim
print([thread for thread in threads if thread.is_alive()], len(verifyshim.status()["patched"]))
"""


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_options(row, tmp_path):
    """-E, -s and -I pass neither a .pth nor site-packages' sitecustomize over; -S passes all of it over."""
    environment = environments.copied(row, tmp_path / "env")
    for way in ("pth", "sitecustomize"):
        environment.activate("--via", way)
        flags = [flag for flag in FLAGS if flag != "-I" or row["python"] >= [3, 4]]
        covered = {flag: environment.run(flag, "-c", PROBE).out.startswith("True") for flag in flags}
        assert covered == {flag: flag != "-S" for flag in flags}, (way, covered)
    told = environment.verb("doctor").out
    assert "started with -S are not verified" in told and "python -E" in told.replace("\n", " "), told
    environment.deactivate()

    user = environments.user(row, tmp_path / "user")
    user.activate()
    for flag in ("-s", "-I")[:len(flags) - 2]:
        assert user.run(flag, "-c", PROBE).out.startswith("False")
        assert "started with %s are not verified" % flag in " ".join(user.verb("doctor").out.split())


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_paths_that_are_not_ascii_in_a_service_without_a_locale(row, tmp_path, judged, farm):
    """Activated in a terminal, started by cron: 3.3 to 3.6 then take paths for ASCII."""
    environment = environments.copied(row, tmp_path / "env")
    folder = tmp_path / "caf\xe9"
    folder.mkdir()
    shutil.copy2(str(farm.pki.roots_file), str(folder / "r\xf6ots.pem"))
    config = folder / "p\xf6licy.cfg"
    config.write_text("[verifyshim]\nroots = r\xf6ots.pem\nlog = l\xf6g\n[host:other.example]\nroots = r\xf6ots.pem\n",
                      encoding="utf-8")
    for options in ((), ("--fail-closed",)):
        environment.activate("--config", config, *options)
        for locale in ("C", "C.UTF-8"):
            assert environment.state(LC_ALL=locale) == (True, ""), (options, locale)
            label = "locale-%s-%s-%d" % (row, locale, len(options))
            assert judged(environment, label, LC_ALL=locale, SSL_CERT_FILE="",      # below 3.5 print() is stricter
                          PYTHONIOENCODING="ascii:backslashreplace") == (1, 0), locale
    assert (folder / "l\xf6g").exists() and len(list(folder.iterdir())) == 3


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_children(row, tmp_path, farm):
    environment = environments.copied(row, tmp_path / "env")
    environment.activate()
    (tmp_path / "children.py").write_text(CHILDREN)
    (tmp_path / "worker.py").write_text(WORKER)
    url = "https://127.0.0.1:%d/" % farm.servers["unknown-root"].server_address[1]
    done = environment.run(tmp_path / "children.py", url, SSL_CERT_FILE=farm.pki.roots_file)
    answers = done.out.splitlines()
    assert done.status == 0 and answers[0] == "True|", done
    assert len(answers) > 1 and all(answer.endswith(" True") for answer in answers[1:]), done


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_whatever_is_imported_first(row, tmp_path):
    """The same is patched in the end, and modules that import ssl half-way through are patched when complete."""
    environment = environments.copied(row, tmp_path / "env")
    environment.activate()
    done = environment.run("-c", ORDERS)
    lines = dict(line.strip().split(": ", 1) for line in done.out.splitlines())
    assert "ssl" in lines and len(lines) >= 8, done
    for name, said in lines.items():
        assert said.endswith("True]"), (name, said)
        if name not in ("asyncio", "nntplib"):      # which are patched beside the others
            assert said == lines["ssl"], (name, said, lines["ssl"])


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_threads_that_import_at_once(row, tmp_path):
    environment = environments.copied(row, tmp_path / "env")
    environment.activate()
    one_by_one = "go.set()\nfor name in names: one(name)\nimport verifyshim\n"
    wanted = environment.run("-c", THREADS.replace("threading.Thread(target=one, args=(name,))", "threading.Thread()")
                             .replace("import verifyshim\n", one_by_one))
    for _ in range(5):
        done = environment.run("-c", THREADS)
        assert done.status == 0 and not done.lines and done.out == wanted.out, (done, wanted)
