"""Every figure of a report, each computed once; pages, charts and sheets only show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kezhi.measure import metrics
from kezhi.measure.definitions import METRICS
from kezhi.measure.figures import baskets, people, quality, sales
from kezhi.measure.figures import clusters as groups_of_alike
from kezhi.measure.figures import clv as clv_made
from kezhi.measure.figures import forecasts as forecasts_made
from kezhi.measure.figures import groups as groups_of
from kezhi.measure.figures import offers as offers_made
from kezhi.measure.figures import plans as price_plans
from kezhi.measure.figures.movement import Movement, movement
from kezhi.measure.figures.rows import Row, Rows
from kezhi.measure.figures.told import told
from kezhi.measure.source import ReportSource

__all__ = ["Figures", "Row", "Rows", "compute"]


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What `compute` found; None for a list means that its table is not in the snapshot.

    Attributes:
        values: Single figures by their code in `definitions.FIGURES`; None where there is nothing to count.
        incoming, corrections, rejects, key_kinds, conflicts: See `figures.quality`.
        genders, ages, provinces, rfm_matrix, rfm_groups, stages, tags, segments: See `figures.people`.
        months, categories, cohorts: See `figures.sales`.
        movement: See `figures.movement`.
        staying, habits, switches, age_preferences, patterns, lenses, issues: See `figures.groups`.
        rules, sequences: See `figures.baskets`.
        clusters: See `figures.groups`.
        plans: See `figures.plans`.
        told: Tables by section and name; see `figures.told`.
        offers: See `figures.offers`.
        forecasts: See `figures.forecasts`.
        clv: See `figures.clv`.
    """

    values: dict[str, Any]
    incoming: Rows | None
    corrections: Rows | None
    rejects: Rows | None
    key_kinds: Rows | None
    conflicts: Rows | None
    genders: Rows | None
    ages: Rows | None
    provinces: Rows | None
    rfm_matrix: Rows | None
    rfm_groups: Rows | None
    stages: Rows | None
    tags: Rows | None
    months: Rows | None
    categories: Rows | None
    cohorts: Rows | None
    movement: Movement
    staying: Rows | None
    habits: Row | None
    switches: Rows | None
    age_preferences: dict[str, Any] | None
    rules: Rows | None
    segments: Rows | None
    clusters: Rows | None = None
    patterns: Row | None = None
    lenses: Rows | None = None
    issues: Rows | None = None
    plans: Rows | None = None
    told: dict[str, dict[str, Rows] | None] = field(default_factory=dict)
    offers: Rows | None = None
    forecasts: Rows | None = None
    clv: Rows | None = None
    sequences: Rows | None = None


def compute(source: ReportSource) -> Figures:
    """All figures of *source*; about twenty small aggregates, no row per customer is fetched."""
    table = source.table
    reconciliation, corrections, rejects = table("reconciliation"), table("corrections"), table("rejects")
    links, conflicts = table("identity_links"), table("identity_conflicts")
    profile, rfm, lifecycle, tags = table("profile"), table("rfm"), table("lifecycle"), table("tags")
    monthly, categories, cohorts = table("sales_monthly"), table("category_sales"), table("cohort_retention")
    orders, rules = table("orders"), table("association_rules")
    saved = table("segments")

    values: dict[str, Any] = {}
    incoming = None if reconciliation is None else quality.incoming(reconciliation)
    values |= dict.fromkeys(quality.SUMS) if incoming is None else quality.totals(incoming)
    mended = None if corrections is None else quality.corrections(corrections)
    values["corrections"] = None if mended is None else sum(row["values"] for row in mended)
    refused = None if rejects is None else quality.rejects(rejects)
    linked, kinds = ({}, None) if links is None else quality.identity(links)
    values |= {name: linked.get(name) for name in ("records", "linked_customers", "linked_records", "multi_record_customers")}
    kept_apart = None if conflicts is None else quality.conflicts(conflicts)
    values["conflicts"] = None if kept_apart is None else sum(row["conflicts"] for row in kept_apart)

    values |= metrics.figures(source.tables, METRICS, as_of=source.as_of)
    months = None if monthly is None else sales.months(monthly, as_of=source.as_of)
    values |= (
        {"anonymous_orders": None, "anonymous_lines": None}
        if orders is None
        else sales.anonymous(orders, table("order_lines"), as_of=source.as_of)
    )
    groups = None if rfm is None else people.rfm_groups(rfm)
    values["rfm_customers"] = None if groups is None else sum(row["customers"] for row in groups)
    values["monetary"] = None if groups is None else sum(row["monetary"] for row in groups)
    return Figures(
        values=values,
        incoming=incoming,
        corrections=mended,
        rejects=refused,
        key_kinds=kinds,
        conflicts=kept_apart,
        genders=None if profile is None else people.genders(profile),
        ages=None if profile is None else people.ages(profile),
        provinces=None if profile is None else people.provinces(profile),
        rfm_matrix=None if rfm is None else people.rfm_matrix(rfm),
        rfm_groups=groups,
        stages=None if lifecycle is None else people.stages(lifecycle, source.settings),
        tags=None if tags is None else people.tags(tags, values["customers"]),
        months=months,
        categories=None if categories is None else sales.categories(categories),
        cohorts=None if cohorts is None else sales.cohorts(cohorts),
        movement=movement(source),
        staying=None if (kept := table("retention")) is None else groups_of.staying(kept),
        habits=None if (habits := table("buying_habits")) is None else groups_of.habits(habits),
        switches=None if (moves := table("channel_switches")) is None else groups_of.switches(moves),
        age_preferences=None if (ages := table("age_category")) is None else groups_of.ages(ages),
        rules=None if rules is None else baskets.rules(rules, table("products")),
        segments=None if saved is None else people.segments(saved),
        clusters=groups_of_alike.clusters(source),
        patterns=None if (patterns := table("behaviour_patterns")) is None else groups_of.patterns(patterns),
        lenses=None if (looks := table("behaviour_lenses")) is None else groups_of.lenses(looks),
        issues=None if (issues := table("product_issues")) is None else groups_of.issues(issues),
        plans=price_plans.plans(source),
        told=told(source),
        offers=offers_made.offers(source),
        forecasts=forecasts_made.forecasts(source),
        clv=clv_made.clv(source),
        sequences=None if (followed := table("product_sequences")) is None else baskets.sequences(followed, table("products")),
    )
