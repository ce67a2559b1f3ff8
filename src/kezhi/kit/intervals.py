"""How sure a share is: the score interval of Wilson."""

from __future__ import annotations

from kezhi.kit.engine import ibis, ir, ratio

Z_95 = 1.959963984540054  # two-sided 95%
Z_999 = 3.290526731491926  # two-sided 99.9%: where a thousand shares are looked at, and the highest shown


def wilson(part: ir.IntegerValue, whole: ir.IntegerValue, *, z: float = Z_95) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """
    Lower and upper end of the interval (95% unless *z* says more) of part / whole, both 0 to 1; null where whole is 0.

    Source: Wilson (1927), JASA 22, 209-212; method 3 of Newcombe (1998), Statistics in Medicine 17, 857-872.
    """
    n = whole.cast("float64").nullif(0.0)
    share = ratio(part, whole)
    square = z * z
    middle = share + ratio(ibis.literal(square), n * 2.0)
    half = (ratio(share * (1.0 - share), n) + ratio(ibis.literal(square), n * n * 4.0)).sqrt() * z
    scale = ratio(ibis.literal(square), n) + 1.0
    # the ends are exact where nobody or everybody did: rounding would leave a trace that differs between engines
    low = ibis.cases((n.isnull(), ibis.null("float64")), (part == 0, 0.0), else_=ratio(middle - half, scale))
    high = ibis.cases((n.isnull(), ibis.null("float64")), (part == whole, 1.0), else_=ratio(middle + half, scale))
    return low, high
