"""Print the table: rows clients, columns modes; the number of cells as they should be, of those run."""

from . import versions

MODES = ("off", "audit", "enforce", "strict", "strict-early")


def lines(results):
    """The table as text, from the results that the tests recorded."""
    cells = {}
    for result in results:
        cells[result["row"], result["set"], result["client"], result["mode"]] = result
    width = max(len(" ".join(key[:3])) for key in cells)
    yield " " * width + "".join(mode.rjust(14) for mode in MODES)
    for key in sorted(set(key[:3] for key in cells)):
        yield " ".join(key).ljust(width) + "".join(
            "{passed} of {total}".format(**cells[key + (mode,)]).rjust(14) if key + (mode,) in cells
            else "-".rjust(14) for mode in MODES)
    passed, total, refused, named = (sum(result[key] for result in results)
                                     for key in ("passed", "total", "refused", "named"))
    yield "cells: %d of %d as expected; of %d refused %d told the program so in verifyshim's words" % (
        passed, total, refused, named)
    for name, why in sorted(versions.ABSENT.items()):
        yield "not run: %s: %s" % (name, why)
