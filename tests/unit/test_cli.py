"""The command line, as a user starts it."""
import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys, pickle
class Thing(object): pass
assert pickle.loads(pickle.dumps(Thing())).__class__ is Thing
assert __name__ == "__main__" and sys.modules["__main__"].Thing is Thing
print(sys.argv[1:], __file__, sys.path[0])
import verifyshim
print(verifyshim.status()["mode"])
"""


def verifyshim(*arguments, **settings):
    """Return ``(status, standard output, standard error)``."""
    environ = dict(os.environ, **settings.pop("environ", {}))
    process = subprocess.Popen([sys.executable, "-m", "verifyshim"] + list(arguments), env=environ,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings)
    out, err = process.communicate()
    return process.returncode, out.decode("utf-8"), err.decode("utf-8")


def test_usage_and_unknown_verbs():
    assert verifyshim()[0] == 2 and "demo" in verifyshim()[2]
    assert verifyshim("--help")[0] == 0 and "demo" in verifyshim("--help")[1]
    assert verifyshim("--version")[1].startswith("verifyshim ")
    status, _, err = verifyshim("explode")
    assert status == 2 and "explode" in err and "Traceback" not in err


def test_run_is_like_running_the_script(tmpdir):
    script = tmpdir.join("script.py")
    script.write(SCRIPT)
    status, out, err = verifyshim("run", str(script), "--mode", "x", "-m")
    assert (status, err) == (0, "")
    assert out.splitlines() == ["%s %s %s" % (["--mode", "x", "-m"], script, tmpdir), "enforce"] or \
        out.splitlines() == [str((["--mode", "x", "-m"], str(script), str(tmpdir))), "enforce"]


def test_run_runs_modules_and_folders(tmpdir):
    tmpdir.join("module.py").write("import sys; print(sys.argv[1:] == ['a', '-b'], __name__)")
    tmpdir.join("__main__.py").write("print('folder')")
    for arguments in (("-m", "module", "a", "-b"), (str(tmpdir),)):
        status, out, err = verifyshim("run", *arguments, cwd=str(tmpdir))
        assert (status, err) == (0, "") and ("True" in out or "folder" in out)


@pytest.mark.parametrize("source, status", [("import sys; sys.exit(7)", 7), ("1/0", 1), ("def", 1)])
def test_run_ends_as_the_program_ends(source, status, tmpdir):
    tmpdir.join("script.py").write(source)
    assert verifyshim("run", str(tmpdir.join("script.py")))[0] == status


def test_run_verifies(tmpdir, roots, good, unknown):
    script = tmpdir.join("script.py")
    script.write("import ssl, sys\n"
                 "ssl._create_default_https_context = ssl._create_unverified_context\n"
                 "try: from urllib.request import urlopen\n"
                 "except ImportError: from urllib2 import urlopen\n"
                 "print(urlopen(sys.argv[1]).read())\n")
    assert "verified" in verifyshim("run", "--roots", roots, str(script), good.url("/good"))[1]
    status, _, err = verifyshim("run", "--roots", roots, str(script), unknown.url("/secret"))
    assert status == 1 and "no trusted root" in err
    assert verifyshim("run", "--mode", "off", str(script), unknown.url("/off"))[0] == 0
    assert (good.requests, unknown.requests) == (["/good"], ["/off"])


@pytest.mark.parametrize("arguments, said", [
    (("run",), "no program"), (("run", "/nonexistent.py"), "/nonexistent.py"),
    (("run", "--mode", "loud", __file__), "loud"), (("run", "--roots", "/nonexistent.pem", __file__), ".pem"),
    (("demo", "extra"), "no arguments"),
])
def test_bad_arguments_are_said_in_a_sentence(arguments, said):
    status, out, err = verifyshim(*arguments)
    assert status == 2 and said in err and "Traceback" not in err and out == ""


def test_who_has_seen_enough_gets_no_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen([sys.executable, "-m", "verifyshim", "bundle", "show", "certifi"],
                               stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (process.communicate()[1], process.returncode) == (b"", 2)


COMMANDS = [["status"], ["doctor"], ["bundle", "show"], ["bundle", "show", "--help"], ["--version"], ["--help"]]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_what_cannot_be_encoded_is_shown_all_the_same(arguments, tmpdir):
    """A path, or the name of a root, on a terminal of another century."""
    log = os.path.join(str(tmpdir), "caf\xe9" if str is not bytes else "caf\xc3\xa9")
    for variables in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "utf-8"}):
        status, out, err = verifyshim(*arguments, environ=dict(variables, VERIFYSHIM_LOG=log))
        assert status < 2 and "Traceback" not in err and len(out) > 10, (variables, err)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has it")
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_standard_output_that_takes_nothing(arguments):
    shell = 'exec "$0" -m verifyshim "$@" %s'
    for redirected, statuses, lines in ((">/dev/full", (2,), 1), (">&-", (0, 1, 2), 1), (">/dev/null", (0, 1), 0)):
        process = subprocess.Popen(["sh", "-c", shell % redirected, sys.executable] + arguments,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        err = process.communicate()[1].decode("utf-8")
        assert process.returncode in statuses and "Traceback" not in err, (redirected, process.returncode, err)
        assert len(err.splitlines()) <= lines and "Error:" not in err and "ignored" not in err, (redirected, err)


def test_demo_shows_that_only_the_good_certificate_is_accepted():
    status, out, err = verifyshim("demo", environ={"https_proxy": "http://127.0.0.1:1"})
    assert (status, err) == (0, "")
    rows = dict((line[:13].strip(), line) for line in out.splitlines())
    assert rows["good"].count("request sent") == 3
    for case, reason in (("wrong host", "hostname-mismatch"), ("expired", "expired"),
                         ("not yet valid", "not-yet-valid"), ("self signed", "self-signed"),
                         ("unknown root", "unknown-issuer")):
        assert rows[case].count("REQUEST SENT") == 1 and rows[case].endswith("refused: " + reason)


@pytest.mark.parametrize("mode", ["audit", "enforce"])
def test_demo_shows_the_same_where_the_shim_is_active_already(mode):
    hook = os.path.join(os.path.dirname(__file__), "..", "..", "contrib", "sitecustomize")
    path = os.pathsep.join([os.path.abspath(hook)] + [entry for entry in sys.path if entry])
    plain, active = [verifyshim("demo", environ=environ) for environ in (
        {}, {"PYTHONPATH": path, "VERIFYSHIM_MODE": mode, "VERIFYSHIM_LOG": os.devnull})]
    assert active[0] == 0 and active[1] == plain[1]
