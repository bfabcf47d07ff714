"""The whole of it in one archive on sys.path, as programs are shipped that are one file."""
import json
import shutil
import sys

import pytest

from .conftest import NEWEST, OLDEST, RIGHT, PYTHONS, environment, run
from ..report.conftest import event

OLD = [row for row in PYTHONS if row.name in ("2.6.9", "2.7.8")]


@pytest.fixture(scope="module", params=OLD + OLDEST + NEWEST, ids=repr)
def python(request, installed, tmp_path_factory):
    """``python(*arguments)`` runs that interpreter with the archive on its path."""
    archive = shutil.make_archive(tmp_path_factory.mktemp("zip") / "all", "zip", installed(request.param))
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def told(*arguments):
        return run(request.param.executable, *arguments, cwd=elsewhere, env=environment(PYTHONPATH=archive))
    told.version = tuple(request.param["python"])
    return told


def test_install_from_an_archive_uses_certifis_roots(python):
    told = python("-c", "import verifyshim; verifyshim.install(roots='certifi'); "
                        "told = verifyshim.status(); print(told['roots']); print(told['roots_count'])")
    description, count = told.split("\n")[:2]
    assert description.startswith("certifi 20") and int(count) > 100


def test_the_demo_runs_from_an_archive(python):
    assert RIGHT in python("-m", "verifyshim.__main__", "demo")


def test_bundle_show_from_an_archive(python):
    shown = json.loads(python("-m", "verifyshim.__main__", "bundle", "show", "certifi", "--json"))
    assert shown["count"] == len(shown["roots"]) > 100


def test_codemod_from_an_archive(python, tmp_path):
    if python.version < (2, 7):     # the codemod is for 2.7 and later
        return
    for name in "abc":
        (tmp_path / (name + ".py")).write_text("import requests\nrequests.get('https://a.example/', verify=False)\n")
    told = python("-m", "verifyshim.codemod", "--write", "--jobs", "2", tmp_path)
    assert "3 files" in told
    assert "verify=False" not in "".join(path.read_text() for path in tmp_path.glob("*.py"))


def test_a_page_from_an_archive(built, tmp_path):
    """With the interpreter that runs this, which has the extra."""
    (tmp_path / "log").write_text(event(verdict="refused", failure="expired"))
    run(sys.executable, "-m", "verifyshim", "report", "log", "--html", "page.html", cwd=tmp_path,
        env=environment(PYTHONPATH=str(built[1])))
    page = (tmp_path / "page.html").read_text()
    assert "uPlot" in page and "expired" in page
