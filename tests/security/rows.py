"""The interpreters that attacks are tried on: 2.7, 3.6, the newest, and one that never verified."""
from ..activation.environments import ROWS


def _few():
    def last(wanted):
        return [row for row in ROWS if wanted(row)][-1:]
    old = last(lambda row: not row["_create_default_https_context"] and row["python"] < [2, 7, 9])
    return (old + last(lambda row: row["python"] >= [2, 7, 9] and row["python"] < [3])
            + last(lambda row: row["python"][:2] == [3, 6])
            + sorted((row for row in ROWS if row["python"] >= [3, 7]), key=lambda row: row["python"])[-1:])


FEW = _few()
NEWEST = FEW[-1:]
EDGES = [row for row in FEW if row["python"][:2] == [2, 7] and row["SSLContext"]] + NEWEST
