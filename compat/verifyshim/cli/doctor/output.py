"""What the doctor found, and showing it to people."""
from __future__ import print_function

import textwrap

from ... import der

FINE, NOTE, PROBLEM = "fine", "note", "problem"
_SIGNS = {FINE: "ok", NOTE: "note", PROBLEM: "PROBLEM"}
_WIDTH = 110


class Finding(object):
    """One thing that was looked at.

    :param topic: what it is about, one or two words.
    :param level: FINE, NOTE (somebody should know) or PROBLEM (somebody should do something).
    :param text: a sentence.
    :param to_do: what a person should do, a sentence; "" where there is nothing.
    """

    def __init__(self, topic, level, text, to_do=""):
        self.topic, self.level, self.text, self.to_do = topic, level, text, to_do

    @property
    def is_problem(self):
        return self.level == PROBLEM

    def plain(self):
        return {"topic": self.topic, "level": self.level, "text": self.text, "to_do": self.to_do}


def fine(topic, text):
    return Finding(topic, FINE, text)


def note(topic, text, to_do=""):
    return Finding(topic, NOTE, text, to_do)


def problem(topic, text, to_do):
    return Finding(topic, PROBLEM, text, to_do)


def show(findings):
    """Print findings, one or more lines each. What servers said goes to a terminal as visible ASCII only."""
    for finding in findings:
        head = "  %-8s %-12s " % (_SIGNS[finding.level], finding.topic)
        _wrapped(head, finding.text)
        if finding.to_do:
            _wrapped(" " * len(head) + "-> ", finding.to_do)


def _wrapped(head, text):
    print(textwrap.fill(der.plain(text), _WIDTH, initial_indent=head, subsequent_indent=" " * len(head),
                        break_long_words=False, break_on_hyphens=False))


def show_status(told):
    """Print what ``status`` found, without the findings."""
    print("verifyshim %s, in %s %s (%s)" % (told["version"], told["implementation"], told["python"],
                                            told["executable"]))
    for title, name in (("engine", "engine"), ("TLS library", "tls_library"), ("roots", "roots")):
        print("  %-12s %s" % (title, told[name] or "none"))
    if told["settings"]:
        print("settings:")
        widths = [max(len(line[at]) for line in told["settings"]) for at in (0, 1)]
        for name, value, origin in told["settings"]:
            print("  %s  %s  %s" % (name.ljust(widths[0]), value.ljust(min(widths[1], 50)), origin))
    if told["patched"]:
        _wrapped("  patched      ", ", ".join(told["patched"]))
