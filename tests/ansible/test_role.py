"""Single properties of the role, each on one environment of the newest interpreter."""
import json
import sys

import pytest

from . import playbooks

LISTENING = """\
- hosts: verifyshim
  gather_facts: false
  roles:
    - role: %s
  handlers:
    - name: Write down that something changed
      ansible.builtin.copy:
        content: changed
        dest: "{{ verifyshim_told }}"
        mode: "0644"
      listen: verifyshim changed
"""


@pytest.fixture
def python(nodes, newest):
    """The interpreter of an environment, on the only node."""
    nodes.add("node", verifyshim_environments=[str(nodes.folder / "environment")])
    return playbooks.make_environment(newest, nodes.folder / "environment")


def test_host_rules_and_settings_reach_the_policy(nodes, python, tls):
    rules = [{"host": "localhost:%d" % tls.port("bad"), "exempt_until": "2099-12-31",
              "reason": "100% [sic] # a test"},
             {"host": "*.intranet.example", "roots": str(tls.roots)},
             {"host": "10.0.0.0/8", "pins": ["00" * 32, "11" * 32], "verify_chain": True}]
    given = {"verifyshim_mode": "strict", "verifyshim_hosts": rules, "verifyshim_settings": {
        "minimum_tls": 1.2, "protocols": ["http", "smtp"], "log_max_bytes": "1M", "log_keep": 2,
        "partial_chain": True}}
    nodes.play(**given)
    assert tls.reached("bad", python) and tls.reached("good", python)
    told = json.loads(playbooks.ask(python, "-m", "verifyshim", "status", "--json")[1])
    settings = {name: value for name, value, _ in told["settings"]}
    assert settings["minimum_tls"] == "1.2" and settings["log_keep"] == "2"
    assert settings["partial_chain"] == "on"
    assert {"host:*.intranet.example", "host:10.0.0.0/8"} <= set(settings)
    assert nodes.play(**given).changed["node"] == 0
    del rules[0]
    nodes.play(**given)
    assert not tls.reached("bad", python)


def test_policy_with_a_mistake_changes_nothing(nodes, python, tls):
    nodes.play(verifyshim_mode="enforce")
    path = nodes.folder / "etc" / "verifyshim.cfg"
    before = path.read_text()
    for rule, word in (
            ({"host": "localhost", "exempt_until": "2099-13-31", "reason": "none"}, "exempt_until"),
            ({"host": "localhost", "roots": "/nowhere/ca.pem"}, "/nowhere/ca.pem")):
        failed = nodes.play(verifyshim_mode="enforce", verifyshim_hosts=[rule], expect=2)
        assert word in failed.text and "Traceback" not in failed.text
        assert path.read_text() == before
        assert not tls.reached("bad", python) and tls.reached("good", python)


def test_needed_host_that_would_be_refused_stops_the_switch(nodes, python, tls):
    nodes.play()
    good, bad = ["localhost:%d" % tls.port(name) for name in ("good", "bad")]
    failed = nodes.play(verifyshim_mode="enforce", verifyshim_check_hosts=[good, bad], expect=2)
    assert failed.failed["node"] == 1 and tls.reached("bad", python)
    nodes.play(verifyshim_mode="enforce", verifyshim_check_hosts=[good])
    assert not tls.reached("bad", python)


def test_fail_closed_and_package_that_went_first(nodes, python, tls):
    nodes.play(verifyshim_mode="enforce", verifyshim_fail_closed=True)
    assert not tls.reached("bad", python)
    playbooks.run(python, "-m", "pip", "uninstall", "-q", "-y", "verifyshim")
    assert playbooks.ask(python, "-c", "pass")[0] == 78
    assert nodes.play("--check", verifyshim_state="absent").changed["node"] > 0
    assert playbooks.ask(python, "-c", "pass")[0] == 78
    nodes.play(verifyshim_state="absent")
    assert playbooks.ask(python, "-c", "pass")[0] == 0 and tls.reached("bad", python)
    assert not [name for name in playbooks.site_packages(nodes.folder / "environment") if "verifyshim" in name]


def test_package_that_is_gone_comes_back(nodes, python, tls):
    nodes.play(verifyshim_mode="enforce", verifyshim_fail_closed=True)
    playbooks.run(python, "-m", "pip", "uninstall", "-q", "-y", "verifyshim")
    nodes.play(verifyshim_mode="enforce", verifyshim_fail_closed=True)
    assert not tls.reached("bad", python) and tls.reached("good", python)


