"""What .gitignore files leave out: git itself is asked, of patterns thought out and made at random."""
import os
import random
import subprocess

import pytest

from verifyshim.codemod.config import Settings
from verifyshim.codemod.ignored import Patterns
from verifyshim.codemod.walk import Walker
from verifyshim.codemod.work import Given

NAMES = ["a.py", "b.py", "ab.py", "a b.py", "#a.py", "!a.py", "[a].py", "a-b.py", "A.py", "a1.py", "x ",
         "\\a.py"]
FOLDERS = ["", "a", "b", "a/b", "a/b/c", "foo", "foo/bar", "foo/x/bar", "foo/x/y/bar", "a.py.d"]


def git(folder, *arguments):
    environment = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull, HOME=str(folder),
                       XDG_CONFIG_HOME=str(folder))
    return subprocess.check_output(("git",) + arguments, cwd=str(folder), env=environment)


@pytest.fixture(scope="module")
def tree(tmpdir_factory):
    try:
        subprocess.check_output(["git", "--version"])
    except (EnvironmentError, subprocess.CalledProcessError):
        pytest.skip("git is the oracle here, and there is none")
    folder = tmpdir_factory.mktemp("tree")
    git(folder, "init", "-q")
    for name in FOLDERS:
        folder.ensure(name, dir=True)
        for each in NAMES:
            folder.join(name, each).write("#!/usr/bin/env python\n")
    return folder


def compare(tree, files):
    """Write ignore files, and see that git and the walker find the same."""
    for name, text in files.items():
        tree.join(name).write_binary(text)
    try:
        listed = git(tree, "ls-files", "-o", "--exclude-standard", "-z").split(b"\0")
        theirs = sorted(path.decode("utf-8") for path in listed if path and not path.endswith(b".gitignore"))
        errors = []
        walker = Walker(Settings(Given(), []), lambda *error: errors.append(error))
        found = walker.files([str(tree)])
        ours = sorted(os.path.relpath(path, str(tree)).replace(os.sep, "/") for path in found)
        assert not errors
        assert ours == theirs, files
    finally:
        for name in files:
            tree.join(name).write_binary(b"")


@pytest.mark.parametrize("text", [
    b"*.py", b"a.py", b"/a.py", b"a/", b"/a/", b"a/b", b"/a/b/", b"b/c", b"**/b", b"**/b/", b"**/b/c", b"a/**",
    b"a/**/",
    b"foo/**/bar", b"foo/**bar", b"foo/*/bar", b"foo/**", b"**", b"*", b"/*", b"/*\n!/a", b"*\n!*/\n!a.py",
    b"*.py\n!b.py",
    b"a/*\n!a/b/", b"a/\n!a/b/a.py", b"!a.py\na.py", b"a.py\n!a.py", b"?.py", b"[ab].py", b"[!a].py",
    b"[^a].py",
    b"[a-b]*.py", b"[]a].py", b"[[:alpha:]].py", b"a[[:digit:]].py", b"[[:nonsense:]].py", b"[a.py", b"[a-].py",
    b"\\#a.py", b"#a.py", b"\\!a.py", b"\\[a\\].py", b"a\\ b.py", b"a b.py   ", b"x\\ ", b"x ", b"x",
    b"\\\\a.py", b"a.py\\",
    b"a.py\r\nb.py\r\n", b"\xef\xbb\xbfa.py\n", b"/", b"//", b"a//b", b"!", b"\n\n", b"***/b", b"a***",
    b"foo/***/bar",
    b"**/**/b", b"foo/**/", b"/**/a.py", b"a?b.py", b"foo?bar", b"foo/?/bar", b"foo/[x]/bar", b"foo[/]bar",
    b"./a.py",
    b"a/.", b"a/b/../b", b"[a-b-c].py", b"[b-a].py", b"[\\a].py", b"[!]a].py", b"*a*.py", b"*/*/c/", b"a.py.d/",
])
def test_as_git_does(tree, text):
    compare(tree, {".gitignore": text})


def test_a_nearer_file_goes_before_one_above(tree):
    compare(tree, {".gitignore": b"*.py\n", "a/.gitignore": b"!a.py\n", "a/b/.gitignore": b"a.py\n!/c/\n/b.py"})
    compare(tree, {".gitignore": b"!b.py\n/foo\n", "a/.gitignore": b"*\n!.gitignore\n!b/\n",
                   "foo/.gitignore": b"!*"})


def test_what_only_this_clone_leaves_out(tree):
    compare(tree, {".git/info/exclude": b"/a/\n*b.py\n", ".gitignore": b"!b.py\n"})


def test_patterns_at_random(tree):
    chance = random.Random(20240229)
    pieces = ["a", "b", "c", "foo", "bar", "x", "*", "**", "?", "/", "/", "/", ".py", "[ab]", "[!a]", "\\",
              "[a-c]", " ",
              "!", "#", "-", "]", "[", "1"]
    for _ in range(120):
        lines = []
        for _ in range(chance.randint(1, 4)):
            line = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 7)))
            lines.append(("!" if chance.random() < 0.25 else "") + line)
        files = {".gitignore": "\n".join(lines).encode("ascii")}
        if chance.random() < 0.3:
            files["a/.gitignore"] = "".join(chance.choice(pieces) for _ in range(4)).encode("ascii")
        compare(tree, files)


def test_a_folder_in_a_repository_obeys_what_is_above(tree):
    tree.join(".gitignore").write("/a/b/a.py\n")
    try:
        found = [os.path.basename(path) for path in
                 Walker(Settings(Given(), []), None).files([str(tree.join("a", "b"))])]
    finally:
        tree.join(".gitignore").write("")
    assert found.count("a.py") == 1     # that in c


def test_patterns_of_an_option_cover_what_is_below():
    patterns = Patterns(os.path.abspath(os.sep + "work"), ["vendor/", "*_pb2.py", "!keep_pb2.py"])
    assert patterns.covers(os.path.abspath("/work/lib/vendor/x/y.py"))
    assert patterns.covers(os.path.abspath("/work/a_pb2.py"))
    assert not patterns.covers(os.path.abspath("/work/keep_pb2.py"))
    assert not patterns.covers(os.path.abspath("/elsewhere/vendor/x.py"))
