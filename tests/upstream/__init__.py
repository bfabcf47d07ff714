"""CPython's own tests, as each interpreter ships them, bare and with verifyshim in force: what differs?

    tox -e upstream
    tox -e upstream -- tests/upstream -k "3.13 and test_ssl"

Every module of modules.py runs in a process of its own, bare and in each column; test by test the outcomes must
be the same but for what differences.py lists with its reason. The servers of those tests are trusted by the
column's policy (policy.py), so that what is left are the tests whose very point is an unverified connection.
"""
