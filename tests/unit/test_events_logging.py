"""Events as messages of the logging module."""
import json
import logging
import threading

import pytest

from verifyshim import events
from verifyshim.events import record


class Policy(object):
    log_max_bytes = log_keep = None

    def __init__(self, log):
        self.log = log


class Handler(logging.Handler):
    """What a program attaches; with *connects* it opens a verified connection for each message."""

    def __init__(self, connects=False):
        logging.Handler.__init__(self)
        self.messages = []
        self._connects = connects

    def handle(self, message):
        self.messages.append((message.levelname, message.getMessage()))
        if self._connects:
            emit_like_the_standard_library(connect)     # noqa: F821  made by exec below


# HTTPHandler.emit and SMTPHandler.emit: what counts is the file that they are in.
_code = compile("def emit_like_the_standard_library(call):\n    call()", logging.handlers.__file__
                if hasattr(logging, "handlers") else logging.__file__.replace("__init__", "handlers"), "exec")
exec(_code)


def connect(verdict="verified"):
    events.connection(verdict, "h", 1, "X", "audit")


@pytest.fixture
def attach():
    attached = []

    def attach(name, handler):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        attached.append((logger, handler, logger.level))
        logger.setLevel(logging.DEBUG)
        return handler

    yield attach
    events.use(None)
    for logger, handler, level in attached:
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_the_level_says_whether_to_look(attach):
    handler = attach("verifyshim", Handler())
    assert events.use(Policy("logging")) is None
    for verdict in ("verified", "refused", "pinned", "let-through", "exempt"):
        connect(verdict)
    events.lifecycle("install")
    events.tampering("100% sure")
    assert [level for level, _ in handler.messages] == [
        "INFO", "WARNING", "INFO", "WARNING", "WARNING", "INFO", "WARNING"]
    told = json.loads(handler.messages[-1][1])
    assert set(told) == set(record.KEYS) and told["detail"] == "100% sure"


def test_a_logger_of_another_name(attach):
    handler = attach("app.tls", Handler())
    events.use(Policy("logging:app.tls"))
    connect()
    assert len(handler.messages) == 1
    logging.getLogger("app.tls").setLevel(logging.WARNING)
    connect()
    assert len(handler.messages) == 1


def test_a_handler_that_connects_is_not_the_reason_of_more(attach):
    handler = attach("verifyshim", Handler(connects=True))
    events.use(Policy("logging"))
    with events.ring() as ring:
        connect()
    assert len(handler.messages) == 1 and len(ring.records) == 2


def test_nor_in_a_thread_of_its_own(attach):
    handler = attach("verifyshim", Handler())
    events.use(Policy("logging"))
    thread = threading.Thread(target=emit_like_the_standard_library, args=(connect,))     # noqa: F821
    thread.start()
    thread.join()
    assert handler.messages == []


def test_a_filter_that_fails_is_counted(attach):
    class Broken(logging.Filter):
        def filter(self, message):
            raise ValueError("broken")
    handler = attach("verifyshim", Handler())
    logger = logging.getLogger("verifyshim")
    broken = Broken()
    logger.addFilter(broken)
    events.use(Policy("logging"))
    connect()
    logger.removeFilter(broken)
    assert handler.messages == [] and events.dropped() == (1, "ValueError: broken")
    connect()
    assert len(handler.messages) == 1
