"""The report as one HTML page that needs nothing else: no network, no other file, no server.

What a log says came from the network, and from whoever can write to the log. So everything goes through
Jinja2's escaping into HTML, or through `shown.script` into the script's data, and the page carries a Content
Security Policy that runs nothing but the scripts below, by their digests, and loads nothing.
"""
from __future__ import unicode_literals

import base64
import hashlib
import pkgutil
import sys
import time

from . import fixes, shown, suggest, tables
from ..errors import VerifyshimError

_SCRIPTS = ("vendor/uPlot.iife.min.js", "tables.js", "chart.js", "controls.js")
_STYLES = ("vendor/uPlot.min.css", "page.css")
STATIC_ROWS = 25        # of each table that are there without script


class ReportError(VerifyshimError):
    """The page cannot be made; the text says what to install or do."""


def require():
    """Import what the page is made with, and return it.

    :raises ReportError: where it is not installed.
    """
    try:
        if sys.version_info < (2, 7):
            raise ImportError("which this interpreter is too old for")
        import jinja2
    except ImportError as error:
        raise ReportError("the HTML report needs Jinja2 (%s); install it with: pip install verifyshim[report], "
                          "on any machine with Python 2.7 or 3.6 or newer, and name the logs there" % error)
    return jinja2


def page(told, now=None):
    """Return the page, text.

    :param told: what ``Summary.plain`` returned, with what ``cli.report`` adds to it.
    :param now: seconds since 1970 at which the report was made; by default the present.
    :raises ReportError: where Jinja2 is not installed.
    """
    jinja2 = require()
    now = time.time() if now is None else now
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True, keep_trailing_newline=True,
                                     loader=jinja2.FunctionLoader(_read))
    styles, scripts = [_read(name) for name in _STYLES], [_read(name) for name in _SCRIPTS]
    found, repairs = tables.all_of(told), fixes.commands(told)
    data = {"tables": dict((table["id"], table) for table in found), "timeline": told["timeline"],
            "verdicts": [[name, tables.VERDICT_TITLES[name]] for name in tables.verdicts_of([told])],
            "rows": STATIC_ROWS}
    return environment.get_template("page.html").render(
        told=told, made=time.strftime("%Y-%m-%d %H:%M", time.gmtime(now)), tables=found,
        cards=tables.cards(told), ages=tables.ages(told["certificates"]), policy=suggest.policy(told, now),
        repairs=repairs, rules=fixes.told(repairs), data=_markup(shown.script(data)),
        verdicts=data["verdicts"], static_rows=STATIC_ROWS,
        number=tables.number, many=tables.many, shown=shown.text, security=_security(styles, scripts),
        styles=[_markup(text) for text in styles], scripts=[_markup(text) for text in scripts])


def _markup(text):
    from markupsafe import Markup
    return Markup(text)


def _read(name):
    # Not by file name: the package may be in a zip.
    return pkgutil.get_data(__name__, name).decode("utf-8")


def _security(styles, scripts):
    """Return the Content Security Policy (CSP Level 3) of a page with these styles and scripts."""
    return ("default-src 'none'; img-src data:; style-src %s; script-src %s; base-uri 'none'; "
            "form-action 'none'"
            % (" ".join(_digest(text) for text in styles), " ".join(_digest(text) for text in scripts)))


def _digest(text):
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
