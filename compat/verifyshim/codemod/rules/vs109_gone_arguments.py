"""VS109: arguments of http.client and urllib.request that newer Pythons do not take, or that waive names.

Before::

    HTTPSConnection(host, check_hostname=False)
    urlopen(url, cafile=roots)
    HTTPSConnection(host, cert_file=certificate, key_file=key)

After::

    HTTPSConnection(host)
    urlopen(url, context=ssl.create_default_context(cafile=roots))
    HTTPSConnection(host, context=verifyshim.create_context(certfile=certificate, keyfile=key))

check_hostname, key_file and cert_file went with Python 3.12, cafile, capath and cadefault with 3.13.
https://docs.python.org/3/whatsnew/3.12.html#http-client
"""
from . import AddKeyword, Finding, Fix, RemoveKeyword, rule
from .grading import is_left_out
from .switches import state

_CONNECTION = "http.client.HTTPSConnection"
_URLOPEN = "urllib.request.urlopen"
_ROOTS = ("cafile", "capath", "cadefault")
_CLIENT = ("cert_file", "key_file")


@rule("VS109", "arguments that newer Pythons do not take",
      needles=(b"check_hostname", b"cafile", b"capath", b"cadefault", b"key_file", b"cert_file"),
      also=((b"urlopen", b"HTTPSConnection"),))
def check(context):
    for call in context.nodes("Call"):
        if not call.keywords or is_left_out(context, call):
            continue
        names = set(keyword.arg for keyword in call.keywords)
        if not names.intersection(_ROOTS + _CLIENT + ("check_hostname",)):
            continue
        function = context.names.qualified(call.func)
        if function == _URLOPEN and names.intersection(_ROOTS):
            yield _roots(context, call)
        elif function == _CONNECTION and names.intersection(_CLIENT):
            yield _client_certificate(context, call)
        elif function == _CONNECTION and "check_hostname" in names:
            yield _host_name(context, call)


def _given(call, names):
    return [keyword for keyword in call.keywords if keyword.arg in names]


def _has(call, name):
    return any(keyword.arg == name or keyword.arg is None for keyword in call.keywords)


def _host_name(context, call):
    keyword = _given(call, ("check_hostname",))[0]
    found = state(context, "check_hostname", keyword.value)
    if found not in ("on", "off"):
        return Finding(keyword, "Whether the host name is checked depends on %s; not rewritten: leave the "
                                "argument out, Python 3.12 does not take it." % context.text(keyword.value))
    wrong = "The certificate may be for any host" if found == "off" else "check_hostname is on anyway"
    return Finding(keyword, "%s, and Python 3.12 does not take the argument: rewritten by --unsafe." % wrong,
                   Fix("unsafe", [RemoveKeyword(call, keyword)]))


def _roots(context, call):
    given = _given(call, _ROOTS)
    wrong = "Python 3.13 does not take %s; a context holds the roots" % " and ".join(item.arg for item in given)
    made = context.make_context(at=call, **dict(
        (item.arg, context.text(item.value)) for item in given
        if item.arg != "cadefault" and not _is_none(item.value)))
    if _has(call, "context") or not context.stdlib_verifies or made is None or len(call.args) > 3:
        return Finding(call, wrong + "; not rewritten: this call cannot take one on every Python it is for.")
    return Finding(call, wrong + "; the rewrite needs --unsafe.", _fix(call, given, made))


def _client_certificate(context, call):
    given = _given(call, _CLIENT + ("check_hostname",))
    words = dict((item.arg, item.value) for item in given)
    wrong = "Python 3.12 does not take %s; a context holds the client's certificate" % " and ".join(
        item.arg for item in given)
    keep = "; not rewritten: %s."
    if _has(call, "context") or not context.stdlib_verifies:
        return Finding(call, wrong + keep % "this call cannot take one on every Python it is for")
    files = [words[name] for name in _CLIENT if name in words]
    if "cert_file" not in words or not all(_is_settled(context, value) for value in files):
        return Finding(call, wrong + keep % "where the certificate comes from is not clear")
    made = context.make_context(at=call, certfile=context.text(words["cert_file"]),
                                keyfile=context.text(words["key_file"]) if "key_file" in words else None)
    if made is None:
        return Finding(call, wrong + keep % "there is no one expression for it")
    return Finding(call, wrong + "; the rewrite needs --unsafe.", _fix(call, given, made))


def _fix(call, given, made):
    ops = [RemoveKeyword(call, keyword) for keyword in given]
    return Fix("unsafe", ops + [AddKeyword(call, "context", made[0])] + made[1])


def _is_none(value):
    return value.kind == "Constant" and value.value is None


def _is_settled(context, value):
    """Is the file there for certain? What a caller hands on may be None, and self.key_file is gone as well."""
    values = context.names.values(value)
    return bool(values) and all(
        hasattr(item, "kind") and item.kind in ("Constant", "JoinedStr", "BinOp", "Call") and not _is_none(item)
        for item in values)
