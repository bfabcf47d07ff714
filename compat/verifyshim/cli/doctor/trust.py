"""Whom this environment trusts: roots, their source and age, and the policy with where it comes from."""
import time

from . import output
from ... import events, policy
from ...errors import ConfigurationError
from ...roots import hygiene
from ... import startup
from ...startup import check


def policy_in_force():
    """Return the Policy of this process, or the one that it would have; a ConfigurationError where it cannot be used.
    """
    if policy.installed() is not None:
        return policy.installed()
    try:
        if startup.State.settings is not None:
            import os
            return check.make_policy(startup.State.settings, os.environ)
        return policy.current()
    except ConfigurationError as error:
        return error


def look(judged):
    """Return findings about a Policy, or the error that there is instead of one."""
    if isinstance(judged, ConfigurationError):
        return [output.problem("policy", "The settings cannot be used: %s" % judged, "Correct the place it names.")]
    return list(_of_roots(judged.roots)) + list(_of_policy(judged))


def _of_roots(roots):
    age = ""
    if roots.date is not None:
        age = ", from about %s, %.1f years old" % (hygiene.day(roots.date)[:7],
                                                   max(time.time() - roots.date, 0) / hygiene.YEAR)
    if roots.age_note():
        yield output.problem("roots", roots.age_note(), "python -m verifyshim bundle --help says how.")
    else:
        yield output.fine("roots", "%s%s" % (roots, age))
    expired = [subject for subject, reason in roots.left_out if reason.startswith("expired")]
    if roots.left_out:
        yield output.note("roots", "%d left out, %d of them expired%s" % (
            len(roots.left_out), len(expired), ": " + "; ".join(expired[:3]) if expired else ""),
            "python -m verifyshim bundle show lists them with the reasons; nothing has to be done.")


def _of_policy(judged):
    lines = judged.describe()
    given = ["%s = %s (%s)" % line for line in lines if line[2] != "default"]
    yield output.fine("policy", "; ".join(given) if given else "defaults: mode %s" % judged.mode)
    for text in judged.notes:
        yield output.problem("policy", text, "Correct it in the place that is named.")
    for text in events.notes():
        yield output.problem("log", text, "See that the log can be written by who runs the programs, and only by them.")
    if judged.log is None:
        yield output.note("log", "Nothing is written down.", "Set log = /path in [verifyshim], above all for audit.")
