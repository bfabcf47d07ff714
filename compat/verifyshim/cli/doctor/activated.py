"""What is active, and by which file."""
import os
import sys

from . import output
from ... import shim
from ... import startup
from ...startup import activation, files


def look():
    """Return ``(told, findings)``: plain values as ``status --json`` has them, and what is right or wrong.

    ssl is imported on the way, so that this process shows what every other one would have.
    """
    told = shim.status()
    state, settings = startup.State, startup.State.settings or {}
    told.update(
        implementation=getattr(sys, "implementation", None) and sys.implementation.name or "cpython",
        python="%d.%d.%d" % sys.version_info[:3], executable=sys.executable, prefix=sys.prefix,
        active=bool(state.installed and told["installed"]), active_by=settings.get("source"),
        fail_closed=bool(settings.get("fail_closed")), trouble=state.trouble,
        found=[{"folder": found.folder, "ways": list(found.ways), "settings": found.settings,
                "left_behind": list(found.stray)} for found in activation.find_all()])
    return told, list(_findings(told, state))


def _findings(told, state):
    ways = [(found["folder"], way) for found in told["found"] for way in found["ways"]]
    if state.trouble:
        yield output.problem("active", "Connections are NOT verified: %s" % state.trouble,
                             "Correct that; each Python that starts says it too.")
    elif state.settings is None:
        yield _not_active(ways)
    elif not told["installed"]:
        yield output.problem("active", "It is active by %s, but the mode is off." % told["active_by"],
                             "Set the mode to audit, enforce or strict: python -m verifyshim activate --mode enforce, "
                             "or see VERIFYSHIM_MODE and the file of settings.")
    else:
        yield output.fine("active", "mode %s, by %s%s" % (told["mode"], told["active_by"],
                                                          ", fail-closed" * told["fail_closed"]))
    if state.settings is not None and state.proven is False and not state.trouble:
        yield output.note("start-up", "Settings were read anew at this start, as a file of theirs has changed since "
                          "they were last looked at, or a VERIFYSHIM_ variable is set; that takes some time.",
                          "If each start says so: python -m verifyshim activate, with the options it was activated "
                          "with.")
    if len(ways) > 1:
        yield output.note("active", "It is activated more than once: %s; the first on sys.path counts."
                          % ", ".join("%s (%s)" % pair for pair in ways),
                          "Keep one: python -m verifyshim deactivate, with --user for your own.")
    for found in told["found"]:
        if found["left_behind"]:
            yield output.note("left behind", "An activation that was interrupted, or somebody's hand, left %s."
                              % ", ".join(found["left_behind"]), "python -m verifyshim deactivate removes it.")
    for text in told["notes"]:
        yield output.note("status", text)


def _not_active(ways):
    if ways:
        folder, way = ways[0]
        name = files.PTH if way == "pth" else files.SITECUSTOMIZE
        why = ("Python was started with -S" if sys.flags.no_site else
               "this Python did not look there, or another sitecustomize comes first")
        return output.problem("active", "Programs are not verified: %s was written, but not run: %s."
                              % (os.path.join(folder, name), why), "See what is said of overrides below, or python -m "
                              "verifyshim doctor.")
    return output.problem("active", "Programs of this environment are not verified: nothing is active here.",
                          "python -m verifyshim activate; to begin without breaking anything: --mode audit.")
