"""VS101: the standard library is told to make unverified contexts for every HTTPS connection of the process.

Before::

    import ssl
    if hasattr(ssl, "_create_unverified_context"):
        ssl._create_default_https_context = ssl._create_unverified_context

After: the statement is gone with its guard, and with the import if nothing else needs it.

The same for setattr, lambdas and local functions that make such a context, the try/except/else of PEP 476, and
``ssl._https_verify_certificates(False)`` of PEP 493. https://peps.python.org/pep-0476/#opting-out
"""
from . import DropUnusedImports, Finding, Fix, RemoveStatement, rule
from ..syntax import tree
from .emit import name_ops
from .gates import gated
from .grading import is_left_out, quoted
from .hooks import hooks, site

_WRONG = "Certificate verification is switched off for every HTTPS connection of the process"


@rule("VS101", "verification switched off process-wide",
      needles=(b"_create_default_https_context", b"_https_verify_certificates"))
def check(context):
    for hook in hooks(context):
        if is_left_out(context, hook.statement):
            continue
        if hook.verdict == "unknown":
            yield Finding(hook.statement, "What makes the contexts of all HTTPS connections is replaced by "
                          "something of which nobody can tell here whether it verifies; not rewritten: see "
                          "that it does, or take the statement away.")
            continue
        statements = site(context, hook)
        ops = [RemoveStatement(statement, prune=True) for statement in statements]
        names = name_ops(statements)
        if names:
            ops.append(DropUnusedImports(names))
        gate = _gate(context, hook.statement)
        if gate is None:
            yield Finding(hook.statement, _WRONG + ".", Fix("safe", ops))
        else:
            yield Finding(hook.statement, "%s, as %s decides; --unsafe takes the choice away."
                          % (_WRONG, quoted(gate)), Fix("unsafe", ops))


def _gate(context, statement):
    """What decides whether the hook is set: around it, or around every call of the function it stands in."""
    found = gated(context, statement)
    if found is not None:
        # PYTHONHTTPSVERIFY switches verification on in the recipe that everybody copied: off is the default.
        return None if "PYTHONHTTPSVERIFY" in found else found
    function = tree.enclosing(statement, "FunctionDef", "AsyncFunctionDef", "ClassDef")
    if function is None or function.kind == "ClassDef" or tree.enclosing(function, "ClassDef") is not None:
        return None
    calls = [call for call in context.nodes("Call")
             if call.func.kind == "Name" and call.func.id == function.name]
    gates = [gated(context, call) for call in calls]
    return gates[0] if gates and None not in gates else None
