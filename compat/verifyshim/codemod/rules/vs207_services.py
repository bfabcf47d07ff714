"""VS207: clients of services told not to verify.

Before::

    ctx.set_verify(SSL.VERIFY_NONE, callback)
    ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)
    boto3.client("s3", verify=False)
    Elasticsearch(hosts, verify_certs=False)
    redis.Redis(host, ssl=True, ssl_cert_reqs=None)

After::

    ctx.set_verify(SSL.VERIFY_PEER, callback)
    ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    boto3.client("s3")
    Elasticsearch(hosts, verify_certs=True)
    redis.Redis(host, ssl=True, ssl_cert_reqs="required")

Unsafe: such services often stand behind private roots, which have to be given. libraries.py has the table of
what is known; switches of other libraries that speak of TLS are reported.
"""
from __future__ import absolute_import

from . import rule
from .grading import is_left_out
from .libraries import imported_any
from .library_switches import find
from .service_calls import special_calls
from .unknown_switches import unknown_switches
from .words import NEEDLES, SWITCHED


@rule("VS207", "clients of services told not to verify",
      needles=NEEDLES + (b"OPT_X_TLS_", b"tls_insecure_set", b"VERIFY_NONE", b"tlsInsecure",
                       b"ssl_match_hostname", b"assert_hostname"),
      also=((SWITCHED, imported_any("VS207"), b"OPT_X_TLS_", b"tls_insecure_set", b"VERIFY_NONE",
             b"tlsInsecure", b"tlsAllow", b"ssl_match_hostname", b"assert_hostname", b"validate_certificates",
             b"cert_validation", b"cert_reqs"),))
def check(context):
    if is_left_out(context):
        return
    seen = set()
    for source in (special_calls(context), find(context, "VS207", "unsafe"), unknown_switches(context)):
        for finding in source:
            place = (finding.start, finding.end)
            if place not in seen and not is_left_out(context, finding.node):
                seen.add(place)
                yield finding
