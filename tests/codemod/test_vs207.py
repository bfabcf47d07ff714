"""VS207: clients of services."""
import pytest

UNSAFE = {
    "boto3": ("import boto3\nboto3.client('s3', verify=False)", "import boto3\nboto3.client('s3')"),
    "boto": ("import boto\nboto.connect_s3(validate_certs=False)", "import boto\nboto.connect_s3()"),
    "elasticsearch": ("from elasticsearch import Elasticsearch\nElasticsearch(hosts, verify_certs=False)",
                      "from elasticsearch import Elasticsearch\nElasticsearch(hosts, verify_certs=True)"),
    "redis": ("import redis\nredis.Redis(h, ssl=True, ssl_cert_reqs=None)",
              'import redis\nredis.Redis(h, ssl=True, ssl_cert_reqs="required")'),
    "hvac": ("import hvac\nhvac.Client(url=u, verify=False)", "import hvac\nhvac.Client(url=u)"),
    "pymongo": ("import pymongo, ssl\npymongo.MongoClient(u, ssl_cert_reqs=ssl.CERT_NONE)",
                "import pymongo, ssl\npymongo.MongoClient(u, ssl_cert_reqs=ssl.CERT_REQUIRED)"),
    "pymongo today": ("from pymongo import MongoClient\nMongoClient(u, tlsAllowInvalidCertificates=True)",
                      "from pymongo import MongoClient\nMongoClient(u)"),
    "MQTT": ("import paho.mqtt.client as mqtt\nc = mqtt.Client()\nc.tls_insecure_set(True)\nc.connect(h)",
             "import paho.mqtt.client as mqtt\nc = mqtt.Client()\nc.connect(h)"),
    "ldap": ("import ldap\nldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)",
             "import ldap\nldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)"),
    "kubernetes": ("from kubernetes import client\nc = client.Configuration()\nc.verify_ssl = False",
                   "from kubernetes import client\nc = client.Configuration()\nc.verify_ssl = True"),
    "pyOpenSSL": ("from OpenSSL import SSL\ndef f(c):\n    c.set_default_verify_paths()\n"
                  "    c.set_verify(SSL.VERIFY_NONE, cb)",
                  "from OpenSSL import SSL\ndef f(c):\n    c.set_default_verify_paths()\n"
                  "    c.set_verify(SSL.VERIFY_PEER, cb)"),
}
REPORTED = {
    "without roots": "from OpenSSL import SSL\nctx.set_verify(SSL.VERIFY_NONE, cb)",
    "an unknown keyword": "from vendor import Api\nApi(url, verify_ssl=False)",
    "a setting": "session.set_option('http-ssl-verify', False)",
    "an unknown constant": "VERIFY_SSL = False",
    "an unknown setting": "settings = {'verify_ssl': False}",
    "an unknown item": "config['ssl_verify'] = False",
}
NOTHING = {
    "verifying": "import boto3\nboto3.client('s3', verify=True)",
    "twice round": "Api(url, no_ssl_verify=False)",
    "a default that is read": "verify = config.get('ssl_verify', False)",
    "an option's definition": "parser.add_argument('--insecure', dest='insecure', default=False)",
    "for the server": "post(url, json={'insecure': True})",
    "other words": "self.add_host(host, suppress_logging=True)\nuser.email_verify = False",
    "a server": "from OpenSSL import SSL\ndef serve(c, s):\n    c.set_verify(SSL.VERIFY_NONE, cb)\n"
                "    s.listen(5)",
    "a table": "import OpenSSL, ssl\ntable = {ssl.CERT_NONE: OpenSSL.SSL.VERIFY_NONE}",
    "plain http": "def f(stub, verify_ssl=True):\n    if stub.scheme is plain:\n        protocol = 'http'\n"
                  "        verify_ssl = False\n    return open(protocol, verify_ssl=verify_ssl)",
}


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_what_is_known_is_turned_when_asked(name, rewritten):
    before, after = UNSAFE[name]
    assert rewritten(before + "\n", select="VS207") == before + "\n"
    assert rewritten(before + "\n", select="VS207", unsafe=True) == after + "\n"


def test_a_flag_that_overrules_the_caller_goes(rewritten):
    before = ("class C(Base):\n    def __init__(self, region, validate_certs=True):\n"
              "        if region == 'eu-west-1':\n            validate_certs = False\n"
              "        Base.__init__(self, validate_certs=validate_certs)\n")
    assert "pass" in rewritten(before, select="VS207")
    assert "validate_certs = False" not in rewritten(before, select="VS207")


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_what_is_not_known_is_reported(name, findings):
    assert [found[2] for found in findings(REPORTED[name] + "\n", select="VS207")] == ["none"]


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_others_are_left_alone(name, findings):
    assert findings(NOTHING[name] + "\n", select="VS207") == []
