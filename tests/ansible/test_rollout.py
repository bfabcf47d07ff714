"""A rollout from the first check run to the last rollback, with the interpreters people are stuck with."""
import json
from pathlib import Path

from . import playbooks


def events(folder):
    return [json.loads(line) for path in sorted(Path(folder).glob("**/*.jsonl*"))
            for line in path.read_text().splitlines()]


def test_audit_then_enforce_then_back(nodes, pythons, tls):
    made = {name: playbooks.make_environment(row, nodes.folder / "environments" / name)
            for name, row in pythons.items()}
    folders = {name: python.parent.parent for name, python in made.items()}
    before = {name: playbooks.site_packages(folder) for name, folder in folders.items()}
    # One is named by its interpreter, the others by their folder.
    named = [str(folder) for folder in folders.values()]
    nodes.add("node", verifyshim_environments=[str(list(made.values())[0])] + named[1:],
              verifyshim_collect_into=str(nodes.folder / "collected"))

    check = nodes.play("--check")
    assert check.changed["node"] > 0
    assert {name: playbooks.site_packages(folder) for name, folder in folders.items()} == before
    assert not list((nodes.folder / "etc").iterdir()) and not (nodes.folder / "log").exists()

    nodes.play()
    for name, python in made.items():
        assert tls.reached("good", python), name
        assert tls.reached("bad", python), name
    again, check = nodes.play(), nodes.play("--check")
    assert again.changed["node"] == 1 and "Fetch the logs" in again.text      # what the programs did meanwhile
    assert nodes.play().changed["node"] == 0 == check.changed["node"], check.text
    verdicts = [(event["port"], event["verdict"]) for event in events(nodes.folder / "collected" / "node")
                if event["event"] == "connection"]
    expected = [(tls.port("good"), "verified"), (tls.port("bad"), "let-through")] * len(made)
    assert sorted(verdicts) == sorted(expected)

    check = nodes.play("--check", verifyshim_mode="enforce")
    assert check.changed["node"] > 0
    assert all(tls.reached("bad", python) for python in made.values())
    nodes.play(verifyshim_mode="enforce")
    for name, python in made.items():
        assert tls.reached("good", python), name
        assert not tls.reached("bad", python), name
    nodes.play("--tags", "verifyshim_collect", verifyshim_mode="enforce")
    refused = [event for event in events(nodes.folder / "collected") if event.get("verdict") == "refused"]
    assert len(refused) == len(made) and {event["port"] for event in refused} == {tls.port("bad")}
    assert nodes.play(verifyshim_mode="enforce").changed["node"] == 0

    check = nodes.play("--check", verifyshim_state="inactive")
    assert check.changed["node"] > 0 and not any(tls.reached("bad", python) for python in made.values())
    nodes.play(verifyshim_state="inactive")
    assert all(tls.reached("bad", python) for python in made.values())
    for python in made.values():
        assert playbooks.ask(python, "-c", "import verifyshim")[0] == 0
    # The collected log had news once more, of the programs above.
    nodes.play("--tags", "verifyshim_collect")
    assert nodes.play(verifyshim_state="inactive").changed["node"] == 0

    nodes.play(verifyshim_state="absent", verifyshim_remove_policy=True, verifyshim_remove_logs=True)
    for name, folder in folders.items():
        more = {path.split("site-packages/")[1] for path in playbooks.site_packages(folder) - before[name]}
        assert not [path for path in more if not path.startswith(("six", "certifi"))]
        assert before[name] <= playbooks.site_packages(folder)
    assert not list((nodes.folder / "etc").iterdir()) and not list((nodes.folder / "log").iterdir())
    assert nodes.play(verifyshim_state="absent").changed["node"] == 0


def test_each_group_has_its_mode(nodes, newest, tls):
    """A canary enforces while the rest is audited, in one run; --limit leaves the others alone."""
    made = {}
    for host, mode in (("canary", "enforce"), ("rest", "audit")):
        folder = nodes.folder / host
        made[host] = playbooks.make_environment(newest, folder)
        nodes.add(host, verifyshim_environments=[str(folder)], verifyshim_mode=mode,
                  verifyshim_policy_path=str(nodes.folder / "etc" / ("%s.cfg" % host)))
    nodes.play(verifyshim_batch="100%")
    assert not tls.reached("bad", made["canary"]) and tls.reached("bad", made["rest"])
    nodes.hosts["rest"]["verifyshim_mode"] = "strict"
    nodes.play("--limit", "canary")
    assert tls.reached("bad", made["rest"])
    nodes.play()
    assert not tls.reached("bad", made["rest"])
    assert set(nodes.play().changed.values()) == {0}
