"""Whatever is broken: without fail-closed the program runs and one line says what is not verified; with it the
interpreter stops with status 78 before the program's first line (interpreters.md, "Every error at start-up").
"""
import functools
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from . import environments
from .environments import ROWS

STARTED = "print('the program runs'); import ssl"
STOPPED = 78


def config_broken(environment, config):
    config.write_text("[verifyshim]\nmode = enforce\nmoed = strict\n")
    return "line 3: the key moed is unknown"


def config_gone(environment, config):
    config.unlink()
    return "cannot be read"


def config_not_text(environment, config):
    config.write_bytes(b"[verifyshim]\nmode = \xff\n")
    return "not text in UTF-8"


def config_unreadable(environment, config):
    config.unlink()
    config.mkdir()      # for root, who reads everything
    return "cannot be read"


def roots_gone(environment, config):
    (config.parent / "roots.pem").unlink()
    return "roots.pem cannot be read"


def roots_empty(environment, config):
    (config.parent / "roots.pem").write_text("")
    return "is empty"


def six_missing(environment, config):
    for path in environment.site_packages.glob("six*"):
        shutil.rmtree(str(path)) if path.is_dir() else path.unlink()
    for path in environment.site_packages.glob("__pycache__/six.*"):
        path.unlink()
    return "six"


def half_removed(environment, config):
    shutil.rmtree(str(environment.site_packages / "verifyshim" / "tls"))
    return "tls"


def one_module_missing(environment, config):
    folder = environment.site_packages / "verifyshim" / "policy"
    for path in list(folder.glob("patterns.py*")) + list(folder.glob("__pycache__/patterns.*")):
        path.unlink()
    return "patterns"


def one_of_tls_missing(environment, config):
    folder = environment.site_packages / "verifyshim" / "tls"
    for path in list(folder.glob("refusal.py*")) + list(folder.glob("__pycache__/refusal.*")):
        path.unlink()
    return "refusal"


def startup_missing(environment, config):
    shutil.rmtree(str(environment.site_packages / "verifyshim" / "startup"))
    return "startup"


def uninstalled(environment, config):
    shutil.rmtree(str(environment.site_packages / "verifyshim"))
    return "verifyshim cannot be imported"


def folders_left(environment, config):
    """What pip leaves where somebody else put files there; 3.3+ see a namespace package."""
    for folder, _, names in os.walk(str(environment.site_packages / "verifyshim")):
        for name in names:
            if name.endswith((".py", ".pyc", ".pyo")):
                os.remove(os.path.join(folder, name))
    return "verifyshim"


def another_version(environment, config):
    """One on PYTHONPATH that knows no activation."""
    folder = config.parent / "another" / "verifyshim"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("__version__ = '0.0.1'\n")
    environment.environ["PYTHONPATH"] = str(folder.parent)
    return "another"


def module_gone(environment, config):
    """Ours beside the .pth file, and verifyshim as well."""
    uninstalled(environment, config)
    for path in list(environment.site_packages.glob("_verifyshim_activation.py*")) + list(
            environment.site_packages.glob("__pycache__/_verifyshim*")):
        path.unlink()
    return "activate again"


TABLE = [config_broken, config_gone, config_not_text, config_unreadable, roots_gone, roots_empty, six_missing,
         half_removed, one_module_missing, one_of_tls_missing, startup_missing, uninstalled, folders_left,
         another_version, module_gone]


def made(row, tmp_path, *options):
    environment = environments.copied(row, tmp_path / "env")
    config = tmp_path / "v.cfg"
    write(config)
    pem = environments.client_libraries(row.facts) / "certifi" / "cacert.pem"
    shutil.copy2(str(pem), str(tmp_path / "roots.pem"))
    environment.activate("--config", config, *options)
    assert environment.state() == (True, "")
    return environment, config


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_the_program_runs_and_one_line_says_so(row, tmp_path):
    environment, config = made(row, tmp_path)
    keep = tmp_path / "keep"
    shutil.copytree(str(environment.site_packages), str(keep), symlinks=True)
    for break_it in TABLE:
        environment.environ.pop("PYTHONPATH", None)
        words = break_it(environment, config)
        done = environment.run("-c", STARTED)
        assert done.status == 0 and "the program runs" in done.out, (break_it, done)
        assert len(done.lines) == 1 and "connections are NOT verified" in done.err and words in done.err, (
            break_it, done)
        assert "Traceback" not in done.err
        restore(environment, config, keep)
    assert environment.state() == (True, "")


FEW = [row for row in ROWS if row.name in ("2.6.9", "2.7.18", "3.3.2", "3.6.15", "3.13.0")]


@pytest.mark.parametrize("row,way", [(row, way) for row in ROWS for way in ("pth", "sitecustomize")
                                     if way == "pth" or row in FEW], ids=lambda one: str(one))
def test_fail_closed_stops_before_the_program(row, way, tmp_path):
    environment, config = made(row, tmp_path, "--fail-closed", "--via", way)
    (environment.site_packages / "usercustomize.py").write_text("print('user code')")
    keep = tmp_path / "keep"
    shutil.copytree(str(environment.site_packages), str(keep), symlinks=True)
    for break_it in TABLE:
        environment.environ.pop("PYTHONPATH", None)
        words = break_it(environment, config)
        done = environment.run("-c", "print('the program runs')")
        assert done.status == STOPPED and done.out == "", (break_it, done)
        assert len(done.lines) == 1 and words in done.err and "NOT verified" in done.err, (break_it, done)
        # The way out that the line names.
        done = environment.run("-c", "print('the program runs')", VERIFYSHIM_FAIL_CLOSED="0")
        assert done.status == 0 and "the program runs" in done.out, (break_it, done)
        restore(environment, config, keep)
    assert environment.state() == (True, "")


