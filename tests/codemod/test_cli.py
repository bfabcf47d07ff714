"""The command as its users meet it: what is shown, what is written, and the exit status."""
import os
import subprocess

import verifyshim

from .processes import BAD, GOOD, REPORTED


def test_by_default_the_diff_is_shown_and_nothing_changed(codemod, bad):
    run = codemod("bad.py")
    assert run.status == 1
    assert run.out == ("--- a/bad.py\n+++ b/bad.py\n@@ -2,4 +2,4 @@\n \n \n def get(url):\n"
                       "-    return requests.get(url, verify=False)\n+    return requests.get(url)\n")
    assert bad.read() == BAD
    assert "1 call site found, 1 can be rewritten (--write) in 1 file" in run.err
    assert codemod("--diff", "bad.py").out == run.out


def test_patch_takes_the_diff(codemod, bad, tmpdir):
    names = ["bad.py", "with blank.py", "crlf.py", "open.py"]
    for name, text in zip(names, [BAD, BAD, BAD.replace("\n", "\r\n"), BAD[:-1]]):
        tmpdir.join(name).write_binary(text.encode("ascii"))
    diff = codemod(".").out
    tmpdir.join("the.diff").write_binary(diff.encode("utf-8"))
    assert subprocess.call(["git", "apply", "the.diff"], cwd=str(tmpdir)) == 0
    for name, text in zip(names, [GOOD, GOOD, GOOD.replace("\n", "\r\n"), GOOD[:-1]]):
        assert tmpdir.join(name).read_binary().decode("ascii") == text


def test_check_lists_with_line_and_caret(codemod, bad):
    run = codemod("--check", "bad.py")
    assert run.status == 1
    head, line, caret = run.out.splitlines()
    assert head.startswith("bad.py:5:30: VS201 ") and head.endswith(" [safe fix]")
    assert line == "    return requests.get(url, verify=False)"
    assert caret[caret.index("^"):] == "^" * 12 and line[caret.index("^"):].startswith("verify=False")
    assert bad.read() == BAD


def test_write_rewrites_and_a_second_run_has_nothing_to_do(codemod, bad):
    os.chmod(str(bad), 0o750)
    run = codemod("--write", ".")
    assert run.status == 0 and "[fixed]" in run.out
    assert bad.read() == GOOD
    assert os.stat(str(bad)).st_mode & 0o777 == 0o750
    run = codemod("--write", ".")
    assert (run.status, run.out) == (0, "") and "nothing found" in run.err


def test_write_tells_by_its_status_what_is_left(codemod, bad, tmpdir):
    tmpdir.join("left.py").write(REPORTED)
    run = codemod("--write", ".")
    assert run.status == 1
    assert "VS401" in run.out and "[no fix]" in run.out
    assert tmpdir.join("left.py").read() == REPORTED and bad.read() == GOOD


def test_what_the_diff_cannot_show_is_listed_beside_it(codemod, tmpdir):
    tmpdir.join("left.py").write(REPORTED)
    run = codemod(".")
    assert (run.status, run.out) == (1, "")
    assert "left.py:3:" in run.err and "VS401" in run.err


def test_standard_input(codemod):
    run = codemod("-", data=BAD.encode("ascii"))
    assert run.status == 1 and run.out.startswith("--- a/<stdin>\n+++ b/<stdin>\n@@")
    run = codemod("--write", "-", data=BAD.encode("ascii"))
    assert (run.status, run.out) == (0, GOOD)
    run = codemod("--write", "-", data=b"x = 1\n")
    assert (run.status, run.out) == (0, "x = 1\n")
    run = codemod("--write", "-", data=b"verify=x (\n")
    assert (run.status, run.out) == (2, "verify=x (\n")
    run = codemod("--check", "--format", "json", "--stdin-filename", "a/b.py", "-", data=BAD.encode("ascii"))
    assert [found["path"] for found in run.json["findings"]] == ["a/b.py"]


def test_json_is_one_object_as_documented(codemod, bad, tmpdir):
    tmpdir.join("broken.py").write("verify = (\n")
    run = codemod("--format", "json", "--check", ".")
    assert run.status == 2
    assert sorted(run.json) == ["errors", "findings", "tool", "version"]
    assert run.json["version"] == verifyshim.__version__
    found, = run.json["findings"]
    assert found.pop("message")
    assert found == {"path": "bad.py", "line": 5, "column": 30, "end_line": 5, "end_column": 42,
                     "rule": "VS201",
                     "fix": "safe", "applied": False}
    error, = run.json["errors"]
    assert sorted(error) == ["line", "message", "path"] and error["path"] == "broken.py"
    assert codemod("--format", "json", "--write", "bad.py").json["findings"][0]["applied"] is True
    assert codemod("--format", "json", "--check", "bad.py").json["findings"] == []


