"""The texts that activation writes, the proof, and what each start of the interpreter asks of it."""
import os

import pytest

from verifyshim import startup, stdlib
from verifyshim.patches import _WHERE
from verifyshim.roots import private
from verifyshim.startup import activation, files, proof

from .hooked import run

SETTINGS = {"mode": "audit", "config": u"/etc/\xe4 'b\"\\n.cfg", "fail_closed": True}


@pytest.fixture
def settings(tmpdir):
    config = tmpdir.join("v.cfg")
    config.write("[verifyshim]\nmode = audit\n")
    return {"mode": None, "config": str(config), "fail_closed": False, "source": "here",
            "proof": str(tmpdir.join("proof"))}


def prove(settings, environ):
    with open(settings["proof"], "wb") as stream:
        stream.write(proof.made(settings, environ))


def test_texts_are_ascii_and_compile():
    config = SETTINGS["config"] if str is not bytes else SETTINGS["config"].encode("utf-8")
    settings = dict(SETTINGS, config=config)
    for text in (files.module(settings), files.sitecustomize(settings), files.pth(settings), files.drop_in()):
        text.encode("ascii")
        compile(text, "x", "exec")
        assert "@" not in text
    assert files.settings_in(files.module(settings)) == settings
    lines = files.pth(settings).splitlines()
    assert len(lines) == 2 and lines[1].startswith("import ")
    assert files.start().splitlines()[1] == "_verifyshim_activation:start"       # PEP 829


def test_modules_that_import_ssl_half_way_are_watched():
    both = set(["http.client", "httplib"])      # start-up does not ask which of them this interpreter has
    assert set(startup.WATCHED) == set(name for name, _ in _WHERE) - set(["socket"]) | both
    assert stdlib.HTTP_CLIENT in startup.WATCHED


def test_the_proof(settings, tmpdir):
    assert not startup.proven(settings, {})
    prove(settings, {})
    assert startup.proven(settings, {}) and startup.proven(settings, {"HOME": "/root", "VERIFYSHIM_MODE": "strict"})
    for variables in ({"VERIFYSHIM_MODE": "x"}, {"VERIFYSHIM_ROOTS": "certifi"}, {"VERIFYSHIM_CONFIG": "/x"},
                      {"VERIFYSHIM_FAIL_CLOSED": "1"}):
        assert not startup.proven(settings, variables)
    os.utime(settings["config"], (1, 1))
    assert not startup.proven(settings, {})
    tmpdir.join("proof").write("something else")
    assert not startup.proven(settings, {})


def test_a_proof_is_renewed_where_the_activation_is_there_still(settings, tmpdir, monkeypatch):
    module = tmpdir.join(files.MODULE_FILE)
    settings.update(source=str(module), proof=str(tmpdir.join(files.PROOF)))
    proof.renew(settings, {})
    assert not os.path.exists(settings["proof"])
    module.write("")
    proof.renew(settings, {})
    assert startup.proven(settings, {})
    # Deactivated while it is written.
    whole = private.write

    def slow(*arguments):
        module.remove()
        whole(*arguments)
    monkeypatch.setattr(private, "write", slow)
    os.utime(settings["config"], (1, 1))
    proof.renew(settings, {})
    assert not os.path.exists(settings["proof"])


def test_what_a_start_leaves_that_is_killed_while_it_renews_the_proof(settings, tmpdir):
    tmpdir.join(files.MODULE_FILE).write("")
    settings.update(source=str(tmpdir.join(files.MODULE_FILE)), proof=str(tmpdir.join(files.PROOF)))
    before = set(os.listdir(str(tmpdir)))
    run("import os\nfrom verifyshim.roots import private\nfrom verifyshim.startup import proof\n"
        "private.move = lambda *arguments: os._exit(0)\nproof.renew(%r, {})" % settings)
    left, = set(os.listdir(str(tmpdir))) - before
    path = str(tmpdir.join(left))
    assert path not in activation.find(str(tmpdir)).stray       # perhaps it is at work still
    os.utime(path, (1, 1))
    assert path in activation.find(str(tmpdir)).stray
    activation.removal(str(tmpdir)).carry_out()
    assert not os.path.exists(path)


def test_the_proof_of_fail_closed(settings, tmpdir):
    settings["fail_closed"] = True
    roots = tmpdir.join("roots.pem")
    roots.write("x")
    prove(settings, {"SSL_CERT_FILE": str(roots)})
    assert startup.proven(settings, {}) and startup.proven(settings, {"SSL_CERT_FILE": str(roots)})
    assert not startup.proven(settings, {"SSL_CERT_FILE": "/another"})
    assert b"/tls/__init__.py" in tmpdir.join("proof").read_binary().replace(b"\\", b"/")
    roots.write("changed")
    assert not startup.proven(settings, {})


def test_without_a_proof_nothing_that_is_set_is_taken_for_good(settings):
    settings.update(proof=None, config=None)
    if not os.path.lexists("/etc/verifyshim.cfg"):
        assert startup.proven(settings, {})
    assert not startup.proven(dict(settings, config="/x"), {})
    assert not startup.proven(dict(settings, fail_closed=True), {})


