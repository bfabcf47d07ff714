"""Imports that emitted code needs, and those that nothing needs any more."""
from . import syntax
from .kept import kept
from .layout import BOM, newline_at, rest_of_line
from .removal import removals as statement_removals
from .sequences import import_sequence

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")


def visible_name(tree, module, at=None):
    """Return what *module* is called at the node *at* (or will be, once ``addition`` is done)."""
    bound = _bound_at(tree, module, at)
    if bound:
        return bound
    plain = module.split(".")[0]
    return module if not _taken(tree, plain, at) else "_" + module.replace(".", "_")


def addition(lines, tree, module, at=None):
    """Return the edit (start, end, text) for the import that ``visible_name`` promises, None if it is there."""
    if _bound_at(tree, module, at):
        return None
    name = visible_name(tree, module, at)
    statement = "import %s" % module if name == module else "import %s as %s" % (module, name)
    position, before, after = _place(lines, tree, module, at)
    if position == 0 and lines.text.startswith(BOM):
        position = len(BOM)
    newline = newline_at(lines.text, position)
    return position, position, before.replace("\n", newline) + statement + newline + after.replace("\n",
                                                                                                   newline)


def _bound_at(tree, module, at):
    """Return the name that is the module wherever *at* is, from the innermost function outwards."""
    for function in syntax.ancestors(at) if at is not None else ():
        if function.kind in _FUNCTIONS:
            if function.kind != "Lambda":
                name = _import_in(function, module, at)
                if name:
                    return name
            if module.split(".")[0] in _bindings(function):
                break
    name = _import_in(tree, module, at if at is None or syntax.enclosing(at,
                                                                              *_FUNCTIONS) is None else None)
    if name and not _hidden(tree, name.split(".")[0], at):
        return name
    return None


@kept
def _imports_of(owner):
    """Return the import statements of a body, and of each try's body in it, in their order."""
    found = []
    for statement in owner.body:
        if statement.kind in ("Try", "TryStar"):
            found += _imports_of(statement)
        elif statement.kind in ("Import", "ImportFrom"):
            found.append(statement)
    return found


def _import_in(owner, module, before):
    """Return the name that a statement of *owner*'s body, or of a try in it, gives to the module."""
    for statement in _imports_of(owner):
        if before is not None and statement.start > before.start:
            break
        if statement.kind == "Import":
            for alias in statement.names:
                if alias.name == module:
                    return alias.asname or alias.name
                if alias.asname is None and alias.name.startswith(module + "."):
                    return module
        elif "." in module and not statement.level:
            package, name = module.rsplit(".", 1)
            for alias in statement.names:
                if statement.module == package and alias.name == name:
                    return alias.asname or alias.name
    return None


@kept
def _bindings(function):
    """Return the names a function binds itself: parameters, targets, definitions, imports."""
    bound, given_away = set(), set()
    waiting = [function.args] + (function.body if isinstance(function.body, list) else [function.body])
    while waiting:
        node = waiting.pop()
        if node.kind == "arg" and node.arg:
            bound.add(node.arg)
        elif node.kind == "alias":
            bound.add((node.asname or node.name).split(".")[0])
        elif node.kind in ("Global", "Nonlocal"):
            given_away.update(node.names)
        elif node.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            bound.add(node.name)
            continue
        elif node.kind == "Name" and _is_target(node):
            bound.add(node.id)
        waiting.extend(syntax.children(node))
    return bound - given_away


def _is_target(name):
    """Whether a name is bound where it stands."""
    node, above = name, name.parent
    while above is not None and above.kind in ("Tuple", "List", "Starred"):
        node, above = above, above.parent
    if above is None:
        return False
    if above.kind in ("Assign", "Delete"):
        return any(target is node for target in above.targets)
    if above.kind in ("AugAssign", "AnnAssign", "NamedExpr", "For", "AsyncFor", "comprehension", "arg"):
        return above.target is node
    if above.kind == "withitem":
        return above.optional_vars is node
    return above.kind == "ExceptHandler" and above.name is node


def _hidden(tree, name, at):
    """Whether a function around *at* binds the name to something else."""
    return at is not None and any(name in _bindings(function) for function in syntax.ancestors(at)
                                  if function.kind in _FUNCTIONS)


def _taken(tree, name, at):
    """Whether the name means something at *at*, or anywhere at the top of the file."""
    return _hidden(tree, name, at) or name in _bound_at_top(tree)


