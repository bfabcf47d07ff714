"""Running the role as people do: ansible-playbook as a subprocess, and what it says it did."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from ..conformance import interpreters

REPOSITORY = Path(__file__).resolve().parent.parent.parent
CONTRIB = REPOSITORY / "contrib" / "ansible"
_RECAP = re.compile(r"^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.M)


def run(*command, **settings):
    """Run a command that must succeed and return what it prints."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, timeout=600, **settings)
    assert done.returncode == 0, done.stdout
    return done.stdout


class Outcome:
    """What a play did. `changed` and `failed` count tasks by host, `text` is all that was printed."""

    def __init__(self, done):
        self.status, self.text = done.returncode, done.stdout
        recap = self.text.rpartition("PLAY RECAP")[2]
        rows = {row[0]: [int(number) for number in row[1:]] for row in _RECAP.findall(recap)}
        self.changed = {host: row[1] for host, row in rows.items()}
        self.failed = {host: row[3] for host, row in rows.items()}


class Nodes:
    """Managed nodes that are all this machine, each with environments of its own, under one folder.

    :param folder: where everything is, Ansible's own files too; nothing outside of it is touched.
    :param python: the interpreter that runs Ansible's modules, as a node's would.
    """

    def __init__(self, folder, python=sys.executable):
        self.folder, self.python = folder, python
        self.hosts, self.common = {}, {}
        (folder / "home").mkdir()

    def add(self, host, **variables):
        self.hosts[host] = variables

    def play(self, *options, playbook=CONTRIB / "rollout.yml", expect=0, **variables):
        """Run the playbook with more variables than the hosts have, and return its Outcome."""
        local = {"ansible_connection": "local", "ansible_python_interpreter": str(self.python)}
        hosts = {host: dict(self.common, **local, **own) for host, own in self.hosts.items()}
        inventory = self.folder / "inventory.json"
        inventory.write_text(json.dumps({"verifyshim": {"hosts": hosts}}))
        command = [sys.executable, "-m", "ansible", "playbook", "-i", inventory, playbook, *options]
        command += ["-e", json.dumps(variables)]
        done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True, timeout=600,
                              cwd=self.folder, env=self.environment())
        outcome = Outcome(done)
        assert expect is None or outcome.status == expect, outcome.text
        return outcome

    def environment(self):
        home = self.folder / "home"
        return interpreters.clean_environment(
            HOME=str(home), ANSIBLE_HOME=str(home / ".ansible"), ANSIBLE_NOCOLOR="1", LC_ALL="C.UTF-8",
            ANSIBLE_LOCAL_TEMP=str(home / "local"), ANSIBLE_REMOTE_TEMP=str(home / "remote"),
            ANSIBLE_PIPELINING="1", PIP_DISABLE_PIP_VERSION_CHECK="1")


def make_environment(interpreter, folder):
    """Make a virtual environment of *interpreter*; return its Python's path."""
    if interpreter["python"][0] > 2:
        run(interpreter.executable, "-m", "venv", folder)
    else:       # without what virtualenv fetches in the background: not the same from day to day
        run(sys.executable, "-m", "virtualenv", "-q", "--no-periodic-update", "-p", interpreter.executable,
            folder)
    return folder / "bin" / "python"


def site_packages(environment):
    """Return the names of all files in an environment's site-packages but compiled ones."""
    return {str(path.relative_to(environment)) for path in Path(environment).glob("lib/*/site-packages/**/*")
            if "__pycache__" not in path.parts and path.suffix != ".pyc"}


def ask(python, *arguments, **variables):
    """Run a program as a user of that interpreter would; return ``(exit status, all that it printed)``."""
    done = subprocess.run([str(python)] + [str(part) for part in arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                          timeout=120, env=interpreters.clean_environment(**variables),
                          cwd=os.path.dirname(str(python)))
    return done.returncode, done.stdout
