"""Switches of libraries whose meaning is certain: who takes them, what is bad, what takes its place.

One line a switch. ``callee`` is matched from the start against what names.qualified() says of the function;
``bad`` is "off" (False or 0), "on" (True or 1), "cert" (CERT_NONE), "cert?" (CERT_NONE or None) or a text;
``good`` None takes the keyword away, since the library verifies by itself, "cert" makes CERT_REQUIRED of it.
``methods`` match a method of an unknown object in a file that imports the library; ``anyone`` says that no
other library has a keyword of this name.
"""
from __future__ import absolute_import

import re

from ..syntax import tree
from .cert_none import is_cert_none
from .words import is_off, is_on, last_name, text_of

_HTTP = "get options head post put patch delete request ws_connect stream fetch"


class Switch(object):
    """One line of the table."""

    def __init__(self, rule, root, callee, keyword, bad, good=None, methods="", anyone=False):
        self.rule = rule
        self.roots = root.split()
        self._callee = callee
        self._compiled = None
        self.keyword = keyword
        self.bad = bad
        self.good = good
        self.methods = frozenset(methods.split())
        self.anyone = anyone

    @property
    def callee(self):
        """A compiled expression; most runs ask for few of them."""
        if self._compiled is None:
            self._compiled = re.compile(r"^(%s)(\.|$)%s" % ("|".join(map(re.escape, self.roots)), self._callee))
        return self._compiled

    def is_bad(self, context, node):
        if self.bad == "off":
            return is_off(node)
        if self.bad == "on":
            return is_on(node)
        if self.bad in ("cert", "cert?"):
            return is_cert_none(context, node, self.bad == "cert?")
        return text_of(node) == self.bad


SWITCHES = (
    # VS205: verify unless told otherwise
    Switch("VS205", "httpx", "", "verify", "off"),
    Switch("VS205", "aiohttp aiohttp_socks aiohttp_retry", "", "ssl", "off", methods=_HTTP),
    Switch("VS205", "aiohttp aiohttp_socks aiohttp_retry", "", "verify_ssl", "off", methods=_HTTP),
    Switch("VS205", "tornado simple_httpclient", "", "validate_cert", "off", methods=_HTTP + " HTTPRequest"),
    Switch("VS205", "httplib2 httplib2shim google_auth_httplib2", "", "disable_ssl_certificate_validation",
           "on", anyone=True),
    # VS207: clients of services
    Switch("VS207", "boto", "", "validate_certs", "off"),
    Switch("VS207", "boto3 botocore aiobotocore aioboto3", "", "verify", "off",
           methods="client resource create_client"),
    Switch("VS207", "ansible", "", "validate_certs", "off"),
    Switch("VS207", "elasticsearch elasticsearch_dsl elasticsearch_async opensearchpy elastic_transport", "",
           "verify_certs", "off", "True", methods="Elasticsearch"),
    Switch("VS207", "elasticsearch elasticsearch_dsl opensearchpy elastic_transport", "", "ssl_assert_hostname",
           "off"),
    Switch("VS207", "redis rediscluster aioredis", "", "ssl_cert_reqs", "cert?", "cert"),
    Switch("VS207", "redis rediscluster aioredis", "", "ssl_check_hostname", "off", "True"),
    Switch("VS207", "hvac", "", "verify", "off"),
    Switch("VS207", "consul", "", "verify", "off"),
    Switch("VS207", "pymongo mongoengine motor flask_pymongo", "", "ssl_cert_reqs", "cert", "cert"),
    Switch("VS207", "pymongo mongoengine motor flask_pymongo", "", "ssl_match_hostname", "off"),
    Switch("VS207", "pymongo mongoengine motor flask_pymongo", "", "tlsInsecure", "on", anyone=True),
    Switch("VS207", "pymongo mongoengine motor flask_pymongo", "", "tlsAllowInvalidCertificates", "on",
           anyone=True),
    Switch("VS207", "pymongo mongoengine motor flask_pymongo", "", "tlsAllowInvalidHostnames", "on",
           anyone=True),
    Switch("VS207", "paho", "", "cert_reqs", "cert", "cert", methods="tls_set"),
    Switch("VS207", "docker", "", "verify", "off", "True"),
    Switch("VS207", "docker", "", "assert_hostname", "off"),
    Switch("VS207", "influxdb influxdb_client", "", "verify_ssl", "off", "True"),
    Switch("VS207", "gitlab", "", "ssl_verify", "off"),
    Switch("VS207", "github", "", "verify", "off"),
    Switch("VS207", "atlassian", "", "verify_ssl", "off", "True"),
    Switch("VS207", "keystoneauth1 keystoneclient openstack", "", "verify", "off", "True"),
    Switch("VS207", "keystoneclient novaclient glanceclient cinderclient neutronclient heatclient ironicclient"
           " swiftclient magnumclient", "", "insecure", "on", "False"),
    Switch("VS207", "proxmoxer", "", "verify_ssl", "off", "True"),
    Switch("VS207", "winrm", "", "server_cert_validation", "ignore", '"validate"'),
    Switch("VS207", "pyVim", r"connect\.SmartConnect", "disableSslCertValidation", "on"),
    Switch("VS207", "kafka", "", "ssl_check_hostname", "off", "True"),
    Switch("VS207", "minio", "", "cert_check", "off"),
    Switch("VS207", "ldap3", r"(\w+\.)*Tls$", "validate", "cert", "cert"),
    Switch("VS207", "pysolr", "", "verify", "off"),
    Switch("VS207", "ovirtsdk ovirtsdk4", "", "insecure", "on", "False"),
    Switch("VS207", "gql", r"(\w+\.)*RequestsHTTPTransport$", "verify", "off"),
)
_BY_KEYWORD = {}
for _switch in SWITCHES:
    _BY_KEYWORD.setdefault(_switch.keyword, []).append(_switch)
