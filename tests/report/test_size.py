"""Logs of any length in memory that is bounded."""
import subprocess
import sys

import pytest

from .conftest import fleet

_MEASURED = """
import resource, sys
from verifyshim import cli
status = cli.main(sys.argv[1:])
sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
sys.exit(status)
"""


def _peak(log, target):
    """Return the most memory, in MiB, that a report of *log* took."""
    process = subprocess.Popen([sys.executable, "-c", _MEASURED, "report", "--html", str(target), str(log)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return int(err) / 1024.0


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has other units elsewhere")
def test_memory_does_not_grow_with_the_log(tmp_path):
    lines = list(fleet(20000, 2000))
    peaks = []
    for times in (1, 10):
        path = tmp_path / ("log%d" % times)
        with open(str(path), "w") as handle:
            for _ in range(times):
                handle.writelines(lines)
        peaks.append(_peak(path, tmp_path / "out.html"))
    print("20,000 events: %.0f MiB; 200,000 events: %.0f MiB" % tuple(peaks))
    assert peaks[1] < peaks[0] + 10
