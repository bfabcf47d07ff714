"""The import hook's own tests, which need no pytest, under every interpreter there is."""

import subprocess

import pytest

from . import interpreters
from .harness import REPOSITORY, python_path


@pytest.mark.parametrize("script", ["test_hook", "test_hook_traces"])
@pytest.mark.parametrize("interpreter", interpreters.find(), ids=repr)
def test_import_hook(interpreter, script):
    environment = interpreters.clean_environment(PYTHONPATH=python_path(interpreter))
    done = subprocess.run([interpreter.executable, "-m", "tests.unit." + script], env=environment, timeout=240,
                          cwd=str(REPOSITORY), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
