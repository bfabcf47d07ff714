"""What counts as a command of a page, and what counts as the same output."""
import pytest

from . import blocks, environments

PAGE = """\
Run `python -m this` or `this`:

    python -m one --two  # a remark
    tox            (where it is)

```console
$ python -m three |
> cat
printed
more
$ python -m four
```

```python
import this
```
"""


def test_indented_fenced_and_inline_commands_are_found():
    found = [(step.kind, step.text, step.expected) for step in blocks.steps(PAGE)]
    assert found == [("inline", "python -m this", None), ("command", "python -m one --two", None),
                     ("command", "tox", None), ("command", "python -m three |\ncat", "printed\nmore"),
                     ("command", "python -m four", None), ("python", "import this\n", None)]


@pytest.mark.parametrize("text", [
    "```bash\nrm -r /\n```\n", "```\nrm\n```\n", "```console\n$ rm\n", "- x\n\n  ```console\n  $ rm\n  ```\n",
    "~~~\nrm\n~~~\n", "\trm\n", "<pre>rm</pre>\n"])
def test_what_would_escape_by_its_form_is_an_error(text):
    with pytest.raises(ValueError):
        blocks.steps(text)


@pytest.mark.parametrize("shown, printed, same", [
    ("refused 1", "refused 1", True), ("refused 1", "refused 2", False), ("refused 1", "", False),
    ("from 2026-11-23T18:06:23.0Z", "from 2030-01-01T00:00:00.5Z", True),
    ("until 2124-01-01, 35466 days", "until 2124-01-01, 35465 days", True),
    ("2020-01-01  -2519  O=demo", "2020-01-01  -3000  O=demo", True), ("seen, 2 days", "seen, 3 days", False),
    ("a  b", "a b", True), ("ok\n...", "ok\nwhatever", True),
    ("its certificate has expired (certificate has expired). Roots",
     "its certificate has expired (on 2020-01-01). Roots", True),
    ("in /home/you/verifyshim/x", "in /some/where/x", True),
    ("in /home/you/verifyshim/x", "in /some/where/y", False),
])
def test_output_is_the_same_but_for_what_varies(shown, printed, same):
    assert environments.same(shown, printed, "/some/where") is same
