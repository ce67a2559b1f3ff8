"""Products, fit, look-alikes, market, circles, points and tags as a report shows them: a few short tables each."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.measure.figures import effects, leads, voices
from kezhi.measure.figures.clusters import separation
from kezhi.measure.figures.rows import Row, Rows, rows
from kezhi.measure.figures.scorecard import DIMENSIONS, scorecard
from kezhi.measure.source import ReportSource
from kezhi.tables import PRODUCT_VIEW

SHOWN = 10
FEWEST = 30  # customers of a group or buyers of a product, below which nothing is said of it
ELSEWHERE = ["rule", "gender", "age_band", "region"]  # families that other sections show
AGES = [name for name in PRODUCT_VIEW.column_names if name.startswith("age_")]


def told(source: ReportSource) -> dict[str, dict[str, Rows] | None]:
    """Per section its tables by name, empty ones left out; None where the snapshot has not what it is made from."""
    made = {
        "products": _products(source.table("product_view")),
        "fit": _fit(source.table("product_fit"), source.table("customer_fit")),
        "lookalike": _lookalike(source.table("lookalike_models"), source.table("lookalike_contrast")),
        "market": market(source.table("market_segments")),
        "separation": {"separation": separation(source.table("group_separation"))},
        "circles": _circles(source.table("circles"), source.table("key_customers"), source.table("circle_spread")),
        "voices": voices.voices(source),
        "needs": voices.needs(source),
        "places": voices.places(source),
        "leads": leads.leads(source),
        "departments": voices.departments(source),
        "campaigns": effects.campaigns(source),
        "prices": effects.prices(source),
        "points": points_of(source),
        "quality": _quality(source.table("quality")),
        "customer_tags": _tags(source.table("customer_tags"), source.table("tag_propagation")),
    }
    return {name: None if found is None else {key: kept for key, kept in found.items() if kept} for name, found in made.items()}


def _products(view: ir.Table | None) -> dict[str, Rows] | None:
    if view is None:
        return None
    stages = view.group_by("stage").agg(products=_.count(), net_amount=_.net_amount.sum()).order_by(ibis.desc("net_amount"), "stage")
    named = view.mutate(product=ibis.coalesce(_.product_name, _.product_id)).filter(_.orders > 0)
    names = ("product", "category", "stage", "net_amount", "buyers", "repurchase_rate", "margin_rate", "refund_rate")
    best = named.order_by(ibis.desc("net_amount"), "product_id").limit(SHOWN).select(*names)
    common = named.filter(_.buyers >= FEWEST).order_by(ibis.desc("buyers"), "product_id").limit(SHOWN)
    return {"product_stages": rows(stages), "best_products": rows(best), "product_buyers": [_buyers(row) for row in rows(common)]}


def _buyers(row: Row) -> Row:
    known = [(row[name], name) for name in AGES if row[name] is not None]
    age = max(known)[1].removeprefix("age_").removesuffix("_share") if known else None
    names = ("product", "buyers", "female_share", "tied_buyer_share", "main_circle")
    return {**{name: row[name] for name in names[:3]}, "main_age": age, **{name: row[name] for name in names[3:]}}


def _fit(fit: ir.Table | None, own: ir.Table | None) -> dict[str, Rows] | None:
    if fit is None or own is None:
        return None
    sure = fit.filter((_.customers >= FEWEST) & (_.buyers >= SHOWN) & (_.lift > 1) & (_.group_kind != "cluster"))
    best = sure.order_by(ibis.desc("fit_score"), "category", "group_kind", "group_value").limit(SHOWN)
    firsts = own.filter(_["rank"] == 1).group_by("category")
    counted = firsts.agg(customers=_.count(), own_lift=_.own_lift.mean()).order_by(ibis.desc("customers"), "category")
    leaning = own.filter(_.brand.notnull() & (_.brand_orders >= 3)).group_by("category", "brand")
    brands = leaning.agg(customers=_.count(), brand_lift=_.brand_lift.mean()).order_by(ibis.desc("customers"), "category", "brand")
    names = ("category", "group_kind", "group_value", "customers", "buying_rate", "base_rate", "lift", "fit_score")
    return {"group_fit": rows(best.select(*names)), "best_fit": rows(counted), "brand_fit": rows(brands.limit(SHOWN))}


def _lookalike(models: ir.Table | None, contrast: ir.Table | None) -> dict[str, Rows] | None:
    if models is None or contrast is None:
        return None
    sure = contrast.filter(_.is_sure & (_.place <= 6)).order_by("category", "place")
    names = ("category", "attribute", "value", "customers", "buying_rate", "rate_low", "rate_high", "lift")
    return {"alike_models": rows(models.order_by("category")), "alike_contrast": rows(sure.rename(value="attribute_value").select(*names))}


def market(segments: ir.Table | None) -> dict[str, Rows] | None:
    """`market_by_<dimension>` to the best groups of it, with their place on the perceptual map; None without groups."""
    if segments is None:
        return None
    names = (
        "segment",
        "customers",
        "growth",
        "value_per_customer",
        "margin_rate",
        "score",
        "price_level",
        "frequency_level",
        "category",
        "channel",
    )
    ranked = rows(segments.order_by("dimension", ibis.desc("score"), "segment"))
    made: dict[str, Rows] = {}
    for row in ranked:
        kept = made.setdefault(f"market_by_{row['dimension']}", [])
        if len(kept) < SHOWN:
            where = position(row["price_level"], row["frequency_level"])
            kept.append({"segment": row["segment"], "position": where, **{name: row[name] for name in names[1:]}})
    return made


def position(price_level: float | None, frequency_level: float | None) -> str | None:
    """Which quarter of the perceptual map a segment stands in: dear or cheap, often or seldom, against all customers."""
    if price_level is None or frequency_level is None:
        return None
    return f"{'dear' if price_level >= 1 else 'cheap'}_{'often' if frequency_level >= 1 else 'seldom'}"


def _circles(circles: ir.Table | None, keys: ir.Table | None, spread: ir.Table | None) -> dict[str, Rows] | None:
    if circles is None or keys is None:
        return None
    names = ("community", "customers", "ties_inside", "density", "buyers", "net_amount_365d", "main_interest", "head_customer_id")
    largest = circles.order_by("community").limit(SHOWN).select(*names)
    first = keys.order_by("rank").limit(SHOWN).select("customer_id", "community", "degree", "reach")
    return {"largest_circles": rows(largest), "key_customers": rows(first), "circle_spread": voices.spread(spread)}


def points_of(source: ReportSource) -> dict[str, Rows] | None:
    """Points by level and by month; None where the snapshot has none."""
    held, months = source.table("points"), source.table("points_monthly")
    if held is None:
        return None
    by_level = held.group_by("member_level").agg(
        customers=_.count(), points_balance=_.points_balance.sum(), points_expiring=_.points_expiring.sum(), liability_amount=_.liability_amount.sum(),
        earned_points=_.earned_points.sum(), redeemed_points=_.redeemed_points.sum(), disagreeing=_.count(where=_.told_gap != 0),
    )  # fmt: skip
    levels = by_level.mutate(redemption_rate=ratio(by_level.redeemed_points, by_level.earned_points)).order_by(
        ibis.desc("points_balance"), ibis.asc("member_level", nulls_first=False)
    )
    names = ("member_level", "customers", "points_balance", "points_expiring", "redemption_rate", "disagreeing")
    shown = (*names, "liability_amount") if source.settings.points.value_per_point is not None else names
    made = {"points_by_level": rows(levels.select(*shown))}
    if months is not None:
        last = months.order_by(ibis.desc("month")).limit(13).drop("is_complete", "adjusted_points")
        made["points_by_month"] = rows(last)[::-1]
    return made


def _quality(quality: ir.Table | None) -> dict[str, Rows] | None:
    """The scorecard, a row per source and input table with the share that passes of each dimension."""
    if quality is None:
        return None
    made: dict[tuple[str, str], Row] = {}
    for row in rows(scorecard(quality).order_by("source", "table_name")):
        card = made.setdefault(
            (row["source"], row["table_name"]),
            {
                "source": row["source"],
                "input_table": row["table_name"],
                **{f"{name}_share": None for name in DIMENSIONS},
                "newest_on": None,
            },
        )
        card[f"{row['dimension']}_share"] = row["share"]
        if row["newest_on"] is not None:
            card["newest_on"] = row["newest_on"]
    return {"quality_scorecard": list(made.values())}


def _tags(tags: ir.Table | None, learned: ir.Table | None) -> dict[str, Rows] | None:
    if tags is None:
        return None
    shown = tags.filter(_.family.notin(ELSEWHERE))
    counted = shown.group_by("family", "tag").agg(
        customers=_.customer_id.nunique(), confidence=_.confidence.mean(), contradicted=_.count(where=_.contradicted)
    )
    place = ibis.row_number().over(group_by="family", order_by=[ibis.desc("customers"), "family", "tag"])
    first = counted.mutate(place=place).filter(_.place < 3).order_by("family", ibis.desc("customers"), "tag")
    return {
        "tag_families": rows(first.select("family", "tag", "customers", "confidence", "contradicted")),
        "learned_tags": voices.learned_tags(learned),
    }
