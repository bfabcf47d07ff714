# -*- coding: utf-8 -*-
"""What the tests of the report share: events, and what is summed up of them."""
from __future__ import unicode_literals

import json

from verifyshim.events import reading, record, summary

NOW = 1767225600        # 2026-01-01
FINGERPRINT = "ab" * 32
ACTIVE = ("</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>'\"&amp;{{7*7}}{% raw %}"
          "<!--]]>\u202e\u2028\x1b")


def record_of(**values):
    told = dict((key, "") for key in record.KEYS)
    told.update(time="2025-12-01T10:00:00.000001Z", event="connection", host="a.example", port=443,
                mode="audit", verdict="verified", entry_point="HTTPSConnection", call_site="app.py:1:main",
                program="app", machine="m1", version="0.1.0", process=1, name_checked=True)
    told.update(values)
    return told


def line(**values):
    told = record_of(**values)
    return '{"time": ' + json.dumps(told.pop("time")) + ", " + json.dumps(told)[1:] + "\n"


def summed(*events, **values):
    found = summary.Summary(**values)
    for values in events:
        found.add(reading.parse(line(**values).encode("utf-8"))[0])
    return dict(found.plain(NOW), files=1, unreadable=0, unreadable_at=[])


def failing(host, failure="self-signed", **values):
    return dict({"host": host, "verdict": "let-through", "failure": failure, "fingerprint": FINGERPRINT,
                 "subject": "CN=x", "issuer": "CN=x", "expires": "2026-03-01T00:00:00Z"}, **values)
