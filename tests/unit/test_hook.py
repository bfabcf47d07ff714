"""The import hook: who is told of which module, when, and what comes of trouble and of threads."""
import os
import sys
import threading
import traceback

from verifyshim.startup import hook

from .hooked import SOURCE, folder, raised, run, run_all, together, write

try:
    reload
except NameError:
    try:
        from importlib import reload
    except ImportError:     # 3.3
        from imp import reload


def test_a_module_that_is_imported_is_announced_at_once():
    seen = []
    hook.when_imported("os", seen.append)
    hook.remove_all()
    assert seen == [os]


def test_a_callback_that_raises_at_once_is_forgotten():
    with folder() as path:
        name, calls = write(path), []
        __import__(name)

        def callback(module):
            calls.append(module)
            raise ValueError("no")

        raised(ValueError, hook.when_imported, name, callback)
        del sys.modules[name]
        __import__(name)
        assert len(calls) == 1


def test_a_module_is_announced_once_when_it_is_complete():
    with folder() as path:
        name, seen = write(path), []
        hook.when_imported(name, lambda module: seen.append(module.VALUE))
        assert name not in sys.modules and seen == []
        module = __import__(name)
        assert seen == ["loaded"] and sys.modules[name] is module
        __import__(name)
        del sys.modules[name]
        __import__(name)
        assert seen == ["loaded"]


def test_all_callbacks_are_called_in_turn_and_others_not():
    with folder() as path:
        name, other, seen = write(path), write(path), []
        for number in range(3):
            hook.when_imported(name, lambda module, number=number: seen.append(number))
        hook.when_imported(other, seen.append)
        __import__(name)
        assert seen == [0, 1, 2]


def test_importing_the_hook_imports_nothing():
    added = run("import sys, verifyshim; before = set(sys.modules); import verifyshim.startup.hook;"
                "print(' '.join(n for n in set(sys.modules) - before if sys.modules[n] is not None))")
    assert set(added) <= set(["verifyshim.startup", "verifyshim.startup.hook", "thread"])


def test_waiting_for_the_standard_library_imports_nothing():
    added = run("import sys, verifyshim.startup.hook as hook; before = set(sys.modules);"
                "hook.when_imported('smtplib', id); hook.when_imported('ssl', id);"
                "print(len(set(sys.modules) - before))")
    assert added == ["0"]


def test_a_callback_that_raises_fails_the_import_each_time_until_it_does_not():
    class Trouble(Exception):
        pass

    with folder() as path:
        name, answers, seen = write(path), [Trouble("first"), Trouble("second"), None], []

        def callback(module):
            seen.append(module.VALUE)
            answer = answers.pop(0)
            if answer is not None:
                raise answer

        hook.when_imported(name, callback)
        for said in ("first", "second"):
            assert str(raised(Trouble, __import__, name)) == said
            assert name not in sys.modules
        assert __import__(name).VALUE == "loaded" and seen == ["loaded"] * 3


def test_who_imported_it_meanwhile_has_the_module_that_is_imported_in_the_end():
    with folder() as path:
        name, seen = write(path), []

        def callback(module):
            seen.append(__import__(name))
            if len(seen) == 1:
                hook.remove_all()       # as what is given up does
                raise ValueError("not now")

        hook.when_imported(name, callback)
        raised(ValueError, __import__, name)
        assert name not in sys.modules and __import__(name) is sys.modules[name]
        assert len(seen) == 2 and seen[0] is seen[1] is sys.modules[name]
        # Twin: one that nobody waits for is made anew.
        del sys.modules[name]
        assert __import__(name) is not seen[0] and len(seen) == 2


def test_a_callback_that_raises_in_a_package_leaves_the_package_alone():
    with folder() as path:
        package = os.path.join(path, "hooked_package")
        os.mkdir(package)
        write(package, "", "__init__")
        write(package, name="inner")
        hook.when_imported("hooked_package.inner", lambda module: 1 / 0)
        raised(ZeroDivisionError, __import__, "hooked_package.inner")
        assert "hooked_package" in sys.modules and "hooked_package.inner" not in sys.modules