_imported = (None, None)


def keywords_of(rule):
    """The keywords that a rule's switches are called."""
    return frozenset(switch.keyword for switch in SWITCHES if switch.rule == rule)


def imported_any(rule):
    """Return a compiled expression of bytes that finds imports of the libraries of a rule's switches."""
    roots = sorted(set(root for switch in SWITCHES if switch.rule == rule for root in switch.roots))
    return re.compile(br"\b(?:from|import)[ \t]+(?:[\w., \t]*[\s.,])?(?:"
                      + "|".join(roots).encode("ascii") + br")\b")


def switch_for(context, call, keyword):
    """Return the Switch that *keyword* (its name) is for the function that *call* calls, or None."""
    candidates = _BY_KEYWORD.get(keyword, ())
    if not candidates:
        return None
    name = callee(context, call)
    for switch in candidates:
        if name is not None and switch.callee.match(name):
            return switch
    for switch in candidates:
        if switch.anyone or last_name(call.func) in switch.methods and _is_open(context, switch, name) and any(
                imports(context, root) for root in switch.roots):
            return switch
    return None


def _is_open(context, switch, name):
    """Nothing is known of the callee, or only that it comes from one of the switch's own libraries."""
    return name is None or name.split(".")[0] in switch.roots or not imports(context, name.split(".")[0])


def is_owned(context, name):
    """Does a library that the file imports have a switch of this name, or only one library at all?"""
    return any(switch.anyone or any(imports(context, root) for root in switch.roots)
               for switch in _BY_KEYWORD.get(name, ()))


def known_callee(context, call):
    """Return the Switch that owns the ``verify=`` of this call, or None where that is for requests."""
    return switch_for(context, call, "verify")


def callee(context, call):
    """What names.qualified() says of the function, and ``library.Class.__init__`` for ``super().__init__``."""
    name = context.names.qualified(call.func)
    function = call.func
    if name is not None or function.kind != "Attribute" or function.value.kind != "Call":
        return name
    if last_name(function.value.func) == "super":
        owner = tree.enclosing(call, "ClassDef")
        for base in owner.bases if owner is not None else ():
            name = context.names.qualified(base)
            if name is not None:
                return "%s.%s" % (name, function.attr)
    return None


def imports(context, root):
    """Does the file import the library *root* anywhere?"""
    global _imported
    if _imported[0] is not context:
        roots = set()
        for node in context.nodes("Import", "ImportFrom"):
            if node.kind == "ImportFrom" and node.module and not node.level:
                roots.add(node.module.split(".")[0])
                if node.module.split(".")[0] in ("six", "requests"):
                    roots.update(alias.name for alias in node.names)
            elif node.kind == "Import":
                roots.update(alias.name.split(".")[0] for alias in node.names)
        _imported = (context, roots)
    return root in _imported[1]
