"""exempt(): for whom it holds, and for how long."""
import contextlib
import datetime
import threading
import time

import pytest

from verifyshim import policy
from verifyshim.policy import exemptions
from .test_policy_rules import PIN, ROOT, trouble

exempt = policy.exempt
LONG = {"until": "2100-01-01", "reason": "NET-1"}


@pytest.fixture
def made():
    return policy.Policy(roots=ROOT, hosts={"pinned.example": {"pin": PIN}})


def exempted(made, host="a.example", port=443):
    return made.judgement(host, port).exemption is not None


def test_it_holds_inside_the_block_for_its_hosts(made):
    with exempt("a.example", **LONG):
        found = made.judgement("A.example.", 443)
        assert found.exemption == (found.exemption.until, "NET-1", "exempt()") and found.pattern == "a.example"
        assert found.exemption.until.text == "2100-01-01"
        assert not exempted(made, "b.example") and not exempted(made, None)
    assert made.judgement("a.example", 443) is policy.PLAIN
    assert exemptions.entries() == ()


@pytest.mark.parametrize("pattern, host, port", [
    ("*.example:8443", "a.example", 8443), ("10.0.0.0/8", "10.0.0.1", 1), ("[::1]:443", "::1", 443)])
def test_it_takes_patterns(made, pattern, host, port):
    with exempt(pattern, datetime.date(2100, 1, 1), b"NET-1".decode("ascii")):
        assert exempted(made, host, port) and not exempted(made, host, port + 1) or pattern == "10.0.0.0/8"


def test_it_goes_before_rules_and_leaves_their_pins_to_see(made):
    with exempt("*.example", **LONG):
        found = made.judgement("pinned.example", 443)
        assert found.pins == (PIN,) and found.exemption is not None
    assert made.judgement("pinned.example", 443) == (None, (PIN,), False, None, "pinned.example")


def test_the_exemption_of_a_rule_is_the_one_that_is_told():
    made = policy.Policy(roots=ROOT, hosts={"a.example": {"exempt_until": "2100-01-01", "reason": "rule"}})
    with exempt("*.example", **LONG):
        assert made.judgement("a.example", 443).exemption.reason == "rule"
        assert made.judgement("b.example", 443).exemption.reason == "NET-1"


def test_blocks_can_be_nested_and_entered_again(made):
    one, other = exempt("a.example", **LONG), exempt("b.example", **LONG)
    with one:
        with other:
            with one:
                assert exempted(made) and exempted(made, "b.example")
            assert exempted(made) and exempted(made, "b.example")
        assert exempted(made) and not exempted(made, "b.example")
    assert not exempted(made)


def test_an_exception_ends_it_and_goes_on(made):
    with pytest.raises(KeyError):
        with exempt("a.example", **LONG):
            raise KeyError("x")
    assert not exempted(made)


def test_it_ends_in_the_block_at_its_date(made, monkeypatch):
    with exempt("a.example", until="2027-03-31", reason="NET-1"):
        with exempt("a.example", until="2027-03-30", reason="NET-2"):
            monkeypatch.setattr(time, "time", lambda: 1806451200.0 - 1)
            assert made.judgement("a.example", 443).exemption.reason == "NET-2"
            monkeypatch.setattr(time, "time", lambda: 1806451200.0 + 1)
            assert made.judgement("a.example", 443).exemption.reason == "NET-1"
            monkeypatch.setattr(time, "time", lambda: 1806451200.0 + 86400)
            assert not exempted(made)


@pytest.mark.parametrize("keys, said", [
    ({"host": "*", "until": "2100-01-01", "reason": "x"},
     "exempt('*'): the host pattern '*' would be for every"),
    ({"host": "a.example", "reason": "x"}, "exempt('a.example'): until is missing"),
    ({"host": "a.example", "until": "soon", "reason": "x"}, "exempt('a.example'): 'soon' is not a date"),
    ({"host": "a.example", "until": "2100-01-01"}, "reason is missing"),
    ({"host": "a.example", "until": "2100-01-01", "reason": ""}, "reason = '' says nothing"),
    ({"host": None, "until": "2100-01-01", "reason": "x"}, "exempt(None): the host pattern None is not")])
