"""What a page of documentation tells its reader to run, and what it says will come of it.

Three forms, in Markdown: lines that are indented by four blanks are commands; a fence named ``console`` has
commands after ``$ `` and what they print below each; fences named ``python`` and ``ini`` are whole files.
Inline code that begins like a command is one. Anything else that is fenced is an error, so that nothing
escapes by its form.
"""
import collections
import re

# kind: command, inline, python or ini; text; expected: what it prints, or None where the page does not say.
Step = collections.namedtuple("Step", "kind text expected line")

_FENCE = re.compile(r"```(\w*)$")
_INLINE = re.compile(r"`([^`\n]+)`")
_BEGINS = re.compile(r"([.]|python[\d.]*|pip|tox|verifyshim|verifyshim-codemod|virtualenv|openssl|cd|export|"
                     r"source|ansible-playbook|curl|docker|git|make|sudo|wget|apt-get|yum|dnf) \S")
# Markdown has more ways to show code than are looked for here.
_ESCAPES = re.compile(r"\s+```|.*~~~|\t|.*<(pre|code)\b|```\w* ")


def steps(text):
    """Return the Steps of a page in their order.

    :raises ValueError: for a fence of another kind, or one that is not closed or indented.
    """
    found, lines, at = [], text.splitlines(), 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        if _ESCAPES.match(lines[at]):
            raise ValueError("line %d: code in this form is not found; use a fence at the margin" % (at + 1))
        if fence:
            if fence.group(1) not in ("console", "python", "ini"):
                raise ValueError("line %d: a fence of the kind %r is not run" % (at + 1, fence.group(1)))
            end = lines.index("```", at + 1)
            found += _fenced(fence.group(1), lines[at + 1:end], at + 2)
            at = end
        elif lines[at].startswith("    ") and lines[at].strip():
            found.append(Step("command", _without_remark(lines[at].strip()), None, at + 1))
        else:
            found += [Step("inline", code, None, at + 1) for code in _INLINE.findall(lines[at])
                      if _BEGINS.match(code)]
        at += 1
    return found


def _fenced(kind, lines, line):
    if kind != "console":
        return [Step(kind, "\n".join(lines) + "\n", None, line)]
    found = []
    for at, text in enumerate(lines):
        if text.startswith("$ "):
            found.append([text[2:], [], line + at])
        elif text.startswith("> ") and not found[-1][1]:
            found[-1][0] += "\n" + text[2:]
        else:
            found[-1][1].append(text)
    return [Step("command", _without_remark(command), "\n".join(printed) if printed else None, number)
            for command, printed, number in found]


def _without_remark(command):
    return re.sub(r"\s{2,}(#|\().*", "", command)
