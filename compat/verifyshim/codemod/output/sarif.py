"""SARIF 2.1.0 (OASIS), the static analysis format that code hosts read. One run, results as they come."""
from __future__ import absolute_import

import json
import os

from . import path_bytes
from .json import TOOL
from ... import __version__

try:
    from urllib.parse import quote
except ImportError:     # 2.7
    from urllib import quote

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class Sarif(object):
    def __init__(self, out, writing, rules):
        self._out = out
        self._writing = writing
        self._rules = rules
        self._numbers = dict((rule.code, number) for number, rule in enumerate(rules))
        self._separator = "\n"

    def begin(self):
        driver = {"name": TOOL, "version": __version__, "semanticVersion": __version__,
                  "rules": [_described(rule) for rule in self._rules]}
        self._put('{"$schema": %s, "version": "2.1.0", "runs": [{"tool": {"driver": %s}, '
                  '"columnKind": "unicodeCodePoints", "results": ['
                  % (json.dumps(SCHEMA), json.dumps(driver, sort_keys=True)))

    def outcome(self, outcome):
        for found in outcome.findings:
            result = {"ruleId": found.rule, "level": "warning", "message": {"text": found.message},
                      "locations": [_location(outcome.path, found)],
                      "properties": {"fix": found.fix, "applied": bool(found.applied and self._writing)}}
            if found.rule in self._numbers:
                result["ruleIndex"] = self._numbers[found.rule]
            self._put(self._separator + json.dumps(result, sort_keys=True))
            self._separator = ",\n"

    def end(self, errors):
        invocation = {"executionSuccessful": not errors}
        if errors:
            invocation["toolExecutionNotifications"] = [_notification(*error) for error in errors]
        self._put('\n], "invocations": [%s]}]}\n' % json.dumps(invocation, sort_keys=True))

    def _put(self, text):
        self._out(text.encode("ascii"))


def _described(rule):
    return {"id": rule.code, "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.explanation.split("\n\n")[0].replace("\n", " ")},
            "help": {"text": rule.explanation}, "defaultConfiguration": {"level": "warning"}}


def _location(path, found):
    return {"physicalLocation": {
        "artifactLocation": {"uri": uri(path)},
        "region": {"startLine": found.line, "startColumn": found.column, "endLine": found.end_line,
                   "endColumn": found.end_column, "snippet": {"text": found.snippet}}}}


def _notification(path, line, message):
    place = {"artifactLocation": {"uri": uri(path)}}
    if line:
        place["region"] = {"startLine": line}
    return {"level": "error", "message": {"text": message}, "locations": [{"physicalLocation": place}]}


def uri(path):
    """Return the URI reference of a path (RFC 3986): relative if it is, else a file URI."""
    data = path_bytes(path)
    if os.sep != "/":
        data = data.replace(os.sep.encode("ascii"), b"/")
    text = quote(data, safe="/")
    if os.path.isabs(path):
        return "file://" + ("" if text.startswith("/") else "/") + text.replace("%3A", ":")
    return text[2:] if text.startswith("./") else text
