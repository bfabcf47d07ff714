"""One bash that runs command after command, as a person types them: folders and variables stay."""
import os
import re
import signal
import subprocess

_MARK = "----- status "


class Shell:
    def __init__(self, folder, environment):
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], cwd=str(folder), env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", start_new_session=True)

    def run(self, command):
        """Return ``(status, what it printed)``; standard input is empty."""
        self._process.stdin.write("{ %s\n} < /dev/null\nprintf '\\n%s%%d\\n' $?\n" % (command, _MARK))
        self._process.stdin.flush()
        printed = []
        for line in self._process.stdout:
            if line.startswith(_MARK):
                return int(line[len(_MARK):]), re.sub(r"\n\Z", "", "".join(printed))
            printed.append(line)
        raise AssertionError("the shell ended at: %s\n%s" % (command, "".join(printed)))

    def close(self):
        """End it, and what was started in the background."""
        try:
            os.killpg(self._process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
