"""The log file under threads, processes, forks and rotation."""
import json
import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

from verifyshim import events
from verifyshim.events import filesink, sinks

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")

WRITER = """
import sys
from verifyshim import events
class Policy(object):
    log, log_max_bytes, log_keep = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
assert events.use(Policy()) is None
for number in range(int(sys.argv[4])):
    events.connection("verified", "h%s" % sys.argv[5], number, "X", "audit", detail="x" * 200)
assert events.dropped().count == 0, events.dropped()
"""


class Policy(object):
    def __init__(self, log, max_bytes=None, keep=None):
        self.log, self.log_max_bytes, self.log_keep = log, max_bytes, keep


@pytest.fixture(autouse=True)
def no_sink():
    yield
    events.use(None)


@pytest.fixture
def log(tmpdir):
    return str(tmpdir.join("shim.log"))


def connect(port=1, host="h"):
    events.connection("verified", host, port, "X", "audit")


def records(path):
    with open(path) as handle:
        return [json.loads(line) for line in handle]


def ports(*paths):
    return sorted(told["port"] for path in paths for told in records(path))


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_one_line_each_and_only_for_this_user(log):
    assert events.use(Policy(log)) is None
    connect(1)
    connect(2)
    assert ports(log) == [1, 2] and mode(log) == 0o600 and events.notes() == []
    events.use(None)
    connect(3)
    assert ports(log) == [1, 2]


@posix
def test_a_file_that_others_can_read_stays_so_and_is_told(log):
    open(log, "w").close()
    os.chmod(log, 0o644)
    assert events.use(Policy(log)) is None
    connect()
    assert mode(log) == 0o644 and "chmod 600" in events.notes()[0] and ports(log) == [1]


@pytest.mark.parametrize("name, word", [("missing/shim.log", "No such file"), (".", "directory")])
def test_a_log_that_cannot_be_opened_stops_nothing(tmpdir, name, word):
    trouble = events.use(Policy(str(tmpdir.join(name))))
    assert word in trouble and str(tmpdir) in trouble
    connect()
    connect()
    assert events.dropped().count == 2 and word in events.dropped().error
    assert len(events.notes()) == 2


def test_a_log_that_can_be_opened_later_is(tmpdir, monkeypatch):
    monkeypatch.setattr(filesink, "_RETRY", 0)
    path = tmpdir.join("later", "shim.log")
    assert events.use(Policy(str(path)))
    connect(1)
    path.dirpath().mkdir()
    connect(2)
    assert ports(str(path)) == [2] and events.dropped().count == 1
    assert len(events.notes()) == 1         # what is lost is lost; nothing else is wrong any more


def test_a_relative_path_stays_where_it_was(tmpdir, monkeypatch):
    monkeypatch.chdir(tmpdir)
    events.use(Policy("shim.log"))
    tmpdir.mkdir("elsewhere")
    monkeypatch.chdir(tmpdir.join("elsewhere"))
    os.remove(str(tmpdir.join("shim.log")))
    connect()
    assert ports(str(tmpdir.join("shim.log"))) == [1]


def test_rotation_loses_nothing(log):
    events.use(Policy(log, 2000, 50))
    for port in range(60):
        connect(port)
    files = [log] + [log + ".%d" % number for number in range(1, 51) if os.path.exists(log + ".%d" % number)]
    assert ports(*files) == list(range(60)) and len(files) > 5
    assert all(os.path.getsize(name) <= 2000 and mode(name) == 0o600 for name in files)
    assert [told["port"] for name in reversed(files) for told in records(name)] == list(range(60))


def test_rotation_keeps_so_many(tmpdir, log):
    events.use(Policy(log, 1000, 2))
    for port in range(30):
        connect(port)
    names = sorted(os.path.basename(str(path)) for path in tmpdir.listdir())
    assert names == ["shim.log", "shim.log.1", "shim.log.2"]
    events.use(Policy(log, 1000, 0))
    connect(30)
    connect(31)
    assert 31 in ports(log) and events.dropped().count == 0


