"""The guard that conftest puts around each of these tests."""
from . import environments, reality


def test_what_is_written_to_an_interpreter_is_noticed(tmp_path):
    environment = environments.copied(environments.ROWS[-1], tmp_path / "env")
    places = reality.folders(environment.python)
    assert environment.site_packages in places
    before = reality.state(places)
    theirs = environments.library(environment.row, tmp_path / "env") / "sitecustomize.py"
    for change, paths in ((lambda: environment.activate(), ["verifyshim-activation.pth", "_verifyshim_activation.py"]),
                          (lambda: theirs.write_text("pass"), ["sitecustomize.py"]),
                          (lambda: theirs.write_text("0000"), ["sitecustomize.py"]),
                          (lambda: theirs.chmod(0o600), ["sitecustomize.py"]),
                          (lambda: (theirs.unlink(), theirs.symlink_to("/etc/x")), [", no file"])):
        change()
        after = reality.state(places)
        told = "\n".join(reality.changes(before, after))
        assert all(path in told for path in paths), told
        assert not reality.changes(after, reality.state(places))
        before = after
    environment.deactivate()
    theirs.unlink()
    assert "verifyshim-activation.pth: was" in "\n".join(reality.changes(before, reality.state(places)))
