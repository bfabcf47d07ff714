"""The command line of ``python -m verifyshim.codemod``."""
import argparse

from .config import parse_versions
from .work import Given
from .. import __version__

_DESCRIPTION = """\
Find HTTPS and TLS call sites that do not verify certificates, in Python 2 and 3 sources alike, and rewrite
them. Without --write nothing is changed: the diff is shown, and what cannot be rewritten is listed."""
_EPILOG = """\
exit status:
  0  nothing was found; with --write: everything that was found has been rewritten
  1  something was found; with --write: something is left
  2  trouble: a file could not be read, parsed or written, or the arguments cannot be used
  130  interrupted; each file is either as it was or completely rewritten

files:
  pyproject.toml, setup.cfg, tox.ini
      settings, of the nearest folder above each file, in [tool.verifyshim.codemod] or [verifyshim:codemod]:
      select, ignore, unsafe, tests, min-python, exclude, per-path-ignores, jobs; the command line goes before
      them. --min-python is read from the packaging metadata there, where nothing names it.

in the source:
  # verifyshim: ignore[VS201]
      at the end of a line leaves that line alone; without a bracket for all rules

examples:
  python -m verifyshim.codemod src/
  python -m verifyshim.codemod --check --format sarif src/ > found.sarif
  python -m verifyshim.codemod --write --min-python 3.6 src/
  python -m verifyshim.codemod --explain VS103"""


class UsageProblem(Exception):
    """Arguments that cannot be used."""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageProblem(message)


def parse(arguments):
    """Return the parsed arguments, with ``given`` (see work.Given) and ``format`` settled.

    :raises UsageProblem: with one sentence.
    """
    parsed = _parser().parse_args(arguments)
    paths = parsed.paths
    if not paths and not parsed.list_rules and not parsed.explain:
        raise UsageProblem("name the files or folders to look at, or - for standard input")
    if "-" in paths and len(paths) > 1:
        raise UsageProblem("- (standard input) goes with no other path")
    modes = sorted(set(parsed.mode or ["diff"]))
    if len(modes) > 1:
        raise UsageProblem("--%s does not go with --%s" % tuple(modes[:2]))
    parsed.mode = modes[0]
    parsed.format = parsed.format or ("diff" if parsed.mode == "diff" else "text")
    parsed.given = Given(_codes(parsed.select, True), _codes(parsed.ignore, False), parsed.unsafe, parsed.tests,
                         parsed.min_python, parsed.jobs)
    parsed.exclude = _words(parsed.exclude) or []
    return parsed


def _words(values):
    if values is None:
        return None
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _codes(values, selecting):
    """Return codes from "VS201,VS3"; ALL selects every rule."""
    words = _words(values)
    if words is None:
        return None
    return tuple("" if selecting and word.upper() == "ALL" else word.upper() for word in words)


def _versions(text):
    try:
        return parse_versions(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error))


def _jobs(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a number from 1 up, not %r" % str(text))
    return int(text)


def _parser():
    parser = _Parser(prog="python -m verifyshim.codemod", description=_DESCRIPTION, epilog=_EPILOG,
                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="file, folder, or - for standard input")
    for name, what in (("check", "list what is found, change nothing"),
                       ("diff", "show what would be rewritten, change nothing (default)"),
                       ("write", "rewrite the files; with -, print the rewritten source")):
        add("--" + name, dest="mode", action="append_const", const=name, help=what)
    add("--unsafe", action="store_true", default=None,
        help="also rewrite what may change behaviour towards good servers, or what an option switches")
    add("--select", action="append", metavar="RULE", help="only these rules, or beginnings: VS2; ALL for all")
    add("--ignore", action="append", metavar="RULE", help="not these rules, or beginnings")
    add("--format", choices=("text", "json", "sarif", "diff"),
        help="text (with --check and --write), else diff")
    add("--jobs", type=_jobs, metavar="N", help="how many processes (default: one for each core)")
    add("--executor", metavar="NAME",
        help="look at the files by an executor of concurrent.futures, module:Class (with --jobs as its "
             "max_workers), or by the workers of a Dask scheduler, dask://host:port; they need the same "
             "verifyshim, and not the files")
    add("--min-python", type=_versions, metavar="X.Y[.Z]",
        help="oldest Python the rewritten code must run on, of each line with a comma: 2.7.9,3.4.3 "
             "(default: from the metadata of each file's repository, else that)")
    add("--tests", action="store_true", default=None, help="look at test code as well")
    add("--exclude", action="append", metavar="PATTERN", help="leave out paths, written as in .gitignore")
    add("--stdin-filename", metavar="PATH", help="what to call standard input, and whose settings to use")
    add("-q", "--quiet", action="store_true", help="no progress bar and no summary")
    add("--list-rules", action="store_true", help="name all rules")
    add("--explain", metavar="RULE", help="say what a rule finds and does")
    add("--version", action="version", version="verifyshim %s" % __version__)
    return parser
