"""The judge of the corpus is right about what it sees. Needs no network."""
from . import rows

OLD = b"""\
import ssl
if hasattr(ssl, "x"):
    context = make(ssl,
                   "y")
    context.a = 1
    context.b = 2


def f(a,
      b=False):
    return a  # comment
"""


def _judged(verdict, line, safe, unsafe=None, found=(), note=""):
    row = rows.Row("p", "1", "p.py", line, "shape", verdict, note)
    safe = OLD if safe is None else safe
    changes = [rows.Change(OLD, new) for new in (safe, safe if unsafe is None else unsafe)]
    return rows.judge(rows.Place(row, OLD), changes[0], changes[1], found)[0]


def test_a_rewrite_is_a_change_of_the_statement():
    assert _judged("rewrite", 3, OLD.replace(b'"y"', b'"z"'))
    assert _judged("rewrite", 2, OLD.replace(b"context.b = 2", b"pass"))
    assert not _judged("rewrite", 5, OLD.replace(b"context.b = 2", b"pass"))


def test_a_site_of_several_lines():
    changed = OLD.replace(b"    context.b = 2\n", b"")
    assert _judged("rewrite", 5, changed, note="start of a 2-line site")
    assert not _judged("rewrite", 5, changed)


def test_gated_rewrites_need_unsafe():
    changed = OLD.replace(b"context.b = 2", b"pass")
    assert _judged("rewrite", 6, None, changed, note="GATED by an option")
    assert not _judged("rewrite", 6, changed, note="GATED by an option")


def test_report_only_needs_a_finding_and_no_change():
    assert _judged("report-only", 3, None, found=[(4, 4, "VS201")])
    assert _judged("report-only", 5, OLD.replace(b"import ssl\n", b""), found=[(5, 5, "VS201")])
    assert not _judged("report-only", 5, None)
    assert not _judged("report-only", 5, OLD.replace(b".a = 1", b".a = 2"), found=[(5, 5, "VS201")])
    assert not _judged("report-only", 2, None, found=[(5, 5, "VS201")])


def test_must_not_touch_is_absolute():
    assert _judged("must-not-touch", 5, OLD.replace(b".b = 2", b".b = 3"))
    assert not _judged("must-not-touch", 5, None, OLD.replace(b".a = 1", b".a = 2"))
    assert not _judged("must-not-touch", 9, OLD.replace(b"# comment", b"# remark"))
    assert _judged("must-not-touch", 2, OLD.replace(b".a = 1", b".a = 2"))


def test_a_line_put_into_a_statement_changes_it():
    changed = OLD.replace(b'make(ssl,', b'make(ssl,\n  # new')
    assert not _judged("must-not-touch", 3, changed)
