"""What the codemod costs on a tree of sources, side by side with ruff and bandit: CPU and wall time, and MB/s.

    python -m benchmarks.codemod TREE [--jobs N] [--runs N] [--sample N]

ruff and bandit take part where they are installed. bandit is slow, so it and the codemod look at the same
random sample of the files. That sample is also what MB/s are counted on, for Python 2 and Python 3 sources
apart: the Python 2 ones are those that this Python's own parser refuses but the codemod's reads. Each tool runs
some times in turn, and the best figures count: whatever else the machine does only adds to them.
"""
import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import warnings

from verifyshim.codemod import syntax

RUFF_RULES, BANDIT_RULES = "S323,S501,S502,S503,S504", "B323,B501,B502,B503,B504"
_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_READ_MB = 4        # that the reader alone is given of each kind


def _codemod(jobs):
    return [sys.executable, "-m", "verifyshim.codemod", "--check", "--quiet"] + (
        ["--jobs", str(jobs)] if jobs else [])


def _ruff():
    found = _installed("ruff")
    return found and found + ["check", "--no-cache", "--isolated", "--quiet", "--select", RUFF_RULES]


def _bandit():
    found = _installed("bandit")
    return found and found + ["-q", "-r", "-t", BANDIT_RULES]


def _installed(name):
    """Return how to call a tool that stands beside this Python or on the path, or None."""
    beside = os.path.join(os.path.dirname(sys.executable), name)
    found = beside if os.access(beside, os.X_OK) else shutil.which(name)
    return [found] if found else None


class Cost(object):
    """Seconds of CPU (user and system, child processes included) and of wall time."""

    def __init__(self, cpu, wall):
        self.cpu = cpu
        self.wall = wall


def cost(command, tree, environ):
    """Run *command* over *tree* and return its Cost.

    :raises SystemExit: it failed; finding something is no failure.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command + [tree], env=environ, cwd=_ROOT, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    if process.returncode not in (0, 1, 2):
        raise SystemExit("%s ended with %d" % (" ".join(command), process.returncode))
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - started)


def compare(commands, tree, environ, runs):
    """Return ``{name: Cost}``, the best of each figure, the commands taken in turn."""
    taken = dict((name, []) for name in commands)
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(cost(command, tree, environ))
    return dict((name, Cost(min(each.cpu for each in costs), min(each.wall for each in costs)))
                for name, costs in taken.items())


def sources(tree):
    """Return the paths of all .py files below *tree*, sorted."""
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(tree) for name in names
                  if name.endswith(".py"))


def dialect(path):
    """Return 3 or 2 for a file of Python 3 or only of Python 2, None for what is neither."""
    with open(path, "rb") as handle:
        data = handle.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
        return 3
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    try:
        syntax.parse(data.decode("latin-1"))
        return 2
    except syntax.SyntaxProblem:
        return None


def _copied(paths, tree, folder):
    """Copy files to *folder*, below it as they were below *tree*, and return how many MB they are."""
    for path in paths:
        copy = os.path.join(folder, os.path.relpath(path, tree))
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copyfile(path, copy)
    return sum(os.path.getsize(path) for path in paths) / 1e6


def _read_speed(paths):
    """Return at how many MB a second of CPU the reader makes trees of such sources."""
    total, taken = 0, 0.0
    for path in paths:
        with open(path, "rb") as handle:
            text = handle.read().decode("latin-1")
        started = time.process_time()
        try:
            syntax.parse(text)
        except syntax.SyntaxProblem:
            continue
        taken += time.process_time() - started
        total += len(text)
        if total > _READ_MB * 1e6:
            break
    return total / 1e6 / taken if taken else 0.0


def _table(costs, ours, megabytes):
    print("%-10s%10s%10s%10s%14s%14s" % ("", "CPU s", "wall s", "MB/s CPU", "ours/it CPU", "ours/it wall"))
    for name, each in costs.items():
        mine = costs[ours]
        ratios = ("", "")
        if name != ours:
            ratios = "%.2f" % (mine.cpu / each.cpu), "%.2f" % (mine.wall / each.wall)
        print("%-10s%10.2f%10.2f%10.1f%14s%14s" % (
            (name, each.cpu, each.wall, megabytes / each.cpu) + ratios))


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.codemod")
    parser.add_argument("tree")
    parser.add_argument("--jobs", type=int, help="processes of the codemod; as many as it likes if not given")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sample", type=int, default=800, help="files for bandit and for the MB/s")
    options = parser.parse_args()
    environ = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        environ["PYTHONPYCACHEPREFIX"] = os.path.join(folder, "pyc")      # pip compiles what it installs
        _run(options, environ, folder)


def _run(options, environ, folder):
    tree = os.path.abspath(options.tree)
    paths = sources(tree)
    if not paths:
        raise SystemExit("%s has no .py file" % tree)
    ours = {"codemod": _codemod(options.jobs)}
    cost(ours["codemod"], os.path.join(_ROOT, "benchmarks"), environ)      # compiles it
    megabytes = sum(os.path.getsize(path) for path in paths) / 1e6
    print("\n%s: %d files, %.1f MB" % (tree, len(paths), megabytes))
    _table(compare(dict(ours, **({"ruff": _ruff()} if _ruff() else {})), tree, environ, options.runs),
           "codemod", megabytes)

    chosen = random.Random(6).sample(paths, min(options.sample, len(paths)))
    sample = os.path.join(folder, "sample")
    megabytes = _copied(chosen, tree, sample)
    if _bandit():
        print("\na sample of %d files, %.1f MB" % (len(chosen), megabytes))
        _table(compare(dict(ours, bandit=_bandit()), sample, environ, 1), "codemod", megabytes)

    by_dialect = {2: [], 3: []}
    for path in chosen:
        by_dialect.setdefault(dialect(path), []).append(path)
    for number in (2, 3):
        part = os.path.join(folder, "python%d" % number)
        if by_dialect[number]:
            megabytes = _copied(by_dialect[number], tree, part)
            found = compare(ours, part, environ, options.runs)["codemod"]
            print("\nPython %d: %d files, %.1f MB: %.1f MB/s of CPU for a run with its start (%.1f of wall "
                  "time), %.1f MB/s for the reader alone"
                  % (number, len(by_dialect[number]), megabytes, megabytes / found.cpu, megabytes / found.wall,
                     _read_speed(by_dialect[number])))


if __name__ == "__main__":
    main()
