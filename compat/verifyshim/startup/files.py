"""The text of the files that activation writes. They must do the right thing where verifyshim is gone.

One module has the settings and says what is wrong; a .pth line, a .start file (PEP 829) or a sitecustomize.py
leads to it. All of it runs on 2.6 to 3.15 while site is at work: nothing may be raised there but what would
have been raised without us, as 2.6 would then give up on sys.path, and any later one go on unverified.
"""
import ast

from . import MODULE

MODULE_FILE, PROOF = MODULE + ".py", MODULE + ".proof"
PTH, START = "verifyshim-activation.pth", "verifyshim-activation.start"
SITECUSTOMIZE = "sitecustomize.py"
KEPT = SITECUSTOMIZE + ".verifyshim-kept"
STATUS = 78     # EX_CONFIG of sysexits.h
_ESCAPES = ("0", "no", "off", "false")      # values of VERIFYSHIM_FAIL_CLOSED with which nothing is stopped
_MARK = '# Written by "python -m verifyshim activate"; "python -m verifyshim deactivate" takes it away.'
# What takes the place of our sitecustomize.py before it is removed: 2.x would still run its .pyc.
INERT = _MARK + "\n# It does nothing any more.\n"

# What both the module and the sitecustomize.py for PYTHONPATH are made of.
_FAIL = '''\
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
        sys.stderr.write("%s (activated by %s)\\n" % (line, SETTINGS["source"]))
        sys.stderr.flush()
    except Exception:       # there is no standard error, as under pythonw
        pass
    if stops:
        os._exit(@STATUS@)      # SystemExit would not stop 2.6


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
'''

# Only the first sitecustomize on the path is imported: ours runs the next one.
_CHAIN = '''\
def chain():
    """Import the sitecustomize that would have been imported without this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    kept = os.path.join(here, "@KEPT@")
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
'''

_MODULE_TEXT = '''\
@MARK@
import os
import sys

SETTINGS = @SETTINGS@
SETTINGS["source"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "@MODULE_FILE@")
SETTINGS["proof"] = SETTINGS["source"][:-3] + ".proof"
STARTED = []


@FAIL@

start()
'''

_SITECUSTOMIZE_TEXT = '''\
@MARK@
# It runs the sitecustomize.py that was here before, or the next one on sys.path.
import os
import sys

sitedir = os.path.dirname(os.path.abspath(__file__))
@FAST@

@CHAIN@

chain()
'''

_DROP_IN_TEXT = '''\
"""Puts verifyshim in force in each Python that starts with this file's folder on PYTHONPATH.

    PYTHONPATH=/path/to/this/folder python program.py

Settings come from the VERIFYSHIM_* variables, from the file that VERIFYSHIM_CONFIG names, else from
$VIRTUAL_ENV/verifyshim.cfg or /etc/verifyshim.cfg. With VERIFYSHIM_FAIL_CLOSED=1 Python stops with status @STATUS@
where they cannot be used. verifyshim itself has to be installed, or to be on PYTHONPATH too. Python's
options -E, -I and -S pass this file over: "python -m verifyshim activate" is for more than a try.
"""
import os
import sys

SETTINGS = {"mode": None, "config": None, "fail_closed": False, "proof": None,
            "source": os.path.abspath(__file__)}
STARTED = []


@FAIL@

@CHAIN@

start()
chain()
'''

# The way that each start takes: without the module, whose import takes as long as all the rest. sitedir is a
# name of site's where it executes a .pth line; were it not, the way would be the slow one.
_FAST = '''\
try:
    from verifyshim.startup import start as _
    _(@SETTINGS@, sitedir)
except KeyboardInterrupt:
    import os, sys
    if sys.version_info < (2, 7):
        os._exit(130)
    raise
except:     # noqa: E722
    exec(@SLOW@)
'''

# Who says what is wrong is the module; what that cannot say, as it is gone or not readable, is said here. It is
# read and not imported: where a user's own activation was before, its module has the name already. Once for each
# folder: site goes through that of a virtual environment twice.
_SLOW = '''\
import os, sys
try:
    if "sitedir" in locals():
        _ = type(sys)("@MODULE@")
        _.__file__ = os.path.join(sitedir, "@MODULE_FILE@")
        if sys.modules.setdefault("@MODULE@ of " + sitedir, _) is _:
            with open(_.__file__, "rb") as stream:
                exec(compile(stream.read(), _.__file__, "exec"), vars(_))
    else:
        import @MODULE@
except KeyboardInterrupt:
    if sys.version_info < (2, 7):
        os._exit(130)
    raise
except:
    try:
        sys.stderr.write("verifyshim: connections are NOT verified: @MODULE@ cannot be imported (%s: %s); "
                         "run python -m verifyshim activate again\\n" % sys.exc_info()[:2])
        sys.stderr.flush()
    finally:
        if os.environ.get("VERIFYSHIM_FAIL_CLOSED", "").strip().lower() not in @OPEN@:
            os._exit(@STATUS@)
'''


def _filled(text, **values):
    values.update(FAIL=_FAIL, CHAIN=_CHAIN, MARK=_MARK)
    for name in ("FAST", "FAIL", "CHAIN", "MARK", "SETTINGS", "SLOW", "OPEN"):
        text = text.replace("@%s@" % name, values.get(name, ""))
    for name, value in (("MODULE", MODULE), ("MODULE_FILE", MODULE_FILE), ("KEPT", KEPT), ("STATUS", str(STATUS))):
        text = text.replace("@%s@" % name, value)
    return text


def _fast(settings):
    # Not asked for, and not said by the variable either, it is not to stop: then "" is among those.
    slow = _filled(_SLOW, OPEN=repr(_ESCAPES + (() if settings["fail_closed"] else ("",))))
    return _filled(_FAST, SLOW=_quoted(slow), SETTINGS=_literal(settings))


def _quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _literal(settings):
    # ASCII whatever the path has in it: the files have no encoding to declare.
    said = ascii if str is not bytes else repr
    return "{%s}" % ", ".join("%r: %s" % (name, said(settings[name])) for name in ("mode", "config", "fail_closed"))


def module(settings):
    """Return the text of the module.

    :param settings: dict of ``mode``, ``config`` and ``fail_closed``, as `startup.start` takes them.
    """
    return _filled(_MODULE_TEXT, SETTINGS=_literal(settings))


def settings_in(text):
    """Return the settings, a dict, that a module's text has; None where it is none of ours."""
    for line in text.splitlines() if text.startswith(_MARK) else ():
        if line.startswith("SETTINGS = "):
            try:
                return ast.literal_eval(line[len("SETTINGS = "):])
            except (ValueError, SyntaxError):
                return None
    return None


def pth(settings):
    """Return the text of the .pth file. Its line must begin with import, and must not raise."""
    return "%s\nimport sys; exec(%s)\n" % (_MARK, _quoted(_fast(settings)))


def start():
    """Return the text of the .start file."""
    return "%s\n%s:start\n" % (_MARK, MODULE)


def sitecustomize(settings):
    """Return the text of sitecustomize.py."""
    return _filled(_SITECUSTOMIZE_TEXT, FAST=_fast(settings))


def drop_in():
    """Return the text of contrib/sitecustomize/sitecustomize.py."""
    return _filled(_DROP_IN_TEXT)


def is_ours(text):
    """Whether activation wrote a file with this text, and it does something."""
    return text.startswith(_MARK) and text != INERT
