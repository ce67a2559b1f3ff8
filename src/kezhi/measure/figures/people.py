"""Who the customers are: profile, RFM, lifecycle and tags, counted."""

from __future__ import annotations

from collections import Counter

from kezhi.kit.ages import AGE_BANDS
from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.figures.rows import Rows, part, rows
from kezhi.settings import Settings

TOP_PROVINCES = 10
GROUPS = ("重要价值客户", "重要发展客户", "重要保持客户", "重要挽留客户", "一般价值客户", "一般发展客户", "一般保持客户", "一般挽留客户")


def genders(profile: ir.Table) -> Rows:
    """Per gender, `male`, `female` or None: customers and their share."""
    return _shares(rows(profile.group_by("gender").agg(customers=_.count()).order_by(ibis.desc("customers"), "gender")))


def ages(profile: ir.Table) -> Rows:
    """Per age band (low, high; None, None for unknown): customers and their share, youngest first."""
    counts: Counter[tuple[int | None, int | None]] = Counter()
    for row in rows(profile.group_by("age_years").agg(customers=_.count())):
        age = row["age_years"]
        band = next(
            ((low, high) for low, high in AGE_BANDS if age is not None and age >= low and (high is None or age <= high)), (None, None)
        )
        counts[band] += row["customers"]
    bands: list[tuple[int | None, int | None]] = [*AGE_BANDS, (None, None)]
    return _shares([{"low": low, "high": high, "customers": counts[low, high]} for low, high in bands if counts[low, high]])


def provinces(profile: ir.Table) -> Rows:
    """The provinces with most customers, None for unknown: customers and their share of all customers."""
    found = rows(profile.group_by("province").agg(customers=_.count()).order_by(ibis.desc("customers"), "province"))
    known = [row for row in _shares(found) if row["province"] is not None]
    unknown = [row for row in _shares(found) if row["province"] is None]
    return [*known[:TOP_PROVINCES], *unknown] if known else []


def rfm_matrix(rfm: ir.Table) -> Rows:
    """Per r_score and f_score that occur: customers, and monetary_mean of them."""
    return rows(
        rfm.group_by("r_score", "f_score")
        .agg(customers=_.count(), monetary_mean=_.monetary.cast("float64").mean())
        .order_by("r_score", "f_score")
    )


def rfm_groups(rfm: ir.Table) -> Rows:
    """All eight groups in order: customers, customer_share, monetary, monetary_share and monetary_mean."""
    found = {row["rfm_group"]: row for row in rows(rfm.group_by("rfm_group").agg(customers=_.count(), monetary=_.monetary.sum()))}
    customers = sum(row["customers"] for row in found.values())
    monetary = sum(row["monetary"] for row in found.values())
    names = [*GROUPS, *sorted(set(found) - set(GROUPS))]
    made = [found.get(name, {"rfm_group": name, "customers": 0, "monetary": 0}) for name in names]
    return [
        row
        | {
            "customer_share": part(row["customers"], customers),
            "monetary_share": part(row["monetary"], monetary),
            "monetary_mean": part(row["monetary"], row["customers"]),
        }
        for row in made
    ]


def stages(lifecycle: ir.Table, settings: Settings) -> Rows:
    """Per stage in the order of the settings: customers, share and days_in_stage_median."""
    found = {
        row["stage"]: row
        for row in _shares(rows(lifecycle.group_by("stage").agg(customers=_.count(), days_in_stage_median=_.days_in_stage.median())))
    }
    names = [stage.name for stage in settings.lifecycle]
    empty = {"customers": 0, "share": 0.0, "days_in_stage_median": None}
    return [found.get(name, {"stage": name} | empty) for name in [*names, *sorted(set(found) - set(names))]]


def tags(table: ir.Table, customers: int | None) -> Rows:
    """Per tag, most frequent first: customers and their share of all *customers*."""
    found = rows(table.group_by("tag").agg(customers=_.customer_id.nunique()).order_by(ibis.desc("customers"), "tag"))
    return [row | {"share": part(row["customers"], customers)} for row in found]


def segments(table: ir.Table) -> Rows:
    """`tables.SEGMENTS`, largest first."""
    return rows(table.order_by(ibis.desc("customers"), "segment"))


def _shares(found: Rows) -> Rows:
    total = sum(row["customers"] for row in found)
    return [row | {"share": part(row["customers"], total)} for row in found]