def test_columns_are_characters(codemod, tmpdir):
    text = u"# coding: %s\nimport requests\nx = '\u00e9\u00e9\u00e9'; requests.get(x, verify=False)\n"
    for encoding in ("utf-8", "latin-1"):
        tmpdir.join("a.py").write_binary((text % encoding).encode(encoding))
        found, = codemod("--format", "json", "a.py").json["findings"]
        assert (found["line"], found["column"]) == (3, 28)


def test_trouble_is_one_sentence_and_status_2(codemod, bad, tmpdir):
    tmpdir.join("broken.py").write("x = 1\nverify = (\n")
    for arguments, told in [
            (["nowhere"], "nowhere: it cannot be found or opened: no such file or directory"),
            (["broken.py"], "broken.py:"),
            (["--select", "VS999", "."], "there is no rule VS999"),
            (["--select", "", "--ignore", "nonsense", "."], "there is no rule NONSENSE"),
            (["--explain", "VS999"], "there is no rule VS999"),
            (["--jobs", "0", "."], "must be a number from 1 up"),
            (["--min-python", "old", "."], "must be like 2.7.9"),
            (["--format", "xml", "."], "xml"),
            (["--colour", "."], "--colour"),
            (["--check", "--write", "."], "--check does not go with --write"),
            (["-", "bad.py"], "goes with no other path"),
            ([], "name the files or folders")]:
        run = codemod(*arguments)
        assert run.status == 2, arguments
        assert told in run.err, arguments
    assert bad.read() == BAD


def test_a_file_that_cannot_be_read_does_not_keep_others_from_it(codemod, bad, tmpdir):
    tmpdir.join("broken.py").write("x = 1\nverify = (\n")
    run = codemod("--write", ".")
    assert run.status == 2 and bad.read() == GOOD
    assert "trouble with 1 file" in run.err


def test_a_link_is_reported_and_left(codemod, bad, tmpdir):
    tmpdir.join("link.py").mksymlinkto(bad)
    run = codemod("--write", "link.py")
    assert run.status == 2 and "symbolic link" in run.err
    assert bad.read() == BAD and os.path.islink(str(tmpdir.join("link.py")))
    assert codemod("--check", "link.py").status == 1


def test_rules_are_chosen(codemod, bad):
    assert codemod("--select", "VS1", ".").status == 0
    assert codemod("--select", "VS1,VS2", ".").status == 1
    assert codemod("--select", "VS1", "--select", "VS201", ".").status == 1
    assert codemod("--ignore", "VS2", ".").status == 0
    assert codemod("--select", "ALL", "--ignore", "VS201", ".").status == 0


def test_rules_are_explained(codemod):
    listed = codemod("--list-rules")
    assert listed.status == 0
    codes = [line.split()[0] for line in listed.out.splitlines()]
    assert codes == sorted(codes) and "VS101" in codes and "VS403" in codes
    explained = codemod("--explain", "vs201")
    assert explained.status == 0 and explained.out.startswith("VS201") and "verify=False" in explained.out


def test_settings_of_the_repository(codemod, bad, tmpdir):
    tmpdir.join("setup.cfg").write("[verifyshim:codemod]\nper-path-ignores =\n    bad*: VS201\n")
    assert codemod(".").status == 0
    assert codemod("bad.py").status == 0
    tmpdir.join("setup.cfg").write("[verifyshim:codemod]\nexclude = bad.py\n")
    assert codemod(".").status == 0
    assert codemod("bad.py").status == 1        # it is named
    tmpdir.join("setup.cfg").write("[verifyshim:codemod]\nignore = VS2\n")
    assert codemod(".").status == 0
    assert codemod("--ignore", "VS1", ".").status == 1
    tmpdir.join("setup.cfg").write("[verifyshim:codemod]\nignor = VS2\n")
    run = codemod(".")
    assert run.status == 2 and "setup.cfg: ignor is none of" in run.err


def test_an_ignore_comment(codemod, bad):
    bad.write(BAD.replace("False)", "False)  # verifyshim: ignore[VS201]"))
    assert codemod(".").status == 0


def test_excluded_on_the_command_line(codemod, bad):
    assert codemod("--exclude", "bad*", ".").status == 0
    assert codemod("--exclude", "x,y", "--exclude", "/bad.py", ".").status == 0
