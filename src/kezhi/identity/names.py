"""Whether two spellings can be one person's name."""

from __future__ import annotations

from functools import reduce

from kezhi.kit.engine import ibis, ir

LONGEST = 24  # characters compared one by one; names that differ further on count as different


def one_apart(left: ir.StringValue, right: ir.StringValue) -> ir.BooleanValue:
    """
    True when one character was replaced, added or left out; equal names are 0 apart and give false.

    Written out by position: engines count the distance of Chinese names differently (bytes or characters).
    A name of one character is one apart from nothing: too little of it would remain.
    """
    difference = left.length() - right.length()
    replaced = [
        (left.substr(0, i) == right.substr(0, i)) & (left.substr(i + 1) == right.substr(i + 1)) for i in range(LONGEST)
    ]
    added = [
        (longer.substr(0, i) == shorter.substr(0, i)) & (longer.substr(i + 1) == shorter.substr(i))
        for longer, shorter in ((left, right), (right, left))
        for i in range(LONGEST)
    ]
    same_length = reduce(lambda a, b: a | b, replaced)
    longer_by_one = reduce(lambda a, b: a | b, added[:LONGEST])
    shorter_by_one = reduce(lambda a, b: a | b, added[LONGEST:])
    found = ibis.cases((difference == 0, same_length), (difference == 1, longer_by_one), (difference == -1, shorter_by_one), else_=False)
    return found & (left != right) & (left.length() >= 2) & (right.length() >= 2)
