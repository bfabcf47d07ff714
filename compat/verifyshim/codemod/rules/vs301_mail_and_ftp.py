"""Mail, news and FTP over TLS without a context: unverified on every Python, 3.13 included.

Before::

    server = smtplib.SMTP(host, 587)
    server.starttls()

After, where all Pythons from --min-python on take a context::

    server.starttls(context=ssl.create_default_context())

After, where some have no such parameter::

    verifyshim.starttls(server, server_hostname=host)

or, where there is nothing like that (--unsafe, as it is for the whole process)::

    verifyshim.install()
    server = imaplib.IMAP4_SSL(host)

https://docs.python.org/3/library/smtplib.html#smtplib.SMTP.starttls
"""
from __future__ import absolute_import

from . import AddKeyword, Finding, Fix, RemoveKeyword, Replace, SetArgument, rule
from .choices import choice, note
from .client_contexts import arguments, before, client_context
from .installs import installing, is_covered, place, shared
from .mail_clients import METHODS, chosen_classes, derived_classes, entry_of, is_of_unknown_making
from .nodes import is_none
from .shim_upgrades import making, shim_upgrade
from .smtp_hosts import NO_HOST, host_ops
from .testcode import is_test

_NEVER = "%s without a context accepts every certificate, on every Python"
_COVERS = "verifyshim.install() covers it"
_PYTHONS = "some of the Pythons from %s on have no parameter for one"


@rule("VS301", "mail or FTP that does not verify",
      needles=(b"starttls", b".stls(", b"SMTP_SSL", b"IMAP4_SSL", b"POP3_SSL", b"FTP_TLS", b"NNTP_SSL",
               b"SMTPHandler"))
def check(context):
    installed = {}
    for call in context.nodes("Call"):
        if not _is_left_out(context, call):
            finding = _finding(context, call, installed)
            if finding is not None:
                yield finding
    for node in chosen_classes(context):
        if not _is_left_out(context, node):
            yield Finding(node, "%s is one of several classes here, and without a context accepts every "
                                "certificate; pass one where it is made; %s" % (context.text(node), _COVERS))
    for node in derived_classes(context):
        if not _is_left_out(context, node):
            yield Finding(node, "a class derived from %s accepts every certificate unless it passes a context "
                                "on; %s" % (context.text(node), _COVERS))


def _is_left_out(context, node):
    return not context.options.tests and is_test(context, node)


def _finding(context, call, installed):
    found = entry_of(context, call)
    if found is None:
        return _unknown(context, call)
    entry, name, certain = found
    offset = _offset(context, call, name)
    state = _state(context, call, entry, offset)
    if state == "given" or is_covered(context, call):
        return None
    wrong = _NEVER % _shown(name)
    if state == "open":
        return Finding(call, "%s; it is not rewritten because its * or ** argument may bring one; pass %s=; %s"
                       % (wrong, entry.keyword, _COVERS))
    reason = choice(context, call)
    if not _is_everywhere(context, entry):
        return (_by_shim(context, call, found, offset, reason)
                or _by_install(context, call, wrong, reason, installed))
    ops = _with_context(context, call, entry, offset)
    named = host_ops(context, call) if name.startswith("smtplib.") else []
    if named is NO_HOST:
        return Finding(call, "%s; it is not rewritten because SMTP() is made without a host and connected "
                             "later, so there is no name to check; give SMTP() the host, and context=" % wrong)
    if ops is None:
        return Finding(call, "%s; it is not rewritten because of its key and certificate; pass %s=; %s"
                       % (wrong, entry.keyword, _COVERS))
    safe = certain and reason is None
    return Finding(call, wrong + note(reason), Fix("safe" if safe else "unsafe", ops + named))


def _unknown(context, call):
    if _is_mail_log(context, call):
        return None if is_covered(context, call) else Finding(
            call, "logging.handlers.SMTPHandler(secure=...) accepts every certificate and takes no context; %s"
            % _COVERS)
    given = any(keyword.arg in ("context", "ssl_context") for keyword in call.keywords) \
        or context.names.qualified(call.func) == "verifyshim.starttls"
    if given or not is_of_unknown_making(context, call) or is_covered(context, call):
        return None
    return Finding(call, "%s() without a context accepts every certificate if this is a client of the standard "
                         "library; it is not rewritten because that is not certain; pass a context, or %s"
                   % (call.func.attr, _COVERS))


