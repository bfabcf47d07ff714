"""The front door: what importing costs, and what it offers."""
import subprocess
import sys

import pytest

import verifyshim

NAMES = ("install", "uninstall", "status", "Policy", "Mode", "create_context", "urlopen", "build_opener",
         "wrap_socket", "starttls", "VerifiedHTTPSConnection", "VerifiedHTTPSHandler", "VerificationError",
         "InsecureConnectionWarning", "ConfigurationError", "HostRule", "exempt")


def test_importing_it_imports_neither_ssl_nor_socket_nor_http():
    code = ("import sys; before = set(sys.modules); import verifyshim; new = set(sys.modules) - before; "
            "print(sorted(new & set('ssl _ssl socket http http.client httplib urllib urllib2 six'.split())))")
    assert subprocess.check_output([sys.executable, "-c", code]).strip() == b"[]"


@pytest.mark.parametrize("name", NAMES)
def test_each_public_name_is_there(name):
    assert getattr(verifyshim, name) is getattr(verifyshim, name)
    assert name in dir(verifyshim)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError) as caught:
        verifyshim.instal
    assert "instal" in str(caught.value)


def test_star_import_brings_the_public_names():
    namespace = {}
    exec("from verifyshim import *", namespace)
    assert set(NAMES) <= set(namespace)
