"""Whether two spellings can be one person's name."""

from __future__ import annotations

from kezhi.kit.engine import ir


def one_apart(left: ir.StringValue, right: ir.StringValue, place: ir.IntegerValue) -> ir.BooleanValue:
    """
    True when two different names agree but for the character at *place*, replaced, added or left out.

    Asked for every place of the longer name this is a distance of one. Engines count the distance
    of Chinese names differently (bytes or characters), so it is not asked for. A name of one character
    is one apart from nothing: too little of it would remain.
    """
    after = place + 1
    same_tail = (
        (left.substr(after) == right.substr(after))
        | (left.substr(after) == right.substr(place))
        | (left.substr(place) == right.substr(after))
    )
    enough = (left.length() >= 2) & (right.length() >= 2)
    return enough & (left != right) & (left.substr(0, place) == right.substr(0, place)) & same_tail
