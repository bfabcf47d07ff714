"""The same files give the same archives, byte for byte, so that anybody can compare a release with its source."""
import os
import shutil
import stat
import sys

from .conftest import build, environment, run

WHEEL = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]


def test_another_folder_another_day_and_another_umask_give_the_same_archives(built, checkout, tmp_path):
    elsewhere = shutil.copytree(checkout, tmp_path / "a" / "longer" / "path",
                                ignore=shutil.ignore_patterns("build", "*.egg-info"))
    for path in elsewhere.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (981173106, 981173106))
            path.chmod(path.stat().st_mode & ~(stat.S_IRWXG | stat.S_IRWXO))
    before = os.umask(0o077)
    try:
        again = build(elsewhere, tmp_path / "dist")
    finally:
        os.umask(before)
    assert [path.name for path in again] == [path.name for path in built]
    assert [path.read_bytes() == first.read_bytes() for path, first in zip(again, built)] == [True, True]


def test_source_date_epoch_is_honoured(built, checkout, tmp_path):
    run(*WHEEL, tmp_path, checkout, env=environment(SOURCE_DATE_EPOCH="1767225600"))
    assert next(tmp_path.glob("*.whl")).read_bytes() != built[1].read_bytes()


def test_what_an_earlier_build_left_is_not_in_the_next_wheel(built, checkout, tmp_path):
    stray = checkout / "build" / "lib" / "verifyshim" / "stray.py"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_text("")
    run(*WHEEL, tmp_path, checkout)
    assert next(tmp_path.glob("*.whl")).read_bytes() == built[1].read_bytes()