def write(config):
    """At a time of its own, or what is restored would count as changed."""
    config.write_text("[verifyshim]\nroots = roots.pem\n")
    os.utime(str(config), (1700000000, 1700000000))


def restore(environment, config, keep):
    shutil.rmtree(str(environment.site_packages))
    shutil.copytree(str(keep), str(environment.site_packages), symlinks=True)
    if config.is_dir():
        config.rmdir()
    write(config)
    shutil.copy2(str(environments.client_libraries(environment.row.facts) / "certifi" / "cacert.pem"),
                 str(config.parent / "roots.pem"))


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_variables(row, tmp_path):
    """What the environment gets wrong counts like what the file does; without fail-closed too, at the start."""
    environment = environments.copied(row, tmp_path / "env")
    environment.activate()
    for variables in ({"VERIFYSHIM_MODE": "strickt"}, {"VERIFYSHIM_CONFIG": "/nonexistent/v.cfg"},
                      {"VERIFYSHIM_ROOTS": "/nonexistent.pem"}, {"VERIFYSHIM_CONFIG": "relative.cfg"}):
        done = environment.run("-c", "print('the program runs')", **variables)
        assert done.status == 0 and "the program runs" in done.out and len(done.lines) == 1, done
        assert "NOT verified" in done.err and list(variables)[0] in done.err + "VERIFYSHIM_CONFIG", done
        done = environment.run("-c", "print('the program runs')", VERIFYSHIM_FAIL_CLOSED="1", **variables)
        assert done.status == STOPPED and done.out == "", done
    done = environment.run("-c", STARTED, SSL_CERT_FILE="/nonexistent.pem")
    assert done.status == 0 and "SSL_CERT_FILE" in done.err and len(done.lines) == 1, done
    environment.activate("--fail-closed")
    done = environment.run("-c", "print('the program runs')", SSL_CERT_FILE="/nonexistent.pem")
    assert done.status == STOPPED and done.out == "" and "SSL_CERT_FILE" in done.err, done
    assert environment.state(VERIFYSHIM_MODE="audit") == (True, "")


def test_what_is_found_out_late_stops_too(tmp_path):
    """A root that was there at the start and is gone when ssl is imported."""
    environment, config = made(ROWS[-1], tmp_path, "--fail-closed")
    done = environment.run("-c", "import os; os.remove(%r); print('before')\nimport ssl\nprint('after')"
                           % str(tmp_path / "roots.pem"))
    assert done.status == STOPPED and done.out == "before\n" and "roots.pem" in done.err, done


def test_changed_settings_are_read_again(tmp_path):
    environment, config = made(ROWS[-1], tmp_path, "--fail-closed")
    config.write_text("[verifyshim]\nroots = roots.pem\nmode = strict\n")
    probe = "import sys; print(sys.modules['verifyshim.startup'].State.proven)"
    # As root the proof is renewed; nobody's Python reads everything each time.
    assert [environment.run("-c", probe).out.strip() for _ in range(2)] == ["False", "False"], "not to be written"
    assert [environment.run("-c", probe, PYTHONDONTWRITEBYTECODE="").out.strip()
            for _ in range(2)] == ["False", "True"]
    assert '"mode": "strict"' in environment.verb("status", "--json").out
    os.utime(str(environment.site_packages / "verifyshim" / "der.py"), (1, 1))
    assert environment.run("-c", probe).out.strip() == "False"
    assert "nothing changed" in environment.activate("--config", config, "--fail-closed").out      # but the proof
    assert environment.run("-c", probe).out.strip() == "True"


NEEDS_ROOT = pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs another user to become")


@pytest.fixture
def open_folder():
    """A folder that other users can look into; pytest's are not."""
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    yield Path(folder)
    shutil.rmtree(folder)


def as_nobody(environment, *arguments):
    return environments.Done((environment.python,) + arguments, environment.environ, cwd="/",
                             preexec_fn=lambda: os.setuid(65534))


def for_everybody():
    """An interpreter that other users can run."""
    rows = [row for row in ROWS if not os.path.realpath(row.executable).startswith(os.path.expanduser("~"))]
    if not rows:
        pytest.skip("all interpreters are in root's home")
    return rows[0]


@NEEDS_ROOT
def test_files_that_this_user_cannot_read(open_folder):
    environment, config = made(for_everybody(), open_folder, "--fail-closed")
    start = functools.partial(as_nobody, environment, "-c", "print('the program runs')")
    assert start().status == 0, start()
    module = environment.site_packages / "_verifyshim_activation.py"
    for path in (config, open_folder / "roots.pem", environment.site_packages / "verifyshim" / "tls" / "__init__.py"):
        for unreadable in ([path], [path, module]):     # which says what is wrong, where it can be read
            for each in unreadable:
                each.chmod(0o600)
                for compiled in environment.site_packages.glob("**/%s*.py[co]" % each.stem):
                    compiled.unlink()
            done = start()
            assert done.status == STOPPED and not done.out and "NOT verified" in done.err, (unreadable, done)
            for each in unreadable:
                each.chmod(0o644)
    assert start().status == 0, start()


@NEEDS_ROOT
def test_site_packages_that_cannot_be_written(open_folder):
    environment = environments.copied(for_everybody(), open_folder / "env")
    before = environment.files()
    done = as_nobody(environment, "-m", "verifyshim.__main__", "activate")
    assert done.status == 2 and "--user" in done.err and "Traceback" not in done.err, done
    assert environment.files() == before and environment.state() == (False, "")
    environment.activate()
    done = as_nobody(environment, "-m", "verifyshim.__main__", "deactivate")
    assert done.status == 2 and "Traceback" not in done.err and environment.state() == (True, ""), done