def test_from_an_index_and_a_version_by_another_spelling(nodes, python, wheels, tls):
    for wheel in wheels.glob("*.whl"):
        project = nodes.folder / "simple" / wheel.name.split("-")[0]
        project.mkdir(parents=True)
        project.joinpath("index.html").write_text('<a href="%s">%s</a>' % (wheel.as_uri(), wheel.name))
    version = next(wheels.glob("verifyshim-*")).name.split("-")[1]
    nodes.common.update(verifyshim_wheel_folder="", verifyshim_wheel_folder_on_node="",
                        verifyshim_mode="enforce",
                        verifyshim_index_url=(nodes.folder / "simple").as_uri())
    nodes.play(verifyshim_version=version)
    assert not tls.reached("bad", python)
    assert nodes.play(verifyshim_version=version + ".0").changed["node"] == 0
    failed = nodes.play(verifyshim_version="99.9", expect=2)
    assert "99.9" in failed.text and not tls.reached("bad", python)


def test_other_ways_and_programs_in_between(nodes, python, tls):
    """A sitecustomize that was there stays; and other programs renewing what they know is no change."""
    site = next((nodes.folder / "environment").glob("lib/*/site-packages"))
    own = site / "sitecustomize.py"
    own.write_text("import sys\nsys.stderr.write('mine\\n')\n")
    given = {"verifyshim_via": "sitecustomize", "verifyshim_mode": "enforce"}
    nodes.play(**given)
    assert "mine" in playbooks.ask(python, "-c", "pass")[1] and not tls.reached("bad", python)
    tls.reached("good", python, SSL_CERT_FILE=str(tls.roots))
    assert nodes.play(**given).changed["node"] == 0
    nodes.play(verifyshim_mode="enforce")
    assert not (site / "verifyshim-activation.pth").read_text() == "" and not tls.reached("bad", python)
    nodes.play(verifyshim_state="inactive")
    assert own.read_text().startswith("import sys") and tls.reached("bad", python)


def test_handlers_hear_of_changes_only(nodes, python):
    playbook, told = nodes.folder / "play.yml", nodes.folder / "told"
    playbook.write_text(LISTENING % (playbooks.CONTRIB / "roles" / "verifyshim"))
    nodes.play(playbook=playbook, verifyshim_told=str(told))
    assert told.exists()
    told.unlink()
    nodes.play(playbook=playbook, verifyshim_told=str(told))
    assert not told.exists()
    nodes.play(playbook=playbook, verifyshim_told=str(told), verifyshim_state="inactive")
    assert told.exists()


def test_log_for_programs_of_several_users(nodes, python):
    given = {"verifyshim_log_folder_mode": "0750", "verifyshim_log_mode": "0660"}
    nodes.play(**given)
    log = nodes.folder / "log" / "connections.jsonl"
    assert log.stat().st_mode & 0o777 == 0o660 and log.parent.stat().st_mode & 0o777 == 0o750
    assert nodes.play(**given).changed["node"] == 0


@pytest.mark.parametrize("given, words", [
    ({"verifyshim_mode": "enfroce"}, ["verifyshim_mode", "enfroce"]),
    ({"verifyshim_settings": {"minimum_tsl": "1.2"}}, ["minimum_tsl"]),
    ({"verifyshim_hosts": [{"pin": "x"}]}, ["verifyshim_hosts", "host"]),
    ({"verifyshim_environments": ["/nowhere/bin/python"]}, ["/nowhere/bin/python"])], ids=repr)
def test_mistakes_are_named(nodes, given, words):
    nodes.add("node", verifyshim_environments=["/nowhere"])
    failed = nodes.play(expect=2, **given)
    assert all(word in failed.text for word in words), failed.text


def test_example_inventory_is_understood(nodes):
    inventory, ansible = playbooks.CONTRIB / "inventory.example", [sys.executable, "-m", "ansible"]
    said = playbooks.run(*ansible, "inventory", "-i", inventory, "--list", env=nodes.environment())
    assert json.loads(said)["_meta"]["hostvars"]["app21.example.com"]["verifyshim_mode"] == "enforce"
    playbooks.run(*ansible, "playbook", "-i", inventory, "--syntax-check", playbooks.CONTRIB / "rollout.yml",
                  env=nodes.environment())
