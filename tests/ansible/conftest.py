"""What the tests of the role share: wheels, servers with a good and a bad certificate, interpreters."""
import os
import shutil
import sys

import pytest
import trustme

from . import playbooks
from ..conformance import interpreters, servers

_PYTHONS = {"%d.%d" % tuple(row["python"][:2]): row for row in interpreters.find()
            if row["implementation"] == "cpython" and not row.job}
_NEWEST = max(_PYTHONS, key=lambda name: [int(part) for part in name.split(".")])
# The two that deployments are stuck with, and the newest.
NAMES = [name for name in ("2.7", "3.6") if name in _PYTHONS] + [_NEWEST]

# A program as they are found: verification switched off for all of urllib.
PROGRAM = """\
import ssl, sys
ssl._create_default_https_context = ssl._create_unverified_context
try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen
print(urlopen(sys.argv[1], timeout=20).read().decode())
"""


@pytest.fixture(scope="session")
def pythons():
    """The interpreters of NAMES, by name."""
    return {name: _PYTHONS[name] for name in NAMES}


@pytest.fixture(scope="session")
def newest():
    return _PYTHONS[_NEWEST]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """A folder with the wheels of verifyshim and what it needs, for all interpreters alike."""
    folder, checkout = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("checkout")
    listed = playbooks.run("git", "ls-files", "-co", "--exclude-standard", "setup.py", "setup.cfg", "README.md",
                           "LICENSE", "compat", cwd=playbooks.REPOSITORY)
    for name in listed.splitlines():
        if (playbooks.REPOSITORY / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(playbooks.REPOSITORY / name, checkout / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    playbooks.run(*pip, "wheel", "-q", "--no-deps", "-w", folder, checkout)
    playbooks.run(*pip, "download", "-q", "--no-deps", "-d", folder, "six", "certifi==2021.10.8")
    return folder


class Servers:
    """`good` and `bad` at localhost: only the first one's certificate is of the authority in `roots`."""

    def __init__(self, folder):
        authority, stranger = trustme.CA(), trustme.CA()
        self.roots = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.roots))
        self.farm = {}
        for name, issuer in (("good", authority), ("bad", stranger)):
            leaf = folder / ("%s.pem" % name)
            issuer.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(leaf))
            self.farm[name] = servers.TLSServer(servers.server_context(str(leaf)))
        self.program = folder / "program.py"
        self.program.write_text(PROGRAM)
        self._count = 0

    def port(self, name):
        return self.farm[name].port

    def reached(self, name, python, **variables):
        """Whether a program of *python* sends that server a request; the server is who says so."""
        self._count += 1
        cell, server = "cell-%d" % self._count, self.farm[name]
        address = "https://localhost:%d/%s" % (server.port, cell)
        said = playbooks.ask(python, self.program, address, **variables)[1]
        server.settle()
        arrived = cell in server.requests
        assert arrived == ("verified" in said.splitlines()), said
        return arrived

    def close(self):
        for server in self.farm.values():
            server.shutdown()
            server.server_close()


@pytest.fixture(scope="session")
def tls(tmp_path_factory):
    made = Servers(tmp_path_factory.mktemp("tls"))
    yield made
    made.close()


@pytest.fixture
def nodes(tmp_path, wheels, tls):
    """Nodes without hosts; ``common`` has what a rollout from a wheel folder needs."""
    # Ansible's own interpreter on the node; such as 2.7, for the ansible-core that still runs there.
    wanted = os.environ.get("VERIFYSHIM_ANSIBLE_PYTHON")
    if wanted and wanted not in _PYTHONS:
        pytest.skip("there is no Python %s here" % wanted)
    made = playbooks.Nodes(tmp_path, _PYTHONS[wanted].executable if wanted else sys.executable)
    made.common = {"verifyshim_wheel_folder": str(wheels),
                   "verifyshim_wheel_folder_on_node": str(tmp_path / "wheels"),
                   "verifyshim_policy_path": str(tmp_path / "etc" / "verifyshim.cfg"),
                   "verifyshim_roots": str(tls.roots),
                   "verifyshim_log": str(tmp_path / "log" / "connections.jsonl")}
    (tmp_path / "etc").mkdir()
    return made
