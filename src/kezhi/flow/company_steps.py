"""What the steps about sales, goods and what people say call."""
# What each makes, and of which tables, is said by its Step in steps.py.
# ruff: noqa: D103

from __future__ import annotations

from collections.abc import Mapping

from kezhi import insight, profile
from kezhi.flow.plans import assigned_use, declared, plan_tables
from kezhi.flow.step import Inputs
from kezhi.insight.market import READ
from kezhi.kit.days import midnight
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.measure.metrics.grains import with_age_band
from kezhi.tables import MARKET_SEGMENTS


def ledger_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {"ledger": profile.counted(inputs["orders"], as_of=inputs.as_of)}


def sales_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, ledger = inputs.as_of, inputs["ledger"]
    purchases, refunds = profile.bought(ledger), profile.given_back(ledger)
    spent = inputs.bench.once(insight.spending(purchases))
    made = {
        "sales_monthly": insight.sales_monthly(spent, refunds, as_of=day),
        "cohort_retention": insight.cohort_retention(spent, as_of=day),
    }
    lines = inputs.get("order_lines")
    if lines is not None:
        made["category_sales"] = insight.category_sales(purchases, refunds, lines, inputs.get("products"), as_of=day)
    return made


def groups_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, wide = inputs.as_of, inputs["profile"]
    purchases = profile.bought(inputs["ledger"])
    spent = inputs.bench.once(insight.spending(purchases))
    kept = [insight.retention(purchases, as_of=day, kind=kind, spent=spent) for kind in insight.KINDS]
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


def habits_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, ledger, lines = inputs.as_of, inputs["ledger"], inputs.get("order_lines")
    purchases, refunds = profile.bought(ledger), profile.given_back(ledger)
    events = inputs.get("events")
    seen = None if events is None else inputs.bench.settle(events.filter(_.occurred_at < midnight(day)))
    visits = None if seen is None else insight.sessions(seen)
    patterns = inputs.bench.settle(insight.behaviour_patterns(purchases, visits, inputs.settings.patterns))
    said, topics = inputs.get("feedback"), inputs.get("feedback_topics")
    made = {
        "behaviour_patterns": patterns,
        "behaviour_lenses": insight.behaviour_lenses(refunds, inputs["buying_habits"], patterns, seen, said, topics),
    }
    if lines is not None:
        made["product_issues"] = insight.product_issues(purchases, refunds, lines, seen, inputs.get("products"), said)
    return made


def feedback_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    links, settings = inputs["identity_links"], inputs.settings.feedback
    said = inputs.bench.settle(insight.feedback(inputs["clean_feedback"], links, inputs.get("products"), settings, as_of=inputs.as_of))
    topics = inputs.bench.settle(insight.feedback_topics(said, settings))
    return {
        "feedback": said,
        "feedback_topics": topics,
        "topic_ages": insight.topic_ages(topics, inputs["profile"]),
        "product_concerns": insight.product_concerns(topics, said, settings),
    }


def places_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    visits = inputs.bench.settle(profile.owned(inputs["clean_place_visits"], inputs["identity_links"], "place_visits"))
    return {"place_visits": visits, "frequented_places": profile.frequented_places(visits, inputs.settings.places, as_of=inputs.as_of)}


def needs_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    events = inputs.get("events")
    seen = None if events is None else events.filter(_.occurred_at < midnight(inputs.as_of))
    lines = insight.bought_lines(profile.bought(inputs["ledger"]), inputs["order_lines"], inputs["products"])
    said, topics, offered = (inputs.get(name) for name in ("feedback", "feedback_topics", "recommendations"))
    settings = inputs.settings.feedback
    return {"needs": insight.needs(said, topics, seen, lines, inputs["products"], offered, settings, as_of=inputs.as_of)}


def criteria_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    declared = inputs.settings.criteria
    return {
        "product_criteria": insight.product_criteria(inputs["product_fit"], inputs.get("product_concerns"), inputs["profile"], declared)
    }


def baskets_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, settings = inputs.as_of, inputs.settings.baskets
    bought = profile.bought(inputs["ledger"])
    lines = insight.basket_lines(bought, inputs["order_lines"], as_of=day, window_days=settings.window_days)
    followed = insight.product_sequences(bought, inputs["order_lines"], settings, as_of=day, bench=inputs.bench)
    return {**insight.baskets(lines, settings, bench=inputs.bench), **followed}


def products_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, ledger = inputs.as_of, inputs["ledger"]
    people, clusters = inputs["profile"], inputs.get("clusters")
    purchases, refunds = profile.bought(ledger), profile.given_back(ledger)
    lines = inputs.bench.settle(insight.bought_lines(purchases, inputs["order_lines"], inputs.get("products")))
    fit = inputs.bench.settle(insight.product_fit(lines, people, clusters, as_of=day))
    view = insight.product_view(lines, refunds, inputs["order_lines"], inputs.get("products"), people, clusters, as_of=day, bench=inputs.bench, members=inputs.get("circle_members"), ties=inputs.get("ties"))  # fmt: skip
    return {
        "product_view": view,
        "product_fit": fit,
        "customer_fit": insight.customer_fit(lines, fit, people, as_of=day),
    }


def usage_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {"usage": assigned_use(inputs["clean_usage"], inputs["identity_links"])}


def declared_plans_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return declared(inputs.settings, inputs.bench)


def best_plan_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return plan_tables(inputs["usage"], settings=inputs.settings, as_of=inputs.as_of, bench=inputs.bench)


def market_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    people, settings, clusters = with_age_band(inputs["profile"]), inputs.settings.market, inputs.get("clusters")
    if clusters is not None:
        people = people.left_join(clusters.select("customer_id", "cluster"), "customer_id").drop("customer_id_right")
    by = [name for name in settings.by if name in people.columns]
    people = inputs.bench.settle(people.select(*dict.fromkeys((*READ, *by))))
    parts = [
        typed(
            insight.market_segments(people, by=name, weights=settings.weights).mutate(
                dimension=ibis.literal(name), value_per_customer=_.value
            ),
            MARKET_SEGMENTS.types,
        )
        for name in by
    ]
    return {"market_segments": ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]} if parts else {}


DEPARTMENTS_READ = (
    "value", "tiers", "churn", "needs", "recommendations", "feedback", "feedback_topics", "behaviour_patterns", "buying_habits",
    "product_view", "product_issues", "product_concerns",
)  # fmt: skip


def departments_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    there = {name: table for name in ("profile", *DEPARTMENTS_READ) if (table := inputs.get(name)) is not None}
    return insight.department_views(there, contact_topic=inputs.settings.feedback.contact_topic, as_of=inputs.as_of)
