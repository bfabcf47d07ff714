"""``python -m benchmarks WHAT [--requests N] [--only NAMES]``, from the repository's root.

WHAT is one of urlopen, connection, modes, soak, startup.

One server in a process of its own, and every interpreter that tests/conformance finds as a client, with the
whole certifi bundle as roots. VERIFYSHIM_PYTHONS adds interpreters.
"""
import argparse
import os
import sys
import tempfile

import certifi
import trustme

from benchmarks import modes, server, soak, startup, urlopen
from tests.conformance import harness, interpreters

BENCHMARKS = {"urlopen": (urlopen, 100), "connection": (urlopen, 100), "modes": (modes, 1000),
              "soak": (soak, 10000), "startup": (startup, 50)}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("benchmark", choices=sorted(BENCHMARKS))
    parser.add_argument("--requests", type=int, help="for each interpreter (and way)")
    parser.add_argument("--only", help="interpreters by name, separated by commas")
    options = parser.parse_args()
    benchmark, usual = BENCHMARKS[options.benchmark]
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder:
        bundle = os.path.join(folder, "bundle.pem")
        with open(certifi.where(), "rb") as roots, open(bundle, "wb") as handle:
            handle.write(roots.read() + authority.cert_pem.bytes())
        certificate = authority.issue_cert("localhost", key_type=trustme.KeyType.RSA)
        url = "https://localhost:%d/" % server.start(certificate, folder)
        print("%-16s" % "interpreter" + benchmark.HEADER)
        for python in interpreters.find():
            # A stand-in's figures would be another interpreter's; pyOpenSSL beside a real one is fine.
            if (python.job not in ({}, {"pyopenssl": True})
                    or options.only and python.name not in options.only.split(",")):
                continue
            environ = interpreters.clean_environment(PYTHONPATH=harness.python_path(python),
                                                     SSL_CERT_FILE=bundle)
            print("%-16s" % python.name
                  + benchmark.row(python, options.benchmark, url, environ, options.requests or usual))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
