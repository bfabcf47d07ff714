"""Fixtures: servers, and activated copies of interpreters. Runs on a modern interpreter; see tests/conformance."""
import pytest

from ..conformance import CAN_RUN

if not CAN_RUN:
    collect_ignore_glob = ["test_[!d]*.py"]


@pytest.fixture(scope="session")
def farm(tmp_path_factory):
    """Servers to be trusted; one with the right name of an authority that is not, as an attacker on the network
    would have; one with another name than it is asked for; one without a certificate (anonymous key exchange)."""
    from ..conformance.cases import CASES, Case
    from ..conformance.pki import Pki
    from ..conformance.servers import Farm
    attacker = Case("attacker", lambda pki: pki.leaf("attacker", ["IP:127.0.0.1", "good.example.test"],
                                                     issuer=pki.stranger))
    other = Case("other", lambda pki: pki.leaf("other", ["proxy.example.test"]))
    servers = Farm(Pki(tmp_path_factory.mktemp("pki")), [attacker, other] + [
        case for case in CASES if case.name in ("good", "ipv4", "no-certificate")])
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def activated(tmp_path_factory):
    """Return a function of a row: a copy of that interpreter, activated in mode strict, made once."""
    from ..activation import environments
    made = {}

    def of(row):
        if row.name not in made:
            made[row.name] = environments.copied(row, tmp_path_factory.mktemp("environment") / "env")
            made[row.name].activate("--mode", "strict")
        return made[row.name]
    return of


@pytest.fixture
def judged(farm):
    """Return a function that runs a program against both servers and says which of them got a request."""
    from ..activation import environments

    def judge(environment, *command, cwd="/", **environ):
        environ = dict(environment.environ, **dict({"SSL_CERT_FILE": farm.pki.roots_file}, **environ))
        seen = []
        for name in ("ipv4", "attacker"):
            server = farm.servers[name]
            del server.requests[:]
            url = "https://127.0.0.1:%d/cell-%s" % (server.port, name)
            done = environments.Done([environment.python] + list(command) + [url], environ, cwd=str(cwd))
            farm.settle()
            seen.append(len(server.requests))
        return tuple(seen), done
    return judge