def test_somebody_elses_files_are_left(tmpdir):
    tmpdir.join("sitecustomize.py").write("theirs")
    found = activation.find(str(tmpdir))
    assert found.ways == [] and found.settings is None and found.stray == []
    assert activation.removal(str(tmpdir)).steps == []
    activation.plan(str(tmpdir), "sitecustomize", dict(SETTINGS, config=None), b"proof").carry_out()
    assert activation.find(str(tmpdir)).ways == ["sitecustomize"]
    # Somebody, a package manager perhaps, writes theirs anew: it is theirs again, and what was kept stays.
    tmpdir.join("sitecustomize.py").write("theirs, newer")
    activation.removal(str(tmpdir)).carry_out()
    assert tmpdir.join("sitecustomize.py").read() == "theirs, newer"
    assert tmpdir.join(files.KEPT).read() == "theirs"
    assert not tmpdir.join(files.MODULE_FILE).check()


def again(settings):
    """Start once more, as a second way of activation does; return what is told."""
    told = []
    startup.start(dict(settings), fail=told.append)
    return told


def test_a_start_that_came_to_no_end_is_told_by_who_starts_once_more(settings, monkeypatch):
    state = startup._State()
    monkeypatch.setattr(startup, "State", state)
    monkeypatch.setattr(startup, "proven", raising(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        startup.start(dict(settings), fail=None)
    assert "interrupted" in again(settings)[0]
    state.trouble, state.told = None, ()     # it did not even get so far
    assert "no end" in again(settings)[0]
    state.trouble, state.told, state.begun = None, (), True
    assert again(settings) == []


def test_what_is_no_exception_is_told_too(settings, monkeypatch):
    """A signal's handler raises what it likes."""
    class Stop(BaseException):
        pass

    told = []
    monkeypatch.setattr(startup, "State", startup._State())
    monkeypatch.setattr(startup, "proven", raising(Stop))
    startup.start(dict(settings), fail=told.append)
    assert len(told) == 1 and "Stop" in told[0]


def raising(error):
    def function(*arguments):
        raise error
    return function


def test_an_import_that_was_interrupted_is_tried_again():
    """Ctrl-C while the hook is put in place, in a program that goes on: the next import is noticed."""
    said = run("import sys; from verifyshim import startup; from verifyshim.startup import hook\n"
               "startup.start({'mode': 'audit', 'config': None, 'fail_closed': False, 'source': 's', 'proof': None})\n"
               "whole = hook.when_imported\n"
               "def interrupted(*arguments): raise KeyboardInterrupt\n"
               "hook.when_imported = interrupted\n"
               "try: import ssl\n"
               "except KeyboardInterrupt: print('interrupted %s' % startup.State.installed)\n"
               "hook.when_imported = whole\n"
               "import ssl; print(startup.State.installed)")
    assert said == ["interrupted", "False", "True"]


LIMIT = """
import sys
from verifyshim import startup
from verifyshim.patches import Patches
class Limit(Exception): pass
told, errors = [], [Limit("too slow"), RuntimeError("maximum recursion depth exceeded"), %s("too slow"), None]
whole = Patches._patch
def limited(self, place, module):
    if place == "socket_module" and errors[0]: raise errors.pop(0)
    return whole(self, place, module)
Patches._patch = limited
startup.start({"mode": "audit", "config": None, "fail_closed": False, "source": "s", "proof": None}, fail=told.append)
for _ in range(3):
    try:
        import ssl
        print("imported")
    except (Limit, RuntimeError, IOError): print(startup.State.installed)
import ssl, verifyshim, verifyshim.tls.contexts
print(startup.State.installed)
patched = verifyshim.status()["patched"]
print(verifyshim.tls.contexts.ssl is ssl and len(patched) == len(set(patched)) > 1)
print(len(told))
"""


def test_a_programs_own_time_limit_comes_out_of_its_import():
    """Raised by a handler while all is put in place; the next import does it again, with the same modules."""
    assert run(LIMIT % "IOError") == ["False"] * 3 + ["True", "True", "0"]


@pytest.mark.parametrize("error", ["verifyshim.ConfigurationError('x')", "ImportError('x')", "AttributeError('x')",
                                   "IOError(2, 'x')"])
def test_what_stays_wrong_is_told_and_does_not_come_out_of_the_import(error):
    """With fail-closed the program ends there: who tells it sees to that."""
    said = run("import sys, verifyshim\nfrom verifyshim import startup\nfrom verifyshim.startup import check\n"
               "def install(*arguments): raise %s\n"
               "check.install, told = install, []\n"
               "startup.start({'mode': 'audit', 'config': None, 'fail_closed': False, 'source': 's', 'proof': None},"
               " fail=told.append)\n"
               "import ssl; print(len(told)); import smtplib; print(len(told))" % error)
    assert said == ["1", "1"]
