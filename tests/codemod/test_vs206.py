"""VS206: pycurl."""
import pytest

SAFE = {
    "both": ("c.setopt(pycurl.SSL_VERIFYPEER, 0)\nc.setopt(pycurl.SSL_VERIFYHOST, 0)",
             "c.setopt(pycurl.SSL_VERIFYPEER, 1)\nc.setopt(pycurl.SSL_VERIFYHOST, 2)"),
    "one is not two": ("c.setopt(pycurl.SSL_VERIFYHOST, 1)", "c.setopt(pycurl.SSL_VERIFYHOST, 2)"),
    "False": ("c.setopt(pycurl.SSL_VERIFYPEER, False)", "c.setopt(pycurl.SSL_VERIFYPEER, 1)"),
    "of the instance": ("c.setopt(c.SSL_VERIFYPEER, 0)", "c.setopt(c.SSL_VERIFYPEER, 1)"),
    "a table": ("o = {pycurl.SSL_VERIFYPEER: 0, pycurl.URL: u}", "o = {pycurl.SSL_VERIFYPEER: 1, pycurl.URL: "
                                                                 "u}"),
}
NOTHING = ["c.setopt(pycurl.SSL_VERIFYPEER, 1)", "c.setopt(pycurl.SSL_VERIFYHOST, "
                                                 "2)", "c.setopt(pycurl.POST, 0)",
           "if c.SSL_VERIFYPEER == 0:\n    pass"]


@pytest.mark.parametrize("name", sorted(SAFE))
def test_the_values_that_check(name, rewritten):
    before, after = SAFE[name]
    assert rewritten("import pycurl\n%s\n" % before, select="VS206") == "import pycurl\n%s\n" % after


@pytest.mark.parametrize("text", NOTHING)
def test_others_are_left_alone(text, findings):
    assert findings("import pycurl\n%s\n" % text, select="VS206") == []


def test_a_variable_is_reported(findings):
    assert [found[2] for found in findings(
        "import pycurl\ndef f(c, check):\n    c.setopt(pycurl.SSL_VERIFYPEER, check)\n",
        select="VS206")] == ["none"]
