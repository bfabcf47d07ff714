"""Test code: what a test suite says about verification is meant, and is left alone unless asked for.

``is_test(context)`` looks at the path and at the file, ``is_test(context, node)`` at what is around *node* too.
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from .libraries import imports

_FOLDERS = re.compile(r"^(tests?|testing|unit_?tests?|testsuite|functional_?tests?|integration_?tests?"
                      r"|test[_-]\w+|\w+_tests?)$", re.IGNORECASE)
_FILES = re.compile(r"^(test_.*|.*_tests?|tests?|conftest|.*[a-z]Tests?)\.pyw?$")
_CASES = re.compile(r"(^|\.)\w*TestCase$")
_TEST_FUNCTION = re.compile(r"^test(_|[A-Z0-9])")
_ASSERTS = re.compile(r"^(assert\w*|called_with|called_once_with|has_calls)$")
_PARTS = re.compile(r"(?s)(.*[/\\])?(.*)$")
_folders = {}
_last = (None, None)
_LIBRARIES = ("unittest", "unittest2", "pytest", "nose", "mock", "testtools")


def is_test(context, node=None):
    """Return whether the file of *context*, or the class or function around *node*, is test code."""
    global _last
    if _last[0] is not context:
        _last = (context, is_test_path(_path(context)) or _file_is_test(context))
    return _last[1] or node is not None and _is_in_test(node)


def _path(context):
    source = context.source
    # The part below the folder that was asked for: a checkout below /home/me/tests is no test.
    return getattr(source, "relative", None) or source.path


def is_test_path(path):
    """Return whether a file of this name is test code, whatever is in it."""
    folder, name = _PARTS.match(path).groups("")
    if folder not in _folders:
        if len(_folders) > 20000:       # a cache and no more
            _folders.clear()
        _folders[folder] = _is_test_folder(folder)
    return _folders[folder] or bool(_FILES.match(name))


def _is_test_folder(path):
    folders = [part for part in re.split(r"[/\\]", path) if part not in ("", ".", "..")]
    if re.match(r"^([/\\]|[A-Za-z]:)", path):
        # An absolute path says nothing of where the project begins: only the plain names count.
        folders = [part for part in folders[-3:] if part in ("test", "tests", "testing")]
    return any(_FOLDERS.match(part) for part in folders)


def _file_is_test(context):
    """A module that imports a test library and whose top level is test cases or test functions."""
    if not any(library in context.source.text for library in ("TestCase", "pytest", "nose", "def test_")):
        return False
    imported = any(imports(context, library) for library in _LIBRARIES)
    body = context.tree.body
    tests = [part for part in body if _is_case(part) or _is_test_function(part)]
    others = [part for part in body if part.kind in ("ClassDef", "FunctionDef", "AsyncFunctionDef")
              and part not in tests]
    return bool(tests) and imported and len(tests) >= len(others)


def _is_in_test(node):
    for above in tree.ancestors(node):
        if _is_case(above) or _is_test_function(above) or _is_assertion(above):
            return True
    return False


def _is_case(node):
    if node.kind != "ClassDef":
        return False
    for base in node.bases:
        name = base.attr if base.kind == "Attribute" else base.id if base.kind == "Name" else ""
        if _CASES.search(name):
            return True
    return node.name.startswith("Test") and any(_is_test_function(part) for part in node.body)


def _is_test_function(node):
    return node.kind in ("FunctionDef", "AsyncFunctionDef") and bool(_TEST_FUNCTION.match(node.name))


def _is_assertion(node):
    if node.kind == "Assert":
        return True
    if node.kind != "Call":
        return False
    name = node.func.attr if node.func.kind == "Attribute" else node.func.id if node.func.kind == "Name" else ""
    return bool(_ASSERTS.match(name))
