"""--executor dask://host:port against real schedulers and workers: the same output, whoever dies."""
import os
import signal
import subprocess

import pytest

from tests.codemod import processes
from tests.dask import conftest

MODES = [("--check", "json"), ("--check", "sarif"), ("--check", "text"), ("--diff", "diff")]


def contents(folder):
    return dict((path.relto(folder), path.read_binary()) for path in folder.visit() if path.check(file=1))


def started(folder, *arguments):
    return subprocess.Popen(processes.command(*arguments), cwd=str(folder), env=processes.environment(),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err.decode("utf-8")


def one_sentence(err):
    assert len(err.strip().splitlines()) == 1 and err.startswith("verifyshim.codemod: "), err
    return err


def each_as_it_was_or_rewritten(folder, before):
    after = contents(folder)
    assert set(after) == set(before)
    for name, data in after.items():
        assert data in (before[name], before[name].replace(b", verify=False", b"")), name


def test_workers_say_what_one_process_says_byte_for_byte(cluster, tree):
    cluster.worker()
    cluster.worker()
    for mode, form in MODES:
        alone = processes.run(tree, mode, "--quiet", "--format", form, "--jobs", "1", ".")
        spread = processes.run(tree, mode, "--quiet", "--format", form, "--executor", cluster.name, ".")
        assert (spread.status, spread.out, spread.err) == (alone.status, alone.out, alone.err) and spread.out


def test_workers_that_cannot_see_the_files_rewrite_them(cluster, tree, tmpdir):
    cluster.worker()        # in a folder of its own, and the paths are relative
    twin = tmpdir.join("twin")
    tree.copy(twin)
    alone = processes.run(twin, "--write", "--jobs", "1", "--quiet", ".")
    spread = processes.run(tree, "--write", "--executor", cluster.name, "--quiet", ".")
    assert (spread.status, spread.out) == (alone.status, alone.out)
    assert contents(tree) == contents(twin)
    assert tree.join("bad00.py").read() == processes.GOOD + "# 0\n"


def test_a_worker_that_is_killed_at_a_file_loses_none(cluster, tree, tmpdir):
    cluster.worker()
    doomed, marker = cluster.worker(conftest.HANG)
    twin = tmpdir.join("twin")
    tree.copy(twin)
    alone = processes.run(twin, "--write", "--format", "json", "--jobs", "1", "--quiet", ".")
    run = started(tree, "--write", "--format", "json", "--executor", cluster.name, "--quiet", ".")
    conftest.wait(marker, run)
    os.kill(doomed.pid, signal.SIGKILL)
    status, out, err = ended(run)
    assert (status, out.decode("utf-8"), err) == (alone.status, alone.out, alone.err)
    assert contents(tree) == contents(twin)


def test_without_workers_left_it_ends_with_one_sentence_and_no_half_file(cluster, tree):
    doomed, marker = cluster.worker(conftest.HANG)
    before = contents(tree)
    run = started(tree, "--write", "--executor", cluster.name, "--quiet", ".")
    conftest.wait(marker, run)
    os.kill(doomed.pid, signal.SIGKILL)
    status, _, err = ended(run)
    assert status == 2 and "no worker has been left" in one_sentence(err)
    each_as_it_was_or_rewritten(tree, before)


def test_a_scheduler_that_dies_is_told_in_one_sentence(cluster, tree):
    _, marker = cluster.worker(conftest.HANG)
    before = contents(tree)
    run = started(tree, "--write", "--executor", cluster.name, "--quiet", ".")
    conftest.wait(marker, run)
    os.kill(cluster.scheduler.pid, signal.SIGKILL)
    status, _, err = ended(run)
    assert status == 2 and "so run again" in one_sentence(err)
    each_as_it_was_or_rewritten(tree, before)


def test_a_file_that_kills_its_worker_is_told_and_the_others_are_done(unforgiving, tree):
    tree.join("bad10.py").rename(tree.join("deadly.py"))
    for _ in range(3):
        unforgiving.worker(conftest.DIE)
    run = processes.run(tree, "--check", "--format", "json", "--executor", unforgiving.name, "--quiet", ".")
    assert run.status == 2
    assert [error["path"] for error in run.json["errors"]] == ["broken.py", "deadly.py"]
    assert len(run.json["findings"]) == 40      # 39 files, and the one that is reported


def test_a_worker_of_another_version_is_refused(cluster, tree, other_version):
    cluster.worker(packages=str(other_version))
    before = contents(tree)
    run = processes.run(tree, "--write", "--executor", cluster.name, "--quiet", ".")
    assert run.status == 2 and "a worker runs verifyshim 0.0.1, and this is " in one_sentence(run.err)
    assert contents(tree) == before


@pytest.mark.parametrize("name", ["dask://127.0.0.1:1", "dask://"])
def test_a_scheduler_that_is_not_there_is_told_before_anything_is_written(tree, name):
    before = contents(tree)
    run = processes.run(tree, "--write", "--executor", name, ".")
    assert run.status == 2 and name in one_sentence(run.err) and not run.out
    assert contents(tree) == before