@posix
@pytest.mark.parametrize("closed", [(), (0,), (0, 1, 2)])
def test_what_a_daemon_prints_is_not_in_the_log(log, closed):
    """It closed its standard descriptors; the next file that is opened gets those numbers."""
    code = ("import os, sys\nfor fd in %r: os.close(fd)\n" % (closed,)) + WRITER + (
        "for fd in (0, 1, 2):\n"
        "    try: os.write(fd, b'a secret')\n"
        "    except OSError: pass\n")
    # Small enough to be rotated, which opens it once more.
    process = subprocess.Popen([sys.executable, "-c", code, log, "4096", "9", "30", "h"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out = process.communicate()[0]
    files = [log] + [log + ".%d" % number for number in range(1, 9) if os.path.exists(log + ".%d" % number)]
    assert ports(*files) == list(range(30)) and len(files) > 1
    assert (b"a secret" in out) == (1 not in closed)


@posix
@pytest.mark.parametrize("way", ["link", "device"])
def test_what_is_a_link_or_a_device_is_not_moved(tmpdir, log, way, monkeypatch):
    """As /dev/stdout is: for all the other programs of the machine, too."""
    real = tmpdir.mkdir("disk").join("real.log")
    if way == "link":
        os.symlink(str(real), log)
    else:
        monkeypatch.setattr(filesink, "_DEVICES", (os.path.realpath(str(tmpdir.join("disk"))),))
        os.symlink(str(tmpdir.join("disk")), str(tmpdir.join("dev")))
        log = str(tmpdir.join("dev", "real.log"))
    events.use(Policy(log, 1000, 2))
    for port in range(30):
        connect(port)
    assert os.path.islink(log) == (way == "link") and ports(str(real)) == list(range(30))
    assert [path.basename for path in tmpdir.join("disk").listdir()] == ["real.log"]
    assert events.dropped().count == 0 and [note for note in events.notes() if "cannot be rotated" in note]


def test_a_file_without_a_limit_is_not_rotated(tmpdir, log):
    events.use(Policy(log, 0))
    for port in range(30):
        connect(port)
    assert ports(log) == list(range(30)) and len(tmpdir.listdir()) == 1


def test_another_policy_with_the_same_file_keeps_it_open(log):
    events.use(Policy(log))
    first = sinks.State.chosen
    events.use(Policy(log, 100))
    assert sinks.State.chosen is first
    events.use(Policy(log + "2"))
    assert sinks.State.chosen is not first
    first.write(u'{"late": 1}\n', True)        # a thread that took the sinks before
    assert records(log) == [{"late": 1}] and first._fd is None


def test_threads(log):
    events.use(Policy(log, 20000, 100))

    def hundred(name):
        for port in range(100):
            connect(port, name)

    threads = [threading.Thread(target=hundred, args=("t%d" % number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    folder = os.path.dirname(log)
    told = [one for name in os.listdir(folder) for one in records(os.path.join(folder, name))]
    assert len(told) == 1000 and len(set((one["host"], one["port"]) for one in told)) == 1000


@pytest.mark.parametrize("max_bytes", [0, 30000])
def test_processes(tmpdir, log, max_bytes):
    script = tmpdir.mkdir("s").join("writer.py")
    script.write(WRITER)
    writers = [subprocess.Popen([sys.executable, str(script), log, str(max_bytes), "1000", "150", str(number)])
               for number in range(5)]
    assert [writer.wait() for writer in writers] == [0] * 5
    told = [one for path in tmpdir.listdir() if path.isfile() for one in records(str(path))]
    assert len(told) == 750 and len(set((one["host"], one["port"]) for one in told)) == 750


@posix
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")      # 3.12+: exactly what is tested
def test_a_child_writes_too_and_cannot_hang(log):
    events.use(Policy(log, 3000, 50))
    connect(1)
    holding, done = threading.Event(), threading.Event()

    def hold():
        with sinks.State.chosen._lock:
            holding.set()
            done.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(20)
    child = os.fork()
    if child == 0:
        signal.alarm(15)
        try:
            for port in range(100, 120):
                connect(port, "child")
            events.use(None)
            os._exit(events.dropped().count)
        finally:
            os._exit(99)
    done.set()
    thread.join()
    for port in range(2, 20):
        connect(port)
    assert os.waitpid(child, 0)[1] == 0
    found = [os.path.join(os.path.dirname(log), name) for name in os.listdir(os.path.dirname(log))]
    assert ports(*found) == list(range(1, 20)) + list(range(100, 120))


@posix
def test_a_signal_handler_in_the_middle_of_writing_cannot_hang(log):
    events.use(Policy(log))
    with sinks.State.chosen._lock:
        connect(1)
    connect(2)
    assert ports(log) == [2] and events.dropped().count == 1
