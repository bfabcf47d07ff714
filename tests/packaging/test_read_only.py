"""Installed where the program's user may not write, as system packages are; nothing compiled beforehand."""
import os
import shutil

import pytest

from .conftest import NEWEST, OLDEST, RIGHT, environment, run

# Modes do not bind root. Without these capabilities they do (capabilities(7)).
AS_OTHERS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []


@pytest.fixture(params=OLDEST + NEWEST, ids=repr)
def python(request, installed, tmp_path):
    if AS_OTHERS and not shutil.which(AS_OTHERS[0]):
        pytest.skip("root may write everywhere, and there is no setpriv")
    folder = installed(request.param)
    folders = [folder] + [path for path in folder.rglob("*") if path.is_dir()]

    def told(*arguments):
        return run(*AS_OTHERS, request.param.executable, *arguments, cwd=tmp_path,
                   env=environment(PYTHONPATH=str(folder)))
    for path in folders:
        path.chmod(0o555)
    yield told
    for path in folders:
        path.chmod(0o755)


def test_everything_works_where_nothing_can_be_written(python, tmp_path):
    refused = python("-c", "import os, verifyshim\ntry: open(os.path.dirname(verifyshim.__file__) + '/x', 'w')\n"
                           "except EnvironmentError: print('cannot be written')")
    assert "cannot be written" in refused
    assert RIGHT in python("-m", "verifyshim", "demo")
    assert "certifi 20" in python("-m", "verifyshim", "bundle", "show", "certifi")
    (tmp_path / "pasted.py").write_text("import requests\nrequests.get('https://a.example/', verify=False)\n")
    python("-m", "verifyshim.codemod", "--write", "pasted.py")
    assert "verify=False" not in (tmp_path / "pasted.py").read_text()
