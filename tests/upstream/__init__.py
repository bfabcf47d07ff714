"""The tests of others, bare and with verifyshim in force: what differs?

    tox -e upstream
    tox -e upstream -- tests/upstream -k "3.13 and test_ssl" --redo

CPython's own, as each interpreter ships them (test_upstream.py), and those of requests, urllib3 and httplib2 from
their source distributions (test_suites.py). Every module or suite runs in a process of its own, bare and in each
column; test by test the outcomes must be the same but for what differences.py lists with its reason. The servers
of CPython's tests are trusted by the column's policy (policy.py), so that what is left are the tests whose very
point is an unverified connection.

A whole run takes hours; kept.py says what of it need not be done again.
"""
