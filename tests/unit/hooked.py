"""What the tests of the import hook share. Nothing here needs pytest, which old interpreters do not have:

    python2.6 -m tests.unit.test_hook      (with compat on PYTHONPATH)

tests/conformance/test_import_hook.py does so under every interpreter that it finds.
"""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback

from verifyshim.startup import hook

_COUNT = [0]
HAS_SPECS = hasattr(sys.modules.get("_frozen_importlib"), "ModuleSpec")
_COMPAT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(hook.__file__))))
SOURCE = "VALUE = 'loaded'\nSEEN = (globals().get('__loader__'), globals().get('__spec__'))\n"


@contextlib.contextmanager
def folder():
    """A new folder first on sys.path; everything as before afterwards."""
    path = tempfile.mkdtemp()
    modules, finders, dont_write = set(sys.modules), list(sys.meta_path), sys.dont_write_bytecode
    sys.path.insert(0, path)
    sys.dont_write_bytecode = True
    try:
        yield path
    finally:
        hook.remove_all()
        sys.dont_write_bytecode = dont_write
        sys.meta_path[:] = finders
        sys.path.remove(path)
        for name in set(sys.modules) - modules:
            if name.startswith("hooked_"):
                del sys.modules[name]
        shutil.rmtree(path)


def write(path, text=SOURCE, name=None):
    """Write a module of a name that was never used before; return the name."""
    if name is None:
        _COUNT[0] += 1
        name = "hooked_%d" % _COUNT[0]
    with open(os.path.join(path, name + ".py"), "w") as stream:
        stream.write(text)
    if hasattr(sys, "path_importer_cache"):
        sys.path_importer_cache.pop(path, None)     # 3.3+ remember what is in a folder for a while
    return name


def raised(kind, function, *arguments):
    try:
        function(*arguments)
    except kind:
        return sys.exc_info()[1]
    raise AssertionError("%s was not raised" % kind.__name__)


def run(code, *arguments):
    """Return what another process prints."""
    process = subprocess.Popen([sys.executable, "-c", code] + list(arguments), stdout=subprocess.PIPE,
                               env=dict(os.environ, PYTHONPATH=_COMPAT))
    out = process.communicate()[0].decode()
    assert process.returncode == 0, out
    return out.split()


def together(function, count):
    threads = [threading.Thread(target=function) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_all(tests):
    """Run the functions named test_... of a module's globals and leave with 1 where one fails."""
    failed = 0
    for name, test in sorted(tests.items()):
        if name.startswith("test_"):
            try:
                test()
            except Exception:
                failed += 1
                print("%s\n%s" % (name, traceback.format_exc()))
    print("%d failed" % failed)
    sys.exit(failed and 1)
