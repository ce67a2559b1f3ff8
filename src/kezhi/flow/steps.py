"""
The steps of a run, in order: every arrow between rooms is a table named in tables.py, and is drawn here.

To add one: write a function from `Inputs` to named tables, and put a `Step` in `STEPS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kezhi import clean, identity, insight, profile
from kezhi.flow import churn, movement
from kezhi.flow.alike import alike_tables
from kezhi.flow.clusters import cluster_tables
from kezhi.flow.clv import clv
from kezhi.flow.collected import anonymous_links
from kezhi.flow.declared import declared as declared_features
from kezhi.flow.declared import types_of, with_declared
from kezhi.flow.forecasts import forecasts
from kezhi.flow.fraud import fraud
from kezhi.flow.leads import leads
from kezhi.flow.plans import assigned_use, declared, plan_tables
from kezhi.flow.population import event_names, population
from kezhi.flow.prices import prices
from kezhi.flow.propagation import needed_columns, spread_tags
from kezhi.flow.recommendations import recommendations
from kezhi.flow.risk import risk
from kezhi.flow.uplift import treatments, uplift
from kezhi.flow.warehouse import Warehouse
from kezhi.insight import circles
from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.locales import Phrase
from kezhi.measure.metrics.grains import with_age_band
from kezhi.profile import segments
from kezhi.settings import Settings
from kezhi.tables import MARKET_SEGMENTS

JUDGED_DAYS = (120, 240, 365)  # before as_of: the days at which learned tags are judged


@dataclass(frozen=True)
class Inputs:
    """What a step may read: the tables made so far, the settings, the day, and the last snapshot's tables."""

    tables: Mapping[str, ir.Table]
    settings: Settings
    as_of: date
    today: date
    previous: Mapping[str, ir.Table]  # of the last snapshot; empty on the first run
    previous_as_of: date | None
    bench: Warehouse
    models: Path | None = None  # the registry's folder; None keeps no model from run to run
    notes: list[Phrase] = field(default_factory=list)  # what a step wants said of itself

    def __getitem__(self, name: str) -> ir.Table:
        return self.tables[name]

    def get(self, name: str) -> ir.Table | None:
        """The table *name*, or None when no source gave it."""
        return self.tables.get(name)


@dataclass(frozen=True)
class Step:
    """One step: `needs` must be there, `uses` may be there, `makes` are its tables."""

    name: str
    run: Callable[[Inputs], Mapping[str, ir.Table]]
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    uses: tuple[str, ...] = ()
    also_needs: Callable[[Settings], tuple[str, ...]] = lambda _settings: ()  # what settings make necessary

    def missing(self, tables: Iterable[str], settings: Settings) -> list[str]:
        """Tables that it cannot do without and that are not among *tables*."""
        return [name for name in (*self.needs, *self.also_needs(settings)) if name not in set(tables)]


def _clean(inputs: Inputs) -> Mapping[str, ir.Table]:
    raw = {name.removeprefix("raw_"): table for name, table in inputs.tables.items() if name.startswith("raw_")}
    read = inputs["read_rejects"], inputs["read_files"]
    made = clean.clean(raw, *read, settings=inputs.settings, today=inputs.today, bench=inputs.bench)
    owned = inputs.get("read_owners")  # of the collector's anonymous ids
    return made if owned is None else made | {"anonymous_links": anonymous_links(owned, inputs.settings)}


