"""What is changed in the standard library, and how it is changed back.

Methods are replaced on the class, never the class itself: names captured earlier, subclasses and
isinstance keep working (interpreters.md, "Hook points and traps").
"""


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


def table():
    """Return the patches for this interpreter, not applied yet."""
    from . import http_client, ssl_module
    return http_client.patches() + ssl_module.patches()


def apply_all(patches):
    """Apply all of them or none."""
    done = []
    try:
        for patch in patches:
            patch.apply()
            done.append(patch)
    except Exception:
        revert_all(done)
        raise


def revert_all(patches):
    for patch in reversed(patches):
        patch.revert()
