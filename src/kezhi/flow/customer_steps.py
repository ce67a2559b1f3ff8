"""What the steps about customers call: from their records to profile, tags, segments and circles."""
# What each makes, and of which tables, is said by its Step in steps.py.
# ruff: noqa: D103

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kezhi import clean, identity, insight, profile
from kezhi.flow import movement
from kezhi.flow.alike import alike_tables
from kezhi.flow.clusters import cluster_tables
from kezhi.flow.collected import anonymous_links
from kezhi.flow.declared import types_of, with_declared
from kezhi.flow.population import event_names, population
from kezhi.flow.propagation import needed_columns, spread_tags
from kezhi.flow.step import Inputs
from kezhi.insight import circles
from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import _, ir, typed
from kezhi.locales import Phrase
from kezhi.profile import segments
from kezhi.settings import Settings

JUDGED_DAYS = (120, 240, 365)  # before as_of: the days at which learned tags are judged


def clean_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    raw = {name.removeprefix("raw_"): table for name, table in inputs.tables.items() if name.startswith("raw_")}
    read = inputs["read_rejects"], inputs["read_files"]
    made = clean.clean(raw, *read, settings=inputs.settings, today=inputs.today, bench=inputs.bench)
    owned = inputs.get("read_owners")  # of the collector's anonymous ids
    return made if owned is None else made | {"anonymous_links": anonymous_links(owned, inputs.settings)}


def quality_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {
        "quality_history": clean.quality_history(inputs["quality"], previous=inputs.previous.get("quality_history"), as_of=inputs.as_of)
    }


def identity_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
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


def entities_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return identity.entities(
        inputs["customer_records"],
        inputs["identity_links"],
        inputs.get("relations"),
        inputs.get("usage"),
        settings=inputs.settings.entities,
        bench=inputs.bench,
        ignored=inputs.settings.identity.ignored_values,
    )


def features_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    features = profile.features(
        inputs["customers"],
        inputs["orders"],
        inputs.get("order_lines"),
        inputs.get("products"),
        inputs.get("events"),
        as_of=inputs.as_of,
        bench=inputs.bench,
        counted=inputs["ledger"],
    )
    return {"features": features}


def rfm_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    made = profile.rfm(inputs["orders"], as_of=inputs.as_of, settings=inputs.settings.rfm, features=inputs["features"])
    return {"rfm": made}


def points_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
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


def needs_of_points(settings: Settings) -> tuple[str, ...]:
    """Either of the two is enough."""
    mapped = {name for source in settings.sources.values() for name in source.tables}
    return () if mapped & {"memberships", "point_entries"} else ("clean_point_entries",)


def profile_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    day = inputs.as_of
    points, relations = inputs.get("points"), inputs.get("relations")
    brought = None if relations is None else inputs.bench.settle(profile.referrals(relations, as_of=day))
    # not settled: the rules of stages and tags read a few of its hundred columns
    wide = inputs.bench.named(profile.wide(inputs["customers"], inputs["features"], inputs["rfm"], points, brought, as_of=day))
    history: dict[str, Any] = {"as_of": day, "previous_as_of": inputs.previous_as_of}
    stages = profile.lifecycle(wide, inputs.settings.lifecycle, previous=inputs.previous.get("lifecycle"), **history)
    lifecycle = inputs.bench.settle(stages)
    staged = with_declared(profile.staged(wide, lifecycle), inputs.tables, inputs.settings, _words_of_tags(inputs.settings))
    tags = inputs.bench.settle(profile.tags(staged, inputs.settings.tags, previous=inputs.previous.get("tags"), **history))
    full = profile.profile(inputs["customers"], inputs["features"], inputs["rfm"], lifecycle, tags, points, brought, as_of=day)
    return {"lifecycle": lifecycle, "tags": tags, "profile": full}


def _words_of_tags(settings: Settings) -> set[str]:
    """Every word that a rule of a tag holds: what is not among them, no tag reads."""
    return {word for tag in settings.tags for word in re.findall(r"\w+", f"{tag.when} {tag.since or ''}".lower())}


def customer_tags_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
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
        ledger=inputs.get("ledger"),
        spread=spread,
        notes=inputs.get("notes"),
        of_places=() if visits is None else profile.place_tags(visits, settings.places, as_of=inputs.as_of),
        bench=inputs.bench,
    )
    return {**made, **measured}


def notes_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return {"notes": profile.notes(inputs["store_notes"], inputs["identity_links"])}


def segments_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
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


def clusters_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    return cluster_tables(inputs["profile"], settings=inputs.settings.clusters, previous=inputs.previous, bench=inputs.bench)


def circles_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    day, settings, lines = inputs.as_of, inputs.settings.circles, None
    if (bought := inputs.get("order_lines")) is not None and (ledger := inputs.get("ledger")) is not None:
        lines = inputs.bench.settle(insight.bought_lines(profile.bought(ledger), bought, inputs.get("products")))
    tied = inputs.bench.settle(circles.ties(inputs.get("relations"), lines, as_of=day, settings=settings))
    made = {"ties": tied, **circles.circle_tables(tied, inputs["profile"], lines, as_of=day, settings=settings, bench=inputs.bench)}
    if lines is not None:
        made["circle_spread"] = circles.circle_spread(
            made["circle_members"], tied, lines, inputs["profile"], as_of=day, settle=inputs.bench.settle
        )
    return made


def needs_of_circles(settings: Settings) -> tuple[str, ...]:
    """What was bought can tie customers where no source tells relations, if the settings ask for it."""
    return ("order_lines", "ledger") if settings.circles.co_purchase else ("relations",)


def lookalike_tables(inputs: Inputs) -> Mapping[str, ir.Table]:
    since = midnight(days_before(inputs.as_of, 365))
    recent = profile.bought(inputs["ledger"]).filter(_.ordered_at >= since)
    lines = insight.bought_lines(recent, inputs["order_lines"], inputs["products"])
    return alike_tables(inputs["profile"], inputs.bench.settle(lines), settings=inputs.settings.lookalike, bench=inputs.bench)