def _quality(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {
        "quality_history": clean.quality_history(inputs["quality"], previous=inputs.previous.get("quality_history"), as_of=inputs.as_of)
    }


def _identity(inputs: Inputs) -> Mapping[str, ir.Table]:
    made = identity.resolve(
        inputs["customer_records"],
        inputs.get("clean_orders"),
        inputs.get("clean_events"),
        previous=inputs.previous,
        decisions=inputs.get("store_decisions"),
        as_of=inputs.as_of,
        today=inputs.today,
        settings=inputs.settings.identity,
        bench=inputs.bench,
    )
    told = inputs.get("clean_relations")
    return made if told is None else made | {"relations": identity.related(told, made["identity_links"])}


def _entities(inputs: Inputs) -> Mapping[str, ir.Table]:
    return identity.entities(
        inputs["customer_records"],
        inputs["identity_links"],
        inputs.get("relations"),
        inputs.get("usage"),
        settings=inputs.settings.entities,
        bench=inputs.bench,
        ignored=inputs.settings.identity.ignored_values,
    )


def _features(inputs: Inputs) -> Mapping[str, ir.Table]:
    features = profile.features(
        inputs["customers"],
        inputs["orders"],
        inputs.get("order_lines"),
        inputs.get("products"),
        inputs.get("events"),
        as_of=inputs.as_of,
        bench=inputs.bench,
    )
    return {"features": features}


def _rfm(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {"rfm": profile.rfm(inputs["orders"], as_of=inputs.as_of, settings=inputs.settings.rfm)}


def _points(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, links, bench = inputs.as_of, inputs["identity_links"], inputs.bench
    made: dict[str, ir.Table] = {}
    for name in ("memberships", "point_entries"):
        if (rows := inputs.get(f"clean_{name}")) is not None:
            made[name] = bench.settle(profile.owned(rows, links, name))
    if "point_entries" in made:
        made["point_lots"] = profile.point_lots(made["point_entries"], as_of=day, bench=bench)
        made["points_monthly"] = profile.points_monthly(made["point_entries"], made["point_lots"], as_of=day)
    given = (made.get(name) for name in ("memberships", "point_entries", "point_lots"))
    made["points"] = bench.settle(profile.points(*given, as_of=day, settings=inputs.settings.points))
    return made


def _needs_of_points(settings: Settings) -> tuple[str, ...]:
    """Either of the two is enough."""
    mapped = {name for source in settings.sources.values() for name in source.tables}
    return () if mapped & {"memberships", "point_entries"} else ("clean_point_entries",)


def _profile(inputs: Inputs) -> Mapping[str, ir.Table]:
    day = inputs.as_of
    points = inputs.get("points")
    wide = inputs.bench.settle(profile.wide(inputs["customers"], inputs["features"], inputs["rfm"], points, as_of=day))
    history: dict[str, Any] = {"as_of": day, "previous_as_of": inputs.previous_as_of}
    stages = profile.lifecycle(wide, inputs.settings.lifecycle, previous=inputs.previous.get("lifecycle"), **history)
    lifecycle = inputs.bench.settle(stages)
    staged = with_declared(profile.staged(wide, lifecycle), inputs.tables, inputs.settings, _words_of_tags(inputs.settings))
    tags = inputs.bench.settle(profile.tags(staged, inputs.settings.tags, previous=inputs.previous.get("tags"), **history))
    full = profile.profile(inputs["customers"], inputs["features"], inputs["rfm"], lifecycle, tags, points, as_of=day)
    return {"lifecycle": lifecycle, "tags": tags, "profile": full}


def _words_of_tags(settings: Settings) -> set[str]:
    """Every word that a rule of a tag holds: what is not among them, no tag reads."""
    return {word for tag in settings.tags for word in re.findall(r"\w+", f"{tag.when} {tag.since or ''}".lower())}


def _ledger(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {"ledger": profile.counted(inputs["orders"], as_of=inputs.as_of)}


def _sales(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, ledger = inputs.as_of, inputs["ledger"]
    purchases, refunds = profile.bought(ledger), profile.given_back(ledger)
    made = {
        "sales_monthly": insight.sales_monthly(purchases, refunds, as_of=day),
        "cohort_retention": insight.cohort_retention(purchases, as_of=day),
    }
    lines = inputs.get("order_lines")
    if lines is not None:
        made["category_sales"] = insight.category_sales(purchases, refunds, lines, inputs.get("products"), as_of=day)
    return made


def _groups(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, wide = inputs.as_of, inputs["profile"]
    purchases = profile.bought(inputs["ledger"])
    kept = [insight.retention(purchases, as_of=day, kind=kind) for kind in insight.KINDS]
    made = {
        "retention": ibis.union(*kept, distinct=False),
        "channel_switches": insight.channel_switches(purchases),
        "buying_habits": insight.buying_habits(purchases, inputs.get("order_lines")),
        "age_category": insight.age_category(wide),
    }
    events, products = inputs.get("events"), inputs.get("products")
    if events is not None:
        seen = events.filter(_.occurred_at < midnight(day))
        visits = inputs.bench.settle(insight.sessions(seen))
        made |= {"event_paths": insight.paths(visits), "event_transitions": insight.transitions(visits)}
        if products is not None:
            made["age_attention"] = insight.age_attention(seen, products, wide)
    return made


def _habits(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, ledger, lines = inputs.as_of, inputs["ledger"], inputs.get("order_lines")
    purchases, refunds = profile.bought(ledger), profile.given_back(ledger)
    events = inputs.get("events")
    seen = None if events is None else inputs.bench.settle(events.filter(_.occurred_at < midnight(day)))
    visits = None if seen is None else insight.sessions(seen)
    patterns = inputs.bench.settle(insight.behaviour_patterns(purchases, visits, inputs.settings.patterns))
    said, topics = inputs.get("feedback"), inputs.get("feedback_topics")
    made = {
        "behaviour_patterns": patterns,
        "behaviour_lenses": insight.behaviour_lenses(purchases, refunds, inputs["buying_habits"], patterns, seen, said, topics),
    }
    if lines is not None:
        made["product_issues"] = insight.product_issues(purchases, refunds, lines, seen, inputs.get("products"), said)
    return made


def _feedback(inputs: Inputs) -> Mapping[str, ir.Table]:
    links, settings = inputs["identity_links"], inputs.settings.feedback
    said = inputs.bench.settle(insight.feedback(inputs["clean_feedback"], links, inputs.get("products"), settings, as_of=inputs.as_of))
    topics = inputs.bench.settle(insight.feedback_topics(said, settings))
    return {
        "feedback": said,
        "feedback_topics": topics,
        "topic_ages": insight.topic_ages(topics, inputs["profile"]),
        "product_concerns": insight.product_concerns(topics, said, settings),
    }


def _places(inputs: Inputs) -> Mapping[str, ir.Table]:
    visits = inputs.bench.settle(profile.owned(inputs["clean_place_visits"], inputs["identity_links"], "place_visits"))
    return {"place_visits": visits, "frequented_places": profile.frequented_places(visits, inputs.settings.places, as_of=inputs.as_of)}


def _needs(inputs: Inputs) -> Mapping[str, ir.Table]:
    events = inputs.get("events")
    seen = None if events is None else events.filter(_.occurred_at < midnight(inputs.as_of))
    lines = insight.bought_lines(profile.bought(inputs["ledger"]), inputs["order_lines"], inputs["products"])
    said, topics, offered = (inputs.get(name) for name in ("feedback", "feedback_topics", "recommendations"))
    settings = inputs.settings.feedback
    return {"needs": insight.needs(said, topics, seen, lines, inputs["products"], offered, settings, as_of=inputs.as_of)}


def _criteria(inputs: Inputs) -> Mapping[str, ir.Table]:
    declared = inputs.settings.criteria
    return {
        "product_criteria": insight.product_criteria(inputs["product_fit"], inputs.get("product_concerns"), inputs["profile"], declared)
    }


def _baskets(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, settings = inputs.as_of, inputs.settings.baskets
    lines = insight.basket_lines(profile.bought(inputs["ledger"]), inputs["order_lines"], as_of=day, window_days=settings.window_days)
    return insight.baskets(lines, settings, bench=inputs.bench)


def _customer_tags(inputs: Inputs) -> Mapping[str, ir.Table]:
    given = (inputs.get(name) for name in ("orders", "order_lines", "products", "events"))
    deeds = profile.deeds(*given, as_of=inputs.as_of, told=inputs.get("ledger"))
    settings, visits = inputs.settings, inputs.get("place_visits")
    measured: dict[str, ir.Table] = {}

    def spread(held: ir.Table) -> ir.Table | None:
        if not settings.propagate:
            return None
        needed = needed_columns(settings.propagate)
        earlier = [movement.wide_at(inputs, days_before(inputs.as_of, back), needed) for back in JUDGED_DAYS]
        wide = inputs["profile"].select(*profile.WIDE_COLUMNS)
        given, measured["tag_propagation"] = spread_tags(held, wide, earlier, settings.propagate, settings.tags, inputs.bench)
        return given

    made = profile.customer_tags(
        inputs["profile"],
        inputs["tags"],
        inputs["customer_records"],
        inputs["identity_links"],
        deeds,
        inputs.settings.preferences,
        as_of=inputs.as_of,
        previous=inputs.previous.get("customer_tag_history"),
        previous_as_of=inputs.previous_as_of,
        spread=spread,
        notes=inputs.get("notes"),
        of_places=() if visits is None else profile.place_tags(visits, settings.places, as_of=inputs.as_of),
        bench=inputs.bench,
    )
    return {**made, **measured}


def _notes(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {"notes": profile.notes(inputs["store_notes"], inputs["identity_links"])}


def _segments(inputs: Inputs) -> Mapping[str, ir.Table]:
    names = event_names(inputs.get("events"), inputs.bench.arrow)
    features = types_of(inputs.settings)
    known, left_out = segments.fitting(inputs.settings.segments, events=names, features=features)
    inputs.notes.extend(Phrase("segments.left_out", key=key, problem=wrong.fields["problem"]) for key, wrong in left_out.items())
    saved = segments.parse_segments(known, events=names, features=features)
    before = None
    if inputs.previous_as_of is not None and "profile" in inputs.previous:
        people = typed(inputs.previous["profile"], profile.PROFILE_COLUMNS)  # of an older release it may lack a column
        before = population({**inputs.previous, "profile": people}, inputs.previous_as_of, {}, features)
    return segments.segment_tables(
        population(inputs.tables, inputs.as_of, saved, features),
        known,
        previous=inputs.previous,
        before=before,
        previous_as_of=inputs.previous_as_of,
        bench=inputs.bench,
    )


def _clusters(inputs: Inputs) -> Mapping[str, ir.Table]:
    return cluster_tables(inputs["profile"], settings=inputs.settings.clusters, previous=inputs.previous, bench=inputs.bench)


def _products(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, ledger = inputs.as_of, inputs["ledger"]
    people, clusters = inputs["profile"], inputs.get("clusters")
    purchases, refunds = profile.bought(ledger), profile.given_back(ledger)
    lines = inputs.bench.settle(insight.bought_lines(purchases, inputs["order_lines"], inputs.get("products")))
    fit = inputs.bench.settle(insight.product_fit(lines, people, clusters, as_of=day))
    view = insight.product_view(lines, refunds, inputs["order_lines"], inputs.get("products"), people, clusters, as_of=day, members=inputs.get("circle_members"), ties=inputs.get("ties"))  # fmt: skip
    return {
        "product_view": view,
        "product_fit": fit,
        "customer_fit": insight.customer_fit(lines, fit, people, clusters, as_of=day),
    }


def _usage(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {"usage": assigned_use(inputs["clean_usage"], inputs["identity_links"])}


def _plans(inputs: Inputs) -> Mapping[str, ir.Table]:
    return declared(inputs.settings, inputs.bench)


def _best_plan(inputs: Inputs) -> Mapping[str, ir.Table]:
    return plan_tables(inputs["usage"], settings=inputs.settings, as_of=inputs.as_of, bench=inputs.bench)


def _circles(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, settings, lines = inputs.as_of, inputs.settings.circles, None
    if (bought := inputs.get("order_lines")) is not None and (ledger := inputs.get("ledger")) is not None:
        lines = inputs.bench.settle(insight.bought_lines(profile.bought(ledger), bought, inputs.get("products")))
    tied = inputs.bench.settle(circles.ties(inputs.get("relations"), lines, as_of=day, settings=settings))
    made = {"ties": tied, **circles.circle_tables(tied, inputs["profile"], lines, as_of=day, settings=settings, bench=inputs.bench)}
    if lines is not None:
        made["circle_spread"] = circles.circle_spread(made["circle_members"], tied, lines, inputs["profile"], as_of=day)
    return made


def _needs_of_circles(settings: Settings) -> tuple[str, ...]:
    """What was bought can tie customers where no source tells relations, if the settings ask for it."""
    return ("order_lines", "ledger") if settings.circles.co_purchase else ("relations",)


def _market(inputs: Inputs) -> Mapping[str, ir.Table]:
    people, settings, clusters = with_age_band(inputs["profile"]), inputs.settings.market, inputs.get("clusters")
    if clusters is not None:
        people = people.left_join(clusters.select("customer_id", "cluster"), "customer_id").drop("customer_id_right")
    people = inputs.bench.settle(people)
    parts = [
        typed(
            insight.market_segments(people, by=by, weights=settings.weights).mutate(dimension=ibis.literal(by), value_per_customer=_.value),
            MARKET_SEGMENTS.types,
        )
        for by in settings.by
        if by in people.columns
    ]
    return {"market_segments": ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]} if parts else {}


def _lookalike(inputs: Inputs) -> Mapping[str, ir.Table]:
    since = midnight(days_before(inputs.as_of, 365))
    recent = profile.bought(inputs["ledger"]).filter(_.ordered_at >= since)
    lines = insight.bought_lines(recent, inputs["order_lines"], inputs["products"])
    return alike_tables(inputs["profile"], inputs.bench.settle(lines), settings=inputs.settings.lookalike, bench=inputs.bench)


DEPARTMENTS_READ = (
    "value", "tiers", "churn", "needs", "recommendations", "feedback", "feedback_topics", "behaviour_patterns", "buying_habits",
    "product_view", "product_issues", "product_concerns",
)  # fmt: skip


def _departments(inputs: Inputs) -> Mapping[str, ir.Table]:
    there = {name: table for name in ("profile", *DEPARTMENTS_READ) if (table := inputs.get(name)) is not None}
    return insight.department_views(there, contact_topic=inputs.settings.feedback.contact_topic, as_of=inputs.as_of)


STEPS: tuple[Step, ...] = (
    Step(
        "clean",
        _clean,
        needs=("read_files",),
        uses=("read_owners",),
        makes=(
            "rejects", "corrections", "reconciliation", "quality", "customer_records", "products", "clean_orders", "order_lines", "clean_events",
            "clean_usage", "clean_relations", "clean_memberships", "clean_point_entries", "clean_feedback", "clean_place_visits",
            "clean_treatments", "leads", "calls", "chargebacks", "anonymous_links",
        ),
    ),
    Step("quality", _quality, needs=("quality",), makes=("quality_history",)),
    Step(
        "identity",
        _identity,
        needs=("customer_records",),
        uses=("clean_orders", "clean_events", "clean_relations", "store_decisions"),
        makes=(
            "identity_links", "identity_conflicts", "identity_matches", "identity_weights", "identity_forms",
            "identity_matching", "identity_trade_off", "identity_decisions", "identity_history", "identity_review", "identity_evidence", "customers", "customer_values", "orders", "events", "relations",
        ),
    ),
    Step("features", _features, needs=("customers", "orders"), uses=("order_lines", "products", "events"), makes=("features",)),
    Step("rfm", _rfm, needs=("orders",), makes=("rfm",)),
    Step(
        "points",
        _points,
        needs=("identity_links",),
        uses=("clean_memberships", "clean_point_entries"),
        makes=("memberships", "point_entries", "point_lots", "points", "points_monthly"),
        also_needs=_needs_of_points,
    ),
    Step(
        "declared",
        declared_features,
        needs=("customers", "features", "rfm", "orders"),
        uses=("points", "order_lines", "products", "events"),
        makes=("declared_features", "feature_coverage"),
    ),
    Step(
        "profile",
        _profile,
        needs=("customers", "features", "rfm"),
        uses=("points", "declared_features"),
        makes=("lifecycle", "tags", "profile"),
    ),
    Step("ledger", _ledger, needs=("orders",), makes=("ledger",)),
    Step(
        "sales",
        _sales,
        needs=("ledger",),
        uses=("order_lines", "products"),
        makes=("sales_monthly", "category_sales", "cohort_retention"),
    ),
    Step(
        "movement",
        movement.movement,
        needs=("customers", "orders", "ledger", "features", "rfm", "lifecycle", "profile"),
        uses=("order_lines", "products", "events"),
        makes=("moves", "rfm_migration", "band_movement", "lifecycle_transitions", "loyalty_trend", "value", "value_deciles", "aarrr"),
    ),
    Step("tiers", movement.tiers, needs=("ledger",), makes=("tiers", "tier_prices")),
    Step(
        "groups",
        _groups,
        needs=("ledger", "profile"),
        uses=("order_lines", "events", "products"),
        makes=(
            "retention", "channel_switches", "buying_habits", "age_category", "event_paths", "event_transitions", "age_attention",
        ),
    ),
    Step(
        "feedback",
        _feedback,
        needs=("clean_feedback", "identity_links", "profile"),
        uses=("products",),
        makes=("feedback", "feedback_topics", "topic_ages", "product_concerns"),
    ),
    Step("places", _places, needs=("clean_place_visits", "identity_links"), makes=("place_visits", "frequented_places")),
    Step(
        "habits",
        _habits,
        needs=("ledger", "buying_habits"),
        uses=("order_lines", "events", "products", "feedback", "feedback_topics"),
        makes=("behaviour_patterns", "behaviour_lenses", "product_issues"),
    ),
    Step("baskets", _baskets, needs=("ledger", "order_lines"), makes=("itemsets", "association_rules")),
    Step("notes", _notes, needs=("store_notes", "identity_links"), makes=("notes",)),
    Step(
        "customer_tags",
        _customer_tags,
        needs=("profile", "tags", "orders", "customers", "customer_records", "identity_links"),
        makes=("customer_tags", "customer_tag_history", "tag_propagation"),
        uses=("ledger", "order_lines", "products", "events", "notes", "place_visits"),
    ),
    Step(
        "segments",
        _segments,
        needs=("profile",),
        uses=("ledger", "orders", "order_lines", "products", "events", "declared_features"),
        makes=("segments", "segment_members", "segment_history", "segment_movement"),
    ),
    Step(
        "clusters",
        _clusters,
        needs=("profile",),
        makes=("clusters", "cluster_profiles", "cluster_features", "cluster_choices"),
    ),
    Step(
        "circles",
        _circles,
        needs=("profile",),
        uses=("relations", "ledger", "order_lines", "products"),
        makes=("ties", "circle_members", "circles", "circle_interests", "key_customers", "circle_spread"),
        also_needs=_needs_of_circles,
    ),
    Step(
        "products",
        _products,
        needs=("ledger", "order_lines", "profile"),
        uses=("products", "clusters", "circle_members", "ties"),
        makes=("product_view", "product_fit", "customer_fit"),
    ),
    Step(
        "churn",
        churn.churn,
        needs=("customers", "orders", "ledger"),
        uses=("order_lines", "products", "events", "customer_fit"),
        makes=("churn", "off_net"),
    ),
    Step("recommendations", recommendations, needs=("ledger", "order_lines"), uses=("products",), makes=("recommendations",)),
    Step(
        "clv",
        clv,
        needs=("ledger",),
        uses=("order_lines", "products"),
        makes=("clv", "clv_cohorts", "clv_history", "next_purchase"),
    ),
    Step(
        "forecasts",
        forecasts,
        needs=("ledger",),
        uses=("profile", "order_lines", "products"),
        makes=("sales_series", "forecasts", "forecast_backtest"),
    ),
    Step(
        "needs",
        _needs,
        needs=("ledger", "order_lines", "products"),
        uses=("feedback", "feedback_topics", "events", "recommendations"),
        makes=("needs",),
    ),
    Step("criteria", _criteria, needs=("product_fit", "profile"), uses=("product_concerns",), makes=("product_criteria",)),
    Step("treatments", treatments, needs=("clean_treatments", "identity_links"), makes=("treatments",)),
    Step(
        "uplift",
        uplift,
        needs=("treatments", "identity_links", "customers", "orders", "ledger", "features"),
        uses=("events",),
        makes=("uplift_campaigns", "uplift"),
    ),
    Step("prices", prices, needs=("ledger", "order_lines", "profile"), uses=("products",), makes=("price_elasticity",)),
    Step("usage", _usage, needs=("clean_usage", "identity_links"), makes=("usage",)),
    Step(
        "entities",
        _entities,
        needs=("customer_records", "identity_links"),
        uses=("relations", "usage"),
        makes=("entities", "entity_links", "customer_scopes"),
    ),
    Step("fraud", fraud, needs=("chargebacks", "orders"), makes=("fraud_scores",)),
    Step(
        "risk",
        risk,
        needs=("ledger", "orders"),
        uses=("entity_links", "relations", "fraud_scores"),
        makes=("unusual_payments", "risk_cases", "ring_members", "risk_grades"),
    ),
    Step("leads", leads, needs=("leads",), uses=("calls",), makes=("connect_rates", "lead_scores")),
    Step("plans", _plans, needs=(), makes=("plans",)),
    Step("best_plan", _best_plan, needs=("usage", "plans"), makes=("best_plan", "best_plan_months", "blocked_plans", "plan_review")),
    Step("market", _market, needs=("profile",), uses=("clusters",), makes=("market_segments",)),
    Step(
        "lookalike",
        _lookalike,
        needs=("profile", "ledger", "order_lines", "products"),
        makes=("lookalike_models", "lookalike_contrast", "lookalike_candidates"),
    ),
    Step(
        "departments",
        _departments,
        needs=("profile",),
        uses=DEPARTMENTS_READ,
        makes=("for_sales", "for_service", "for_marketing", "for_product_team"),
    ),
)  # fmt: skip


# What every report, page and later step stands on; the others are each company's choice.
FOUNDATION = ("clean", "identity", "features", "rfm", "profile", "ledger", "sales")


def depends_on(name: str) -> set[str]:
    """Step *name* and every step that reads, directly or not, a table it makes."""
    found = {name}
    made: set[str] = set()
    for step in STEPS:
        if step.name in found or made & {*step.needs, *step.uses}:
            found.add(step.name)
            made |= set(step.makes)
    return found
