"""Which Pythons a file can be for at all, told from its own syntax and imports.

A repository says "2.7 and 3.4"; a file in it that has a print statement never meets Python 3, and code for it
need not care. Where a file says nothing, or both, nothing is concluded.
"""
_ONLY_2 = frozenset(["Print", "Exec", "Repr"])
_ONLY_3 = frozenset(["AnnAssign", "AsyncFunctionDef", "AsyncFor", "AsyncWith", "Await", "JoinedStr", "Match",
                     "NamedExpr", "Nonlocal", "TryStar", "TypeAlias", "YieldFrom"])
_MODULES_2 = frozenset("BaseHTTPServer ConfigParser Cookie HTMLParser Queue StringIO cStringIO cookielib "
                       "httplib urllib2 urlparse xmlrpclib".split())
_MODULES_3 = frozenset("asyncio html.parser http.client http.cookiejar http.cookies http.server urllib.error "
                       "urllib.parse urllib.request urllib.response xmlrpc.client xmlrpc.server".split())


def narrowed(min_python, tree, nodes):
    """Return *min_python* without the line of Python that this file cannot be for.

    :param nodes: Context.nodes of the tree.
    """
    two, three = _imported(tree)
    two = two or _any(nodes(*_ONLY_2), lambda node: True) or \
        _any(nodes("Raise"), lambda node: node.inst is not None or node.tback is not None) or \
        _any(nodes("arg"), lambda node: node.target is not None)
    three = three or _any(nodes(*_ONLY_3), lambda node: True) or \
        _any(nodes("arg"), lambda node: node.annotation is not None) or \
        _any(nodes("arguments"), lambda node: node.kwonlyargs or node.posonlyargs) or \
        _any(nodes("FunctionDef"), lambda node: node.returns is not None) or \
        _any(nodes("Raise"), lambda node: node.cause is not None) or \
        _any(nodes("Call"), lambda node: node.func.kind == "Name" and node.func.id == "super" and
             not (node.args or node.keywords))
    if two == three:
        return min_python
    kept = tuple(version for version in min_python if (version[0] == 2) == two)
    return kept or min_python


def _any(nodes, tells):
    return any(tells(node) for node in nodes)


def _imported(tree):
    """Tell from imports that nothing guards; with the package "future" Python 2 has the new names too."""
    modules = set()
    for statement in tree.body:
        if statement.kind == "Import":
            modules.update(alias.name for alias in statement.names)
        elif statement.kind == "ImportFrom" and not statement.level and statement.module:
            modules.add(statement.module)
            modules.update("%s.%s" % (statement.module, alias.name) for alias in statement.names)
    if any(module.split(".")[0] in ("future", "builtins") for module in modules):
        return bool(modules & _MODULES_2), False
    return bool(modules & _MODULES_2), bool(modules & _MODULES_3)
