"""One file through the machine: with rules made for this, so that each thing can be seen alone."""
import re

import pytest

from verifyshim.codemod import engine
from verifyshim.codemod.context import Options
from verifyshim.codemod.prefilter import code_alone
from verifyshim.codemod.rules import Finding, Fix, RemoveKeyword, RemoveStatement, Replace, Rule


def calls(name):
    """A checker that finds calls of *name* and makes calls of ``good`` of them."""
    def check(context):
        for call in context.nodes("Call"):
            if context.text(call.func) == name:
                yield Finding(call, "%s is bad" % name, Fix("safe",
                                                            [Replace(call.func.start, call.func.end, "good")]))
    return check


def rule(check, code="VS901", needles=(b"bad",)):
    return Rule(code, "made for a test", needles, check)


def run(text, *rules, **options):
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return engine.rewrite(data, rules or [rule(calls("bad"))], Options(**options))


def shown(result):
    return [(found.rule, found.line, found.column, found.fix, found.applied) for found in result.findings]


def test_a_file_without_a_needle_is_not_even_parsed():
    result = run("this is no Python")
    assert not result.errors and not result.findings


def test_what_cannot_be_parsed_is_told():
    result = run("a = 1\nbad bad bad\n")
    (line, message), = result.errors
    assert line == 2 and message.startswith("it cannot be parsed: ")


def test_places_are_those_of_the_file_as_it_was():
    result = run("x = 1; bad(\n    bad(1))\n")
    assert result.data == b"x = 1; good(\n    good(1))\n"
    assert shown(result) == [("VS901", 1, 8, "safe", True), ("VS901", 2, 5, "safe", True)]
    assert result.findings[0].end_line == 2 and result.findings[0].end_column == 12
    assert result.findings[1].snippet == "    bad(1))"


@pytest.mark.parametrize("comment, hidden", [
    ("# verifyshim: ignore", True), ("# verifyshim: ignore[VS901]", True),
    ("# verifyshim:ignore[ VS1, vs901 ]", True),
    ("# because  # verifyshim: ignore[VS9]", True), ("# verifyshim: ignore[VS902]", False),
    ("# verifyshim: ignored", False),
    ("# ignore", False), ("; '# verifyshim: ignore'", False), ("# verifyshim: ignore[]", False),
])
def test_ignore_comments(comment, hidden):
    result = run("bad()  %s\nbad()\n" % comment)
    assert [found.line for found in result.findings] == ([2] if hidden else [1, 2])
    assert (b"bad" in result.data) == hidden


@pytest.mark.parametrize("line", [0, 2, 4])
def test_an_ignore_comment_on_any_line_that_is_meant(line):
    lines = ["x = f(", "    1,", "    bad(),", "    2,", ")"]
    lines[line] += "  # verifyshim: ignore"
    assert run("\n".join(lines)).findings == []


def test_an_ignore_comment_in_a_block_is_not_for_its_head():
    text = "if bad():\n    x  # verifyshim: ignore\n"
    assert len(run(text).findings) == 1
    assert not run("if bad():  # verifyshim: ignore\n    x\n").findings


def pair(context):
    """Two statements that go together."""
    both = [node for node in context.nodes("Expr") if context.text(node) in ("bad.a", "bad.b")]
    fix = Fix("safe", [RemoveStatement(node) for node in both])
    for node in both:
        yield Finding(node, "half", fix)


def test_both_halves_of_a_pair_or_neither():
    assert run("x\nbad.a\nbad.b\n", rule(pair)).data == b"x\n"
    result = run("x\nbad.a  # verifyshim: ignore\nbad.b\n", rule(pair))
    assert b"bad.a" in result.data and b"bad.b" in result.data
    assert shown(result) == [("VS901", 3, 1, "safe", False)]


def unsafe(context):
    for call in context.nodes("Call"):
        yield Finding(call, "unsure", Fix("unsafe", [Replace(call.start, call.end, "sure")]))


def test_unsafe_fixes_are_asked_for():
    result = run("bad()\n", rule(unsafe))
    assert result.data == b"bad()\n" and shown(result) == [("VS901", 1, 1, "unsafe", False)]
    result = run("bad()\n", rule(unsafe), unsafe=True)
    assert result.data == b"sure\n" and shown(result) == [("VS901", 1, 1, "unsafe", True)]


def test_who_has_to_wait_has_a_turn():
    def inner(context):
        for keyword in context.nodes("keyword"):
            yield Finding(keyword, "keyword", Fix("safe", [RemoveKeyword(keyword.parent, keyword)]))

    def outer(context):
        for call in context.nodes("Call"):
            if context.text(call.func) == "bad":
                yield Finding(call, "call", Fix("safe", [Replace(call.start, call.end, "new(bad=1)")]))
    result = run("bad(k=2)\n", rule(outer, "VS901"), rule(inner, "VS902"))
    assert result.data == b"new()\n"
    assert shown(result) == [("VS901", 1, 1, "safe", True), ("VS902", 1, 5, "safe", True)] or \
        [each[-1] for each in shown(result)] == [True] * 3


def test_one_that_shows_only_after_others_are_gone():
    def last(context):
        if not any(context.text(call.func) == "bad" for call in context.nodes("Call")):
            for node in context.nodes("Expr"):
                if context.text(node) == "leftover":
                    yield Finding(node, "not needed any more", Fix("safe", [RemoveStatement(node)]))
    result = run("leftover\nbad()\n", rule(calls("bad")), rule(last, "VS902", (b"leftover",)))
    assert result.data == b"good()\n"
    assert shown(result) == [("VS902", 1, 1, "safe", True), ("VS901", 2, 1, "safe", True)]