def test_a_module_that_fails_by_itself_fails_as_without_and_is_waited_for_still():
    with folder() as path:
        name, seen = write(path, "import nothing_of_that_name\n"), []
        hook.when_imported(name, seen.append)
        raised(ImportError, __import__, name)
        assert seen == [] and name not in sys.modules
        write(path, SOURCE + "# now it is longer\n", name)
        __import__(name)
        assert len(seen) == 1


def test_a_module_that_does_not_exist():
    hook.when_imported("hooked_nowhere", id)
    try:
        raised(ImportError, __import__, "hooked_nowhere")
    finally:
        hook.remove_all()


def test_reload_works_while_somebody_waits_and_after():
    with folder() as path:
        name, seen = write(path), []
        module = __import__(name)
        hook.when_imported("hooked_never", id)
        assert reload(module) is module
        other = write(path)
        hook.when_imported(other, seen.append)
        module = __import__(other)
        module.VALUE = "changed"
        assert reload(module) is module and module.VALUE == "loaded" and len(seen) == 1


def test_circular_imports_and_callbacks_that_import():
    with folder() as path:
        one, two = "hooked_circle_1", "hooked_circle_2"
        write(path, "import %s\nVALUE = 'one'\n" % two, one)
        write(path, "import %s\nVALUE = 'two'\n" % one, two)
        other, seen = write(path), []

        def callback(module):
            __import__(other)
            __import__(one)
            seen.append(module.VALUE)

        hook.when_imported(one, callback)
        hook.when_imported(two, lambda module: seen.append(module.VALUE))
        hook.when_imported(other, lambda module: seen.append(module.VALUE))
        __import__(one)
        assert seen == ["two", "loaded", "one"]


def test_remove_all():
    with folder() as path:
        name, seen, before = write(path), [], list(sys.meta_path)
        hook.when_imported(name, seen.append)
        assert len(sys.meta_path) == len(before) + 1
        hook.remove_all()
        assert sys.meta_path == before
        __import__(name)
        hook.remove_all()
        assert seen == []


def test_threads_that_import_at_once_are_announced_once_and_see_it_patched():
    with folder() as path:
        name = write(path, "import time\ntime.sleep(0.05)\n" + SOURCE)
        seen, found, trouble = [], [], []

        def callback(module):
            seen.append(module)
            module.PATCHED = True

        def import_it():
            try:
                found.append(__import__(name).PATCHED)
            except Exception:
                trouble.append(traceback.format_exc())

        hook.when_imported(name, callback)
        together(import_it, 8)
        assert not trouble and found == [True] * 8 and len(seen) == 1


def test_threads_that_register_while_others_import():
    with folder() as path:
        names = [write(path, "import time\ntime.sleep(0.005)\n" + SOURCE) for _ in range(20)]
        seen, trouble = [], []

        def register():
            try:
                for name in names:
                    hook.when_imported(name, lambda module: seen.append(module.VALUE))
                    __import__(name)
            except Exception:
                trouble.append(traceback.format_exc())

        together(register, 4)
        assert not trouble and seen == ["loaded"] * 80


def test_a_slow_import_keeps_no_other_thread_from_importing():
    if sys.version_info < (3, 3):
        return      # one lock for all imports, with us or without
    with folder() as path:
        slow, quick = write(path, "import hooked_gate\nhooked_gate.GATE.wait(20)\n"), write(path)
        write(path, "import threading\nGATE = threading.Event()\n", "hooked_gate")
        hook.when_imported(slow, id)
        hook.when_imported(quick, id)
        thread = threading.Thread(target=__import__, args=(slow,))
        thread.start()
        __import__(quick)
        assert thread.is_alive()
        __import__("hooked_gate").GATE.set()
        thread.join()


if __name__ == "__main__":
    run_all(dict(globals()))
