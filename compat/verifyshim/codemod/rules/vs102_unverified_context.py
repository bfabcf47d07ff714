"""VS102: a context is made that verifies nothing.

Before::

    context = ssl._create_unverified_context(cafile=roots)
    urlopen(url, context=context)

After::

    context = ssl.create_default_context(cafile=roots)
    urlopen(url, context=context)

Inline, in a variable, in a dictionary of keywords, returned, in a conditional expression; the roots and the
client's certificate that it had stay. https://docs.python.org/3/library/ssl.html#ssl.create_default_context
"""
from . import Finding, Fix, Replace, rule
from .grading import is_left_out
from .hooks import hooks, site
from .rpc import is_rpc_use
from .sites import finding, points
from .switches import UNVERIFIED
from .wraps import ssl_name

_WRONG = "This context accepts every certificate for every host"


@rule("VS102", "unverified context made", needles=(b"_create_unverified_context", b"_create_stdlib_context"))
def check(context):
    theirs = set(id(point.node) for point in points(context)
                 if point.role == "use" and is_rpc_use(context, point))
    for point in points(context):
        if point.role == "unverified" and id(point.node) not in theirs:
            yield finding(point, _WRONG)
    for found in _references(context):
        yield found


def _references(context):
    """The function itself, handed to something that will call it."""
    taken = [statement for hook in hooks(context) for statement in [hook.statement] + site(context, hook)]
    for node in context.nodes("Attribute", "Name"):
        if ssl_name(context, node) not in UNVERIFIED or is_left_out(context, node):
            continue
        if not _is_handed_on(node) or any(each.start <= node.start and node.end <= each.end for each in taken):
            continue
        yield Finding(node, "This makes contexts that accept every certificate for every host; the rewrite "
                      "needs a look, so it needs --unsafe.", _replacement(context, node))


def _is_handed_on(node):
    parent = node.parent
    if parent.kind == "Call":
        return parent.func is not node
    if parent.kind == "Assign":
        # A plain name is followed to its calls; another module's attribute is VS402's.
        return parent.value is node and parent.targets[0].kind != "Name" and not (
            parent.targets[0].kind == "Attribute" and parent.targets[0].value.kind == "Name"
            and parent.targets[0].value.id == "ssl")
    return parent.kind in ("keyword", "Dict", "Return", "IfExp", "BoolOp")


def _replacement(context, node):
    made = context.make_context(at=node)
    if made is None or node.parent.kind in ("Call", "IfExp", "BoolOp"):
        return None
    return Fix("unsafe", [Replace(node.start, node.end, made[0][:-len("()")])] + made[1])
