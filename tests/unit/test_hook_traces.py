"""The import hook leaves no traces on modules, and others' finders and loaders work beside it."""
import os
import sys
import types
import zipfile

from verifyshim.startup import hook

from .hooked import HAS_SPECS, SOURCE, folder, run, run_all, write


# What a module of each kind looks like, with and without somebody waiting for it.
LOOKS = """
import sys
name, path, waiting = sys.argv[1:4]
sys.path.insert(0, path)
if waiting == "yes":
    from verifyshim.startup import hook
    announced = []
    hook.when_imported(name, announced.append)
__import__(name)
module = sys.modules[name]
if waiting == "yes":
    assert announced == [module], announced
spec = getattr(module, "__spec__", None)
kind = lambda value: getattr(value, "__name__", type(value).__name__)
print("loader=" + kind(getattr(module, "__loader__", None)))
print("same=%s" % (spec is not None and spec.loader is module.__loader__))
print("spec=%s" % (spec and (spec.name, kind(spec.loader), spec.origin, spec.has_location, spec.parent,
                             spec.submodule_search_locations),))
print("names=%s" % sorted(n for n in vars(module) if n != "__builtins__"))
print("package=%s" % getattr(module, "__package__", None))
print("seen=%s" % [kind(one) for one in getattr(module, "SEEN", ())])
if "." in name:
    parent, child = name.split(".")
    assert getattr(sys.modules[parent], child) is module
"""


def test_modules_look_as_they_do_without():
    with folder() as path:
        name = write(path)
        os.mkdir(os.path.join(path, "hooked_package"))
        for inside in ("__init__", "inner"):
            write(os.path.join(path, "hooked_package"), name=inside)
        archive = zipfile.ZipFile(os.path.join(path, "archive.zip"), "w")
        archive.writestr("hooked_zipped.py", SOURCE)
        archive.close()
        inside_archive = os.path.join(path, "archive.zip")
        kinds = [(name, path), ("hooked_package", path), ("hooked_package.inner", path), ("smtplib", path),
                 ("hooked_zipped", inside_archive), ("xxsubtype", path), ("math", path), ("__hello__", path)]
        for name, place in kinds:
            if name in ("__hello__", "xxsubtype") and "__pypy__" in sys.builtin_module_names:
                continue
            assert run(LOOKS, name, place, "no") == run(LOOKS, name, place, "yes"), name


def test_a_copy_that_somebody_makes_for_himself_is_not_announced():
    if not HAS_SPECS:
        return
    from importlib.util import find_spec
    with folder() as path:
        name, seen = write(path), []
        hook.when_imported(name, seen.append)
        spec = find_spec(name)
        copy = types.ModuleType(name)       # importlib.util.module_from_spec is 3.5's
        copy.__spec__, copy.__loader__ = spec, spec.loader
        spec.loader.exec_module(copy)
        assert copy.VALUE == "loaded" and seen == [] and name not in sys.modules
        module = __import__(name)
        assert seen == [module] and module is not copy


def test_specs_are_equal_and_can_be_pickled():
    """As those without are: 3.7's, whose loaders can be compared."""
    if not HAS_SPECS:
        return
    import pickle
    from importlib.util import find_spec
    with folder() as path:
        name, other = write(path), write(path)
        without, copied = find_spec(name), pickle.loads(pickle.dumps(find_spec(name)))
        for each in (name, other):
            hook.when_imported(each, id)
        assert (find_spec(name) == find_spec(name)) and not find_spec(name) == find_spec(other)
        assert len(set([find_spec(name).loader, find_spec(name).loader, find_spec(other).loader])) == 2
        assert find_spec(name) == without
        copied_too = pickle.loads(pickle.dumps(find_spec(name)))
        assert copied_too == copied and type(copied_too.loader) is type(without.loader)
        assert __import__(name).VALUE == "loaded"


def test_the_module_sees_its_real_loader_from_its_first_line_on():
    with folder() as path:
        name, seen = write(path), []
        hook.when_imported(name, seen.append)
        module = __import__(name)
        assert "hook" not in "%s" % [type(one).__module__ for one in module.SEEN]
        if HAS_SPECS:
            assert module.SEEN == (module.__loader__, module.__spec__)


class Delegating(object):
    """What wrapt, ddtrace and others put into sys.meta_path: asks everybody again, itself aside."""

    def __init__(self):
        self.busy, self.asked = False, []

    def find_spec(self, name, path=None, target=None):
        if self.busy or not name.startswith("hooked_"):
            return None
        self.asked.append(name)
        self.busy = True
        try:
            import importlib.util
            return importlib.util.find_spec(name)
        finally:
            self.busy = False

    def find_module(self, name, path=None):
        if not self.busy and name.startswith("hooked_"):
            self.asked.append(name)
        return None


class Older(object):
    """A finder and loader of PEP 302 and nothing newer."""

    def __init__(self):
        self.loaded = []

    def find_module(self, name, path=None):
        return self if name == "hooked_older" else None

    def load_module(self, name):
        self.loaded.append(name)
        module = sys.modules.setdefault(name, types.ModuleType(name))
        module.__loader__ = self
        module.VALUE = "older"
        return module


def test_other_finders_before_and_after_keep_working():
    for at_front in (True, False):
        with folder() as path:
            name, seen, other = write(path), [], Delegating()
            hook.when_imported(name, seen.append)
            sys.meta_path.insert(0 if at_front else 1, other)
            module = __import__(name)
            # 2.x and 3.3 look twice: for us, and to import.
            assert seen == [module] and set(other.asked) == set([name])
            if HAS_SPECS:
                assert type(module.__loader__).__name__ == "SourceFileLoader"
                assert module.__spec__.loader is module.__loader__


def test_finders_that_know_no_specs():
    if HAS_SPECS and not hook._asks_find_module():
        return      # the interpreter itself does not ask them any more
    for at_front in (True, False):
        with folder():
            seen, other = [], Older()
            hook.when_imported("hooked_older", seen.append)
            sys.meta_path.insert(0 if at_front else 1, other)
            module = __import__("hooked_older")
            assert module.VALUE == "older" and other.loaded == ["hooked_older"]
            assert module.__loader__ is other
            # One that stands before us and takes no part in specs is asked first, and we are not.
            assert seen == ([] if at_front else [module])


def test_looking_without_importing_finds_the_real_thing():
    with folder() as path:
        name, seen = write(path), []
        hook.when_imported(name, seen.append)
        if HAS_SPECS:
            import importlib.util
            from importlib.machinery import SourceFileLoader
            loader = importlib.util.find_spec(name).loader
            assert isinstance(loader, SourceFileLoader)
        else:
            import pkgutil
            loader = pkgutil.find_loader(name)
        assert loader.get_source(name).startswith("VALUE")
        assert loader.get_code(name).co_filename.endswith(name + ".py")
        assert seen == []
        __import__(name)
        assert len(seen) == 1


def test_run_as_a_program():
    """python -m asks the loader for code."""
    with folder() as path:
        name = write(path, "print('ran as ' + __name__)\n")
        out = run("import sys, runpy; sys.path.insert(0, sys.argv[1]);"
                  "from verifyshim.startup import hook; hook.when_imported(sys.argv[2], id);"
                  "runpy.run_module(sys.argv[2], run_name='__main__', alter_sys=True)", path, name)
        assert out == ["ran", "as", "__main__"]


if __name__ == "__main__":
    run_all(dict(globals()))
