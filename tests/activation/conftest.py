"""Fixtures: environments by kind, and two servers. Runs on a modern interpreter; see tests/conformance."""
import pytest

from ..conformance import CAN_RUN

if CAN_RUN:
    from . import environments, reality
    from ..conformance.cases import CASES
else:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def farm(tmp_path_factory):
    """A server that is to be trusted, and one that is not."""
    from ..conformance.pki import Pki
    from ..conformance.servers import Farm
    servers = Farm(Pki(tmp_path_factory.mktemp("pki")),
                   [case for case in CASES if case.name in ("ipv4", "unknown-root")])
    yield servers
    servers.close()


@pytest.fixture
def judged(farm):
    """Return a function that runs PROGRAM against both servers, and says which of them got a request."""
    def judge(environment, label, *flags, **environ):
        environ.setdefault("SSL_CERT_FILE", farm.pki.roots_file)
        seen = {}
        for name in ("ipv4", "unknown-root"):
            server = farm.servers[name]
            cell = "cell-%s-%s" % (label, name)
            url = "https://127.0.0.1:%d/%s" % (server.server_address[1], cell)
            done = environment.run(*(flags + ("-c", environments.PROGRAM, url)), **environ)
            assert done.status == 0, done
            farm.settle()
            seen[name] = server.requests.count(cell)
        return seen["ipv4"], seen["unknown-root"]
    return judge


@pytest.fixture(autouse=True)
def real_interpreters_stay_as_they_are():
    """With -n, what another worker's test did may be found here: all the same it is an error."""
    places = reality.everywhere()
    before = reality.state(places)
    yield
    changed = reality.changes(before, reality.state(places))
    assert not changed, "a real interpreter was changed:\n%s" % "\n".join(changed)
