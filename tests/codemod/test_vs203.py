"""VS203: warnings switched off."""
import pytest

REMOVED = {
    "urllib3": "import urllib3\nurllib3.disable_warnings()\n",
    "one kind": "import urllib3\nurllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)\n",
    "imported": "from urllib3.exceptions import InsecureRequestWarning\nimport urllib3\n"
                "urllib3.disable_warnings(InsecureRequestWarning)\n",
    "from the packages of requests": "from requests.packages import urllib3\nurllib3.disable_warnings()\n",
    "in a try": "from requests.packages import urllib3\ntry:\n    urllib3.disable_warnings()\n"
                "except Exception:\n    pass\n",
    "filter": "import warnings\nfrom urllib3.exceptions import InsecureRequestWarning\n"
              "warnings.simplefilter('ignore', InsecureRequestWarning)\n",
    "message": "import warnings\nwarnings.filterwarnings('ignore', message='Unverified HTTPS request')\n",
}


@pytest.mark.parametrize("name", sorted(REMOVED))
def test_what_is_needless_goes(name, rewritten):
    assert rewritten(REMOVED[name] + "print(1)\n", select="VS203") == "print(1)\n"


def test_it_goes_after_the_calls_have_been_repaired(rewritten):
    text = "import requests\nrequests.packages.urllib3.disable_warnings()\nrequests.get(url, verify=False)\n"
    assert rewritten(text) == "import requests\nrequests.get(url)\n"


def test_it_stays_while_something_is_unverified(rewritten, findings):
    text = "import requests\nrequests.packages.urllib3.disable_warnings()\nrequests.get(url, verify=check)\n"
    assert rewritten(text) == text
    assert ("VS203", 2, "none") in [found[:3] for found in findings(text)]


def test_an_import_is_not_left_alone_in_a_try(rewritten, findings):
    text = ("try:\n    from requests.packages import urllib3\n    urllib3.disable_warnings()\n"
            "except (ImportError, AttributeError):\n    pass\n")
    assert rewritten(text, select="VS203") == text
    assert [found[:3] for found in findings(text, select="VS203")] == [("VS203", 3, "none")]


@pytest.mark.parametrize("text", [
    "import urllib3\nif args.insecure:\n    urllib3.disable_warnings()\n",
    "import warnings\nwarnings.filterwarnings('ignore', category=DeprecationWarning)\n",
    "import urllib3\nurllib3.disable_warnings(urllib3.exceptions.SNIMissingWarning)\n",
    "import numpy\nnumpy.disable_warnings()\n",
])
def test_other_warnings_and_choices_are_left_alone(text, findings):
    assert findings(text, select="VS203") == []
