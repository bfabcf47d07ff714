"""Gates: is a call site behind something that the user of the program sets?

``gated(context, node)`` gives the words for a message, or None. A gate is a test on the way to the node (an
enclosing ``if``, ``while``, conditional expression or ``and``/``or``, or a guard that left before it) that
reads an option, a configuration or environment value, or a name that speaks of verification. What the
interpreter can do (``hasattr(ssl, ...)``, ``sys.version_info``, ``try``/``except``) is nobody's choice, nor is
whether an address says https.
"""
from __future__ import absolute_import

import re

from ..kept import kept
from ..syntax import tree
from .nodes import is_text, last_name
from .words import polarity, speaks_of_tls, tokens_of

# "secure" and "https" are not here: those choose TLS, not trust.
_SITUATIONS = frozenset("debug debugging dev devel development staging sandbox localhost test testing "
                        "local".split())
_DEMANDS = frozenset("strict require required enforce trust trusted allow accept reject optional".split())
_NEVER = re.compile(r"^(has|have|got)\w*(ssl|sni|tls|verif)|^ssl(module)?$|^(use|is|enable)?(ssl|tls|https)$"
                    r"|certifi$|testname|servercertificate")
_SECURE = re.compile(r"^(is|use|be|need|want)?(secure|safe)$")
_HOLDERS = frozenset("""
    arg args argv arguments opt opts option options config configs configuration conf cfg setting settings
    flag flags param params parameters pref prefs preferences parsed_args cmdline cli_args namespace
    CONF FLAGS OPTIONS CONFIG SETTINGS ARGS environ env getenv""".split())
_LOCAL = re.compile(r"^(localhost|127\.0\.0\.1|\[?::1\]?|0\.0\.0\.0|dev\w*|test|testing|staging|debug"
                    r"|sandbox)$")
_FLAGS = ("true", "false", "yes", "no", "on", "off", "0", "1", "", "y", "n")
_PROBES = ("builtins.hasattr", "builtins.callable", "builtins.isinstance", "builtins.issubclass")
_ABILITIES = ("sys.version", "sys.hexversion", "sys.platform", "six.PY", "platform.", "ssl.HAS_",
              "ssl.OPENSSL_VERSION")
_LEAVES = ("Return", "Continue", "Break")


def gated(context, node):
    """Return what the user of the program decides on the way to *node*, as source text, or None."""
    below = node
    for above in tree.ancestors(node):
        found = _on_the_way(context, above, below, node)
        if found is not None:
            return found
        if _is_statement_list_owner(above):
            found = _left_before(context, below, node)
            if found is not None:
                return found
        below = above
    return None


def _on_the_way(context, above, below, node):
    kind = above.kind
    if kind in ("If", "IfExp", "While"):
        if below is above.test:
            return None
        taken = _contains(above.body, below)
        other = above.orelse if taken else above.body
        if _repeats(other, node):
            return None
        return _reason(context, above.test, taken)
    if kind == "BoolOp":
        before = above.values[:_position(above.values, below)]
        for value in before:
            # In `verify or False` the value itself is the choice, whatever its name says.
            found = _reason(context, value, above.op == "And")
            if found is not None:
                return found
    if kind in ("ListComp", "SetComp", "GeneratorExp", "DictComp"):
        for part in above.generators:
            for test in part.ifs:
                found = _reason(context, test, True)
                if found is not None:
                    return found
    return None


def _left_before(context, statement, node):
    """A guard such as ``if verify: return ...`` among the statements before *statement* in its block."""
    _, _, owner, field = tree.block_of(statement)
    for guard, leaves in _guards(owner, field) if owner is not None else ():
        if guard.start >= statement.start:
            break
        if _repeats(guard.body if leaves else guard.orelse, node):
            continue
        found = _reason(context, guard.test, not leaves)
        if found is not None:
            return found
    return None


@kept
def _guards(owner, field):
    """[(an ``if`` of which one branch leaves the block, whether it is the first)] of a block, in its order."""
    found = []
    for statement in getattr(owner, field):
        if statement.kind == "If" and statement.body:
            leaves = statement.body[-1].kind in _LEAVES
            other_leaves = bool(statement.orelse) and statement.orelse[-1].kind in _LEAVES
            if leaves != other_leaves:
                found.append((statement, leaves))
    return found


