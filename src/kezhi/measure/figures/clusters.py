"""Groups of alike buyers, as a report shows them."""

from __future__ import annotations

from kezhi.kit.engine import _, ir
from kezhi.measure.figures.rows import Row, Rows, part, rows
from kezhi.measure.source import ReportSource

TOLD = 3


def clusters(source: ReportSource) -> Rows | None:
    """
    Per cluster, largest first: the columns of `cluster_profiles`, `told` (its rows of `cluster_features`, the most
    telling three), net_amount of the last 365 days and net_share of it; None without clusters.
    """
    profiles, features = source.table("cluster_profiles"), source.table("cluster_features")
    members, profile = source.table("clusters"), source.table("profile")
    if profiles is None or features is None or members is None:
        return None
    money = {}
    if profile is not None:
        joined = members.join(profile.select("customer_id", "net_amount_365d"), "customer_id")
        money = {row["cluster"]: row["net_amount"] for row in rows(joined.group_by("cluster").agg(net_amount=_.net_amount_365d.sum()))}
    told = rows(features.filter(_.rank <= TOLD).order_by("cluster", "rank"))
    total = sum(money.values())
    return [
        row
        | {
            "told": [cell for cell in told if cell["cluster"] == row["cluster"]],
            "net_amount": money.get(row["cluster"]),
            "net_share": part(money.get(row["cluster"]), total),
        }
        for row in sorted(rows(profiles), key=lambda row: (-row["customers"], row["cluster"]))
    ]


def separation(found: ir.Table | None, dimension: str | None = None) -> Rows:
    """
    What separates groups: a row per dimension and axis with the `TOLD` strongest features, (feature, loading) each.

    Args:
        found: `tables.GROUP_SEPARATION`; None: no rows.
        dimension: Only this one.
    """
    if found is None:
        return []
    chosen = found if dimension is None else found.filter(_.dimension == dimension)
    made: dict[tuple[str, int], Row] = {}
    for row in rows(chosen.filter(_.rank <= TOLD).order_by("dimension", "axis", "rank")):
        names = ("axis", "axis_share", "strongest", "groups", "customers", "accuracy", "base_accuracy")
        axis = made.setdefault((row["dimension"], row["axis"]), {"separated_by": row["dimension"], **{n: row.get(n, []) for n in names}})
        axis["strongest"].append((row["feature"], row["loading"]))
    return list(made.values())
