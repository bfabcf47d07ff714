"""``python -m verifyshim status``: what is in force in a Python that starts here, and where that was set."""
from __future__ import print_function

import json
import sys

from . import elsewhere, manual
from .doctor import activated, output

USAGE = "python -m verifyshim status [--json] [--python PATH | --prefix DIR]"
DESCRIPTION = ("Says what is in force in a Python that starts like this one, and where each setting comes from.")


def main(arguments):
    """Print what is in force; return 0, 1 where something is wrong, 2 for bad arguments."""
    from . import TROUBLE
    parser = manual.Parser(
        "status", USAGE, DESCRIPTION, files=manual.SETTINGS_FILES,
        environment=manual.CONFIGURATION + manual.ROOTS,
        status=(("0", "programs are verified"), ("1", "they are not, or something needs a look"),
                ("2", "arguments or settings cannot be used")),
        examples=("python -m verifyshim status", "python -m verifyshim status --json --prefix /srv/app/venv"))
    parser.add_option("--json", action="store_true", help="write JSON (default: text)")
    elsewhere.add_options(parser)
    options, rest = parser.parse_args(arguments)
    if rest:
        print("verifyshim status: %r is no option; usage: %s" % (rest[0], USAGE), file=sys.stderr)
        return TROUBLE
    status = elsewhere.delegate("status", options, arguments)
    if status is not None:
        return status
    told, findings = activated.look()
    if options.json:
        told["findings"] = [finding.plain() for finding in findings]
        print(json.dumps(told, indent=1, sort_keys=True))
    else:
        output.show_status(told)
        output.show(findings)
    return 1 if [finding for finding in findings if finding.is_problem] else 0
