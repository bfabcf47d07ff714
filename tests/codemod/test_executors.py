"""--executor with pools of concurrent.futures; Dask has its own environment, tests/dask."""
import subprocess
import sys

import pytest

from . import processes

pytest.importorskip("concurrent.futures")

# Pools whose children do something at a file before they look at it.
_POOLS = """
import functools, os
from concurrent.futures import ProcessPoolExecutor
from verifyshim.codemod import remote


def _initialize(deed):
    look = remote.look

    def patched(request):
        deed(request["path"])
        return look(request)
    remote.look = patched


def _die_once(path):
    try:
        os.close(os.open("died", os.O_CREAT | os.O_EXCL))
    except OSError:
        return
    os._exit(9)


def _die_of_one(path):
    if "deadly" in path:
        os._exit(9)


def _fail(path):
    raise ImportError("No module named 'verifyshim'")


class Pool(ProcessPoolExecutor):
    deed = None

    def __init__(self, max_workers=2):
        ProcessPoolExecutor.__init__(self, max_workers, initializer=_initialize, initargs=(self.deed,),
                                     **more)


try:
    import multiprocessing
    more = {"mp_context": multiprocessing.get_context("fork")}
except ValueError:
    more = {}
Mortal = type("Mortal", (Pool,), {"deed": staticmethod(_die_once)})
Deadly = type("Deadly", (Pool,), {"deed": staticmethod(_die_of_one)})
Failing = type("Failing", (Pool,), {"deed": staticmethod(_fail)})


def not_one():
    return 7


def none_to_have():
    raise RuntimeError("out of order")
"""


@pytest.fixture
def tree(tmpdir):
    folder = tmpdir.mkdir("tree")
    for number in range(30):
        folder.join("bad%02d.py" % number).write(processes.BAD)
    folder.join("reported.py").write(processes.REPORTED)
    folder.join("good.py").write(processes.GOOD)
    folder.join("broken.py").write(processes.BAD + "def (:\n")
    tmpdir.mkdir("pools").join("pools.py").write(_POOLS)
    return folder


def spread(tree, *arguments):
    packages = str(tree.dirpath("pools")) + ":" + processes.PACKAGES
    return processes.run(tree, *arguments, env={"PYTHONPATH": packages})


def with_initializer():
    from concurrent.futures import ProcessPoolExecutor
    return hasattr(ProcessPoolExecutor(1), "_initializer")


needs_initializer = pytest.mark.skipif(not with_initializer(), reason="pools with an initializer are of 3.7")


@pytest.mark.parametrize("name", ["concurrent.futures:ThreadPoolExecutor",
                                  "concurrent.futures.ThreadPoolExecutor",
                                  "concurrent.futures:ProcessPoolExecutor"])
@pytest.mark.parametrize("mode, form", [("--check", "json"), ("--diff", "diff")])
def test_an_executor_says_what_one_process_says(tree, name, mode, form):
    alone = processes.run(tree, mode, "--quiet", "--format", form, "--jobs", "1", ".")
    run = processes.run(tree, mode, "--quiet", "--format", form, "--executor", name, "--jobs", "2", ".")
    assert (run.status, run.out, run.err) == (alone.status, alone.out, alone.err) and run.out


def test_what_an_executor_rewrites_is_written(tree):
    run = processes.run(tree, "--write", "--executor", "concurrent.futures:ThreadPoolExecutor", ".")
    assert tree.join("bad07.py").read() == processes.GOOD and run.status == 2       # broken.py


@needs_initializer
def test_a_pool_that_breaks_once_loses_no_file(tree):
    alone = processes.run(tree, "--check", "--quiet", "--jobs", "1", ".")
    run = spread(tree, "--check", "--quiet", "--executor", "pools:Mortal", ".")
    assert tree.join("died").check()
    assert (run.status, run.out, run.err) == (alone.status, alone.out, alone.err)


@needs_initializer
def test_a_file_that_breaks_every_pool_is_told_and_the_others_are_done(tree):
    tree.join("bad10.py").rename(tree.join("deadly.py"))
    run = spread(tree, "--check", "--quiet", "--format", "json", "--executor", "pools:Deadly", ".")
    assert [error["path"] for error in run.json["errors"]] == ["broken.py", "deadly.py"]
    assert len(run.json["findings"]) == 30 and run.status == 2


@needs_initializer
def test_a_worker_without_verifyshim_is_told_in_one_sentence(tree):
    run = spread(tree, "--check", "--executor", "pools:Failing", ".")
    assert run.status == 2 and len(run.err.splitlines()) == 1 and "install verifyshim" in run.err


# The pool has nothing to do when more work comes, and what comes is taken back at once.
_TAKEN_BACK = """
from verifyshim.codemod import executors


class Work(object):
    def begin(self, path):
        if path == 2:
            crew._files[0].future.result()
        if path == 4:
            raise KeyboardInterrupt()
        return None, {"version": "of another time"}


for _ in range(5):
    crew = executors.Crew("concurrent.futures:ProcessPoolExecutor", 1)
    try:
        list(crew.run([1, 2, 3, 4], Work(), None))
    except KeyboardInterrupt:
        print("ended")
"""


def test_a_pool_ends_although_what_it_had_to_do_was_taken_back():
    process = subprocess.Popen([sys.executable, "-c", _TAKEN_BACK], env=processes.environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    try:
        out = process.communicate(timeout=120)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert out.split() == ["ended"] * 5, out


@pytest.mark.parametrize("name, said", [
    ("nosuch.module:Pool", "there is no executor nosuch.module:Pool"),
    ("concurrent.futures:Nothing", "there is no executor concurrent.futures:Nothing"),
    ("Pool", "module:Class"), ("", "module:Class"),
    ("pools:not_one", "which has no submit()"), ("pools:none_to_have", "out of order"),
    ("dusk://127.0.0.1:8786", "write dask://host:port"),
])
def test_a_name_that_is_no_executor_is_refused_before_any_output(tree, name, said):
    run = spread(tree, "--check", "--format", "json", "--executor", name, ".")
    assert run.status == 2 and not run.out
    assert len(run.err.splitlines()) == 1 and said in run.err


def test_dask_without_its_package_says_what_to_install(tree):
    # A module of that name which cannot be imported stands before the real one, wherever that may be.
    tree.dirpath("pools", "distributed.py").write("raise ImportError('hidden')\n")
    before = tree.join("bad07.py").read()
    run = spread(tree, "--write", "--executor", "dask://127.0.0.1:8786", ".")
    assert (run.status, run.out) == (2, "") and tree.join("bad07.py").read() == before
    assert run.err == ("verifyshim.codemod: dask://127.0.0.1:8786 needs the package distributed; "
                       "pip install verifyshim[dask]\n")
