"""Puts verifyshim in force in each Python that starts with this file's folder on PYTHONPATH.

    PYTHONPATH=/path/to/this/folder python program.py

Settings come from the VERIFYSHIM_* variables, from the file that VERIFYSHIM_CONFIG names, else from
$VIRTUAL_ENV/verifyshim.cfg or /etc/verifyshim.cfg. With VERIFYSHIM_FAIL_CLOSED=1 Python stops with status 78
where they cannot be used. verifyshim itself has to be installed, or to be on PYTHONPATH too. Python's
options -E, -I and -S pass this file over: "python -m verifyshim activate" is for more than a try.
"""
import os
import sys

SETTINGS = {"mode": None, "config": None, "fail_closed": False, "proof": None,
            "source": os.path.abspath(__file__)}
STARTED = []


def fail(why):
    """Say in one line that nothing is verified, and stop the interpreter where fail-closed was asked for."""
    asked = os.environ.get("VERIFYSHIM_FAIL_CLOSED", "").strip().lower()
    stops = asked not in ("0", "no", "off", "false") if asked else SETTINGS["fail_closed"]
    line = "verifyshim: connections are NOT verified: %s" % " ".join(str(why).split())
    if stops:
        line += " -- stopped, as fail-closed asks; VERIFYSHIM_FAIL_CLOSED=0 starts all the same"
    try:
        sys.stdout.flush()
    except Exception:
        pass
    try:
        sys.stderr.write("%s (activated by %s)\n" % (line, SETTINGS["source"]))
        sys.stderr.flush()
    except Exception:       # there is no standard error, as under pythonw
        pass
    if stops:
        os._exit(78)      # SystemExit would not stop 2.6


def start():
    """Have verifyshim wait for ssl. Once is enough: PEP 829 calls it, and importing this module does."""
    if STARTED:
        return
    STARTED.append(True)
    try:
        try:
            import verifyshim
        except ImportError:
            fail("verifyshim cannot be imported (%s); install it again, or take away the file that activates "
                 "it" % sys.exc_info()[1])
            return
        from verifyshim import startup
        startup.start(SETTINGS, fail=fail)
    except KeyboardInterrupt:
        if sys.version_info < (2, 7):
            os._exit(130)       # as a shell has it: 2.6 would go on
        raise
    except:     # noqa: E722  whatever it is, SystemExit too, the program must not run as if all were well
        fail("%s: %s; install verifyshim again (it was found in %s)"
             % (sys.exc_info()[0].__name__, sys.exc_info()[1],
                getattr(sys.modules.get("verifyshim"), "__file__", None)))


def chain():
    """Import the sitecustomize that would have been imported without this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    kept = os.path.join(here, "sitecustomize.py.verifyshim-kept")
    if os.path.exists(kept):        # not a link that leads nowhere, which Python passes over as well
        with open(kept, "rb") as stream:
            code = compile(stream.read(), os.path.join(here, "sitecustomize.py"), "exec", 0, True)
        exec(code, globals())
        return
    path = [item for item in sys.path if os.path.abspath(item) != here]
    system = sys.modules.get("_frozen_importlib_external") or sys.modules.get("_frozen_importlib")
    if hasattr(getattr(system, "PathFinder", None), "find_spec"):       # 3.4+
        spec = system.PathFinder.find_spec("sitecustomize", path)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            module = sys.modules["sitecustomize"] = type(sys)("sitecustomize")
            module.__spec__, module.__loader__, module.__package__ = spec, spec.loader, spec.parent
            if spec.has_location:
                module.__file__ = spec.origin
            if spec.submodule_search_locations is not None:
                module.__path__ = spec.submodule_search_locations
            spec.loader.exec_module(module)
        return
    import imp
    try:
        found = imp.find_module("sitecustomize", path)
    except ImportError:
        return
    mine = sys.modules.pop("sitecustomize", None)       # held: 2.x empties a module that nobody holds
    try:
        imp.load_module("sitecustomize", *found)
    finally:
        if found[0]:
            found[0].close()
        sys.modules.setdefault("sitecustomize", mine)


start()
chain()
