"""Peers that close, reset, stall, or send garbage at each step of a handshake.

The client gets an error as without the shim; never a hang, a wrong verdict, a request to the wrong server or a
file that is left open.
"""
import pytest

from . import runs

MODES = ["off", "audit", "enforce", "strict"]
ENTRIES = ["urlopen", "connection", "own", "select"]
ROWS = runs.chosen()


def ended(peers, pki, interpreter, mode, cells, folder, record_property):
    if not interpreter["TLSv1_3"]:
        cells = [(entry, fault) for entry, fault in cells if fault.version == "TLS 1.2"]
    run = runs.Fetched(peers, pki, interpreter, mode, cells, folder)
    complaints = run.complaints(peers)
    record_property("faults", ("%s, %s" % (interpreter, mode), len(cells) - len(complaints), len(cells)))
    assert not complaints, "%d of %d:\n%s" % (len(complaints), len(cells), "\n".join(complaints[:30]))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("interpreter", ROWS, ids=str)
def test_some_faults_end_as_documented(peers, pki, interpreter, mode, tmp_path, record_property):
    cells = [("urlopen", fault) for fault in peers.faults if fault.version == "TLS 1.2"
             and fault.action in ("close", "reset", "mac", "alert") or fault.action == "stall"
             and fault.step[1] == "middle"]
    ended(peers, pki, interpreter, mode, cells, tmp_path, record_property)


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("interpreter", ROWS, ids=str)
def test_all_faults_end_as_documented(peers, pki, interpreter, entry, mode, tmp_path, record_property):
    ended(peers, pki, interpreter, mode, [(entry, fault) for fault in peers.faults], tmp_path, record_property)


@pytest.mark.long
def test_each_fault_happens(peers, pki, tmp_path):
    """Or the tests above would be about nothing."""
    newest = ROWS[-1]
    run = runs.Fetched(peers, pki, newest, "off", [("own", fault) for fault in peers.faults], tmp_path)
    assert not run.complaints(peers)
    missed = [fault.name for fault in peers.faults if not fault.reached]
    assert not missed
