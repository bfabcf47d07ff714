"""Run tests/conformance/clients/comparing.py under an interpreter and read its answers."""

import json
import subprocess

from ..conformance.harness import python_path, tail
from ..conformance.interpreters import HERE, clean_environment

CLIENT = HERE / "clients" / "comparing.py"


class Silent(AssertionError):
    """The client died, hung, or left answers out."""


def ask(interpreter, job, timeout, bare=False):
    """Return the client's answers, the closing one last.

    :param job: as comparing.py describes it.
    :param timeout: seconds for all of it.
    :param bare: the interpreter's own library and nothing else, for what is not about verifyshim.
    :raises Silent: where it does not come to its end.
    """
    environment = clean_environment(**({} if bare else {"PYTHONPATH": python_path(interpreter)}))
    process = subprocess.Popen([interpreter.executable, str(CLIENT)], env=environment, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = process.communicate(json.dumps(dict(job, **interpreter.job)).encode(), timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise Silent("client still running after %d s\n%s\n%s" % (timeout, tail(out), tail(err))) from None
    try:
        answers = [json.loads(line) for line in out.decode().splitlines()]
    except ValueError:
        answers = []
    if process.returncode or not answers:
        raise Silent("client ended with status %s and said:\n%s\n%s"
                     % (process.returncode, tail(out), tail(err)))
    return answers