def _is_mail_log(context, call):
    if context.names.qualified(call.func) != "logging.handlers.SMTPHandler":
        return False
    secure = [keyword.value for keyword in call.keywords if keyword.arg == "secure"] + call.args[5:6]
    return any(not is_none(value) for value in secure)


def _offset(context, call, name):
    """1 where the object is passed by hand: ``smtplib.SMTP.starttls(self)``."""
    return int(name.endswith(("starttls", "stls")) and context.names.qualified(call.func) == name)


def _state(context, call, entry, offset):
    """"given" where there is a context, "open" where one may come by ``*`` or ``**``, else "missing"."""
    for keyword in call.keywords:
        if keyword.arg == entry.keyword:
            return "missing" if is_none(keyword.value) else "given"
    if any(argument.kind == "Starred" for argument in call.args):
        return "open"
    if len(call.args) > entry.position + offset:
        return "missing" if is_none(call.args[entry.position + offset]) else "given"
    if any(keyword.arg is None for keyword in call.keywords):
        keys = [item[0] for item in context.names.expanded(call)]
        return "given" if entry.keyword in keys else "open"
    return "missing"


def _is_everywhere(context, entry):
    """Whether every Python that the file meets takes the context."""
    two, three = context.options.min_python_2, context.options.min_python_3
    return ((two is None or (entry.since_2 is not None and two >= entry.since_2))
            and (three is None or three >= entry.since_3))


def _shown(name):
    return name + ("()" if name.endswith(("starttls", "stls")) else "")


def _by_shim(context, call, found, offset, reason):
    """verifyshim's function for the method; none where a class calls its base's, which would be endless."""
    entry, name, certain = found
    ready = shim_upgrade(context, call, entry, name) if name in METHODS and not offset else None
    if ready is None:
        return None
    safe = certain and ready[1] and reason is None
    return Finding(call, "%s; %s; verifyshim.starttls() verifies on all of them%s" % (
        _NEVER % _shown(name), _pythons(context), note(reason)), Fix("safe" if safe else "unsafe", ready[0]))


def _pythons(context):
    return _PYTHONS % " and ".join(".".join(str(part) for part in version)
                                   for version in sorted(context.options.min_python))


def _by_install(context, call, wrong, reason, installed):
    """The shim for the whole process; calls in one statement, or under one that has it, share it."""
    start = making(context, call)
    spot = shared(start, installed) or place(start)
    if spot not in installed:
        ops = installing(context, start)
        installed[spot] = ops and Fix("unsafe", ops)
    return Finding(call, "%s; %s; %s%s" % (wrong, _pythons(context), _COVERS, note(reason)), installed[spot])


# ---- the argument

def _with_context(context, call, entry, offset):
    """Return the ops that give *call* a context, with the client's certificate it had, or None."""
    legacy = dict((keyword.arg, keyword.value) for keyword in call.keywords
                  if keyword.arg in ("keyfile", "certfile"))
    by_position = False
    for name, position in zip(("keyfile", "certfile"), entry.legacy):
        if len(call.args) > position + offset:
            legacy[name], by_position = call.args[position + offset], True
    made = client_context(context, call, certfile=legacy.get("certfile"), keyfile=legacy.get("keyfile"))
    if made is None:
        return None
    ops = before(context, call, made.lines) + made.ops
    if by_position:
        text = _rebuilt(context, call, entry, offset, made.text)
        return text and ops + [Replace(call.start, call.end, text)]
    removed = [keyword for keyword in call.keywords if keyword.arg in legacy]
    ops += [RemoveKeyword(call, keyword) for keyword in removed]
    if any(keyword.arg == entry.keyword for keyword in call.keywords):
        return ops + [SetArgument(call, entry.keyword, None, made.text)]
    return ops + [AddKeyword(call, entry.keyword, made.text)]


def _rebuilt(context, call, entry, offset, made):
    """The call written anew, where key and certificate stand without names."""
    first = entry.legacy[0] + offset
    if len(call.args) > first + len(entry.legacy):
        return None
    parts = [context.text(argument) for argument in call.args[:first]]
    parts += [context.text(keyword) for keyword in call.keywords
              if keyword.arg not in ("keyfile", "certfile", entry.keyword)]
    return arguments(context, call, context.text(call.func), parts + ["%s=%s" % (entry.keyword, made)])
