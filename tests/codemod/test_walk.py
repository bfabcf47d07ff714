"""Which files are found, and which are left out."""
import os

import pytest

from verifyshim.codemod.config import Settings
from verifyshim.codemod.walk import Walker
from verifyshim.codemod.work import Given


def found(folder, *paths, **options):
    errors = []
    settings = Settings(Given(), [], options.get("exclude", ()))
    listed = list(Walker(settings,
                         lambda *error: errors.append(error)).files([str(path) for path in paths or [folder]]))
    assert errors == options.get("errors", [])
    return [os.path.relpath(path, str(folder)).replace(os.sep, "/") for path in listed]


def test_python_by_name_or_by_first_line(tmpdir):
    for name in ["a.py", "b.pyw", "c.pyi", "d.pyc", "e.txt", "f.py.orig", "README"]:
        tmpdir.join(name).write("import ssl\n")
    scripts = {"env": "#!/usr/bin/env python\n", "two": "#! /usr/bin/python2.7 -E\n", "pypy": "#!/opt/pypy3\n",
               "opt": "#!/opt/python3.6/bin/python3.6\r\n", "tool.cgi": "#!/usr/bin/python\n",
               "shell": "#!/bin/sh\npython x\n", "perl": "#!/usr/bin/perl\n",
               "split": "#!/usr/bin/env -S python3 -u\n",
               "data": "python\n", "hash": "#!/usr/bin/pythonic\n"}
    for name, text in scripts.items():
        tmpdir.join(name).write_binary(text.encode("ascii"))
        tmpdir.join(name).chmod(0o755)
    tmpdir.join("plain.cgi").write("#!/usr/bin/python\n")      # nobody may run it
    assert found(tmpdir) == sorted(["a.py", "b.pyw", "env", "two", "pypy", "opt", "tool.cgi", "split"])


def test_files_named_are_taken_whatever_they_are(tmpdir):
    tmpdir.join(".gitignore").write("*\n")
    tmpdir.join("x.txt").write("import ssl\n")
    assert found(tmpdir, tmpdir.join("x.txt")) == ["x.txt"]
    assert found(tmpdir) == []


@pytest.mark.parametrize("name", [".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".tox", ".nox", ".eggs",
                                  "build", "dist",
                                  "node_modules", "__pycache__", "site-packages"])
def test_folders_that_are_not_the_user_s_own(tmpdir, name):
    tmpdir.join("a.py").write("")
    tmpdir.mkdir(name).join("b.py").write("")
    tmpdir.mkdir("below").mkdir(name).join("c.py").write("")
    assert found(tmpdir) == ["a.py"]
    assert found(tmpdir, tmpdir.join(name)) == [name + "/b.py"]        # unless it is named


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "bin/activate", "Scripts/activate"])
def test_virtual_environments(tmpdir, marker):
    folder = tmpdir.mkdir("whatever")
    folder.join(marker).ensure()
    folder.join("lib", "x.py").ensure()
    tmpdir.join("a.py").write("")
    assert found(tmpdir) == ["a.py"]


def test_a_package_may_be_called_build(tmpdir):
    folder = tmpdir.mkdir("build")
    folder.join("__init__.py").write("")
    folder.join("b.py").write("")
    assert found(tmpdir) == ["build/__init__.py", "build/b.py"]


def test_links_are_not_followed(tmpdir):
    outside = tmpdir.mkdir("outside")
    outside.join("x.py").write("")
    tree = tmpdir.mkdir("tree")
    tree.join("a.py").write("")
    tree.join("link.py").mksymlinkto(outside.join("x.py"))
    tree.join("folder").mksymlinkto(outside)
    tree.join("again").mksymlinkto(tree)
    assert found(tree) == ["a.py"]


def test_neither_pipes_nor_sockets_are_opened(tmpdir):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(str(tmpdir.join("pipe")))
    os.mkfifo(str(tmpdir.join("pipe.py")))
    assert found(tmpdir) == []


def test_order_and_no_file_twice(tmpdir):
    for name in ["b.py", "a.py", "c/a.py", "a/z.py"]:
        tmpdir.join(name).ensure()
    assert found(tmpdir) == ["a/z.py", "a.py", "b.py", "c/a.py"]
    assert found(tmpdir, tmpdir.join("c"), tmpdir.join("b.py"), tmpdir) == ["c/a.py", "b.py", "a/z.py", "a.py"]


def test_what_is_missing_is_told(tmpdir):
    path = str(tmpdir.join("nowhere"))
    assert found(tmpdir, path, errors=[(path, "it cannot be found or opened: no such file or directory")]) == []


def test_exclude_of_the_command_line_counts_from_here(tmpdir, monkeypatch):
    monkeypatch.chdir(tmpdir)
    for name in ["a.py", "b/a.py", "b/c/a.py", "x_pb2.py"]:
        tmpdir.join(name).ensure()
    assert found(tmpdir, exclude=["/b/c/", "*_pb2.py"]) == ["a.py", "b/a.py"]


def test_exclude_of_a_configuration_counts_from_its_folder(tmpdir):
    tmpdir.join("p", "setup.cfg").ensure().write("[verifyshim:codemod]\nexclude = /vendor/, old.py\n")
    for name in ["p/a.py", "p/vendor/b.py", "p/q/vendor/c.py", "p/q/old.py"]:
        tmpdir.join(name).ensure()
    assert found(tmpdir) == ["p/a.py", "p/q/vendor/c.py"]


def test_names_of_any_bytes(tmpdir):
    name = b"\xff\xfe.py" if str is bytes else os.fsdecode(b"\xff\xfe.py")
    try:
        open(os.path.join(str(tmpdir), name), "w").close()
    except (EnvironmentError, UnicodeError):
        pytest.skip("this file system takes no such name")
    assert len(found(tmpdir)) == 1
