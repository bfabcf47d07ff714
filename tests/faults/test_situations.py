"""Names, files, disks, processes and signals that fail while a program runs; and how much of it all is left
behind."""
import pytest

from . import runs

ROWS = runs.chosen()
MODES = ["audit", "enforce", "strict"]
# urlopen of a good server, and of one with an unknown root; a test that compares with off sets both aside.
VERDICTS = {"audit": ["verified", "verified"], "enforce": ["verified", "refused"],
            "strict": ["verified", "refused"]}

each = pytest.mark.parametrize("interpreter", ROWS, ids=str)
in_each_mode = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def servers(pki):
    from ..conformance.servers import TLSServer, server_context
    made = {name: TLSServer(server_context(pki.leaves[name])) for name in ("good", "unknown")}
    yield made


@pytest.fixture
def happen(pki, servers, tmp_path):
    """Return a function that has one situation happen in one client, and returns what the client said."""
    def run(situation, interpreter, mode, **job):
        job = dict({"situation": situation, "mode": mode, "roots": pki.roots_file,
                    "log": str(tmp_path / "log.jsonl"),
                    "folder": str(tmp_path), "timeout": 30, "good": servers["good"].port,
                    "unknown": servers["unknown"].port}, **job)
        # Under audit the standard library loads its own roots for each connection, which are few here.
        said, err = runs.ask(interpreter, "situations.py", job, job.pop("seconds", runs.HANGS),
                             SSL_CERT_FILE=pki.roots_file, SSL_CERT_DIR=str(tmp_path))
        assert "Traceback" not in err, err[-3000:]
        return said
    return run


def as_bare(interpreter, mode):
    """Under audit a program sees what it would without the shim; from 2.7.9 and 3.4.3 on that is a refusal of
    another class."""
    if mode == "audit" and interpreter["_create_default_https_context"]:
        return ["verified", "URLError"]
    return VERDICTS[mode]


@each
@in_each_mode
def test_a_name_that_does_not_resolve_fails_as_without_the_shim(happen, interpreter, mode):
    bare = happen("dns", interpreter, "off")[0]
    said = happen("dns", interpreter, mode)[0]
    assert said[:-2] == bare[:-2] and said[-2:] == as_bare(interpreter, mode)


@each
@in_each_mode
@pytest.mark.parametrize("file", ["roots.pem", "verifyshim.cfg"])
def test_roots_and_policy_are_read_at_install_and_never_again(happen, interpreter, mode, file):
    for answers in happen("files", interpreter, mode, file=file)[0]:
        assert answers == as_bare(interpreter, mode)


@each
@in_each_mode
def test_a_list_of_revoked_certificates_that_breaks_lets_nobody_in(happen, pki, interpreter, mode):
    if not interpreter["verify_flags"]:
        pytest.skip("this interpreter has no revocation lists")
    bare = happen("files", interpreter, "off", file="list.crl", crl=pki.crl_file)[0][0]
    said = happen("files", interpreter, mode, file="list.crl", crl=pki.crl_file)[0]
    usual = as_bare(interpreter, mode)
    assert said[0] == usual and said[-1] == usual
    for answers in said[1:-1]:
        if mode == "audit":
            assert answers in (usual, bare)
        else:
            assert "verified" not in answers and not [one for one in answers if one.startswith("undocumented")]


@each
@in_each_mode
def test_a_full_disk_stops_no_connection(happen, interpreter, mode):
    assert happen("log_is_full", interpreter, mode)[0] == as_bare(interpreter, mode) + [True]


@each
@in_each_mode
def test_a_log_whose_descriptor_is_closed_is_opened_again(happen, interpreter, mode):
    said = happen("log_is_closed", interpreter, mode)[0]
    usual = as_bare(interpreter, mode)
    assert said[:4] == usual * 2
    assert said[4:6] == said[6:8] and len(said) == 8


@each
@pytest.mark.parametrize("mode", ["audit", "enforce"])
def test_a_fork_in_the_middle_of_a_handshake_leaves_both_able(happen, interpreter, mode):
    assert happen("fork", interpreter, mode)[0] == as_bare(interpreter, mode) * 2 + ["verified"]


@each
def test_a_fork_in_the_middle_of_a_handshake_that_strict_verifies(happen, interpreter):
    assert happen("fork", interpreter, "strict")[0] == VERDICTS["strict"] * 2 + ["verified"]


@each
@in_each_mode
def test_a_fork_while_another_thread_loads_the_roots_leaves_both_able(happen, interpreter, mode):
    assert happen("fork_while_preparing", interpreter, mode)[0] == as_bare(interpreter, mode) * 2 + [True]


@each
@in_each_mode
def test_a_signal_in_a_handshake_is_as_without_the_shim(happen, interpreter, mode):
    bare = happen("signals", interpreter, "off")[0]
    said = happen("signals", interpreter, mode)[0]
    assert said[:3] == bare[:3] and said[-2:] == as_bare(interpreter, mode)


@each
@in_each_mode
def test_the_interpreter_ends_with_connections_open_and_handlers_that_connect(happen, interpreter, mode):
    said = happen("shutdown", interpreter, mode)
    assert said[0] == as_bare(interpreter, mode) and len(said) in (1, 2)
    # From 3.9 on no new thread, and from 3.12 on little else, can be had that late; where it can, the verdict
    # is the same.
    assert said[1:] in ([], [as_bare(interpreter, mode)])


def loaded(happen, record_property, interpreter, mode, count, width, **job):
    said = happen("load", interpreter, mode, answer=as_bare(interpreter, mode)[1], count=count, width=width,
                  warm=count // 4,
                  **job)[0]
    record_property("load", "%s, %s: %s" % (interpreter, mode, said))
    assert not said["wrong"]
    files = [said[when][0] for when in ("before", "sequence", "threads", "again")]
    assert files == files[:1] * 4
    return said


@each
@in_each_mode
def test_200_connections_leave_no_file_open(happen, record_property, interpreter, mode):
    loaded(happen, record_property, interpreter, mode, 200, 32)


@pytest.mark.long
@each
@in_each_mode
def test_10000_connections_leave_no_file_open_and_little_memory(happen, record_property, interpreter, mode):
    said = loaded(happen, record_property, interpreter, mode, 10000, 64, seconds=3000)
    # A leak of 200 bytes for each connection would be more.
    assert said["sequence"][1] - said["before"][1] < 2000
    assert said["again"][1] - said["threads"][1] < 2000
