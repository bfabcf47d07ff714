"""Sources that the codemod reads and logs that the report reads, written by an attacker."""
import json
import os
import pty

import pytest

from ..activation.environments import Done
from ..conformance.harness import python_path
from ..conformance.interpreters import clean_environment
from .rows import EDGES, NEWEST

BAD = b"import requests\nrequests.get(url, verify=False)\n"
LOUD = b'import requests\nrequests.get("\x1b[31m", verify=False)  # \x1b]0;title\x07 \xc2\x9b2J\n'
ACTING = (b"\x1b", b"\x07", b"\xc2\x9b", b"\xe2\x80\xae")


def codemod(row, folder, *arguments):
    return Done([row.executable, "-m", "verifyshim.codemod"] + list(arguments),
                clean_environment(PYTHONPATH=python_path(row)), cwd=str(folder))


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_the_codemod_writes_nowhere_but_below_what_is_named(row, tmp_path):
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    for folder in (tree, outside):
        folder.mkdir()
        (folder / "bad.py").write_bytes(BAD)
    (tree / "file.py").symlink_to(outside / "bad.py")
    (tree / "folder").symlink_to(outside)
    codemod(row, tree, "--write", "--jobs", "1", ".")
    assert (outside / "bad.py").read_bytes() == BAD and b"verify" not in (tree / "bad.py").read_bytes()


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_names_and_lines_of_sources_do_nothing_to_a_terminal(row, tmp_path):
    """In the list, in what cannot be read, and in a diff; a diff in a pipe has the bytes, for patch."""
    (tmp_path / "loud\x1b[2J\u202e.py").write_bytes(LOUD)
    (tmp_path / "broken\x1b[2J\u202e.py").write_bytes(BAD + b"import (\n")
    for arguments in (["--check"], ["--check", "--format", "json"], ["--check", "--format", "sarif"]):
        done = codemod(row, tmp_path, "--jobs", "1", *arguments + ["."])
        said = (done.out + done.err).encode()
        assert "VS201" in done.out and "cannot be parsed" in done.err, done
        assert not [acting for acting in ACTING if acting in said], said
    assert "\x1b" in codemod(row, tmp_path, "--jobs", "1", "-q", ".").out

    shown = b""
    here = os.getcwd()
    child, terminal = pty.fork()
    if not child:
        os.chdir(str(tmp_path))
        os.execve(row.executable, [row.executable, "-m", "verifyshim.codemod", "-q", "--jobs", "1", "."],
                  clean_environment(PYTHONPATH=python_path(row)))
    try:
        while True:
            shown += os.read(terminal, 65536)
    except OSError:         # Linux's way to say that the other end is closed
        os.waitpid(child, 0)
    assert here == os.getcwd() and b"+requests.get(" in shown
    assert not [acting for acting in ACTING if acting in shown], shown


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_a_repository_cannot_ask_for_a_thousand_processes(row, tmp_path):
    code = """
import os, sys
from verifyshim.codemod import cli, options, pool
os.chdir(sys.argv[1])
print(cli.Session(options.parse(sys.argv[2:] + ["."]))._jobs(), pool.cores())
"""
    (tmp_path / "setup.cfg").write_text("[verifyshim:codemod]\njobs = 1000\n")
    environ = clean_environment(PYTHONPATH=python_path(row))
    asked, cores = Done([row.executable, "-c", code, tmp_path], environ).out.split()
    assert asked == cores
    assert Done([row.executable, "-c", code, tmp_path, "--jobs", "7"], environ).out.split()[0] == "7"


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_a_repository_can_leave_itself_out(row, tmp_path):
    """By design: its settings and comments say what is looked at. Who audits a stranger's code reads them first."""
    (tmp_path / "bad.py").write_bytes(BAD)
    assert codemod(row, tmp_path, "--check", "--jobs", "1", ".").status == 1
    (tmp_path / "setup.cfg").write_text("[verifyshim:codemod]\nexclude = *\n")
    done = codemod(row, tmp_path, "--check", "--jobs", "1", ".")
    assert done.status == 0 and "VS201" not in done.out, done


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_sources_nested_without_end_are_named_and_left(row, tmp_path):
    (tmp_path / "good.py").write_bytes(BAD)
    (tmp_path / "deep.py").write_bytes(b"import requests\nx = " + b"(" * 9000 + b")" * 9000 +
                                       b"\nrequests.get(url, verify=False)\n")
    (tmp_path / "long.py").write_bytes(b"import requests\nx = [" + b"1," * 200000 + b"]\n")
    done = codemod(row, tmp_path, "--check", "--jobs", "1", ".")
    assert done.status == 2 and "good.py:2" in done.out and "deep.py" in done.err and "long.py" not in done.err, done


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_what_a_log_says_does_nothing_to_a_terminal(row, tmp_path):
    """Whoever may write to it, for instance a program of another user that shares it."""
    record = {"time": "2026-11-23T10:00:00Z", "event": "connection", "host": "evil\x1b[2J.example\u202e", "port": 443,
              "verdict": "refused", "failure": "expired\x07", "detail": "\r\n\x9b2J", "subject": "CN=\x1b]0;x\x07",
              "call_site": "/srv/\x1b[2J.py:1:f"}
    (tmp_path / "log").write_text("\n".join([json.dumps(record), "\x1b[2J no json \u202e", "[" * 50000, ""]))
    done = Done([row.executable, "-m", "verifyshim.__main__", "report", "log"],
                clean_environment(PYTHONPATH=python_path(row)), cwd=str(tmp_path))
    said = (done.out + done.err).encode()
    assert done.status == 0 and "evil" in done.out and "Traceback" not in done.err, done
    assert not [acting for acting in ACTING + (b"\x9b2J",) if acting in said], said
