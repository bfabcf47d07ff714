"""The cases of a limbo.json, and one TLS server for each that can be served.

A case is trusted roots, a leaf, intermediates and the name the peer should have. Time is no part of it here:
TLS clients take the clock's, so a case made for another validation_time is seen by both clients as it is
today, and what limbo expects of it does not matter. Nor do its policies, chain depths and revocation lists,
which no default client asks for.
"""

import collections
import ipaddress
import json
import ssl
import sys
import threading
from pathlib import Path

from ..conformance.harness import PACKAGE_FOLDER
from ..conformance.servers import TLSServer, server_context

sys.path.insert(0, str(PACKAGE_FOLDER))
from verifyshim import der  # noqa: E402


class Case:
    """One served case. `host` is the expected peer name, or where the case names none, one of the leaf's."""

    def __init__(self, number, data, roots, server):
        self.number, self.name, self.roots, self.server = number, data["id"], roots, server
        self.dns_names, self.addresses = names_of(data["peer_certificate"])
        self.host = host_of(data) or (self.dns_names + ["example.com"])[0]

    def __repr__(self):
        return self.name

    def cell(self, client, name):
        """The request of one client; *name* is whether it checks the host name."""
        return {"id": self.id(client, name), "client": client, "name": name, "host": self.host,
                "port": self.server.port, "roots": self.roots}

    def id(self, client, name):
        return "cell-%d-%s-%s" % (self.number, client, "full" if name else "chain")


class Stage:
    """`cases` are served; `left_out` maps why not to the names of those that are not."""

    def __init__(self, path, folder):
        self.cases, self.left_out = [], collections.defaultdict(list)
        for number, data in enumerate(json.loads(Path(path).read_text())["testcases"]):
            pem_file, roots = folder / ("%d.pem" % number), folder / ("%d-roots.pem" % number)
            if not data["peer_certificate_key"]:
                self.left_out["limbo.json has no key for its leaf"].append(data["id"])
                continue
            pem_file.write_text("\n".join([data["peer_certificate_key"], data["peer_certificate"]]
                                          + data["untrusted_intermediates"]))
            roots.write_text("\n".join(data["trusted_certs"]))
            try:
                server = TLSServer(server_context(str(pem_file)))
            except (ssl.SSLError, ValueError) as error:
                self.left_out["this OpenSSL does not serve it: %s" % error].append(data["id"])
                continue
            self.cases.append(Case(number, data, str(roots), server))

    def __str__(self):
        text = ["all: %d cases, %d served" % (len(self.cases) + sum(map(len, self.left_out.values())),
                                              len(self.cases))]
        return "\n".join(text + ["all: %d not served: %s: %s" % (len(names), why, " ".join(names))
                                 for why, names in sorted(self.left_out.items())])

    def requests(self):
        """The ids of all requests that got through since the last call."""
        through = set()
        for case in self.cases:
            case.server.settle()
            through.update(case.server.requests)
            del case.server.requests[:]
        return through

    def close(self):
        # Side by side: each shutdown takes up to half a second.
        stoppers = [threading.Thread(target=case.server.shutdown) for case in self.cases]
        for stopper in stoppers:
            stopper.start()
        for stopper, case in zip(stoppers, self.cases):
            stopper.join()
            case.server.server_close()


def host_of(data):
    """None for cases about mail names and client certificates; their leaves are served all the same."""
    expected = data["expected_peer_name"]
    return expected["value"] if expected and expected["kind"] in ("DNS", "IP") else None


def names_of(leaf):
    """The leaf's (dNSNames, iPAddresses) as text.

    By verifyshim's own reader, because cryptography refuses some of these leaves, as it should.
    """
    certificate = der.Certificate(ssl.PEM_cert_to_DER_cert(leaf.strip()))
    return certificate.dns_names(), [str(ipaddress.ip_address(packed)) for packed in certificate.addresses()
                                     if len(packed) in (4, 16)]
