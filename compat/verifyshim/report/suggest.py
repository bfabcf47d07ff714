"""A policy file for what would break: text that loads as it is, with the decisions left to people.

Two of them. ``strict``: whatever loosens verification is a comment. ``bridge``: what fails today is exempt
until a date, so that enforce can be switched on now, and each exemption ends by itself. What points to an
attack or a mistake (a revoked certificate, a wrong pin) is exempt in neither.

A log is no proof: an attacker in between makes failures too. So nothing that was seen (a fingerprint, an
issuer) is ever put in as something to trust; it is only told, to compare with what the owner says.
"""
from __future__ import unicode_literals

import re
import time

from . import shown
from ..errors import ConfigurationError
from ..events import LET_THROUGH, REFUSED, UNVERIFIED, summary
from ..policy import patterns

DAYS = 30           # of an exemption
_HOSTS = 500        # rules of a file
_WIDE = 110         # characters of a comment line
# Words of VerificationError.reason, the gravest first, and what each means and asks for.
FAILURES = (
    ("revoked", "its certificate has been revoked", "have the server's certificate replaced; do not exempt it"),
    ("pin-mismatch", "its key is not the one that is pinned", "ask the server's owner whether the key was "
     "changed; if so, correct the pin"),
    ("no-certificate", "it showed no certificate", "check that the port is right and that TLS with a "
     "certificate is spoken there"),
    ("self-signed", "its certificate is signed by itself", "pin the key, or get the certificate from the "
     "server's owner and name it as the roots of this host"),
    ("unknown-issuer", "no trusted root leads to its certificate", "get the root from whoever runs the issuer "
     "and name it as roots; if the issuer is public, update certifi, or have the server send its "
     "intermediate certificates"),
    ("hostname-mismatch", "its certificate is for another name", "connect by a name that the certificate has, "
     "or have it issued for this one"),
    ("expired", "its certificate, or one above it, has expired", "renew it; if it is fresh, look for an old "
     "root and at this machine's clock"),
    ("not-yet-valid", "its certificate is not valid yet", "check the clocks of this machine and the server"),
    ("other", "its certificate was not accepted", "run: python -m verifyshim doctor HOST:PORT"),
)
_RANK = dict((name, at) for at, (name, _, _) in enumerate(FAILURES))
_NEVER_EXEMPT = ("revoked", "pin-mismatch", "no-certificate")
_BREAKING = (LET_THROUGH, REFUSED, UNVERIFIED)
_is_plain = re.compile(r"[][a-z0-9._:-]+\Z").match
_is_digest = re.compile("[0-9a-f]{64}\\Z").match
_PIN = ("openssl s_client -connect %s:%s%s </dev/null | openssl x509 -pubkey -noout |",
        "  openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64")


def meaning(failure):
    """Return ``(what it means, what to do)`` of a word of VerificationError.reason."""
    _, means, todo = FAILURES[_RANK.get(failure, _RANK["other"])]
    return means, todo


def policy(told, now):
    """Return ``strict`` and ``bridge`` (texts of a file), ``until`` (a date) and ``hosts`` (how many rules).

    :param told: what ``Summary.plain`` returned.
    :param now: seconds since 1970.
    """
    until = time.strftime("%Y-%m-%d", time.gmtime(now + DAYS * 86400))
    made = time.strftime("%Y-%m-%d", time.gmtime(now))
    certificates = dict((row["fingerprint"], row) for row in told["certificates"])
    rows, rest = _sorted_out(told)
    head = _head(told, made) + _private_roots(rows, certificates)
    strict, bridge = list(head), list(head)
    for pattern, row in rows[:_HOSTS]:
        failure = _gravest(row)
        about = _about(pattern, row, failure, certificates)
        choices = _choices(pattern, failure)
        exemption = ["exempt_until = " + until,
                     "reason = %s, reported on %s; its owner decides" % (failure, made)]
        section = "[host:%s]" % pattern.text
        if failure in _NEVER_EXEMPT:
            lines = [""] + about + (_comment([section] + choices) if choices else [])
            strict += lines
            bridge += lines
        else:
            strict += [""] + about + _comment([section] + choices + ["or, until that is done:"] + exemption)
            bridge += [""] + about + [section] + exemption + _comment(choices)
    rest += ["... and %d more hosts, which are in the table of the report" % (len(rows) - _HOSTS)] \
        if len(rows) > _HOSTS else []
    if rest:
        rest = ["", "# No rule can be written for:"] + _comment(["  " + text for text in rest])
    return {"strict": "\n".join(strict + rest) + "\n", "bridge": "\n".join(bridge + rest) + "\n",
            "until": until, "hosts": len(rows)}


