"""pip as a program would run it, in this process; run.py says how it is called."""

import os
import tempfile

from sync_clients import proxy_of, url_of

CLIENTS = {}


def client(name):
    def register(make):
        CLIENTS[name] = make
        return make
    return register


def pip_arguments(cell, *more):
    os.environ.pop("https_proxy", None)
    if cell["proxy"]:       # pip 1.0 hands what --proxy says to plain http alone
        os.environ["https_proxy"] = proxy_of(cell)
    folder = tempfile.mkdtemp()
    return folder, ["--no-deps", "--index-url", url_of(cell, "/simple/")] + list(more) + ["verifyshimprobe"]


@client("pip-1.0")
def pip_1_0(job):
    """As ``pip install --index-url``; what it would install goes to a folder."""
    import pip

    def fetch(cell):
        folder, arguments = pip_arguments(cell)
        status = pip.main(["install", "--download", folder] + arguments)
        return ["verified"] * cell["times"] if arrived(folder, status) else []
    return fetch


@client("pip-trusted-host")
def pip_trusted_host(job):
    """Today's pip has a switch, and does not use the ssl module's defaults but requests'."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        del os.environ[name]
    os.environ["PIP_CONFIG_FILE"] = os.devnull
    try:
        from pip._internal.cli.main import main
    except ImportError:
        from pip._internal import main

    def fetch(cell):
        folder, arguments = pip_arguments(cell, "--trusted-host", "%s:%d" % (cell["host"], cell["port"]),
                                          "--retries", "0", "--no-cache-dir", "--no-build-isolation",
                                          "--disable-pip-version-check")
        status = main(["download", "--dest", folder] + arguments)
        return ["verified"] * cell["times"] if arrived(folder, status) else []
    return fetch


def arrived(folder, status):
    if not os.listdir(folder):
        raise RuntimeError("pip ended with status %r and fetched nothing; see standard error" % (status,))
    return True