def _reason(context, test, truthy):
    """The part of *test* that is the user's choice, given that the node runs where it is *truthy*."""
    if test.kind == "BoolOp":
        for value in test.values:
            found = _reason(context, value, truthy)
            if found is not None:
                return found
        return None
    if test.kind == "UnaryOp" and test.op == "Not":
        return _reason(context, test.operand, not truthy)
    if _is_probe(context, test):
        return None
    if _is_choice(context, test, truthy):
        return _shown(context.text(test))
    return None


def _is_probe(context, test):
    """Does *test* ask the interpreter, the platform or the module rather than the user?"""
    if test.kind == "Constant":
        return True
    if test.kind == "Call":
        name = context.names.qualified(test.func)
        return name in _PROBES or (name or "").endswith((".startswith", ".endswith"))
    for part in tree.walk(test):
        if part.kind in ("Name", "Attribute"):
            name = context.names.qualified(part) or ""
            if name.startswith(_ABILITIES):
                return True
    return False


def _is_choice(context, test, truthy):
    for word in _spoken(test):
        if speaks_of_verification(word):
            return True
        if _SECURE.search(_plain(word)) and not truthy:
            return True     # "if secure:" chooses https, its other branch chooses not to care
    if any(part.kind == "Constant" and is_text(part.value) and _LOCAL.match(part.value)
           for part in tree.walk(test)):
        return True
    bare = test.kind in ("Name", "Attribute", "Subscript", "Call") or _compares_with_flag(test)
    return bare and _from_a_holder(context, test, 0)


def speaks_of_verification(word):
    """Does a name speak of verifying, trusting or debugging (``no_ssl_check``, ``insecure``, ``DEBUG``)?"""
    plain, tokens = _plain(word), tokens_of(word)
    if _NEVER.search(plain):
        return False
    if polarity(word) is not None or "certreqs" in plain or any(token in _SITUATIONS for token in tokens):
        return True
    return speaks_of_tls(word) and any(token in _DEMANDS for token in tokens)


def _from_a_holder(context, test, depth):
    """Is the value an attribute or item of options, configuration or the environment?"""
    for part in tree.walk(test):
        if part.kind == "Attribute" and (
                last_name(part.value) in _HOLDERS or part.attr in ("environ", "getenv")):
            return True
        if part.kind == "Subscript" and last_name(part.value) in _HOLDERS:
            return True
        if part.kind in ("Name", "Attribute") and (context.names.qualified(part) or "").startswith(
                ("os.environ", "os.getenv")):
            return True
    if depth == 0 and test.kind in ("Name", "Attribute"):
        return any(value.kind in ("Attribute", "Subscript", "Call") and _from_a_holder(context, value, 1)
                   for value in _known_values(context, test))
    return False


def _compares_with_flag(test):
    return test.kind == "Compare" and len(test.comparators) == 1 and (
        test.comparators[0].kind == "Constant" and
        (test.comparators[0].value in (True, False, 0, 1, None) or _is_flag_text(test.comparators[0].value)))


def _is_flag_text(value):
    return is_text(value) and value.lower() in _FLAGS


def _spoken(test):
    """Yield the identifiers and item keys that *test* is about."""
    for part in tree.walk(test):
        if part.kind == "Name":
            yield part.id
        elif part.kind == "Attribute":
            yield part.attr
        elif part.kind == "Constant" and is_text(part.value) and re.match(r"^[\w.-]{2,60}$", part.value):
            if part.parent is not None and part.parent.kind in ("Subscript", "Call", "Compare"):
                yield part.value


def _repeats(statements, node):
    """Is the same thing done in *statements* too? Then the test before it does not decide."""
    if not isinstance(statements, (list, tuple)):
        statements = [statements]
    wanted = _core(node)
    for statement in statements:
        for part in tree.walk(statement):
            if part.kind == wanted.kind and tree.same(part, wanted):
                return True
    return False


def _core(node):
    """The smallest part of *node* that says what is unverified: the function of a call, the value otherwise."""
    if node.kind == "Call":
        for keyword in node.keywords:
            if keyword.arg is not None and speaks_of_verification(keyword.arg):
                return keyword
        return node.func
    return node


def _known_values(context, expression):
    return [value for value in context.names.values(expression) if hasattr(value, "kind")]


def _is_statement_list_owner(node):
    return isinstance(getattr(node, "body", None), list)


def _position(nodes, wanted):
    for index, item in enumerate(nodes):
        if item is wanted:
            return index
    return 0


def _contains(part, node):
    return part is node or (isinstance(part, list) and any(item is node for item in part))


def _plain(word):
    return re.sub(r"[^a-z0-9]", "", word.lower())


def _shown(text):
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
