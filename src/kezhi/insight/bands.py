"""Customers by purchases, money and order value between cut points, and how they moved from band to band."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kezhi.insight.migration import cells
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.settings import CutPointSettings
from kezhi.tables import BAND_MOVEMENT

NONE = "none"  # no purchase in the window
COLUMNS = {"frequency": "orders_365d", "amount": "net_amount_365d", "average_order_value": "average_order_value_365d"}
NEEDED = ("orders_life", *COLUMNS.values())  # of `tables.FEATURES`


def band_names(cuts: Sequence[float], *, whole: bool) -> list[str]:
    """
    Names of the bands from the lowest: `none`, `<500`, `500-2000`, `2000+`; a band holds its lower end, not its upper.

    Args:
        cuts: Growing cut points.
        whole: Of whole numbers the names say the numbers themselves: `1`, `2-3`, `4+`; nothing lies below the first.
    """
    texts = [f"{cut:.15g}" for cut in cuts]
    if whole:
        between = [low if int(high) - int(low) == 1 else f"{low}-{int(high) - 1}" for low, high in pairwise(texts)]
        below = [] if int(cuts[0]) <= 1 else ["1" if int(cuts[0]) == 2 else f"1-{int(cuts[0]) - 1}"]
        return [NONE, *below, *between, f"{texts[-1]}+"]
    return [NONE, f"<{texts[0]}", *(f"{low}-{high}" for low, high in pairwise(texts)), f"{texts[-1]}+"]


def named_bands(settings: CutPointSettings) -> dict[str, list[str]]:
    """The names of the bands of each dimension, the lowest first."""
    return {name: band_names(getattr(settings, name), whole=name == "frequency") for name in COLUMNS}


def bands(features: ir.Table, settings: CutPointSettings) -> dict[str, ir.StringValue]:
    """
    The band of each customer, by dimension.

    Args:
        features: `NEEDED` of `tables.FEATURES`.
        settings: The cut points.

    Returns:
        Dimension -> a value of *features*; null for who has never bought.
    """
    names = named_bands(settings)
    made: dict[str, ir.StringValue] = {}
    for dimension, column in COLUMNS.items():
        cuts = getattr(settings, dimension)
        value = features[column].cast("float64")
        above = zip(reversed(cuts), reversed(names[dimension]), strict=False)
        # the lowest band: below the first cut, where there is one
        lowest = names[dimension][1]
        made[dimension] = ibis.cases(
            (features.orders_life == 0, ibis.null("string")),
            ((features.orders_365d == 0) | value.isnull(), NONE),
            *((value >= float(cut), name) for cut, name in above),
            else_=lowest,
        )
    return made


def band_movement(moved: ir.Table) -> ir.Table:
    """The moves of the three dimensions (`tables.MOVES`) counted: `tables.BAND_MOVEMENT`, a row per cell that holds somebody."""
    parts = [cells(moved.filter(_.dimension == name)).mutate(dimension=ibis.literal(name)) for name in COLUMNS]
    made = ibis.union(*parts, distinct=False).rename(from_band="from_state", to_band="to_state")
    return typed(made, BAND_MOVEMENT.types)
