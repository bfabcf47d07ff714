"""Replacements that look like the original to programs that inspect signatures.

pyVmomi and others read ``HTTPSConnection.__init__.__code__.co_varnames``, so ``functools.wraps`` around
``*args, **kwargs`` is not enough: the replacement is compiled with the original's own parameters.
"""
import functools

FILENAME = "<verifyshim"        # how those of the replacements' frames begin
_VARARGS, _VARKEYWORDS = 0x04, 0x08      # CPython's co_flags, the same since 1.5

_WITH_DEFAULT = """\
def %(name)s(%(declared)s):
    if %(given)s is not None:
        return _original(%(passed)s)
    %(value)s = _make(%(self)s, %(arguments)s)
    _original(%(passed)s)
    _done(%(self)s)
"""

_AROUND = """\
def %(name)s(%(declared)s):
    return _run(%(self)s, %(arguments)s, lambda: _original(%(passed)s))
"""


def with_default(original, parameter, make, done):
    """Return a function with *original*'s signature that fills in one parameter.

    :param original: a Python function whose first parameter is self.
    :param parameter: the name of one of its parameters whose default is None.
    :param make: called as ``make(self, arguments)`` for its value, whenever it is None; arguments is a
        dict of all of them by name.
    :param done: called as ``done(self)`` after *original* has run with what was made.
    """
    return _compiled(_WITH_DEFAULT, original, parameter, _make=make, _done=done)


def around(original, run):
    """Return a function with *original*'s signature that calls ``run(self, arguments, call)`` instead.

    :param original: a Python function whose first parameter is self.
    :param run: arguments is a dict of all of them by name, ``call()`` calls *original* with them.
    """
    return _compiled(_AROUND, original, None, _run=run)


def _compiled(source, original, parameter, **namespace):
    code = original.__code__
    positional = code.co_varnames[:code.co_argcount]
    keyword_only = code.co_varnames[code.co_argcount:][:getattr(code, "co_kwonlyargcount", 0)]
    rest = list(code.co_varnames[code.co_argcount + len(keyword_only):])
    star = rest.pop(0) if code.co_flags & _VARARGS else None
    double = rest.pop(0) if code.co_flags & _VARKEYWORDS else None
    declared, passed = _parameters(positional, keyword_only, star, double, len(original.__defaults__ or ()))

    value, given = parameter, parameter
    if parameter not in (None,) + positional + keyword_only:
        # Somebody's own wrapper around the stdlib's: it passes keywords on.
        value, given = "%s[%r]" % (double, parameter), "%s.get(%r)" % (double, parameter)
    names = {"name": original.__name__, "declared": ", ".join(declared), "passed": ", ".join(passed),
             "self": positional[0] if positional else star + "[0]", "value": value, "given": given,
             "arguments": "dict(locals(), **%s)" % double if double else "locals()"}
    namespace.update(_original=original, __name__=original.__module__)
    exec(compile(source % names, "%s %s>" % (FILENAME, original.__name__), "exec"), namespace)
    replacement = functools.update_wrapper(namespace[original.__name__], original)
    replacement.__defaults__ = original.__defaults__
    if keyword_only:
        replacement.__kwdefaults__ = original.__kwdefaults__
    return replacement


def _parameters(positional, keyword_only, star, double, defaults):
    """Return how they are declared and how they are passed on, lists of text."""
    declared = [name + "=None" if at >= len(positional) - defaults else name
                for at, name in enumerate(positional)]
    passed = list(positional)
    if star or keyword_only:
        declared.append("*" + (star or ""))
        passed += ["*" + star] if star else []
    declared += [name + "=None" for name in keyword_only]
    passed += ["%s=%s" % (name, name) for name in keyword_only]
    if double:
        declared.append("**" + double)
        passed.append("**" + double)
    return declared, passed


def takes(original, parameter):
    """Whether *original* has the parameter, or passes any keyword on."""
    code = original.__code__
    parameters = code.co_argcount + getattr(code, "co_kwonlyargcount", 0)
    return parameter in code.co_varnames[:parameters] or bool(code.co_flags & _VARKEYWORDS)
