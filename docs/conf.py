"""Sphinx, with two directives of our own: what is said elsewhere is not said again."""
import os
import subprocess
import sys

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.util.nodes import nested_parse_with_titles

SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "compat")
sys.path.insert(0, SOURCES)

import verifyshim  # noqa: E402
from verifyshim.codemod import engine  # noqa: E402

project = "verifyshim"
author = copyright = "The verifyshim authors"
release = version = verifyshim.__version__
extensions = ["sphinx.ext.autodoc"]
exclude_patterns = ["example"]
html_theme = "alabaster"
html_theme_options = {"description": "Certificate verification for programs that were written without it",
                      "fixed_sidebar": True, "page_width": "1200px", "body_max_width": "none",
                      "code_font_size": "0.8em"}
default_role = "code"       # docstrings say `name`
autodoc_member_order = "bysource"
smartquotes = False


class Help(Directive):
    """``.. help:: run``: what ``python -m verifyshim run --help`` prints."""

    required_arguments, final_argument_whitespace = 1, True

    def run(self):
        environment = dict(os.environ, PYTHONPATH=SOURCES, COLUMNS="80", PYTHON_COLORS="0")
        text = subprocess.check_output([sys.executable, "-m"] + self.arguments[0].split() + ["--help"],
                                       env=environment).decode("ascii")
        block = nodes.literal_block(text, text)
        block["language"] = "none"
        return [block]


class Rules(Directive):
    """``.. rules::``: each rule of the codemod, from its docstring."""

    def run(self):
        lines = []
        for rule in engine.load_rules(None):
            title = "%s: %s" % (rule.code, rule.title)
            lines += [".. _%s:" % rule.code.lower(), "", title, "-" * len(title), ""]
            said = rule.explanation
            lines += said[said.startswith(rule.code) and len(rule.code) + 2:].splitlines() + [""]
        section = nodes.section()
        nested_parse_with_titles(self.state, StringList(lines, "rules"), section)
        return section.children


def setup(app):
    app.add_directive("help", Help)
    app.add_directive("rules", Rules)
