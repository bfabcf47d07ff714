"""Fixtures for the page in a browser: headless Chromium, logs of any size, and pages made of them.

Chromium is the machine's (Debian's package chromium, or what VERIFYSHIM_CHROMIUM names); Playwright only
drives it. Where there is none, these tests are skipped by name.
"""
import datetime
import json
import os
import random
import shutil
import subprocess
import sys

import pytest

CHROMIUM = os.environ.get("VERIFYSHIM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
# Nothing that calls home: the machine may have no network, and its errors would be on the console.
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
              "--disable-sync", "--no-first-run"]
REASONS = ("self-signed", "unknown-issuer", "expired", "hostname-mismatch", "pin-mismatch", "revoked")
ENTRY_POINTS = ("HTTPSConnection", "SSLContext.wrap_socket", "ssl.wrap_socket", "SMTP.starttls", "IMAP4_SSL")


def event(**values):
    """Return one line of a log; what is not given is of a connection where all was well."""
    told = {"time": "2026-01-01T10:00:00.000001Z", "event": "connection", "host": "a.example", "port": 443,
            "mode": "audit", "verdict": "verified", "failure": "", "detail": "", "name_checked": True,
            "subject": "CN=a.example", "issuer": "CN=Example CA", "expires": "2036-01-01T00:00:00Z",
            "fingerprint": "ab" * 32, "entry_point": "HTTPSConnection", "call_site": "/srv/app.py:12:main",
            "process": 1, "program": "app", "machine": "web1", "version": "0.1.0"}
    told.update(values)
    return '{"time": ' + json.dumps(told.pop("time")) + ", " + json.dumps(told)[1:] + "\n"


def fleet(count, hosts, seed=1):
    """Yield *count* lines about *hosts* hosts over two weeks; every fourth host has something wrong."""
    chance = random.Random(seed)
    start = datetime.datetime(2026, 1, 1)
    for number in range(count):
        of = min(int(chance.expovariate(3.0 / hosts)), hosts - 1)
        bad = of % 4 == 0
        when = start + datetime.timedelta(days=14.0 * number / count)
        verdict = chance.choice(("let-through", "let-through", "refused", "unverified")) if bad else "verified"
        yield event(
            time=when.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), host="h%d.example" % of, fingerprint="%064x" % of,
            verdict=verdict, failure=REASONS[of % len(REASONS)] if bad else "", subject="CN=h%d.example" % of,
            expires=(start + datetime.timedelta(days=of % 400 - 20)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            call_site="/srv/app/part%d.py:%d:get" % (of % 97, of % 31 + 1), machine="web%d" % (number % 4),
            entry_point=ENTRY_POINTS[of % len(ENTRY_POINTS)], program=("sync", "poll")[number % 2])


def report(target, *logs):
    """Make a page of *logs*; return the finished process's text."""
    return subprocess.check_output([sys.executable, "-m", "verifyshim", "report", "--html", str(target)]
                                   + [str(log) for log in logs]).decode("utf-8")


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("there is no Chromium; install Debian's package chromium or set VERIFYSHIM_CHROMIUM")
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Return a function that makes a page of lines and returns its path; once for each name."""
    done = {}

    def make(name, lines):
        if name not in done:
            folder = tmp_path_factory.mktemp("report")
            with open(str(folder / "shim.log"), "w") as handle:
                handle.writelines(lines)
            report(folder / "out.html", folder / "shim.log")
            done[name] = folder / "out.html"
        return done[name]
    return make


@pytest.fixture
def show(chromium):
    """Return a function that opens a page; afterwards, nothing may have been complained about or loaded."""
    contexts, complaints = [], []

    def complain(message):
        if "Multiple readback operations" not in message:      # what the tests themselves do to the chart
            complaints.append(message)

    def open_(path, **settings):
        settings.setdefault("viewport", {"width": 1300, "height": 900})
        contexts.append(chromium.new_context(**settings))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complain(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: request.url.startswith(("file:", "data:", "blob:"))
                or complaints.append(request.url))
        page.goto(path.as_uri())
        return page
    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
