"""Fixtures. Like tests/conformance, this needs 3.8 and cryptography; old interpreters are its clients."""
import os

import pytest

from ..conformance import CAN_RUN

if not CAN_RUN:
    collect_ignore_glob = ["test_*.py"]


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes minutes; left out of CI")


def pytest_collection_modifyitems(items):
    """CI has the oldest interpreter and the newest, in mode enforce, and audit where a connection costs
    least."""
    here = os.path.dirname(os.path.abspath(__file__))
    items = [item for item in items if str(item.fspath).startswith(here)]
    if not items:
        return
    from .runs import chosen
    rows = chosen()
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {})
        interpreter, mode = given.get("interpreter"), given.get("mode", "enforce")
        in_ci = interpreter in (None, rows[0], rows[-1]) and mode == "enforce"
        if not in_ci and (mode, interpreter) != ("audit", rows[-1]):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    from ..conformance.pki import Pki
    made = Pki(tmp_path_factory.mktemp("pki"))
    made.leaf("good", ["localhost"])
    made.leaf("unknown", ["localhost"], made.stranger)
    return made


@pytest.fixture(scope="session")
def peers(pki):
    from .peers import Peers, faults
    made = Peers(pki, faults())
    yield made
    made.close()


def pytest_terminal_summary(terminalreporter):
    results = [value for reports in terminalreporter.stats.values() for report in reports
               for name, value in getattr(report, "user_properties", ()) if name == "faults"
               if report.when == "call"]
    if results:
        terminalreporter.section("faults: attempts that ended as documented, of attempts made")
        for name in sorted({name for name, _, _ in results}):
            good = sum(good for other, good, _ in results if other == name)
            made = sum(made for other, _, made in results if other == name)
            terminalreporter.write_line("%-40s %6d of %d" % (name, good, made))
    loads = [value for reports in terminalreporter.stats.values() for report in reports
             for name, value in getattr(report, "user_properties", ()) if name == "load"
             if report.when == "call"]
    if loads:
        terminalreporter.section("faults: open files and KiB of memory, before and after the connections")
        for line in sorted(loads):
            terminalreporter.write_line(line)
