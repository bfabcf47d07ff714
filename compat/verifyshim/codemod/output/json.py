"""One JSON object: tool, version, findings, errors. Columns count from 1; end_column is past the end."""
from __future__ import absolute_import

import json

from . import path_text
from ... import __version__

TOOL = "verifyshim-codemod"


class Json(object):
    def __init__(self, out, writing):
        self._out = out
        self._writing = writing
        self._separator = "\n"

    def begin(self):
        self._put('{"tool": %s, "version": %s, "findings": [' % (json.dumps(TOOL), json.dumps(__version__)))

    def outcome(self, outcome):
        for found in outcome.findings:
            self._put(self._separator + json.dumps({
                "path": path_text(outcome.path), "line": found.line, "column": found.column,
                "end_line": found.end_line, "end_column": found.end_column, "rule": found.rule,
                "fix": found.fix, "applied": bool(found.applied and self._writing), "message": found.message,
            }, sort_keys=True))
            self._separator = ",\n"

    def end(self, errors):
        listed = [json.dumps({"path": path_text(path), "line": line, "message": message}, sort_keys=True)
                  for path, line, message in errors]
        self._put('\n], "errors": [%s]}\n' % ("\n" + ",\n".join(listed) + "\n" if listed else ""))

    def _put(self, text):
        self._out(text.encode("ascii"))
