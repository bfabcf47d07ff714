"""Long runs, interrupted runs, runs on terminals: what is left behind, and what is seen."""
from __future__ import print_function

import os
import signal
import struct
import subprocess
import sys

import pytest

from .processes import BAD, GOOD, PACKAGES, command, environment


def test_the_output_does_not_depend_on_jobs(codemod, tmpdir):
    for number in range(60):
        tmpdir.join("m%02d.py" % number).write(BAD if number % 7 else "verify = (\n")
    outputs = [codemod("--check", "--jobs", jobs, ".") for jobs in (1, 2, 4)]
    assert len(set(run.out for run in outputs)) == 1
    assert [run.status for run in outputs] == [2] * 3
    errors = ["\n".join(line for line in run.err.splitlines() if "looked at" not in line) for run in outputs]
    assert len(set(errors)) == 1 and errors[0].count("cannot be parsed") == 9
    assert codemod("--write", "--jobs", "3", ".").status == 2
    assert tmpdir.join("m01.py").read() == GOOD


def test_control_characters_do_not_reach_the_terminal(codemod, tmpdir):
    tmpdir.join("a.py").write_binary(b"import requests\nrequests.get('\x1b[2J\xc2\x9b', verify=False)\n")
    run = codemod("--check", "a.py")
    assert run.status == 1 and u"\x1b" not in run.out and u"\x9b" not in run.out and "?[2J?" in run.out


def test_other_encodings_of_the_output(codemod, tmpdir):
    tmpdir.join("a.py").write_binary(u"import requests\nrequests.get('\u20ac', verify=False)\n".encode("utf-8"))
    run = codemod("--check", "a.py", env={"PYTHONIOENCODING": "ascii"})
    assert run.status == 1 and "\\u20ac" in run.out


def test_a_reader_who_has_seen_enough(tmpdir):
    for number in range(800):
        tmpdir.join("m%04d.py" % number).write(BAD)
    process = subprocess.Popen(command("--check", "."), cwd=str(tmpdir), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment())
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait() == 2
    assert b"Traceback" not in err and b"Exception" not in err, err


def test_an_interruption_ends_it_cleanly(tmpdir):
    # Long names: what it says of them is more than a pipe holds, so it cannot have ended before.
    for number in range(600):
        tmpdir.join("m%04d%s.py" % (number, 200 * "x")).write(BAD)
    process = subprocess.Popen(command("--write", "--jobs", "2", "."), cwd=str(tmpdir), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(), preexec_fn=os.setsid)
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)       # as a terminal does: to all of them
    _, err = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err and b"interrupted" in err, err
    names = os.listdir(str(tmpdir))
    assert [name for name in names if not name.endswith(".py")] == []
    assert set(tmpdir.join(name).read() for name in names) <= set([BAD, GOOD])


def test_killed_in_the_middle_it_leaves_old_or_new(tmpdir):
    for number in range(400):
        tmpdir.join("m%04d.py" % number).write(BAD)
    process = subprocess.Popen(command("--write", "--jobs", "1", "."), cwd=str(tmpdir), stdout=subprocess.PIPE,
                               env=environment(), stderr=subprocess.PIPE)
    process.stdout.readline()
    process.kill()
    process.communicate()
    texts = [path.read() for path in tmpdir.listdir() if str(path).endswith(".py")]
    assert len(texts) == 400 and set(texts) <= set([BAD, GOOD])


def terminal(arguments, folder):
    """Run with standard error on a terminal; return what it showed."""
    pty = pytest.importorskip("pty")
    import fcntl
    import termios
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
    process = subprocess.Popen(arguments, cwd=str(folder), stdout=subprocess.PIPE, stderr=theirs,
                               env=environment(TERM="xterm", COLUMNS="80"))
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except EnvironmentError:        # Linux says so at the end
            break
        if not data:
            break
        shown += data
    process.stdout.read()
    process.wait()
    os.close(ours)
    return shown.decode("utf-8", "replace")


SLOW = ("import sys, time; from verifyshim.codemod import cli, progress, work; progress.PATIENCE = %s; "
        "sys.exit(cli.main(['--jobs', '1', '--check', '.']))")