def test_a_rule_that_never_comes_to_an_end_is_stopped_and_told():
    def restless(context):
        for call in context.nodes("Call"):
            yield Finding(call, "again", Fix("safe", [Replace(call.start, call.end,
                                                              "bad(%s)" % context.text(call))]))
    result = run("bad\nf()\n", rule(restless))
    assert result.findings and not all(found.applied for found in result.findings)


def test_a_fix_that_fails_the_check_is_told_and_nothing_is_changed():
    def clumsy(context):
        for call in context.nodes("Call"):
            yield Finding(call, "Bad.", Fix("safe", [Replace(call.start, call.end, "x = (")]))
    result = run("bad()\n", rule(clumsy))
    assert result.data == b"bad()\n" and not result.errors
    assert shown(result) == [("VS901", 1, 1, "safe", False)]
    assert "Not rewritten: the result would not parse" in result.findings[0].message


def test_a_rule_that_fails_is_an_error_of_this_file_and_nothing_is_changed():
    def broken(context):
        raise KeyError("oops")
    result = run("bad()\n", rule(calls("bad")), rule(broken, "VS902"))
    assert result.data == b"bad()\n"
    (_, message), = result.errors
    assert "VS902" in message and "oops" in message


@pytest.mark.parametrize("text", [
    b"bad()\r\nx\r\n", b"bad()\rx\r", b"bad()\r\nx\ny\rz\r\n", b"\xef\xbb\xbfbad()\n", b"bad()",
    b"\x0c\nbad()\n\x0c",
    b"# coding: latin-1\nx = '\xe9'; bad('\xff')\n", b"if x:\n\tbad()\n", b"x = '\xff'; bad()\n",
    b"bad(); print 'x'\n",
    b"print `bad()`, 0777L <> 1\n", b"async def f():\n    await bad()\n", b"x = f'{bad}'; bad()\n",
    b"match x:\n    case bad(): bad()\n",
])
def test_bytes_that_are_not_meant_stay(text):
    result = run(text)
    assert not result.errors
    start, end = (text.index(b"bad("), text.index(b"bad(") + 3) if b"case" not in text else (25, 28)
    assert result.data == text[:start] + b"good" + text[end:]


def test_min_python_of_a_file_is_what_it_can_be_for():
    seen = []

    def look(context):
        seen.append(context.options.min_python)
        return ()
    for text in ("bad()", "print 'bad'", "def f(*, bad): pass", "import urllib2; bad",
                 "from http.client import bad",
                 "try:\n import urllib2\nexcept ImportError:\n import urllib.request\nbad",
                 "print `bad`; x: int = 1"):
        run(text, rule(look))
    both, two, three = ((2, 7, 9), (3, 4, 3)), ((2, 7, 9),), ((3, 4, 3),)
    assert seen == [both, two, three, two, three, both, both]


def test_the_prefilter_tells_which_rules_are_worth_it():
    one = rule(None, needles=(b"verify",))
    two = rule(None, needles=(b"verify_ssl", b"a.b"))
    three = rule(None, needles=(b"c",))
    prefilter = engine.Prefilter([one, two, three])
    assert prefilter(b"nothing") == []
    assert prefilter(b"x verify_ssl y") == [one, two]
    assert prefilter(b"x verify y") == [one]
    assert prefilter(b"axb") == [] and prefilter(b"a.b") == [two]
    assert prefilter(b"ca.b") == [two, three]


def test_a_rule_may_need_more_than_its_needle():
    one = Rule("VS901", "made for a test", (b"verify", b"check"), None,
               also=((b"False", re.compile(br"= *0\b")), (b"requests",)))
    prefilter = engine.Prefilter([one])
    for text in (b"requests verify=False", b"verify = 0; requests", b"xrequestscheck=0False"):
        assert prefilter(text) == [one]
    for text in (b"requests verify=00", b"verify=False", b"requests=False", b"requests veri_fy check True"):
        assert prefilter(text) == []


@pytest.mark.parametrize("data, code", [
    (b"x = 'urlopen' + y  # print z\n", b"x = '' + y  ''\n"),
    (b'"""a `b` \'c\' """ or d\n', b"'' or d\n"),
    (b"if'a' else rb\"\"\"\n'a' # b\"\"\"\n", b"if'' else rb''\n"),
    (b"'un\\'t' 'x'", b"'' ''"),
    (b"f'{a}' F\"{b}\" rf'{c}' xf'd'", b"f'{a}' F\"{b}\" rf'{c}' xf''"),
])
def test_code_alone_is_without_texts_and_comments_but_with_f_strings(data, code):
    assert code_alone(data) == code


@pytest.mark.parametrize("line, is_found", [
    ("# urlopen(url)", False), ("x = 'urlopen'", False), ("urllib2.urlopen(url)", True),
])
def test_only_a_name_in_the_code_makes_https_of_old_pythons(line, is_found):
    text = "import urllib2\n\n%s\nprint url\n" % line
    found = engine.rewrite(text.encode("ascii"), engine.load_rules(("VS108",)), Options()).findings
    assert bool(found) == is_found


def test_needles_that_overlap_are_all_found():
    rules = [rule(None, "VS90%d" % number, (needle,)) for number, needle in enumerate(
        (b"ssl_verify", b"verify_ssl", b"y_ssl_v", b"l_v"))]
    assert engine.Prefilter(rules)(b"= verify_ssl_verify") == rules
    assert engine.Prefilter(rules)(b"erify_ssl_verif") == rules[2:]


def test_test_code_is_left_out_by_its_path_before_it_is_read():
    for tests, found in ((False, 0), (True, 1)):
        result = engine.rewrite(b"bad(\n1)", [rule(calls("bad"))], Options(tests=tests), "a/tests/test_b.py")
        assert len(result.findings) == found
    assert not engine.rewrite(b"bad bad", [rule(calls("bad"))], Options(), "test_b.py").errors
