"""Whoever can set the environment variables of a program that is activated."""
import os

import pytest

from ..activation import environments
from ..activation.environments import PROGRAM, Done
from .rows import EDGES, NEWEST


@pytest.fixture
def both_roots(farm, tmp_path):
    """A file of roots with which the untrusted server would be trusted: what an attacker points variables to."""
    from ..conformance.pki import pem
    path = tmp_path / "attackers.pem"
    path.write_bytes(pem(farm.pki.stranger.certificate) + pem(farm.pki.root.certificate))
    return str(path)


@pytest.fixture
def policy(farm, tmp_path):
    path = tmp_path / "policy.cfg"
    path.write_text("[verifyshim]\nmode = strict\nroots = %s\n" % farm.pki.roots_file)
    return str(path)


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_roots_of_the_policy_s_file_come_before_those_of_other_tools(row, activated, judged, both_roots, policy):
    environment = activated(row)
    variables = {"SSL_CERT_FILE": both_roots, "SSL_CERT_DIR": os.path.dirname(both_roots),
                 "REQUESTS_CA_BUNDLE": both_roots, "CURL_CA_BUNDLE": both_roots}
    assert judged(environment, "-c", PROGRAM, VERIFYSHIM_CONFIG=policy, **variables)[0] == (1, 0)
    # Without roots in a file the variable decides, as it does for OpenSSL: documented.
    assert judged(environment, "-c", PROGRAM, SSL_CERT_FILE=both_roots)[0] == (1, 1)


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_it_comes_after_the_file_and_can_switch_all_off(row, farm, judged, both_roots, policy, tmp_path):
    """By design there is no lock: who sets variables can also set PYTHONPATH, or LD_PRELOAD."""
    environment = environments.copied(row, tmp_path / "env")
    environment.activate("--config", policy, "--fail-closed", SSL_CERT_FILE=farm.pki.roots_file)
    assert judged(environment, "-c", PROGRAM)[0] == (1, 0)
    for change in ({"VERIFYSHIM_MODE": "off"}, {"VERIFYSHIM_MODE": "audit"}, {"VERIFYSHIM_ROOTS": both_roots}):
        assert judged(environment, "-c", PROGRAM, **change)[0] == (1, 1)
    # -E takes Python's own variables away, not these: what they say is in the environment all the same.
    assert judged(environment, "-E", "-c", PROGRAM, VERIFYSHIM_MODE="off")[0] == (1, 1)


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_what_interpreters_had_for_it_switches_nothing_off(row, activated, judged):
    environment = activated(row)
    assert judged(environment, "-c", PROGRAM, PYTHONHTTPSVERIFY="0", PYTHONWARNINGS="ignore",
                  PYTHONOPTIMIZE="2")[0] == (1, 0)


@pytest.mark.parametrize("row", EDGES, ids=repr)
def test_a_relative_path_of_the_policy_is_refused(row, activated, farm, judged, policy, tmp_path):
    """Or the working directory would decide: mode off of that file is not taken. The whole path is."""
    environment = activated(row)
    (tmp_path / "off.cfg").write_text("[verifyshim]\nmode = off\n")
    _, done = judged(environment, "-c", PROGRAM, cwd=tmp_path, VERIFYSHIM_CONFIG="off.cfg")
    assert "relative path" in done.err and "NOT verified" in done.err, done
    seen, done = judged(environment, "-c", PROGRAM, cwd=tmp_path, VERIFYSHIM_CONFIG="off.cfg",
                        VERIFYSHIM_FAIL_CLOSED="1")
    assert seen == (0, 0) and done.status == 78 and "relative path" in done.err, done
    assert judged(environment, "-c", PROGRAM, VERIFYSHIM_CONFIG=policy, VERIFYSHIM_FAIL_CLOSED="1")[0] == (1, 0)


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_a_home_of_the_environment_is_not_relative_either(row, activated, judged, tmp_path):
    (tmp_path / "verifyshim.cfg").write_text(
        "[verifyshim]\nlog = none\n[host:127.0.0.1]\nexempt_until = 2999-12-31\nreason = attacker\n")
    (tmp_path / ".config" / "verifyshim").mkdir(parents=True)
    (tmp_path / ".config" / "verifyshim" / "cacert.pem").write_text("not a bundle")
    seen, done = judged(activated(row), "-c", PROGRAM, cwd=tmp_path, VIRTUAL_ENV=".", HOME=".",
                        XDG_CONFIG_HOME=".config")
    assert seen == (1, 0) and not done.lines, done
    assert judged(activated(row), "-c", PROGRAM, VIRTUAL_ENV=str(tmp_path))[0] == (1, 1)


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_pythonpath_comes_before_all_that_is_installed(row, activated, tmp_path):
    """By design of Python: it can name another verifyshim, as it can another ssl. -E and -I pass it over."""
    environment = activated(row)
    (tmp_path / "verifyshim").mkdir()
    (tmp_path / "verifyshim" / "__init__.py").write_text("import sys; sys.stderr.write('HOSTILE')")
    for flags, found in (((), True), (("-E",), False), (("-I",), False)):
        environ = dict(environment.environ, PYTHONPATH=str(tmp_path))
        done = Done([environment.python] + list(flags) + ["-c", "import ssl"], environ)
        assert ("HOSTILE" in done.err) == found, done
