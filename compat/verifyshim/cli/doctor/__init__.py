"""``python -m verifyshim doctor``: what is wrong, here and with the hosts that are named, and what to do.

With ``--json`` one object is written: what ``status --json`` writes; ``findings``, a list of objects with
``topic``, ``level`` (fine, note, problem), ``text`` and ``to_do``; ``starts``, which ways of starting Python
are verified; ``hosts``, a list of objects with ``host``, ``port`` and ``findings``.
"""
from __future__ import print_function

import json

from . import activated, hosts, interpreter, output, overrides, trust
from .. import elsewhere, manual

USAGE = "python -m verifyshim doctor [HOST[:PORT] ...] [--json] [--python PATH | --prefix DIR]"
DESCRIPTION = ("Finds out what is wrong and says what to do: whether verifyshim is active and what overrides it, what "
               "this interpreter can do, where the roots come from and how old they are, the policy and where it "
               "comes from. Hosts that are named are connected to, and nothing is sent to them. The port "
               "is 443 unless one is named.")


def main(arguments):
    """Look and tell; return 0, 1 where something is wrong, 2 for bad arguments."""
    parser = manual.Parser(
        "doctor", USAGE, DESCRIPTION, files=manual.SETTINGS_FILES,
        environment=manual.CONFIGURATION + manual.ROOTS,
        status=(("0", "all is fine"), ("1", "there is a problem; what to do is said with it"),
                ("2", "arguments or settings cannot be used")),
        examples=("python -m verifyshim doctor",
                  "python -m verifyshim doctor www.example.org mail.example.org:465"))
    parser.add_option("--json", action="store_true", help="write JSON (default: text)")
    parser.add_option("--timeout", type="float", default=10.0, metavar="SECONDS",
                      help="for each step with a host (default: 10)")
    elsewhere.add_options(parser)
    options, peers = parser.parse_args(arguments)
    peers = [hosts.parsed(peer) for peer in peers]
    status = elsewhere.delegate("doctor", options, arguments)
    if status is not None:
        return status
    told, findings = activated.look()
    told["starts"], more = overrides.look(told)
    findings += more + interpreter.look(told)
    judged = trust.policy_in_force()
    findings += trust.look(judged)
    said = [finding.text for finding in findings if finding.topic != "status"]
    findings = [finding for finding in findings if finding.topic != "status" or finding.text not in said]
    found = [(peer, hosts.look(peer[0], peer[1], judged, options.timeout)) for peer in peers]
    if options.json:
        told["findings"] = [finding.plain() for finding in findings]
        told["hosts"] = [{"host": host, "port": port, "findings": [finding.plain() for finding in of_host]}
                         for (host, port), of_host in found]
        print(json.dumps(told, indent=1, sort_keys=True))
    else:
        output.show(findings)
        for (host, port), of_host in found:
            print("\n%s port %d" % (host, port))
            output.show(of_host)
    everything = sum([of_host for _, of_host in found], findings)
    return 1 if [finding for finding in everything if finding.is_problem] else 0
