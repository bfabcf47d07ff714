"""install() and uninstall(): in place, once, completely, and safe under threads."""
import inspect
import ssl
import threading

import pytest

import verifyshim
from verifyshim import events, patches, shim
from verifyshim.clients import request
from verifyshim.patches import tampering
from verifyshim.startup import hook
from verifyshim.tls.https import http_client

CAPTURED = http_client.HTTPSConnection
ORIGINALS = dict(vars(http_client.HTTPSConnection))


class Subclass(http_client.HTTPSConnection):
    """Made before install() and without a connect() of its own."""


def patched():
    return dict((name, vars(CAPTURED)[name]) for name in ("__init__", "connect"))


def signature(function):
    if hasattr(inspect, "getfullargspec"):
        return inspect.getfullargspec(function)
    return inspect.getargspec(function)


def test_uninstall_puts_the_original_objects_back(roots):
    switch = ssl._create_default_https_context
    verifyshim.install(roots=roots)
    assert vars(CAPTURED)["connect"] is not ORIGINALS["connect"]
    assert ssl._create_default_https_context is not switch
    verifyshim.uninstall()
    for name, value in patched().items():
        assert value is ORIGINALS[name]
    assert ssl._create_default_https_context is switch
    assert set(vars(CAPTURED)) == set(ORIGINALS)


def test_installing_twice_is_once(roots):
    verifyshim.install(roots=roots)
    first = patched()
    verifyshim.install()
    assert patched() == first
    verifyshim.uninstall()
    assert patched()["connect"] is ORIGINALS["connect"]


def test_a_second_install_with_settings_takes_over(roots, good):
    verifyshim.install(roots="certifi")
    with pytest.raises(request.URLError):
        request.urlopen(good.url())
    verifyshim.install(roots=roots)
    assert request.urlopen(good.url("/after")).read() == b"verified"
    assert good.requests == ["/after"]
    verifyshim.uninstall()
    assert patched()["connect"] is ORIGINALS["connect"]


def test_the_class_stays_the_same_and_looks_the_same(roots):
    before = signature(CAPTURED.__init__)
    names = CAPTURED.__init__.__code__.co_varnames[:CAPTURED.__init__.__code__.co_argcount]
    verifyshim.install(roots=roots)
    assert http_client.HTTPSConnection is CAPTURED
    assert isinstance(CAPTURED("localhost"), http_client.HTTPSConnection)
    assert signature(CAPTURED.__init__) == before
    assert CAPTURED.__init__.__code__.co_varnames[:len(names)] == names
    assert CAPTURED.connect.__name__ == "connect"


@pytest.mark.parametrize("kind", [CAPTURED, Subclass])
def test_names_captured_before_and_subclasses_are_reached(kind, roots, good, unknown):
    verifyshim.install(roots=roots)
    connection = kind("localhost", good.port)
    connection.request("GET", "/good")
    assert connection.getresponse().read() == b"verified"
    with pytest.raises(verifyshim.VerificationError):
        kind("localhost", unknown.port).request("GET", "/bad")
    assert (good.requests, unknown.requests) == (["/good"], [])


def test_a_subclass_that_passes_keywords_on_keeps_working(roots, good):
    class Picky(http_client.HTTPSConnection):
        def __init__(self, *args, **kwargs):
            kwargs["timeout"] = 20
            http_client.HTTPSConnection.__init__(self, *args, **kwargs)

    verifyshim.install(roots=roots)
    connection = Picky("localhost", good.port)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified" and connection.timeout == 20


def test_a_connection_made_under_the_shim_works_and_verifies_after_uninstall(roots, good, unknown):
    verifyshim.install(roots=roots)
    connections = [http_client.HTTPSConnection("localhost", server.port) for server in (good, unknown)]
    verifyshim.uninstall()
    for connection in connections:
        with pytest.raises(verifyshim.VerificationError):       # no longer with the roots of the policy
            connection.request("GET", "/")
    assert good.requests == unknown.requests == []


def test_keywords_reach_ours_through_a_foreign_wrapper(roots, good, unknown, monkeypatch):
    original = ORIGINALS["__init__"]

    def theirs(self, *args, **kwargs):
        original(self, *args, **kwargs)

    monkeypatch.setattr(CAPTURED, "__init__", theirs)
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
    verifyshim.install(roots=roots)
    connection = CAPTURED("localhost", port=good.port)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified"
    with pytest.raises(verifyshim.VerificationError):
        CAPTURED("localhost", unknown.port).request("GET", "/")
    assert unknown.requests == []
    verifyshim.uninstall()


def test_a_foreign_patch_over_ours_survives_uninstall_and_ours_is_inert(roots, good, monkeypatch):
    verifyshim.install(roots=roots)
    ours = vars(CAPTURED)["connect"]
    calls = []

    def theirs(self):
        calls.append(self.host)
        return ours(self)

    monkeypatch.setattr(CAPTURED, "connect", theirs)
    verifyshim.uninstall()
    assert vars(CAPTURED)["connect"] is theirs
    context = ssl.create_default_context(cafile=roots)
    connection = CAPTURED("localhost", good.port, context=context)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"verified" and calls == ["localhost"]
    monkeypatch.undo()
    assert vars(CAPTURED)["connect"] is ours        # put back by monkeypatch; inert
    CAPTURED.connect = ORIGINALS["connect"]


