"""What is to be verified on one connection: the one place where that is decided (product.md, Modes)."""
import collections

from .. import events
from ..policy import Mode

AS_IT_IS = "as the program has it"
MATCHED = "as the program has it, and the host name"
VERIFIED = "with the policy's roots, and the host name"

# how: one of the three above; verdict: what a handshake that succeeds is; pins: of which the leaf must
# have one, or ().
Decision = collections.namedtuple("Decision", "how verdict pins")


def decide(mode, left_to_us, verifies, matches, judgement):
    """Return the Decision for one handshake.

    :param mode: a Mode. Audit decides as strict does; that it lets failures through comes later.
    :param left_to_us: whether the program named no context, so that the policy says how to verify.
    :param verifies: whether the program's context verifies the chain; *matches*, also the host name.
    :param judgement: the policy.rules.Judgement of the peer.
    """
    on_purpose = not left_to_us and not (verifies and matches)
    if mode == Mode.ENFORCE and on_purpose:
        return Decision(AS_IT_IS, events.UNVERIFIED, ())
    if judgement.exemption is not None and (left_to_us or on_purpose):
        return Decision(AS_IT_IS, events.EXEMPT, ())
    pins = judgement.pins if left_to_us or mode != Mode.ENFORCE else ()
    pinned = pins and not judgement.verify_chain        # which says more than a name
    if not left_to_us and verifies:
        return Decision(AS_IT_IS if matches or pinned else MATCHED, events.VERIFIED, pins)
    if pinned:
        return Decision(AS_IT_IS, events.PINNED, pins)
    return Decision(VERIFIED, events.VERIFIED, pins)
