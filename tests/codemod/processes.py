"""Running the codemod as its users do: as a process of its own."""
import json
import os
import subprocess
import sys

import verifyshim

PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(verifyshim.__file__)))
BAD = "import requests\n\n\ndef get(url):\n    return requests.get(url, verify=False)\n"
GOOD = BAD.replace(", verify=False", "")
# Reported, and not rewritten: there is nothing a Python program could do about curl.
REPORTED = "import subprocess\n\nsubprocess.call(['curl', '-k', 'https://example.org/'])\n"


class Run(object):
    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    @property
    def json(self):
        return json.loads(self.out)


def environment(**more):
    values = dict((name, value) for name, value in os.environ.items() if not name.startswith("GIT_"))
    values.update(PYTHONPATH=PACKAGES, PYTHONIOENCODING="utf-8")
    values.update(more)
    return values


def command(*arguments):
    return [sys.executable, "-m", "verifyshim.codemod"] + [str(argument) for argument in arguments]


def run(folder, *arguments, **options):
    """Run the command in *folder*; ``data`` are bytes for standard input, ``env`` more of the environment."""
    process = subprocess.Popen(command(*arguments), cwd=str(folder),
                               stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=environment(**options.get("env", {})))
    out, err = process.communicate(options.get("data", b""))
    assert b"Traceback" not in err, err.decode("utf-8", "replace")
    return Run(process.returncode, out.decode("utf-8"), err.decode("utf-8"))
