# -*- coding: utf-8 -*-
"""The report as a page, as far as it can be judged without a browser: tests/report has one."""
from __future__ import unicode_literals

import base64
import hashlib
import json
import os
import re
import subprocess
import sys

import pytest

from verifyshim.events import record
from verifyshim.report import shown, tables
from .reported import ACTIVE, NOW, failing, line, summed


def page(*events):
    pytest.importorskip("jinja2")
    from verifyshim import report
    return report.page(summed(*events), NOW)


def run(*arguments, **values):
    environ = dict(os.environ, **values)
    process = subprocess.Popen([sys.executable, "-m", "verifyshim", "report"] + list(arguments), env=environ,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    return process.returncode, out.decode("utf-8"), err.decode("utf-8")


def test_what_cannot_be_seen_is_shown():
    assert shown.text("a\x1b[31m\u202e\u200b\xad\n\u2028z") == "a\\x1b[31m\\u202e\\u200b\\xad\\x0a\\u2028z"
    assert shown.text("b\xfccher \u4e2d") == "b\xfccher \u4e2d"


def test_data_for_a_script():
    data = {"a": [ACTIVE, None, 1.5, "\u4e2d"]}
    text = shown.script(data)
    assert not re.search("[<>&']", text) and re.match("[ -~]+$", text) and json.loads(text) == data


def test_cards_and_ages():
    told = summed({}, failing("x.example"), dict(event="tampering", detail="off"))
    assert (1, "verified", "good") in tables.cards(told)
    rows = [{"days_left": left} for left in (-1, 0, 6, 7, 29, 30, 89, 90, 365, 366, None)]
    assert [count for _, count, _ in tables.ages(rows)] == [1, 2, 2, 2, 2, 1, 1] and tables.ages([]) == []


def test_rows_are_as_wide_as_their_tables():
    for told in (summed(), summed({}), summed(failing("x", name_checked=False), dict(verdict="odd"),
                                              dict(event="tampering", detail="off"))):
        for table in tables.all_of(told):
            assert all(len(row) == len(table["columns"]) for row in table["rows"])


# --- the page

def test_nothing_from_a_log_is_markup_or_script():
    everything = dict((key, ACTIVE) for key in record.KEYS)
    everything.update(time="2025-12-01T10:00:00Z", event="connection", verdict="let-through", port=1)
    harmless = dict(everything, **dict((key, "x y") for key in everything if everything[key] is ACTIVE))
    events = [dict(event="tampering", detail="{0}", call_site="{0}", program="{0}"), {}]
    texts = []
    for values, word in ((everything, ACTIVE), (harmless, "x y")):
        filled = [dict((key, value.replace("{0}", word)) for key, value in event.items()) for event in events]
        texts.append(page(values, *filled))
    evil, plain = texts
    assert "<img" not in evil and "onerror=window" in evil
    # The same elements with the same attributes, whatever the log says.
    assert re.findall("<[^>]*>", _markup(evil)) == re.findall("<[^>]*>", _markup(plain))
    data = json.loads(re.search('id="data">(.*?)</script>', evil).group(1))
    assert ACTIVE.split("\u202e")[0] in data["tables"]["hosts"]["rows"][0][0]
    for char in "\u202e\u2028\x1b":
        assert char not in evil


def _markup(text):
    text = re.sub('(?s)<script type="application/json".*?</script>', "", text)
    text = re.sub("content=\"default-src[^\"]*\"", "", text)
    return re.sub("(?s)<(script|style)>.*?</\\1>", "<\\1>", text)


def test_only_these_scripts_run_and_nothing_is_loaded():
    text = page(failing("x.example"))
    policy = re.search('Content-Security-Policy" content="(.*?)">', text).group(1).replace("&#39;", "'")
    for kind in ("script", "style"):
        digests = [base64.b64encode(hashlib.sha256(body.encode("utf-8")).digest()).decode("ascii")
                   for body in re.findall("(?s)<%s>(.*?)</%s>" % (kind, kind), text)]
        digests = ["'sha256-%s'" % digest for digest in digests]
        assert digests and "%s-src %s;" % (kind, " ".join(digests)) in policy
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy
    assert not re.search('(src|href)=(?!"data:,"|"#)', _markup(text))
    assert "url(" not in text and "@import" not in text


def test_pages_of_every_size():
    assert "No connections." in page()
    one = page({})
    assert "Nothing failed." in one and "No host in these logs would be refused" in one
    many = page(*[failing("h%d.example" % number) for number in range(300)])
    assert "The first 25 of 300." in many and many.count("<tr>") < 200


def test_a_page_says_what_was_not_read(tmpdir):
    pytest.importorskip("jinja2")
    tmpdir.join("<b>.log").write(line() + "junk\n")
    status, out, _ = run(str(tmpdir), "--html", str(tmpdir.join("out.html")))
    text = tmpdir.join("out.html").read_text("utf-8")
    assert status == 0 and "NOT READ: 1 line or file" in out and "&lt;b&gt;.log:2: not an event" in text


def test_logs_of_several_machines(tmpdir):
    pytest.importorskip("jinja2")
    for name in ("m1", "m2"):
        tmpdir.mkdir(name).join("shim.log").write(line(machine=name))
    target = tmpdir.join("out.html")
    for _ in range(2):      # the page itself is no log when it is made again
        status, out, err = run(str(tmpdir), "--html", str(target))
        assert (status, err) == (0, "") and "2 connections to 1 host by 2 programs, in 2 log files" in out
    assert "The page is %s (" % target in out
    assert json.loads(re.search('id="data">(.*?)</script>', target.read_text("utf-8")).group(1))[
        "tables"]["hosts"]["rows"][0][-1] == ["m1", "m2"]


def test_the_page_on_standard_output_and_beside_json(tmpdir):
    pytest.importorskip("jinja2")
    path = tmpdir.join("log")
    path.write(line(host="b\xfccher.example"))
    status, out, err = run(str(path), "--html", "-")
    assert (status, err) == (0, "") and out.startswith("<!DOCTYPE html>") and out.endswith("</html>\n")
    status, out, err = run(str(path), "--html", str(tmpdir.join("x.html")), "--format", "json")
    assert json.loads(out)["timeline"]["rows"] and tmpdir.join("x.html").check()


def test_without_jinja(tmpdir):
    tmpdir.join("jinja2.py").write("raise ImportError('No module named jinja2')")
    tmpdir.join("log").write(line())
    path = os.pathsep.join([str(tmpdir)] + [name for name in (os.environ.get("PYTHONPATH"),) if name])
    status, out, err = run(str(tmpdir.join("log")), "--html", str(tmpdir.join("x.html")), PYTHONPATH=str(path))
    assert status == 2 and out == "" and err.count("\n") == 1 and "pip install verifyshim[report]" in err
    assert not tmpdir.join("x.html").check()
    assert run(str(tmpdir.join("log")), PYTHONPATH=str(path))[0] == 0


def test_where_the_page_cannot_go(tmpdir):
    pytest.importorskip("jinja2")
    path = tmpdir.join("log")
    path.write(line())
    for target, why in ((path, "is no report"), (tmpdir, "it is a folder"),
                        (tmpdir.join("no", "x.html"), "there is no folder")):
        status, out, err = run(str(tmpdir), "--html", str(target))
        assert status == 2 and why in err and err.count("\n") == 1 and "--html" in err
    assert path.read() == line()


def test_no_page_where_nothing_could_be_read(tmpdir):
    pytest.importorskip("jinja2")
    status, out, err = run(str(tmpdir.join("none")), "--html", str(tmpdir.join("x.html")))
    assert status == 2 and not tmpdir.join("x.html").check()
    assert run("--html", str(tmpdir.join("x.html")))[0] == 2