def _sorted_out(told):
    """Return ``[(Pattern, row)]`` of what would break, and texts about those that no pattern can name."""
    rows, unnamed = {}, []
    for row in told["hosts"]:
        if not row.get("failures") or not any(row["verdicts"].get(name) for name in _BREAKING):
            continue
        peer = summary.peer_text(row["host"], row["port"])
        try:
            pattern = patterns.parse(peer)
        except ConfigurationError:
            pattern = None
        # A "host" of *.com or 0.0.0.0/0 in a log must not become a rule for all of them.
        # Nor may the zone of an IPv6 address, which can be anything, get into a file or a command.
        if (pattern is None or pattern.kind not in (patterns.NAME, patterns.ADDRESS)
                or not _is_plain(pattern.text)):
            unnamed.append("%s (%s)" % (shown.line(peer)[:_WIDE] or "an unnamed host",
                                        _many(row["count"], "connection")))
        elif pattern[:3] in rows:       # another spelling; a section may be there only once
            rows[pattern[:3]] = (rows[pattern[:3]][0], _joined(rows[pattern[:3]][1], row))
        else:
            rows[pattern[:3]] = (pattern, row)
    ordered = sorted(rows.values(), key=lambda item: (-item[1]["count"], item[0].text))
    return ordered, unnamed[:20] + (["%d more" % (len(unnamed) - 20)] if len(unnamed) > 20 else [])


def _joined(one, other):
    both = dict(one, count=one["count"] + other["count"], last=max(one["last"], other["last"]))
    for name in ("failures", "call_sites", "fingerprints"):
        values = one.get(name, [])
        both[name] = values + [value for value in other.get(name, []) if value not in values]
    return both


def _many(count, what):
    return "%d %s%s" % (count, what, "" if count == 1 else "s")


def _gravest(row):
    known = [name for name in row["failures"] if name in _RANK]
    return min(known, key=_RANK.get) if known else "other"


def _head(told, made):
    mode = "strict" if set(row["mode"] for row in told["modes"]) == set(["strict"]) else "enforce"
    span = " between %s and %s" % (told["first"][:10], told["last"][:10]) if told["first"] else ""
    return ["# Suggested by python -m verifyshim report on %s, from %s%s."
            % (made, _many(told["connections"], "connection"), shown.line(span)),
            "# A failure can be an attack: trust nothing that only the log says, ask the server's owner.",
            "# Save it, then: VERIFYSHIM_CONFIG=/path/of/verifyshim.cfg python -m verifyshim status",
            "", "[verifyshim]", "mode = " + mode]


def _private_roots(rows, certificates):
    """Return a comment for each unknown issuer of several hosts: one root may do for all of them."""
    issuers = {}
    for pattern, row in rows:
        if "unknown-issuer" in row["failures"]:
            for issuer in set(certificates[name]["issuer"] for name in row.get("fingerprints", ())
                              if name in certificates):
                issuers.setdefault(issuer, []).append(pattern.text)
    lines = []
    for issuer, names in sorted(issuers.items(), key=lambda item: (-len(item[1]), item[0])):
        if issuer and len(names) > 1:
            lines += ["# %d hosts have certificates of one issuer that is unknown here: %s"
                      % (len(names), shown.line(issuer)[:_WIDE]),
                      "# If it is your own, its root, from whoever runs it, serves them all: below mode, add",
                      "# roots = certifi+/etc/verifyshim/own-root.pem"]
    return ([""] if lines else []) + lines[:60]


def _about(pattern, row, failure, certificates):
    means, todo = meaning(failure)
    lines = ["---- %s: %s (%s), last on %s" % (
        pattern.text, means, _many(row["count"], "connection"), row["last"][:10])]
    lines += ["failed by: %s" % ", ".join(row["failures"])] if len(row["failures"]) > 1 else []
    lines += ["from " + site[:300] for site in row.get("call_sites", [])[:3]]
    for name in row.get("fingerprints", [])[:2]:
        seen = certificates.get(name)
        if seen is not None and _is_digest(name):
            lines += ["seen: %s, by %s, until %s" % (seen["subject"][:200] or "?", seen["issuer"][:200] or "?",
                                                     seen["expires"][:10] or "?"),
                      "      SHA-256 of the certificate: " + name]
    return _comment(lines + _wrapped("To do: %s." % todo))


def _choices(pattern, failure):
    """Return lines, not yet comments, with what could stand in the rule once somebody has decided."""
    lines, host, port = [], pattern.text, "443"
    if pattern.port:
        host, _, port = host.rpartition(":")
    elif ":" in host:
        host = "[%s]" % host
    if failure in ("self-signed", "unknown-issuer"):
        lines += ["a file from the server's owner:", "roots = /etc/verifyshim/%s.pem"
                  % re.sub("[^a-z0-9.]+", "-", host.strip("[]"))]
    if failure in ("self-signed", "hostname-mismatch", "pin-mismatch"):
        # An address is no server name (RFC 6066, 3).
        name = " -servername " + host if pattern.kind == patterns.NAME else ""
        lines += ["the pin of its key, computed beside the server, not across a network:",
                  "  " + _PIN[0] % (host, port, name), "  " + _PIN[1], "pin = sha256/..."]
    return lines


def _comment(lines):
    return ["# " + shown.line(line)[:1200] for line in lines]


def _wrapped(text):
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > _WIDE:
            lines.append("   ")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines
