"""Logs read back and summed up."""
import base64
import gzip
import json
import os
import subprocess
import sys

import pytest

from verifyshim import events
from verifyshim.cli import report
from verifyshim.events import reading, record, summary

NOW = 1767225600        # 2026-01-01


def line(**values):
    told = dict((key, u"") for key in record.KEYS)
    told.update(time="2025-12-01T10:00:00.000001Z", event="connection", host="a.example", port=443,
                mode="audit", verdict="verified", entry_point="HTTPSConnection", call_site="app.py:1:main",
                program="app", machine="m1", version="0.1.0", process=1, name_checked=True)
    told.update(values)
    return '{"time": ' + json.dumps(told.pop("time")) + ", " + json.dumps(told)[1:]


def summed(*lines, **settings):
    found = summary.Summary(**settings)
    for one in lines:
        found.add(reading.parse(one.encode("utf-8"))[0])
    return found.plain(NOW)


def read(*paths):
    reader = reading.Reader(paths)
    return list(reader), reader


def run(*arguments, **settings):
    data = settings.pop("data", b"")
    process = subprocess.Popen([sys.executable, "-m", "verifyshim", "report"] + list(arguments),
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(data)
    return process.returncode, out.decode("ascii"), err.decode("ascii")


def test_what_was_written_is_read(tmpdir):
    path = str(tmpdir.join("shim.log"))

    class Policy(object):
        log, log_max_bytes, log_keep = path, 1500, 9
    events.use(Policy())
    for port in range(10):
        events.connection("refused", u"b\xfccher.example", port, "X", "audit", "expired", certificate=b"junk")
    events.use(None)
    found, reader = read(str(tmpdir))
    assert sorted(told["port"] for told in found) == list(range(10)) and reader.files > 2
    assert found[0]["host"] == u"b\xfccher.example" and not reader.unreadable


def test_all_kinds_of_files(tmpdir, monkeypatch):
    tmpdir.join("shim.log").write(line(port=1) + "\n")
    tmpdir.join("shim.log.1").write(line(port=2))            # no newline: still being written
    with gzip.open(str(tmpdir.join("shim.log.2.gz")), "wb") as handle:
        handle.write(b"".join((line(port=3) + "\n").encode("ascii") for _ in range(1000)))
    with gzip.open(str(tmpdir.join("shim.log.2.gz")), "ab") as handle:      # a second member
        handle.write((line(port=4) + "\n").encode("ascii"))
    tmpdir.mkdir("m2").join("x").write(line(port=5))
    tmpdir.mkdir(".hidden").join("x").write(line(port=6))
    tmpdir.join(".hidden-too").write(line(port=6))
    found, reader = read(str(tmpdir), str(tmpdir.join("shim.log")), str(tmpdir.join("shim.log.1")))
    assert sorted(set(told["port"] for told in found)) == [1, 2, 3, 4, 5]
    assert len(found) == reader.records == 1004 and reader.files == 4 and not reader.unreadable


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input(tmpdir, packed):
    path = tmpdir.join("log")
    with (gzip.open if packed else open)(str(path), "wb") as handle:
        handle.write((line() + "\n" + line(verdict="refused") + "\n").encode("ascii"))
    status, out, err = run("-", "--format", "json", data=path.read_binary())
    assert (status, err) == (0, "") and json.loads(out)["verdicts"] == {"verified": 1, "refused": 1}


def test_damage_is_counted_and_named(tmpdir):
    path = tmpdir.join("shim.log")
    whole = line()
    path.write_binary("\n".join([
        whole, "", "junk", whole[:100] + line(port=7), "Nov 23 host app[1]: WARNING " + whole, whole[:50],
        "\0\0\0" + whole, "{\"time\": [" * 5000, '{"time": "yesterday", "event": "connection"}', "x" * 200000,
        line(port="443", host=None, verdict=7), ""]).encode("ascii"))
    found, reader = read(str(path))
    assert len(found) == 5 and [told["port"] for told in found] == [443, 7, 443, 443, None]
    assert [place.rsplit(":", 2)[1] for place in reader.places] == ["3", "4", "6", "8", "9", "10"]
    assert reader.unreadable == 6 and "longer" in reader.places[-1]
    status, out, err = run(str(path))
    assert status == 0 and "6 lines or files" in out and "%s:3: not an event" % path in err


def test_packed_files_that_are_damaged(tmpdir):
    for name, data in (("a", b"BZh91AY"), ("b", b"\x1f\x8b\x08junkjunkjunk"), ("c", b"\xfd7zXZ\0")):
        tmpdir.join(name).write_binary(data)
    with gzip.open(str(tmpdir.join("d")), "wb") as handle:
        handle.write(b"\n".join(base64.b64encode(os.urandom(20000)) for _ in range(10)) + b"\n")
    tmpdir.join("d").write_binary(tmpdir.join("d").read_binary()[:100000])
    found, reader = read(str(tmpdir))
    assert found == [] and reader.files == 0
    assert "bzip2" in reader.places[0] and "xz" in reader.places[2] and "too early" in reader.places[-1]


def test_an_end_that_is_missing_is_seen(tmpdir):
    path = tmpdir.join("x.gz")
    with gzip.open(str(path), "wb") as handle:
        handle.write((line() + "\n").encode("ascii") * 100)
    path.write_binary(path.read_binary()[:-10])
    found, reader = read(str(path))
    assert reader.places == ["%s:%d: the packed file ends too early" % (path, len(found) + 1)]


@pytest.mark.parametrize("content, status", [(None, 2), (u"junk\n", 2), (u"", 0), (line() + u"\njunk\n", 0)])
def test_the_status_is_2_only_where_nothing_could_be_read(tmpdir, content, status):
    path = tmpdir.join("shim.log")
    if content is not None:
        path.write(content)
    found, out, err = run(str(path))
    assert found == status and "Traceback" not in err
    assert (str(path) in err) == (content in (None, u"junk\n", line() + u"\njunk\n"))


def test_arguments():
    assert run()[0] == 2 and "usage" in run()[2]
    assert run("--format", "html", "-")[0] == 2


def test_the_tables():
    told = summed(
        line(event="install", time="2025-11-01T00:00:00.000000Z"), line(), line(),
        line(host="b.example", port=8443, verdict="let-through", failure="expired", detail="on 2020-01-01",
             call_site="app.py:2:main", machine="m2"),
        line(host="b.example", port=8443, verdict="refused", failure="expired", mode="enforce",
             name_checked=False),
        line(host="::1", port=None, verdict="nonsense"),
        line(event="tampering", detail="switched off", call_site="lib.py:9:f", verdict="", host=""))
    assert told["events"] == {"install": 1, "connection": 5, "tampering": 1}
    assert told["verdicts"] == {"verified": 2, "let-through": 1, "refused": 1, "other": 1}
    assert (told["connections"], told["would_refuse"]) == (5, 1)
    assert told["first"].startswith("2025-11-01") and told["last"].startswith("2025-12-01")
    worst = told["hosts"][0]
    assert (worst["host"], worst["port"]) == ("b.example", 8443)
    assert worst["verdicts"] == {"let-through": 1, "refused": 1}
    assert worst["failures"] == ["expired"] and worst["name_not_checked"] == 1
    assert [(row["failure"], row["count"], row["hosts"], row["details"]) for row in told["failures"]] == [
        ("expired", 2, ["b.example:8443"], ["on 2020-01-01"])]
    assert [row["call_site"] for row in told["call_sites"]] == ["app.py:1:main", "app.py:2:main"]
    assert [(row["machine"], row["count"]) for row in told["programs"]] == [("m1", 6), ("m2", 1)]
    assert [(row["what"], row["call_site"], row["count"]) for row in told["tampering"]] == [
        ("switched off", "lib.py:9:f", 1)]
    assert [(row["mode"], row["count"]) for row in told["modes"]] == [("audit", 4), ("enforce", 1)]
    assert told["certificates"] == [] and told["left_out"] == {}


def test_certificates_come_by_expiry():
    told = summed(*[line(fingerprint=name, subject="CN=" + name, issuer="CN=ca", expires=expires)
                    for name, expires in (("later", "2026-01-31T00:00:00Z"), ("past", "2025-12-31T12:00:00Z"),
                                          ("broken", ""), ("today", "2026-01-01T12:00:00Z"))])
    assert [(row["fingerprint"], row["days_left"]) for row in told["certificates"]] == [
        ("past", -1), ("today", 0), ("later", 30), ("broken", None)]


def test_memory_is_bounded_and_the_frequent_stay():
    found = summary.Summary(kept=10)
    common = reading.parse(line(host="common").encode("ascii"))[0]
    for number in range(500):
        found.add(dict(common, host="rare%d" % number, call_site="x:%d:f" % number, verdict="v%d" % number))
        found.add(common)
    assert len(found.hosts) <= 20 and len(found.call_sites) <= 20
    told = found.plain(NOW)
    row = [row for row in told["hosts"] if row["host"] == "common"][0]
    assert row["count"] == 500 and told["connections"] == 1000
    assert told["left_out"]["hosts"] + sum(row["count"] for row in told["hosts"]) == 1000


def test_the_text(tmpdir):
    path = tmpdir.join("shim.log")
    rows = [line(), line(host=u"evil\x1b[31m", verdict="let-through", failure="self-signed", fingerprint="f",
                         subject="CN=x", issuer="CN=x", expires="2020-01-01T00:00:00Z"),
            line(event="tampering", detail="switched off")]
    rows += [line(host="h%d" % number) for number in range(30)]
    path.write("\n".join(rows))
    status, out, err = run("--top", "5", str(path))
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "32 connections to 32 hosts by 1 program, in 1 log file"
    assert "Let through by audit, and refused in enforce or strict: 1 connection to 1 host" in lines
    assert "Hosts (32, the first 5)" in lines and "\x1b" not in out
    assert lines[lines.index("Hosts (32, the first 5)") + 2].split()[:2] == [r"evil\x1b[31m:443", "1"]
    assert any("2020-01-01" in row and "itself" in row for row in lines)
    assert "Attempts to switch verification off (1)" in lines
    assert all(len(row) == len(row.rstrip()) for row in lines)
    everything = run("--top", "0", str(path))[1]
    assert "Hosts (32)" in everything and "h29:443" in everything


def test_an_empty_log_is_no_trouble():
    told = dict(summed(), files=1, unreadable=0, unreadable_at=[])
    assert report.text(told) == ["0 connections to 0 hosts by 0 programs, in 1 log file"]
