"""Print the table: a row for each interpreter, a column for each mode; tests compared, and how many differ."""
from . import modules

_COUNTS = ("tests", "explained", "unexplained", "flaky", "left out")


def lines(results):
    """The table as text, from the results that the tests recorded."""
    cells, names = {}, []
    for result in results:
        if result["row"] not in names:
            names.append(result["row"])
        cell = cells.setdefault((result["row"], result["column"]), dict.fromkeys(_COUNTS, 0))
        for count in _COUNTS:
            cell[count] += result[count]
    yield "each cell: tests compared, differences explained, left out because they would hang, unexplained"
    yield " " * 10 + "".join(column.rjust(22) for column in modules.COLUMNS)
    for name in names:
        yield name.ljust(10) + "".join(_cell(cells.get((name, column))).rjust(22) for column in modules.COLUMNS)
    total = dict((count, sum(cell[count] for cell in cells.values())) for count in _COUNTS)
    yield ("%(tests)d tests compared, %(explained)d end otherwise for a reason that is written down, %(left out)d "
           "left out, %(flaky)d differed once but not again, %(unexplained)d are not explained" % total)


def _cell(cell):
    return "-" if cell is None else "%(tests)d %(explained)d %(left out)d %(unexplained)d" % cell
