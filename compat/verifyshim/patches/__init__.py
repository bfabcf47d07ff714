"""What is changed in the standard library, and how it is changed back.

Methods are replaced on the class, never the class itself: names captured earlier, subclasses and
isinstance keep working (interpreters.md, "Hook points and traps").
"""
import functools
import sys

from .. import stdlib
from ..errors import ConfigurationError
from ..startup import hook


class Patch(object):
    """One attribute of one class or module.

    :param owner: the class or module.
    :param name: the attribute; where the owner has none of its own, it is taken away again.
    :param replacement: what to put there.
    :param before_revert: called without arguments before the original is put back, or None.
    """

    _ABSENT = object()

    def __init__(self, owner, name, replacement, before_revert=None):
        self.owner, self.name, self.replacement = owner, name, replacement
        self.original = vars(owner).get(name, self._ABSENT)
        self._before_revert = before_revert

    def __str__(self):
        return "%s.%s" % (getattr(self.owner, "__name__", self.owner), self.name)

    def apply(self):
        setattr(self.owner, self.name, self.replacement)

    def revert(self):
        """Put the original back, unless somebody has replaced ours since: theirs is not ours to undo.

        Replacements are inert once nothing is installed, so that one left inside another's is harmless.
        """
        if self._before_revert:
            self._before_revert()
        if vars(self.owner).get(self.name) is self.replacement:
            if self.original is self._ABSENT:
                delattr(self.owner, self.name)
            else:
                setattr(self.owner, self.name, self.original)


# Modules of the standard library, by the names they have here, and who patches each.
_WHERE = (("ssl", "ssl_module"), ("socket", "socket_module"), (stdlib.HTTP_CLIENT, "http_client"),
          ("smtplib", "smtp"), ("imaplib", "imap"), ("poplib", "pop"),
          ("ftplib", "ftp"), ("nntplib", "nntp"), ("asyncio.base_events", "loops"),
          # What gevent and eventlet put into socket when they come later.
          ("gevent.socket", "socket_module"), ("eventlet.green.socket", "socket_module"),
          ("socks", "socks_module"), ("httplib2.socks", "socks_module"))


class Patches(object):
    """Everything that is patched, each module right after the program first imports it."""

    def __init__(self):
        self._applied = []
        self._places = {}           # (class or module, attribute) -> the Patch that is in force there
        self._asked_for = set()     # modules

    def __iter__(self):
        return iter(self._applied)

    def start(self):
        """Patch the modules that are imported already, and have the others patched when they are.

        :raises: what went wrong; then nothing is patched.
        """
        try:
            self.extend()
        except:     # noqa: E722  Ctrl-C too
            self.stop()
            raise

    def extend(self):
        """Patch what the mode in force has more of; what is patched stays, so that there is no moment without.

        Replacements ask for the policy in force each time: those that a mode has less of do no harm.
        """
        for module, place in _WHERE:
            if module not in self._asked_for:
                self._asked_for.add(module)
                hook.when_imported(module, functools.partial(self._patch, place))
            elif sys.modules.get(module) is not None:
                self._patch(place, sys.modules[module])

    def stop(self):
        """Put everything back."""
        hook.remove_all()
        while self._applied:
            self._applied.pop().revert()
        self._places.clear()
        self._asked_for.clear()

    def _patch(self, place, module):
        name = "%s.%s" % (__name__, place)
        __import__(name)
        try:
            wanted = sys.modules[name].patches(module)
        except AttributeError as error:     # no function, and no class, stands where one should
            raise ConfigurationError("%s cannot be patched (%s), because something else has replaced parts of it; "
                                     "install verifyshim before that" % (module.__name__, error))
        for patch in wanted:
            place = patch.owner, patch.name
            before = self._places.get(place)
            # What somebody has put there since is patched once more; reverting goes backwards.
            if before is None or vars(patch.owner).get(patch.name) is not before.replacement:
                patch.apply()
                self._applied.append(patch)
                self._places[place] = patch
