"""kill -9 at any moment of activate and deactivate leaves the old state or the new one; Ctrl-C starts nothing."""
import os
import signal
import subprocess
from pathlib import Path

import pytest

from . import environments
from .environments import ROWS
from .test_chaining import APPORT, seen

FEW = [row for row in ROWS if row.name in ("2.6.9", "2.7.18", "3.3.2", "3.13.0")]
SCRIPT = str(Path(__file__).with_name("interrupting.py"))
MOST = 60


@pytest.mark.parametrize("theirs", [False, True], ids=["alone", "chained"])
@pytest.mark.parametrize("way", ["pth", "sitecustomize"])
@pytest.mark.parametrize("row", FEW, ids=repr)
def test_kill(row, way, theirs, tmp_path):
    environment = environments.copied(row, tmp_path / "env")
    if theirs:
        (environment.site_packages / "sitecustomize.py").write_text(APPORT)
    before = environment.files()
    for verb in ("activate", "deactivate"):
        states = set()
        for number in range(1, MOST):
            done = environment.run(SCRIPT, str(number), verb, *(("--via", way) if verb == "activate" else ()))
            assert done.status in (0, -9), done
            # Nothing in between: silent, and with what was there before at work in both.
            states.add(environment.state()[0])
            assert not theirs or seen(environment) == "yes"
            if done.status == 0:
                break
            # The old state again, for the next moment.
            environment.deactivate() if verb == "activate" else environment.activate("--via", way)
        assert done.status == 0 and number > 3 and environment.state()[0] == (verb == "activate"), (number, done)
        assert states == {True, False}, states
    drafts = [name for name in environment.files() if ".new-" in name]
    assert {name: text for name, text in environment.files().items() if name not in drafts} == before
    assert len(drafts) < MOST


def _heed_interrupts():
    """Who runs the tests in the background may have them ignored, and Python then ignores them, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("row,way", [(row, way) for row in FEW for way in ("pth", "sitecustomize")],
                         ids=lambda one: str(one))
def test_a_start_that_is_interrupted_starts_nothing(row, way, tmp_path):
    """Ctrl-C while the policy is read, here from a pipe; it ends Python as it would without us."""
    environment = environments.copied(row, tmp_path / "env")
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    environ = dict(environment.environ, VERIFYSHIM_CONFIG=pipe)
    for options in ((), ("--fail-closed",)):
        environment.activate("--via", way, *options)
        for interrupt in (True, False):
            process = subprocess.Popen([environment.python, "-c", "print('the program runs')"], env=environ, cwd="/",
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_heed_interrupts)
            with open(pipe, "wb", buffering=0) as policy:       # it reads from now on
                if interrupt:
                    process.send_signal(signal.SIGINT)
                else:
                    policy.write(b"[verifyshim]\nmode = strict\n")
            out, err = process.communicate(timeout=60)
            assert (process.returncode == 0) == (b"the program runs" in out) == (not interrupt), (options, out, err)
            assert interrupt or not err, err
