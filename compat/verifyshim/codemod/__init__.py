"""Finds and rewrites HTTPS and TLS call sites that do not verify: ``python -m verifyshim.codemod``.

Python 2 and 3 sources alike, whatever interpreter runs it (2.7, 3.6 and newer). Shares nothing with the
runtime of verifyshim but its errors and its version number.
"""
