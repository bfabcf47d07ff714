"""How well the codemod does on real releases. Needs PyPI once, for the releases: ``tox -e corpus``."""
import pytest


@pytest.mark.parametrize("verdict, bar", [("rewrite", 0.95), ("report-only", 0.90), ("must-not-touch", 1.0)])
def test_rows(outcomes, verdict, bar):
    found = outcomes[verdict]
    held = [outcome for outcome in found if outcome.held]
    assert len(held) >= bar * len(found), "%d of %d rows" % (len(held), len(found))


def test_every_file_is_read(releases):
    """What no reader here reads is listed as an error; the corpus has the few that are no Python at all."""
    found = [error for release, _ in releases for error in release.errors()]
    assert all("cannot be parsed" in error for error in found), found


def test_second_run_finds_nothing_to_change(releases):
    assert [path for release, _ in releases for path in release.again()] == []
