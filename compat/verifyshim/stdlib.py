"""The standard library's modules under one name each.

The modules themselves, not six.moves: what is in six.moves.urllib.request is a selection, without the
opener that urlopen keeps.
"""
try:
    import http.client as http_client       # noqa: F401
    import urllib.request as urllib_request     # noqa: F401
except ImportError:
    import httplib as http_client       # noqa: F401
    import urllib2 as urllib_request        # noqa: F401
