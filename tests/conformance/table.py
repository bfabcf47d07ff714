"""Print the table: rows interpreters, columns entry points, "n of n" in each cell."""

from . import interpreters
from .columns import COLUMNS

PER_BLOCK = 8


def lines(results):
    """The table as text, from the results that the tests recorded; cells not run are empty."""
    cells = {(result["row"], result["column"]): result for result in results}
    rows = [row for row in interpreters.find() if any(row.name == name for name, _ in cells)]
    columns = [column for column in COLUMNS if any(column.name == name for _, name in cells)]
    width = max(len(row.name) for row in rows)
    for start in range(0, len(columns), PER_BLOCK):
        block = columns[start:start + PER_BLOCK]
        widths = [max(9, len(column.name)) for column in block]
        yield "  ".join([" " * width] + [column.name.rjust(size) for column, size in zip(block, widths)])
        for row in rows:
            texts = [cell(cells.get((row.name, column.name)), column.applies(row)) for column in block]
            yield "  ".join([row.name.ljust(width)] + [text.rjust(size) for text, size in zip(texts, widths)])
        yield ""
    passed, total = (sum(result[key] for result in results) for key in ("passed", "total"))
    yield "cells: %d of %d as expected (interpreters: %d, entry points: %d)" % (
        passed, total, len(rows), len(columns))
    yield "absent interpreters: " + (", ".join(interpreters.absent()) or "none")
    skipped = {}
    for result in results:
        skipped.update(result["skipped"])
    for name, why in sorted(skipped.items()):
        yield "case skipped: %s: %s" % (name, why)


def cell(result, applies):
    if result:
        return "%d of %d" % (result["passed"], result["total"])
    return "" if applies else "-"
