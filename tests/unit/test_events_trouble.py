"""The log file where the disk is full, people move things, and others may write to the same folder."""
import errno
import json
import os
import subprocess
import sys

import pytest

from verifyshim import events
from verifyshim.events import filesink, sinks

from .test_events_file import Policy, connect, log, no_sink, ports, posix       # noqa: F401


@posix
def test_a_file_that_was_moved_or_removed_is_made_again(log):
    events.use(Policy(log))
    connect(1)
    os.rename(log, log + ".moved")
    connect(2)
    os.remove(log)
    connect(3)
    assert ports(log + ".moved") == [1] and ports(log) == [3] and events.dropped().count == 0


@posix
def test_a_file_that_was_emptied_goes_on(log):
    events.use(Policy(log))
    connect(1)
    open(log, "w").close()          # logrotate's copytruncate
    connect(2)
    assert ports(log) == [2]


@posix
def test_without_the_rights_for_a_new_file_the_old_one_takes_what_comes(log, monkeypatch):
    events.use(Policy(log))
    connect(1)
    os.rename(log, log + ".moved")

    def denied(*_):
        raise OSError(errno.EACCES, "Permission denied", log)
    monkeypatch.setattr(filesink.os, "open", denied)
    connect(2)
    assert ports(log + ".moved") == [1, 2] and "Permission denied" in events.notes()[0]
    os.remove(log + ".moved")
    connect(3)
    assert events.dropped().count == 1


@posix
def test_a_file_that_cannot_be_rotated_grows(log, monkeypatch):
    events.use(Policy(log, 1000, 3))

    def denied(*_):
        raise OSError(errno.EACCES, "Permission denied", log)
    monkeypatch.setattr(filesink.os, "rename", denied)
    for port in range(10):
        connect(port)
    assert ports(log) == list(range(10)) and "cannot be rotated" in events.notes()[0]
    monkeypatch.undo()
    sinks.State.chosen._again.clear()
    connect(10)
    assert ports(log) == [10] and events.notes() == []


@posix
def test_while_another_process_rotates_the_old_file_serves(log):
    import fcntl
    events.use(Policy(log, 1000, 3))
    with open(log, "a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        for port in range(10):
            connect(port)
        assert ports(log) == list(range(10)) and events.notes() == []
    connect(10)
    assert ports(log) == [10]


@posix
def test_a_descriptor_that_was_closed_and_taken_is_left_alone(tmpdir, log):
    events.use(Policy(log))
    connect(1)
    fd = sinks.State.chosen._fd
    os.close(fd)                    # as daemons do
    connect(2)
    os.close(sinks.State.chosen._fd)
    other = tmpdir.join("program's")
    handle = open(str(other), "w")
    assert handle.fileno() == sinks.State.chosen._fd
    connect(3)
    events.use(None)
    handle.write("fine")
    handle.close()
    assert other.read() == "fine" and ports(log) == [1, 2, 3] and events.dropped().count == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux only")
def test_a_full_disk_is_counted():
    assert events.use(Policy("/dev/full")) is None
    connect()
    assert events.dropped().count == 1 and "No space" in events.dropped().error
    assert "1 events could not be written" in events.notes()[0]


@posix
def test_a_line_that_was_torn_is_ended_before_the_next(log):
    script = """
import resource, sys
from verifyshim import events
class Policy(object):
    log, log_max_bytes, log_keep = sys.argv[1], None, None
events.use(Policy())
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
for port in range(5):
    events.connection("verified", "h", port, "X", "audit")
lost = events.dropped().count
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
events.connection("verified", "h", 5, "X", "audit")
assert events.dropped().count == lost
print(lost)
"""
    lost = int(subprocess.check_output([sys.executable, "-c", script, log]))
    with open(log) as handle:
        lines = handle.read().split("\n")
    assert len(lines) == 5 - lost + 3 and lost >= 3       # whole ones, the torn one, the last, the end
    assert json.loads(lines[-2])["port"] == 5
    with pytest.raises(ValueError):
        json.loads(lines[-3])


@posix
def test_where_everybody_can_write_no_link_is_followed(tmpdir):
    public, target = tmpdir.mkdir("public"), tmpdir.join("target")
    target.write("")
    os.chmod(str(public), 0o1777)
    link = str(public.join("shim.log"))
    os.symlink(str(target), link)
    assert "symbolic link" in events.use(Policy(link))
    connect()
    assert target.read() == "" and events.dropped().count == 1
    os.remove(link)
    os.link(str(target), link)
    assert "another user" in events.use(Policy(link))
    connect()
    assert target.read() == ""
    os.remove(link)
    assert events.use(Policy(link)) is None
    connect()
    assert ports(link) == [1]


@posix
def test_a_link_in_a_folder_of_ones_own_is_followed(tmpdir, log):
    os.symlink(str(tmpdir.join("target")), log)
    assert events.use(Policy(log)) is None
    connect()
    assert ports(str(tmpdir.join("target"))) == [1]


@posix
def test_a_pipe_that_nobody_reads_does_not_hang(log):
    os.mkfifo(log)
    assert events.use(Policy(log))
    connect()
    assert events.dropped().count == 1


@posix
def test_a_program_that_is_started_does_not_get_the_file(log):
    events.use(Policy(log))
    script = "import os, sys\ntry: os.fstat(int(sys.argv[1]))\nexcept OSError: print('closed')"
    fd = sinks.State.chosen._fd
    out = subprocess.check_output([sys.executable, "-c", script, str(fd)], close_fds=False)
    assert out.strip() == b"closed"


def test_events_import_nothing_that_costs(log):
    script = ("import sys, verifyshim.events\n"
              "print(sorted(set(sys.modules) & set(['ssl', 'socket', 'logging', 'http'])))")
    assert subprocess.check_output([sys.executable, "-S", "-c", script],
                                   env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))).strip() == b"[]"
