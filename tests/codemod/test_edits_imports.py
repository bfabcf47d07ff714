"""Imports that come with an edit, and those that go because of one."""
import pytest

from verifyshim.codemod.imports import visible_name
from verifyshim.codemod.ops import DropUnusedImports, NeedImport, RemoveStatement, Replace

from .editing import attempted, edited


def need(text, module="ssl"):
    """Make ``X`` a call of something in *module*, imported."""
    def make(nodes):
        return [[Replace(node.start, node.end, "%s.C()" % visible_name(nodes("Module")[0], module, node)),
                 NeedImport(module, node)] for node in nodes("Name") if node.id == "X"]
    return edited(text, make)


@pytest.mark.parametrize("before, after", [
    ("X\n", "import ssl\n\nX\n"),
    ("import ssl\nX\n", "import ssl\nX\n"),
    ("import ssl as s\nX\n", "import ssl as s\nX\n".replace("X", "s.C()")),
    ("import os\nimport sys\nX\n", "import os\nimport ssl\nimport sys\nX\n"),
    ("import os\nfrom a import b\n\nX\n", "import os\nimport ssl\nfrom a import b\n\nX\n"),
    ("from a import b\n\nX\n", "import ssl\nfrom a import b\n\nX\n"),
    ("'''doc'''\n\nX\n", "'''doc'''\n\nimport ssl\n\nX\n"),
    ("#!/usr/bin/python\n# c\n\nX\n", "#!/usr/bin/python\n# c\n\nimport ssl\n\nX\n"),
    ("from __future__ import print_function\nX\n", "from __future__ import print_function\nimport ssl\nX\n"),
    ("'''doc'''\nfrom __future__ import print_function\nimport os; import re\nX\n",
     "'''doc'''\nfrom __future__ import print_function\nimport os; import re\nimport ssl\nX\n"),
    ("try:\n    import ssl\nexcept ImportError:\n    ssl = None\nX\n",) * 2,
    ("def f():\n    import ssl\n    X\n",) * 2,
    ("def f():\n    import ssl as t\n    X\n", "def f():\n    import ssl as t\n    t.C()\n"),
    ("import os\n\ndef f(ssl):\n    X\n", "import os\nimport ssl as _ssl\n\ndef f(ssl):\n    _ssl.C()\n"),
    ("from twisted import ssl\nX\n", "import ssl as _ssl\nfrom twisted import ssl\n_ssl.C()\n"),
    ("import os\r\n\r\nX\r\n", "import os\r\nimport ssl\r\n\r\nX\r\n"),
    ("X\nimport os\n", "import ssl\n\nX\nimport os\n"),
    ("import os", "import os"),
    ("import http.client\n\ndef f():\n    X\n\ndef g():\n    X\n",
     "import http.client\nimport ssl\n\ndef f():\n    X\n\ndef g():\n    X\n"),
])
def test_an_import_comes(before, after):
    assert need(before) == after.replace("X", "ssl.C()")


def test_an_import_comes_behind_the_mark_of_utf_8():
    assert attempted(u"\xef\xbb\xbfX\n", lambda nodes: [[NeedImport("ssl", nodes("Name")[0])]]).text == \
        u"\xef\xbb\xbfimport ssl\n\nX\n"


def drop(text):
    """Take ``gone(...)`` away, and the import of a and ssl if nothing else needs them."""
    return edited(text, lambda nodes: [
        [RemoveStatement(each), DropUnusedImports(["a", "ssl"])] for each in nodes("Expr")
        if each.value.kind == "Call" and getattr(each.value.func, "id", "") == "gone"])


@pytest.mark.parametrize("before, after", [
    ("import ssl\ngone(ssl.x)\n", ""),
    ("import os\nimport ssl\n\ngone(ssl.x)\nos.x\n", "import os\n\nos.x\n"),
    ("import ssl\ngone(ssl.x)\nssl.y\n", "import ssl\nssl.y\n"),
    ("import os, ssl, sys\ngone(ssl.x)\n", "import os, sys\n"),
    ("from b import (a, c)\ngone(a)\n", "from b import (c)\n"),
    ("from b import (\n    a,\n    c,\n)\ngone(a)\n", "from b import (\n    c,\n)\n"),
    ("import ssl\ngone()\n", "import ssl\n"),       # it was unused before: not ours
    ("try:\n    import ssl\nexcept ImportError:\n    pass\ngone(ssl.x)\n",
     "try:\n    import ssl\nexcept ImportError:\n    pass\n"),
    ("import ssl\n__all__ = ['ssl']\ngone(ssl.x)\n", "import ssl\n__all__ = ['ssl']\n"),
    ("def f():\n    import ssl\n    gone(ssl.x)\n", "def f():\n    pass\n"),
])
def test_an_import_goes(before, after):
    assert drop(before) == after
