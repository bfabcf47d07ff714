"""The far side of --executor: one file's bytes in, what the rules say of them out, by plain data.

Nothing here reads or writes files, so that a worker needs no access to the tree. What comes and goes is made of
the types that every Python pickles alike until both sides have seen that they run the same verifyshim.
"""
import threading

from . import engine
from .context import Options
from .. import __version__

_known = {}                     # codes of rules -> (the rules, their prefilter)
_alone = threading.Lock()       # what rules find out of a file is kept for one file at a time


def asked(path, data, codes, options, with_diff, with_data):
    """Return what look() takes: a file's name and bytes, the codes of the rules, and context.Options."""
    return {"version": __version__, "path": path, "data": data, "codes": tuple(codes), "with_diff": with_diff,
            "with_data": with_data,
            "options": (options.min_python, options.unsafe, options.tests, options.stated)}


def look(request):
    """Return a dict: ``version`` and, if it is that of who asks, ``findings``, ``errors``, ``diff``, ``data``.

    ``errors`` are (line or None, message); ``diff`` and ``data``, the rewritten bytes, are None where nothing
    is changed or nobody asked for them.
    """
    if request["version"] != __version__:
        return {"version": __version__}
    with _alone:
        codes = request["codes"]
        if codes not in _known:
            rules = engine.load_rules(codes)
            _known[codes] = rules, engine.Prefilter(rules)
        rules, prefilter = _known[codes]
        result = engine.rewrite(request["data"], rules, Options(*request["options"]), request["path"],
                                prefilter)
    return reply(result, request["with_diff"], request["with_data"])


def reply(result, with_diff, with_data):
    """Return what look() returns of a FileResult."""
    diff = None
    if with_diff and result.changed:
        from .output.diff import unified
        diff = unified(result.original, result.data, result.path, result.regions)
    return {"version": __version__, "findings": result.findings, "errors": result.errors, "diff": diff,
            "data": result.data if with_data and result.changed else None}
