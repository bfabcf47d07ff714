"""Real HTTP clients from PyPI against real servers: does strict hold where their verification is switched off?

    tox -e realclients

Clients at the versions that old programs have run on 2.7, and today's on 3.x, in virtualenvs of their own.
As in tests/conformance the verdict is the server's. versions.py is the table of what is installed where, and of
what cannot be.
"""
