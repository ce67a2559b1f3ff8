"""How customers moved, what they are worth, which tier they hold: the tables that look back, counted."""

from __future__ import annotations

from dataclasses import dataclass

from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.figures.rows import Row, Rows, only, part, rows
from kezhi.measure.source import ReportSource

SHOWN_BANDS = 6
NEW, GONE = "新出现", "不再出现"


@dataclass(frozen=True, slots=True)
class Movement:
    """
    Rows of the tables under their names; None where the table is not in the snapshot.

    Attributes:
        migration, transitions: Against the recomputed earlier day; empty where nobody was known then.
        bands_moved: Of each dimension of `tables.BAND_MOVEMENT` the fullest cells that changed their band.
        deciles: `tables.VALUE_DECILES`.
        bands: Per band of the settings: customers, revenue_amount, value_amount, score_mean.
        known: customers, with_margin, and the codes of the costs that are known.
        tiers: Per tier of the settings, highest first: customers, later (in 90 days), at_risk, amount_lacking, orders_lacking.
        aarrr: `tables.AARRR`.
        loyalty: Per day: customers, index_mean, alerts.
    """

    migration: Rows | None
    transitions: Rows | None
    bands_moved: Rows | None
    deciles: Rows | None
    bands: Rows | None
    known: Row | None
    tiers: Rows | None
    tier_prices: Rows | None
    aarrr: Rows | None
    loyalty: Rows | None


def movement(source: ReportSource) -> Movement:
    """All of *source*: small aggregates."""
    value, tiers, trend = source.table("value"), source.table("tiers"), source.table("loyalty_trend")
    steps, deciles = source.table("aarrr"), source.table("value_deciles")
    return Movement(
        migration=_matrix(source.table("rfm_migration"), "from_group"),
        bands_moved=_largest(source.table("band_movement")),
        transitions=_matrix(source.table("lifecycle_transitions"), "from_stage"),
        deciles=None if deciles is None else rows(deciles.order_by("decile")),
        bands=None if value is None else _bands(value, [band.name for band in source.settings.value.bands]),
        known=None if value is None else _known(value),
        tier_prices=None
        if (prices := source.table("tier_prices")) is None
        else rows(prices.order_by(ibis.desc("price_change"), ibis.desc("level")).drop("level")),
        tiers=None if tiers is None else _tiers(tiers, [level.name for level in source.settings.tiers.levels]),
        aarrr=None if steps is None else rows(steps.order_by("position")),
        loyalty=None if trend is None else _loyalty(trend),
    )


def _matrix(cells: ir.Table | None, start: str) -> Rows | None:
    """The recomputed cells, most customers first; none when everybody is new."""
    if cells is None:
        return None
    found = rows(cells.filter(_.compared_with == "recomputed").order_by(ibis.desc("customers"), *cells.columns[2:4]))
    return found if any(row[start] != NEW for row in found) else []


def _largest(cells: ir.Table | None) -> Rows | None:
    """Of each dimension the fullest recomputed cells whose customers changed their band; none when everybody is new."""
    if cells is None:
        return None
    left = cells.filter((_.compared_with == "recomputed") & (_.from_band != NEW) & (_.from_band != _.to_band))
    place = ibis.row_number().over(group_by="dimension", order_by=[ibis.desc("customers"), "from_band", "to_band"])
    return rows(left.mutate(place=place).filter(_.place < SHOWN_BANDS).order_by("dimension", "place"))


def _bands(value: ir.Table, names: list[str]) -> Rows:
    found = {
        row["value_band"]: row
        for row in rows(
            value.group_by("value_band").agg(
                customers=_.count(),
                revenue_amount=_.revenue_amount.sum(),
                value_amount=_.value_amount.sum(),
                score_mean=_.value_score.cast("float64").mean(),
            )
        )
    }
    empty = {"customers": 0, "revenue_amount": 0, "value_amount": None, "score_mean": None}
    return [found.get(name, {"value_band": name} | empty) for name in [*names, *sorted(set(found) - set(names))]]


def _known(value: ir.Table) -> Row:
    row = only(value.agg(customers=_.count(), with_margin=_.margin_amount.count()))
    kinds = rows(value.filter(_.costs_known.notnull()).select("costs_known").distinct().order_by("costs_known"))
    order = ("product", "service", "contact", "acquisition")
    found = {code for kind in kinds for code in kind["costs_known"].split(",")}
    return row | {"costs": [code for code in order if code in found]}


def _tiers(tiers: ir.Table, names: list[str]) -> Rows:
    now = rows(
        tiers.group_by("tier").agg(
            customers=_.count(),
            at_risk=_.is_at_risk.sum(),
            amount=_.net_amount_to_next.sum(),
            amounts=_.net_amount_to_next.count(),
            lacking=_.orders_to_next.sum(),
            lackings=_.orders_to_next.count(),
        )
    )
    later = {row["tier_in_90d"]: row["customers"] for row in rows(tiers.group_by("tier_in_90d").agg(customers=_.count()))}
    found = {row["tier"]: row for row in now}
    made = []
    for name in [*names, *sorted((set(found) | set(later)) - set(names))]:
        row = found.get(name, {"customers": 0, "at_risk": 0, "amount": None, "amounts": 0, "lacking": None, "lackings": 0})
        lack = {"amount_lacking": part(row["amount"], row["amounts"]), "orders_lacking": part(row["lacking"], row["lackings"])}
        made.append({"tier": name, "customers": row["customers"], "at_risk": row["at_risk"] or 0, "later": later.get(name, 0)} | lack)
    return made


def _loyalty(trend: ir.Table) -> Rows:
    days = trend.group_by("period_on").agg(customers=_.count(), index_mean=_.loyalty_index.cast("float64").mean(), alerts=_.is_alert.sum())
    return rows(days.order_by("period_on"))
