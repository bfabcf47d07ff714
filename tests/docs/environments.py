"""Where a page's commands run: a copy of the checkout, one bash, and names that stand for what a reader has.

A page is written for somebody with machines of their own. What that comes to here is said in the three tables
below; whatever is in none of them is run as it stands. Ports are changed for free ones of four digits, so that
two runs do not meet and columns stay as wide as they are.
"""
import doctest
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
EXAMPLE = REPOSITORY / "docs" / "example"
CERTIFICATES = REPOSITORY / "compat" / "verifyshim" / "cli" / "certificates"
PORTS = ("8441", "8442", "8443")

# What a page names, and what takes its place: there is no traffic to other machines but pip's.
STANDS_FOR = {
    "example.org:443": "localhost:8441",
    "/etc/corp/ca.pem": "%(certificates)s/root.pem",
    "/etc/corp/development.pem": "%(certificates)s/root.pem",
    "2027-03-31": "%(next_year)s",
}
# Commands that end otherwise than with 0.
STATUS = {
    "python -m verifyshim.codemod --min-python 2.7.9,3.4.3 fetch.py": (1,),      # found, and nothing is changed
    "python -m verifyshim doctor localhost:8441": (0, 1),       # 1 on 2.7, whose certifi is old
    "python -m verifyshim doctor example.org:443": (0, 1),
    "python -m verifyshim bundle check": (0, 1),
    "python -m verifyshim.codemod --diff program.py": (1,),
}
# Commands that are not run, and why. (Nor is "tox -e": its environments have to be in tox.ini.)
ELSEWHERE = {
    "python3 -m venv .check && .check/bin/pip install -q tox && .check/bin/tox": ".ci/run",
    "python3 -m venv": "the beginning of what is run",
    "python -m verifyshim.__main__ run": "what 2.6 says for run; with no program it ends with 2",
}

_VARIABLE = [(re.compile(pattern), new) for pattern, new in (
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
    (r"\d{4}-\d\d-\d\d(\s+-?\d+(?= )|, -?\d+ days)?", "DATE"),     # of a certificate: and how many days are left
    (r"in \d+\.\d s", "in N s"),
    (r"\(\d+ KiB\)", "(N KiB)"),
    (r"certifi [\d.]+|the system's bundle [^ ,;]+", "certifi"),
    (r"\(\d+ roots\)|\(\d+\)", "(N)"),
    (r"(Python|OpenSSL) \d[\w.]*( +\d+ \w+ \d{4})?", r"\1 VERSION"),
    (r"(has expired|is not valid yet|for another name|signed by itself[^(]*|its certificate) \([^()]*\)",
     r"\1"),
    (r"-{2,}", "--"))]


def same(expected, printed, root):
    """Whether *printed* is what the page shows, but for times, versions, paths, and the width of columns.

    How a certificate is wrong in OpenSSL's words is left out as well: below 3.7 it is not told.
    """
    texts = []
    for text in (expected, printed):
        text = text.replace(str(root), "/home/you/verifyshim").replace(" %s " % os.uname()[1], " machine ")
        text = " ".join(text.split())
        for pattern, new in _VARIABLE:
            text = pattern.sub(new, text)
        texts.append(text)
    return doctest.OutputChecker().check_output(
        texts[0], texts[1], doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


class Place:
    """A folder for a copy of the checkout, and what stands for what in it.

    :param python: the interpreter that takes the place of python3 in "python3 -m venv".
    :param has_venv: whether it has that module; else it is virtualenv's turn, as the pages say.
    """

    def __init__(self, root, python, has_venv=True):
        self.root = root
        self._make_environment = "%s -m venv" % python if has_venv else "%s -m virtualenv -q -p %s" % (
            sys.executable, python)
        self._reserved = _reserve_ports(len(PORTS))
        self._ports = dict(zip(PORTS, (str(sock.getsockname()[1]) for sock in self._reserved)))
        self._names = {"certificates": CERTIFICATES,
                       "next_year": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 300 * 86400))}

    def copy_checkout(self):
        """Put there what git has, and in the example the names of this place."""
        listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], check=True,
                                cwd=REPOSITORY, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()
        for name in listed:
            if (REPOSITORY / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(REPOSITORY / name, self.root / name)
        for path in (self.root / "docs" / "example").iterdir():
            path.write_text(self.here(path.read_text()))

    def here(self, text):
        """Return a command or a file with the names of this place."""
        for name, stand_in in STANDS_FOR.items():
            text = text.replace(name, stand_in % self._names)
        text = text.replace("python3 -m venv", self._make_environment)
        for port, free in self._ports.items():
            text = text.replace(port, free)
        return text

    def back(self, text):
        """Return what a command printed with the names of the page."""
        for port, free in self._ports.items():
            text = text.replace(free, port)
        return text.replace(self._names["next_year"], "2027-03-31")

    def close(self):
        """Give the ports back."""
        for sock in self._reserved:
            sock.close()

    def wait_for_servers(self):
        """Wait until what was started in the background answers."""
        for port in self._ports.values():
            for _ in range(300):
                try:
                    socket.create_connection(("127.0.0.1", int(port)), 10).close()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                raise AssertionError("nobody listens on port %s" % port)

    def environment(self):
        """Return the environment of the shell: nothing of what this machine says about roots.

        Nor of versions: pip 20.3.4, the last for 2.7, downloads nothing where its configuration names constraints.
        """
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR") or
                name.startswith(("PIP_", "PYENV_"))}
        # Unbuffered: lines come in the order in which a terminal shows them.
        return dict(kept, HOME=str(self.root / "home"), PYTHONUNBUFFERED="1", COLUMNS="80",
                    VIRTUALENV_PIP="embed", VIRTUALENV_SETUPTOOLS="embed", VIRTUALENV_WHEEL="embed",
                    PIP_CONSTRAINT=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_PYTHON_VERSION_WARNING="1")


def _reserve_ports(count):
    """Return *count* sockets bound to free ports of four digits; nobody else who asks here gets these.

    They do not listen, and are marked for reuse once they are bound: a server that asks for reuse, as those of
    the example do, may take their ports.
    """
    found = []
    for number in range(5000 + os.getpid() % 4000, 9999):
        sock = socket.socket()
        try:
            sock.bind(("127.0.0.1", number))
        except OSError:
            sock.close()
            continue
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.append(sock)
        if len(found) == count:
            return found
    raise AssertionError("there are not %d free ports of four digits" % count)