def test_what_it_cannot_use_is_an_error_at_once(keys, said):
    assert said in trouble(exempt, **keys)


def test_other_threads_are_not_exempt(made):
    seen, entered, checked = [], threading.Event(), threading.Event()

    def other():
        with exempt("b.example", **LONG):
            entered.set()
            checked.wait(10)
            seen.extend([exempted(made), exempted(made, "b.example")])

    thread = threading.Thread(target=other)
    thread.start()
    assert entered.wait(10) is not False
    with exempt("a.example", **LONG):
        seen.extend([exempted(made), exempted(made, "b.example")])
        checked.set()
        thread.join()
    # 3.14's free-threaded builds give a thread the context that it was started in; here that had none.
    assert seen == [True, False, False, True]


def test_many_threads_share_one_object_without_mixing(made):
    held, wrong = exempt("a.example", **LONG), []

    def work():
        for _ in range(300):
            if exempted(made):
                wrong.append("before")
            with held:
                if not exempted(made):
                    wrong.append("inside")
            if exempted(made):
                wrong.append("after")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and held._entered == []


TASKS = """
import asyncio

async def other(made, exempted, seen):
    seen.append(("other", exempted(made)))

async def child(made, exempted, seen, ended):
    seen.append(("child", exempted(made)))
    await ended.wait()
    seen.append(("child later", exempted(made)))

async def main(made, exempted, exempt, seen):
    ended = asyncio.Event()
    before = asyncio.ensure_future(other(made, exempted, seen))
    with exempt:
        inside = asyncio.ensure_future(child(made, exempted, seen, ended))
        await asyncio.sleep(0.01)
        seen.append(("main", exempted(made)))
    seen.append(("main later", exempted(made)))
    ended.set()
    await inside
    await before
"""


def test_tasks_are_kept_apart_and_the_end_of_the_block_ends_it_for_those_started_inside(made):
    if exemptions.ContextVar is None:
        return      # before 3.7 tasks share what their thread has
    namespace, seen = {}, []
    exec(TASKS, namespace)
    namespace["asyncio"].run(namespace["main"](made, exempted, exempt("a.example", **LONG), seen))
    assert dict(seen) == {"other": False, "child": True, "main": True,
                          "main later": False, "child later": False}


def test_a_generator_that_is_closed_elsewhere_ends_it(made):
    def values():
        with exempt("a.example", **LONG):
            yield exempted(made)

    running = values()
    assert next(running)
    thread = threading.Thread(target=running.close)
    thread.start()
    thread.join()
    assert not exempted(made)


def test_a_generator_that_is_closed_elsewhere_ends_nobody_else_s(made):
    shared, seen = exempt("a.example", **LONG), []

    def values():
        with shared:
            yield

    class Other(threading.Thread):
        """Does *begin*, and *end* when it is told to, each with what it is exempt from noted."""

        def __init__(self, begin, end):
            threading.Thread.__init__(self)
            self._steps, self._begun, self._go = (begin, end), threading.Event(), threading.Event()
            self.start()
            self._begun.wait(10)

        def run(self):
            for step in self._steps:
                step()
                seen.append(exempted(made))
                self._begun.set()
                self._go.wait(10)

        def finish(self):
            self._go.set()
            self.join()

    running = values()
    first = Other(lambda: next(running), lambda: None)
    inside = Other(shared.__enter__, lambda: None)
    running.close()
    inside.finish()
    first.finish()
    assert seen == [True, True, True, False]
    shared.__exit__()
    assert shared._entered == []


@pytest.mark.skipif(not hasattr(contextlib, "ExitStack"), reason="3.3+")
def test_a_stack_leaves_from_elsewhere_than_it_enters(made):
    with contextlib.ExitStack() as stack:
        stack.enter_context(exempt("a.example", **LONG))
        stack.enter_context(exempt("b.example", **LONG))
        assert exempted(made) and exempted(made, "b.example")
    assert not exempted(made) and not exempted(made, "b.example")


def test_without_install_it_holds_too():
    with exempt("a.example", **LONG):
        assert policy.current().judgement("a.example", 443).exemption is not None