@kept
def _bound_at_top(tree):
    bound = set()
    for statement in tree.body:
        if statement.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            bound.add(statement.name)
        elif statement.kind == "Import":
            bound.update(alias.asname or alias.name.split(".")[0] for alias in statement.names)
        elif statement.kind == "ImportFrom":
            bound.update(alias.asname or alias.name for alias in statement.names)
        elif statement.kind == "Assign":
            bound.update(target.id for target in statement.targets if target.kind == "Name")
    return bound


def _place(lines, tree, module, at):
    """Return (position, text before, text after) for an import statement.

    Among the first imports of the file, behind the last plain one that is not greater by the alphabet; else
    before the first other statement. Only ever at the beginning of a line.
    """
    body = tree.body
    head, run = _first_imports(tree)
    top = at
    while top is not None and top.parent is not None and top.parent.kind != "Module":
        top = top.parent
    run = [statement for statement in run if top is None or statement.start < top.start]
    if run:
        return _among(lines, run, module)
    if head:
        end = rest_of_line(lines.text, body[head - 1].end)
        if end is not None:
            open_line = end and lines.text[end - 1] not in "\r\n"
            imports_there = body[head - 1].kind == "ImportFrom"
            return end, "\n" if open_line else "" if imports_there else "\n", ""
    if head < len(body) and lines.begins(body[head].start):
        return lines.start(_first(lines.text, body[head])), "", "\n"
    return lines.start(top.start if top is not None else 0), "", ""


@kept
def _first_imports(tree):
    """Return (how many statements nothing may precede, the first imports behind them that stand together)."""
    body, head, run = tree.body, 0, []
    if body and body[0].kind == "Expr" and body[0].value.kind == "Constant":
        head = 1
    while head < len(body) and body[head].kind == "ImportFrom" and body[head].module == "__future__":
        head += 1
    for index in range(head, len(body)):
        if body[index].kind in ("Import", "ImportFrom"):
            run.append(body[index])
        elif run:
            break
    return head, run


def _first(text, statement):
    decorators = getattr(statement, "decorator_list", None)
    return text.rindex("@", 0, decorators[0].start) if decorators else statement.start


def _among(lines, run, module):
    before = None
    for statement in run:
        if statement.kind == "Import" and not statement.names[0].name > module:
            before = statement
        elif statement.kind == "Import":
            break
    if before is None and lines.begins(run[0].start):
        return lines.start(run[0].start), "", ""
    for statement in run[run.index(before) if before else 0:]:
        end = rest_of_line(lines.text, statement.end)
        if end is not None:
            open_line = lines.text[end - 1] not in "\r\n"
            return end, "\n" if open_line else "", ""
    return lines.start(run[0].start), "", ""


def unused(tree, names, wanted, was_used):
    """Return [(import statement, alias)] that can go: nothing uses them now, something did before.

    :param wanted: bound names.
    :param was_used: a function that takes (statement, bound name) and tells whether it was used before.
    """
    listed = set()
    for statement in tree.body:
        if statement.kind in ("Assign", "AugAssign"):
            targets = getattr(statement, "targets", None) or [statement.target]
            if any(target.kind == "Name" and target.id == "__all__" for target in targets):
                listed.update(node.value for node in syntax.walk(statement) if node.kind == "Constant")
    found = []
    for imported in names.imports:
        statement, alias, bound = imported.node, imported.alias, imported.bound
        if bound not in wanted or bound in listed or imported.used or imported.in_try_pair:
            continue
        if statement.parent.kind not in ("Module", "FunctionDef", "AsyncFunctionDef"):
            continue        # in a try or an if: a feature probe
        if was_used(statement, bound):
            found.append((statement, alias))
    return found


def removals(lines, gone):
    """Return [(start, end, text)] that take these (statement, alias) away."""
    by_statement, whole, edits = {}, [], []
    for statement, alias in gone:
        by_statement.setdefault(id(statement), (statement, []))[1].append(alias)
    for statement, aliases in by_statement.values():
        if len(aliases) == len(statement.names):
            whole.append((statement, False))
            continue
        numbers = [number for number,
                   alias in enumerate(statement.names) if any(alias is each for each in aliases)]
        edits += [(start, end, "") for start, end in import_sequence(lines, statement).removals(numbers)]
    return edits + statement_removals(lines, whole)
