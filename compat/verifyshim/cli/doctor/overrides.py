"""What keeps an activation from a program: options of Python, other files, other copies. Tried, not guessed."""
import os
import sys

from . import output
from ...startup import files, layout, trial

# Option, since when there is one, and what it takes away.
_OPTIONS = (("-E", "PYTHON* variables are not looked at"), ("-s", "no user's own site-packages"),
            ("-I", "neither PYTHON* variables nor a user's own site-packages"), ("-S", "no site-packages at all"))


def look(told):
    """Return ``(starts, findings)``; starts: dict of how Python is started to whether that is verified."""
    starts, findings = {}, []
    if told["active_by"]:
        starts["python"] = _is_active([])
        starts["python, without PYTHONPATH"] = _is_active([], trial.plain_environment())
        for option, _ in _OPTIONS:
            if option != "-I" or hasattr(sys.flags, "isolated"):        # 3.4+
                starts["python " + option] = _is_active([option])
        findings = list(_of_starts(starts))
    findings += list(_of_sitecustomizes(told)) + list(_of_copies()) + list(_of_variables())
    if told["active_by"] and not layout.in_virtual_environment():
        findings.append(output.note("inherits", "Virtual environments do not inherit this activation, unless they "
                                    "were made with --system-site-packages.",
                                    "Activate each: DIR/bin/python -m verifyshim activate, or --prefix DIR."))
    return starts, findings


def _is_active(flags, environ=None):
    # Where fail-closed stops it, nothing is sent unverified either, but nothing runs.
    start = trial.Start(flags, environ=environ)
    return bool(start.source and not start.trouble)


def _of_starts(starts):
    if not starts["python, without PYTHONPATH"]:
        yield output.problem("inherits", "A Python that starts without this PYTHONPATH, as from cron or another "
                             "user's shell, is not verified.", "Use python -m verifyshim activate, which needs no "
                             "variable, with verifyshim installed in this environment.")
    missed = [(option, why) for option, why in _OPTIONS if starts.get("python " + option) is False]
    for option, why in missed:
        yield output.note("inherits", "Programs that are started with %s are not verified (%s)." % (option, why),
                          "Look for it in the first lines of scripts, in cron's tables and in unit files." if
                          option == "-S" else "python -m verifyshim activate, without --user, covers them.")
    covered = [name for name in sorted(starts) if starts[name]]
    if covered:
        yield output.fine("inherits", "Verified are: %s; also what these start." % "; ".join(covered))


def _of_sitecustomizes(told):
    found = layout.sitecustomizes()
    ours = [os.path.join(item["folder"], files.SITECUSTOMIZE) for item in told["found"]
            if "sitecustomize" in item["ways"]]
    if ours and found and os.path.realpath(found[0]) not in [os.path.realpath(path) for path in ours]:
        yield output.problem("overrides", "%s comes before %s, so only the first is run." % (found[0], ours[0]),
                             "python -m verifyshim activate --via pth does not depend on it.")
    elif len(found) > 1:
        yield output.note("overrides", "There are several sitecustomize: %s; Python runs the first." % ", ".join(found))


def _of_copies():
    copies = []
    for item in sys.path:
        path = os.path.realpath(os.path.join(item, "verifyshim"))
        if os.path.isfile(os.path.join(path, "__init__.py")) and path not in copies:
            copies.append(path)
    if len(copies) > 1:
        yield output.problem("copies", "There are several verifyshim on sys.path: %s; the first is used."
                             % ", ".join(copies), "Remove all but one, with the pip of each.")


def _of_variables():
    if (os.environ.get("VERIFYSHIM_MODE") or "").strip().lower() == "off":
        yield output.problem("overrides", "VERIFYSHIM_MODE is off in this environment.", "Take the variable out.")
    for name in ("VERIFYSHIM_CONFIG", "VERIFYSHIM_ROOTS"):
        if os.environ.get(name):
            yield output.note("overrides", "%s = %s comes before what was activated." % (name, os.environ[name]))
    if (os.environ.get("VERIFYSHIM_FAIL_CLOSED") or "").strip().lower() in ("0", "no", "off", "false"):
        yield output.note("overrides", "VERIFYSHIM_FAIL_CLOSED = %s: a broken activation does not stop programs."
                          % os.environ["VERIFYSHIM_FAIL_CLOSED"])