def test_a_bar_on_a_terminal_when_it_takes_a_while(tmpdir):
    pytest.importorskip("tqdm")
    for number in range(40):
        tmpdir.join("m%02d.py" % number).write(BAD)
    shown = terminal([sys.executable, "-c", SLOW % 0], tmpdir)
    assert "/40 [" in shown and "file" in shown
    assert "/40 [" not in terminal([sys.executable, "-c", SLOW % 60], tmpdir)


def test_no_bar_in_a_pipe(codemod, tmpdir):
    tmpdir.join("m.py").write(BAD)
    process = subprocess.Popen([sys.executable, "-c", SLOW % 0], cwd=str(tmpdir), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment())
    _, err = process.communicate()
    assert b"\r" not in err and b"|" not in err


def test_quiet(codemod, bad):
    run = codemod("-q", "--check", ".")
    assert run.status == 1 and run.out and run.err == ""


def test_from_a_zip(bad, tmpdir, codemod):
    import zipfile
    name = str(tmpdir.join("all.zip"))
    with zipfile.ZipFile(name, "w") as archive:
        for folder, _, files in os.walk(os.path.join(PACKAGES, "verifyshim")):
            for each in files:
                if each.endswith(".py"):
                    path = os.path.join(folder, each)
                    archive.write(path, os.path.relpath(path, PACKAGES))
    process = subprocess.Popen(command("--write", "bad.py"), cwd=str(tmpdir), stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=dict(environment(), PYTHONPATH=name))
    out = process.communicate()[0]
    assert process.returncode == 0, out
    assert bad.read() == GOOD


def test_memory_stays_flat(tmpdir):
    resource = pytest.importorskip("resource")
    del resource
    for folder in range(8):
        below = tmpdir.mkdir("d%d" % folder)
        for number in range(40):
            below.join("m%d.py" % number).write(BAD + "# %s\n" % ("x" * 20000))
    program = ("import resource, sys; from verifyshim.codemod import cli; "
               "cli.main(['-q', '--jobs', '1', '--check', '--format', 'json'] + sys.argv[1:]); "
               "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)")
    used = []
    for folders in (["d0"], ["."]):
        process = subprocess.Popen([sys.executable, "-c",
                                    "from __future__ import print_function; " + program] + folders,
                                   cwd=str(tmpdir), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment())
        used.append(int(process.communicate()[1].split()[-1]))
    assert used[1] < used[0] * 1.15, used


def test_a_small_run_imports_nothing_that_it_does_not_need(tmpdir):
    """Each of these takes longer to import than many files to look at."""
    tmpdir.join("a.py").write("x = 1\n")
    program = ("import sys; before = set(sys.modules); from verifyshim.codemod.cli import main; "
               "main(['--check', '--quiet', '.']); "
               "print(' '.join(sorted((set(sys.modules) - before) & set(%r))))")
    heavy = ["asyncio", "concurrent", "configparser", "inspect", "json", "multiprocessing", "pkgutil",
             "subprocess", "tomllib", "tqdm"]
    out = subprocess.check_output([sys.executable, "-c", program % (heavy,)], cwd=str(tmpdir),
                                  env=environment())
    assert out.strip() == b""


@pytest.mark.skipif(sys.version_info < (3,), reason="2.7 can only fork, where it can")
def test_where_processes_are_started_afresh(tmpdir):
    """As on Windows and macOS."""
    for number in range(40):
        tmpdir.join("m%02d.py" % number).write(BAD)
    tmpdir.join("program.py").write("import multiprocessing\nimport sys\n"
                                    "from verifyshim.codemod import cli\n"
                                    "if __name__ == '__main__':\n"
                                    "    multiprocessing.set_start_method('spawn')\n"
                                    "    sys.exit(cli.main(['-q', '--jobs', '2', '--write', '.']))\n")
    process = subprocess.Popen([sys.executable, "program.py"], cwd=str(tmpdir), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment())
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.count(b"[fixed]") == 40
