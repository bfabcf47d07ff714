"""Whoever can put files into the folder where a program is started."""
import os

import pytest

from ..activation.environments import Done
from .rows import EDGES, FEW, NEWEST

HOSTILE = """
import sys
sys.stderr.write("HOSTILE %s\\n" % __name__)
sys.stderr.flush()
"""
# What verifyshim imports beside what a program that imports ssl or urllib makes Python import.
NAMES = ("six", "certifi", "json", "truststore", "_verifyshim_activation", "optparse", "argparse", "difflib",
         "ast", "OpenSSL", "sitecustomize")
# Not environments.PROGRAM: that pastes a line, and this is only to connect.
PROGRAM = """
import sys
try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen
print(sys.path[0])
try:
    print(urlopen(sys.argv[1], timeout=30).read())
except IOError:
    print(sys.exc_info()[1])
"""


@pytest.fixture
def hostile(tmp_path):
    """A folder with modules that say when they are imported, and configuration that would switch all off."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    for name in NAMES:
        (folder / (name + ".py")).write_text(HOSTILE)
    for name in ("verifyshim.cfg", "setup.cfg", "tox.ini"):
        (folder / name).write_text("[verifyshim]\nmode = off\n")
    (folder / "pyproject.toml").write_text("[tool.verifyshim]\nmode = 'off'\n")
    return folder


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_no_import_and_no_setting_from_it(row, activated, judged, hostile, tmp_path):
    """With -c, with -m and as a script from elsewhere. What the program asks for Python does import from there."""
    environment = activated(row)
    (environment.site_packages / "a_program.py").write_text(PROGRAM)
    script = tmp_path / "script.py"
    script.write_text(PROGRAM)
    for command in (["-c", PROGRAM], ["-m", "a_program"], [script]):
        seen, done = judged(environment, *command, cwd=hostile)
        assert seen == (1, 0) and "HOSTILE" not in done.err and "certificate verify failed" in done.out, done
    # From 3.7 on the folder is on sys.path by its name with -m, also once the program went elsewhere.
    (environment.site_packages / "a_daemon.py").write_text("import os\nos.chdir('/')\n" + PROGRAM)
    seen, done = judged(environment, "-m", "a_daemon", cwd=hostile)
    assert seen == (1, 0) and "HOSTILE" not in done.err and "certificate verify failed" in done.out, done
    # Twin: the program itself gets what is there, as without verifyshim.
    done = Done([environment.python, "-c", "import ssl, six"], environment.environ, cwd=str(hostile))
    assert ("HOSTILE six" in done.err) == (not _is_loaded_early(environment)), done


def _is_loaded_early(environment):
    """verifyshim needed six before the program asked for it: then there is one, the installed one."""
    done = Done([environment.python, "-c", "import ssl, sys; print('six' in sys.modules)"], environment.environ)
    return "True" in done.out


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_none_where_the_program_installs_it(row, activated, judged, hostile):
    """Not activated: -S leaves site-packages out, so the program adds it."""
    environment = activated(row)
    code = ("import sys; sys.path.append(%r); import verifyshim; verifyshim.install()\n"
            % str(environment.site_packages)) + PROGRAM
    seen, done = judged(environment, "-S", "-c", code, cwd=hostile)
    assert seen == (1, 0) and "HOSTILE" not in done.err, done
    # A module that is nowhere else is not taken from there either; 3.x says where it was.
    code = code.replace("import verifyshim;", "import verifyshim.imports as imports;", 1).replace(
        "verifyshim.install()", "\nwith imports.elsewhere(): import only_here\n")
    (hostile / "only_here.py").write_text(HOSTILE)
    _, done = judged(environment, "-S", "-c", code, cwd=hostile)
    said = "only_here is in the working directory alone" if row["python"] >= [3] else "No module named only_here"
    assert "HOSTILE only_here" not in done.err and said in done.err, done


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_a_program_s_own_folder_is_not_just_a_working_directory(row, activated, tmp_path):
    """Where the script lies there, what it brought along is its own: the twin of all that is refused here."""
    environment = activated(row)
    (tmp_path / "six.py").write_text(HOSTILE + "def raise_from(value, cause): raise value\n")
    (tmp_path / "program.py").write_text("import ssl\n")
    code = "from verifyshim import imports; print(imports.passed_over())"
    (tmp_path / "asks.py").write_text(code)
    done = Done([environment.python, "asks.py"], environment.environ, cwd=str(tmp_path))
    assert done.out.strip() == "[]", done
    done = Done([environment.python, "-c", code], environment.environ, cwd=str(tmp_path))
    assert done.out.strip() == "['']", done


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_the_command_line_started_there(row, activated, hostile):
    environment = activated(row)
    for command in (["verifyshim.__main__", "status"], ["verifyshim.__main__", "bundle", "show", "certifi"],
                    ["verifyshim.__main__", "run", os.devnull]):
        done = Done([environment.python, "-m"] + command, environment.environ, cwd=str(hostile))
        assert "HOSTILE" not in done.err and "Traceback" not in done.err and done.status < 2, done
    told = Done([environment.python, "-m", "verifyshim.__main__", "status", "--json"], environment.environ,
                cwd=str(hostile))
    assert '"mode": "strict"' in told.out and str(hostile) not in told.out, told


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_the_codemod_started_there(row, hostile):
    """It reads the settings of the repository that it is to look at, and imports nothing of it."""
    from ..conformance.harness import python_path
    from ..conformance.interpreters import clean_environment
    for name in ("conftest", "setup"):
        (hostile / (name + ".py")).write_text(HOSTILE)
    (hostile / "setup.cfg").write_text("[verifyshim:codemod]\nignore = VS402\n")
    (hostile / "tox.ini").unlink()
    (hostile / "bad.py").write_text("import requests\nrequests.get(url, verify=False)\n")
    done = Done([row.executable, "-m", "verifyshim.codemod", "--check", "--jobs", "1", "."],
                clean_environment(PYTHONPATH=python_path(row)), cwd=str(hostile))
    assert "VS201" in done.out and "HOSTILE" not in done.err and done.status == 1, done


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_another_interpreter_does_not_take_verifyshim_from_there(row, activated, hostile, tmp_path):
    """activate --python runs it with what it has installed, not with what lies where root happens to stand."""
    environment = activated(row)
    (hostile / "verifyshim").mkdir()
    (hostile / "verifyshim" / "__init__.py").write_text(HOSTILE)
    script = tmp_path / "verifyshim-script.py"      # as pip writes them
    script.write_text("import sys\nfrom verifyshim.cli import main\nsys.exit(main())\n")
    done = Done([environment.python, script, "activate", "--mode", "strict", "--dry-run", "--python",
                 environment.python], environment.environ, cwd=str(hostile))
    assert done.status == 0 and "HOSTILE" not in done.err and "already active" in done.out, done


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_what_python_itself_takes_from_there(row, activated, hostile):
    """By design of Python: -m and -c look there first. -P (3.11+), -I, or the verifyshim script do not."""
    environment = activated(row)
    (hostile / "base64.py").write_text(HOSTILE)
    for flags, found in (((), True), (("-I",), False)):
        command = [environment.python] + list(flags) + ["-c", "import ssl"]
        done = Done(command, environment.environ, cwd=str(hostile))
        assert ("HOSTILE base64" in done.err) == found, done
