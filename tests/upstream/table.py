"""Print the table: a row for each interpreter, a column for each mode; tests compared, and how many differ."""
from . import modules

_COUNTS = ("compared", "explained", "unexplained", "flaky", "left out")


def lines(results):
    """The table as text, from the results that the tests recorded."""
    cells, names = {}, []
    for result in results:
        if result["row"] not in names:
            names.append(result["row"])
        cell = cells.setdefault((result["row"], result["column"]), dict.fromkeys(_COUNTS, 0))
        for count in _COUNTS:
            cell[count] += result[count]
    wide = max(len(name) for name in names) + 2
    yield "each cell: tests compared, differences explained, left out because they would hang, unexplained"
    yield " " * wide + "".join(column.rjust(20) for column in modules.COLUMNS)
    for name in names:
        yield name.ljust(wide) + "".join(_cell(cells.get((name, column))).rjust(20) for column in modules.COLUMNS)
    total = dict((count, sum(cell[count] for cell in cells.values())) for count in _COUNTS)
    total["suites"] = len(set((result["row"], result["module"]) for result in results))
    total["reasons"] = len(set(reason for result in results for reason in result["reasons"]))
    yield ""
    yield ("%(suites)d runs of a suite's modules, %(compared)d comparisons of a test; %(explained)d end otherwise "
           "for %(reasons)d reasons that are written down, %(left out)d left out, %(flaky)d differed once but not "
           "again, %(unexplained)d are not explained" % total)
    bare = [result for result in results if result["column"] == next(iter(modules.COLUMNS))]
    yield ("not compared, because without verifyshim they are skipped: %d, or fail: %d"
           % (sum(result["skipped"] for result in bare), sum(result["fail bare"] for result in bare)))
    for result in bare:
        if not result["ends bare"]:
            yield "%(row)s %(module)s does not come to its end without verifyshim either" % result
    old = len([result for result in results if not result["same code"]])
    if old:
        yield "%d of %d results were measured with other sources than there are now" % (old, len(results))


def _cell(cell):
    return "-" if cell is None else "%(compared)d %(explained)d %(left out)d %(unexplained)d" % cell
