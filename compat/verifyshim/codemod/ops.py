"""What a fix may do to a file, in terms of the tree; edits.py turns these into bytes.

Positions are offsets into ``source.text``; text that is put in is ASCII.
"""


class Op(object):
    __slots__ = ()

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, ", ".join(
            "%s=%r" % (slot, getattr(self, slot)) for slot in self.__slots__))


class Replace(Op):
    """Put *text* where ``start`` to ``end`` was. Prefer the others: they know about commas and blocks."""
    __slots__ = ("start", "end", "text")

    def __init__(self, start, end, text):
        self.start = start
        self.end = end
        self.text = text


class RemoveStatement(Op):
    """Take a statement away, with its line if it has that to itself.

    A block that all removals together leave empty gets ``pass``; an emptied ``else`` or ``finally`` goes. With
    *prune* an emptied ``if`` whose test has no effect, and an emptied ``try``, go as well.
    """
    __slots__ = ("statement", "prune")

    def __init__(self, statement, prune=False):
        self.statement = statement
        self.prune = prune


class RemoveKeyword(Op):
    """Take ``name=value`` out of a call (or of a class statement's arguments)."""
    __slots__ = ("call", "keyword")

    def __init__(self, call, keyword):
        self.call = call
        self.keyword = keyword


class RemoveDictItem(Op):
    """Take the item number *index* out of a dict display."""
    __slots__ = ("dict", "index")

    def __init__(self, dict, index):    # pylint: disable=redefined-builtin
        self.dict = dict
        self.index = index


class AddKeyword(Op):
    """Add ``name=text`` to a call, before any ``**``."""
    __slots__ = ("call", "name", "text")

    def __init__(self, call, name, text):
        self.call = call
        self.name = name
        self.text = text


class SetArgument(Op):
    """Make *text* the value of an argument: of keyword *name*, else at *position* (or None), else added."""
    __slots__ = ("call", "name", "position", "text")

    def __init__(self, call, name, position, text):
        self.call = call
        self.name = name
        self.position = position
        self.text = text


class NeedImport(Op):
    """See that *module* can be named from the node *at*: adds ``import module`` unless it is there already.

    The name to emit is ``context.imported(module, at)``.
    """
    __slots__ = ("module", "at")

    def __init__(self, module, at=None):
        self.module = module
        self.at = at


class DropUnusedImports(Op):
    """Take away the imports of these bound names ("ssl", "urllib3") if the edits leave them unused.

    Never one in a try pair or a feature probe, nor one that was unused before.
    """
    __slots__ = ("names",)

    def __init__(self, names):
        self.names = tuple(names)
