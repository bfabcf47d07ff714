"""How each property is run: a small number of examples by default, always the same ones.

``VERIFYSHIM_FUZZ=20000`` runs that many of each, new ones every time. What was found once stays as a seed.
"""
import collections
import os
import shutil
import tempfile

import hypothesis
from hypothesis import strategies as st

MOST = int(os.environ.get("VERIFYSHIM_FUZZ") or 0)
SMALL = 150             # examples of each property in CI
COUNTS = collections.Counter()

_SLOW = [getattr(hypothesis.HealthCheck, name) for name in ("too_slow", "data_too_large", "filter_too_much")]


def fuzzed(*strategies, **options):
    """Decorate a property, a function of one argument for each of *strategies*.

    :param seeds: list of tuples of arguments that are tried each time, before any other.
    :param share: how many of the examples this one gets, where each takes long; 1 for all.
    """
    seeds, share = options.get("seeds", ()), options.get("share", 1)

    def decorate(check):
        def counted(given):
            COUNTS[check.__name__] += 1
            check(*given)

        counted.__name__, counted.__module__, counted.__doc__ = check.__name__, check.__module__, check.__doc__
        for seed in reversed(list(seeds)):
            counted = hypothesis.example(tuple(seed))(counted)
        counted = hypothesis.given(st.tuples(*strategies))(counted)
        return hypothesis.settings(max_examples=max(int((MOST or SMALL) * share), 10), deadline=None,
                                   database=None,
                                   derandomize=not MOST, suppress_health_check=_SLOW)(counted)
    return decorate


class Folder(object):
    """A temporary folder for all examples of a module, and files in it by name."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="verifyshim-fuzz-")

    def write(self, name, data):
        path = os.path.join(self.path, name)
        with open(path, "wb") as handle:
            handle.write(data)
        return path

    def close(self):
        shutil.rmtree(self.path)
