"""Tells from its bytes alone that a file has nothing for any rule: true of most files of most trees.

One regular expression finds any needle. re tries an alternation at each character that can begin one, and
nearly every letter begins one of a hundred needles. So each needle is looked for from one of its rarer
characters, what precedes that by a look behind: three times faster on CPython 2.7 to 3.13 than the needles
side by side, and twice as fast as searching for one after the other.
"""
import re

# How often characters are met in 100,000 of Python sources (the standard libraries of 2.7 and 3.11).
_OFTEN = dict(zip(
    "etsraniolcd,f_u\"pm.()'h:g=by0x-wEvTk1ASN2#IR[]CLDP\\3OGF>M*4q5/{}BU86j`z97H+V|W%K<X?Y@~!;JZQ$^&",
    (6779, 4550, 4029, 3665, 3597, 3354, 3335, 3203, 2497, 1930, 1893, 1690, 1644, 1586, 1519, 1491, 1515, 1324,
     1223, 1109, 1108, 1076, 990, 984, 982, 669, 666, 626, 578, 505, 478, 437, 424, 420, 404, 390, 370, 351,
     312,
     303, 294, 281, 272, 271, 264, 264, 255, 235, 203, 194, 172, 170, 164, 163, 159, 157, 153, 136, 130, 128,
     126,
     112, 108, 108, 104, 102, 100, 98, 92, 89, 88, 85, 83, 77, 74, 71, 65, 63, 48, 41, 41, 37, 29, 27, 21, 21,
     17,
     17, 16, 15, 14, 14, 11, 6)))
_UNKNOWN = 5000     # a blank, or what is not in the table


class Prefilter(object):
    """A function of bytes: returns those of *rules* that may find something in them."""

    def __init__(self, rules):
        self._rules = list(rules)
        needles = set(needle for rule in self._rules for needle in rule.needles)
        telling = _telling(needle.decode("latin-1") for needle in needles)
        self._search = re.compile(expression(telling).encode("latin-1")).search if needles else _nothing
        # A needle that holds another one is looked for only where that is.
        self._within = dict((short.encode("latin-1"), [
            needle for needle in needles if short in needle.decode("latin-1")]) for short in telling)

    def __call__(self, data):
        if self._search(data) is None:
            return []
        there = set(needle for short, needles in self._within.items() if short in data
                    for needle in needles if needle in data)
        return [rule for rule in self._rules if not there.isdisjoint(rule.needles)]


def _nothing(_):
    return None


def _telling(needles):
    """Return those of the needles that hold no other: where these are not, none is."""
    telling = []
    for needle in sorted(needles, key=lambda each: (len(each), each)):
        if not any(short in needle for short in telling):
            telling.append(needle)
    return telling


def expression(telling):
    """Return a regular expression that finds any of these texts."""
    anchors = _anchors(telling)
    by_anchor = {}
    for needle in telling:
        anchor = min((each for each in anchors if each in needle), key=_rarity)
        head, _, tail = needle.partition(anchor)
        by_anchor.setdefault(anchor, {}).setdefault(head, []).append(tail)
    return "|".join(re.escape(anchor) + "(?:%s)" % "|".join(
        _alternative(anchor, head, tails) for head, tails in sorted(heads.items()))
        for anchor, heads in sorted(by_anchor.items()))


def _alternative(anchor, head, tails):
    behind = "(?<=%s)" % re.escape(head + anchor) if head else ""
    return "%s(?:%s)" % (behind, "|".join(re.escape(tail) for tail in sorted(tails)))


def _rarity(character):
    return _OFTEN.get(character, _UNKNOWN), character


def _anchors(needles):
    """Return few rare characters so that each needle has one of them."""
    chosen, left = [], list(needles)
    while left:
        best = max(sorted(set("".join(left))),
                   key=lambda each: sum(each in needle for needle in left) / (_rarity(each)[0] + 10.0))
        chosen.append(best)
        left = [needle for needle in left if best not in needle]
    for anchor in sorted(chosen, key=_rarity, reverse=True):
        others = [each for each in chosen if each != anchor]
        if all(any(each in needle for each in others) for needle in needles):
            chosen = others
    return chosen