def test_threads_that_install_and_uninstall_leave_the_originals(roots):
    verifyshim.install(roots=roots)      # so that the modules are imported
    verifyshim.uninstall()
    trouble = []

    def flip():
        try:
            for _ in range(50):
                verifyshim.install(roots=roots)
                verifyshim.uninstall()
        except Exception as error:
            trouble.append(error)

    threads = [threading.Thread(target=flip) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not trouble
    assert patched()["connect"] is ORIGINALS["connect"]
    assert patched()["__init__"] is ORIGINALS["__init__"]


@pytest.mark.parametrize("settings, said", [
    ({"mode": "enforced"}, "enforced"),
    ({"root": "x"}, "root"),
    ({"roots": "/nonexistent/roots.pem"}, "/nonexistent/roots.pem"),
    ({"roots": 7}, "7"),
    ({"strict_x509": "yes"}, "strict_x509"),
    ({"minimum_tls": "1.4"}, "minimum_tls"),
    ({"crl": "/nonexistent.crl"}, "/nonexistent.crl"),
])
def test_a_bad_setting_is_named_and_nothing_is_installed(settings, said):
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        verifyshim.install(**settings)
    assert said in str(caught.value)
    assert not verifyshim.status()["installed"]
    assert patched()["connect"] is ORIGINALS["connect"]


def test_a_bad_setting_leaves_what_was_installed(roots, good):
    verifyshim.install(roots=roots)
    with pytest.raises(verifyshim.ConfigurationError):
        verifyshim.install(roots=roots, minimum_tls="1.4")
    assert verifyshim.status()["installed"]
    assert request.urlopen(good.url()).read() == b"verified"


def test_a_policy_is_taken_and_not_together_with_settings(roots):
    policy = verifyshim.Policy(roots=roots)
    with pytest.raises(verifyshim.ConfigurationError):
        verifyshim.install(policy, mode="enforce")
    with pytest.raises(verifyshim.ConfigurationError):
        verifyshim.install({"mode": "enforce"})
    verifyshim.install(policy)
    assert verifyshim.status()["roots_count"] == 1


@pytest.mark.parametrize("modes", [("enforce", "enforce"), ("enforce", "strict"), ("strict", "enforce"),
                                   ("audit", "strict"), ("strict", "strict")])
def test_another_policy_takes_over_without_a_moment_in_between(roots, unknown, modes, monkeypatch):
    """Or a connection of another thread would go out unverified meanwhile."""
    verifyshim.install(mode=modes[0], roots=roots)
    seen = []

    def watched(place, name):
        original = getattr(place, name)
        monkeypatch.setattr(place, name, lambda it: (seen.append(it), original(it)))

    watched(shim.policies, "use")
    watched(patches.Patch, "revert")
    verifyshim.install(mode=modes[1], roots=roots)
    assert [policy.mode for policy in seen] == [modes[1]]       # never none, and no patch put back
    with pytest.raises(request.URLError):
        request.urlopen(unknown.url())
    monkeypatch.undo()
    verifyshim.uninstall()
    assert patched()["connect"] is ORIGINALS["connect"] and unknown.requests == []


def test_the_same_again_writes_no_tampering_and_what_was_replaced_since_is_patched_again(roots, monkeypatch):
    with events.ring() as ring:
        for mode in ("enforce", "strict", "audit", "enforce"):
            verifyshim.install(mode=mode, roots=roots)
            http_client.HTTPSConnection("localhost")
            tampering.look()
        assert [record for record in ring.records if record["event"] == "tampering"] == []
        monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
        verifyshim.install(mode="strict", roots=roots)
        assert ssl._create_default_https_context().verify_mode == ssl.CERT_REQUIRED
    assert max(len(callbacks) for callbacks in hook._waiting.values()) <= 1
    verifyshim.uninstall()
    monkeypatch.undo()
    verifyshim.uninstall()
    assert patched()["connect"] is ORIGINALS["connect"]


def test_what_cannot_be_patched_leaves_the_policy_before(roots, good, unknown, monkeypatch):
    import smtplib
    verifyshim.install(roots=roots)
    verifyshim.uninstall()
    monkeypatch.setattr(smtplib.SMTP, "starttls", object())
    with pytest.raises(verifyshim.ConfigurationError) as caught:
        verifyshim.install(mode="strict", roots=roots)
    assert "smtplib cannot be patched" in str(caught.value) and not verifyshim.status()["installed"]
    assert patched()["connect"] is ORIGINALS["connect"]
    monkeypatch.undo()
    verifyshim.install(roots=roots)
    monkeypatch.setattr(smtplib.SMTP, "starttls", object())
    with pytest.raises(verifyshim.ConfigurationError):
        verifyshim.install(mode="strict", roots=roots)
    assert verifyshim.status()["mode"] == "enforce"
    with pytest.raises(request.URLError):
        request.urlopen(unknown.url())
    assert request.urlopen(good.url()).read() == b"verified"


def test_mode_off_changes_nothing(roots):
    verifyshim.install(mode="off", roots=roots)
    assert patched()["connect"] is ORIGINALS["connect"]
    assert verifyshim.status()["mode"] == "off"


def test_status_says_what_is_in_force(roots):
    assert verifyshim.status()["installed"] is False
    verifyshim.install(roots=roots)
    told = verifyshim.status()
    assert told["installed"] and told["mode"] == "enforce" and roots in told["roots"]
    assert "HTTPSConnection.connect" in told["patched"]
    assert told["sends_server_name"] is True
