"""--executor dask://host:port: the workers of a scheduler of Dask distributed."""
from __future__ import absolute_import

import logging
import time

from ..errors import VerifyshimError

TIMEOUT = 10        # seconds that a scheduler may take to answer
PATIENCE = 15       # seconds that there may be no worker; a nanny starts a new one in less


def connect(name):
    """Return the executor of the scheduler at "dask://host:port".

    :raises VerifyshimError: distributed is not installed, or no scheduler answers.
    """
    scheme, _, address = name.partition("://")
    if scheme != "dask" or not address:
        raise VerifyshimError("there is no executor %s: write dask://host:port" % name)
    try:
        import distributed
    except ImportError:
        raise VerifyshimError("%s needs the package distributed; pip install verifyshim[dask]" % name)
    for each in ("distributed", "distributed.client", "distributed.comm", "distributed.core",
                 "tornado.application", "asyncio"):
        logging.getLogger(each).setLevel(logging.CRITICAL)      # what matters is said in one sentence here
    try:
        client = distributed.Client("tcp://" + address, timeout=TIMEOUT, set_as_default=False)
    except (EnvironmentError, ValueError) as error:
        raise VerifyshimError("no Dask scheduler answers at %s: %s" % (name, str(error).split("\n")[0]))
    return Executor(name, client)


class Executor(object):
    """distributed's own executor, with an end to waiting where no worker is left."""

    def __init__(self, name, client):
        self._name = name
        self._client = client
        self._executor = client.get_executor(pure=False)

    def submit(self, function, *arguments):
        return self._executor.submit(function, *arguments)

    def wait_for(self, future):
        """Wait until *future* is done.

        :raises VerifyshimError: there have been no workers for PATIENCE seconds, or no scheduler.
        """
        alone = None
        while not future.done():
            try:
                return future.result(timeout=1)
            except Exception as error:      # pylint: disable=broad-except
                if future.done() or type(error).__name__ != "TimeoutError":
                    raise
            if self._client.status in ("closed", "closing"):
                raise VerifyshimError("the Dask scheduler at %s has gone; each file is either as it was or "
                                      "completely rewritten, so run again" % self._name)
            if self._has_workers():
                alone = None
            else:
                alone = alone or time.time()
                if time.time() - alone > PATIENCE:
                    raise VerifyshimError("no worker has been left at %s for %d seconds; each file is either "
                                          "as it was or completely rewritten, so run again"
                                          % (self._name, PATIENCE))
        return future.result()

    def _has_workers(self):
        try:
            return self._client.status != "running" or bool(self._client.nthreads())
        except Exception:       # pylint: disable=broad-except   # the connection breaks: its status will tell
            return True

    def shutdown(self):
        if self._client.status == "running":
            self._executor.shutdown(wait=False)
        self._client.close(timeout=2)
