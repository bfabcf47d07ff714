"""Replacements that look like the original to programs that inspect signatures.

pyVmomi and others read ``HTTPSConnection.__init__.__code__.co_varnames``, so ``functools.wraps`` around
``*args, **kwargs`` is not enough: the replacement is compiled with the original's own parameters.
"""
import functools

_VARARGS, _VARKEYWORDS = 0x04, 0x08      # CPython's co_flags, the same since 1.5


def with_default(original, parameter, make):
    """Return a function with *original*'s signature that fills in one parameter.

    :param original: a Python function whose first parameter is self.
    :param parameter: the name of one of its parameters whose default is None.
    :param make: called as ``make(self)`` for its value, whenever it is None.
    """
    code = original.__code__
    positional = code.co_varnames[:code.co_argcount]
    keyword_only = code.co_varnames[code.co_argcount:][:getattr(code, "co_kwonlyargcount", 0)]
    rest = list(code.co_varnames[code.co_argcount + len(keyword_only):])
    star = rest.pop(0) if code.co_flags & _VARARGS else None
    double = rest.pop(0) if code.co_flags & _VARKEYWORDS else None
    defaults = original.__defaults__ or ()
    first_default = len(positional) - len(defaults)

    declared = [name + "=None" if at >= first_default else name for at, name in enumerate(positional)]
    passed = list(positional)
    if star or keyword_only:
        declared.append("*" + (star or ""))
        passed += ["*" + star] if star else []
    declared += [name + "=None" for name in keyword_only]
    passed += ["%s=%s" % (name, name) for name in keyword_only]
    if double:
        declared.append("**" + double)
        passed.append("**" + double)

    if parameter in positional + keyword_only:
        fill = "if %s is None: %s = _make(%s)" % (parameter, parameter, positional[0])
    else:           # somebody's own wrapper around the stdlib's: it passes keywords on
        fill = "if %s.get(%r) is None: %s[%r] = _make(%s)" % (
            double, parameter, double, parameter, positional[0] if positional else star + "[0]")
    source = "def %s(%s):\n    %s\n    return _original(%s)\n" % (
        original.__name__, ", ".join(declared), fill, ", ".join(passed))
    namespace = {"_original": original, "_make": make, "__name__": original.__module__}
    exec(compile(source, "<verifyshim %s>" % original.__name__, "exec"), namespace)
    replacement = functools.update_wrapper(namespace[original.__name__], original)
    replacement.__defaults__ = original.__defaults__
    if keyword_only:
        replacement.__kwdefaults__ = original.__kwdefaults__
    return replacement


def takes(original, parameter):
    """Whether *original* has the parameter, or passes any keyword on."""
    code = original.__code__
    parameters = code.co_argcount + getattr(code, "co_kwonlyargcount", 0)
    return parameter in code.co_varnames[:parameters] or bool(code.co_flags & _VARKEYWORDS)
